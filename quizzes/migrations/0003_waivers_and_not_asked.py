
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('quizzes', '0002_answers_beside_texts_and_annotations'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='question',
            name='waivers',
            field=models.JSONField(blank=True, default=list, help_text='Findings of the linter that were looked at and let stand, with the reason.', verbose_name='waivers'),
        ),
        migrations.CreateModel(
            name='NotAsked',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.SlugField(max_length=80, verbose_name='passage')),
                ('reason', models.CharField(max_length=400, verbose_name='reason')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='created')),
                ('author', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='author')),
                ('source', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='not_asked', to='quizzes.source', verbose_name='source')),
            ],
            options={
                'verbose_name': 'passage not asked',
                'verbose_name_plural': 'coverage',
                'ordering': ['source', 'key'],
                'constraints': [models.UniqueConstraint(fields=('source', 'key'), name='not_asked_once_a_passage')],
            },
        ),
    ]
