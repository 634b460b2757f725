import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("quizzes", "0022_rooms_required")]

    operations = [
        migrations.CreateModel(
            name="QuizRevision",
            fields=[
                ("id", models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    )),
                ("number", models.PositiveIntegerField(verbose_name="number")),
                (
                    "frozen_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="frozen"),
                ),
                (
                    "created_at",
                    models.DateTimeField(
                        default=django.utils.timezone.now, editable=False, verbose_name="created"
                    ),
                ),
                (
                    "quiz",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="revisions",
                        to="quizzes.quiz",
                    ),
                ),
            ],
            options={
                "verbose_name": "revision of a quiz",
                "verbose_name_plural": "revisions of quizzes",
                "ordering": ["quiz", "number"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("quiz", "number"), name="revision_number_once_a_quiz"
                    )
                ],
            },
        ),
        migrations.AddField(
            model_name="slot",
            name="revision",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="slots",
                to="quizzes.quizrevision",
            ),
        ),
        migrations.AddField(
            model_name="attemptquestion",
            name="quiz_slot",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="quizzes.slot",
                verbose_name="slot of the quiz",
            ),
        ),
    ]
