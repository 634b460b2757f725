import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("quizzes", "0013_corrections_backfill_grades")]

    operations = [
        migrations.AlterModelOptions(
            name="gradepart",
            options={
                "ordering": ["grade", "pk"],
                "verbose_name": "part of a grade",
                "verbose_name_plural": "parts of grades",
            },
        ),
        migrations.RemoveField(model_name="gradepart", name="response"),
        migrations.AlterField(
            model_name="gradepart",
            name="grade",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="parts",
                to="quizzes.grade",
            ),
        ),
    ]
