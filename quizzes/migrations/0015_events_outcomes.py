"""When the outcome of a response was sent. What students have seen before now counts as sent."""

from django.db import migrations, models
from django.db.models import Exists, F, OuterRef


def outcomes_seen_before_are_sent(apps, schema_editor):
    Response = apps.get_model("quizzes", "Response")
    graded = apps.get_model("quizzes", "Grade").objects.filter(
        response=OuterRef("pk"), fraction__isnull=False
    )
    Response.objects.filter(
        Exists(graded), released_at__isnull=False, question__attempt__preview=False
    ).update(outcome_sent_at=F("released_at"))


class Migration(migrations.Migration):
    dependencies = [("quizzes", "0014_corrections_parts_of_grades")]

    operations = [
        migrations.AddField(
            model_name="response",
            name="outcome_sent_at",
            field=models.DateTimeField(blank=True, editable=False, null=True),
        ),
        migrations.RunPython(outcomes_seen_before_are_sent, migrations.RunPython.noop, elidable=True),
    ]
