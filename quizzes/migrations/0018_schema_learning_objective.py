"""What a question teaches to do: free text of each version, empty in those there are."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("quizzes", "0017_revisions_attempt_states"),
    ]

    operations = [
        migrations.AddField(
            model_name='questionversion',
            name='learning_objective',
            field=models.TextField(blank=True, default='', verbose_name='learning objective'),
        ),
    ]
