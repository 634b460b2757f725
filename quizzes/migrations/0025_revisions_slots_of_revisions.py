import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("quizzes", "0024_revisions_backfill_slots")]

    operations = [
        migrations.RemoveConstraint(model_name="slot", name="slot_position_once_a_quiz"),
        migrations.AlterModelOptions(
            name="slot",
            options={
                "ordering": ["revision", "position"],
                "verbose_name": "slot",
                "verbose_name_plural": "slots",
            },
        ),
        migrations.RemoveField(model_name="slot", name="quiz"),
        migrations.AlterField(
            model_name="slot",
            name="revision",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="slots",
                to="quizzes.quizrevision",
            ),
        ),
        migrations.AddConstraint(
            model_name="slot",
            constraint=models.UniqueConstraint(
                fields=("revision", "position"), name="slot_position_once_a_revision"
            ),
        ),
    ]
