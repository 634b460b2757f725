"""The terms of an attempt, stored on it; those of attempts made before are resolved once more."""

import math
from datetime import timedelta

from django.db import migrations, models
from django.db.models import Case, F, Q, Value, When

OPEN_STATES = ("in_progress", "overdue")


def fill(apps, schema_editor):
    """Set by set: a statement or two a quiz that has terms, however many its attempts."""
    Quiz = apps.get_model("quizzes", "Quiz")
    Attempt = apps.get_model("quizzes", "Attempt")
    Accommodation = apps.get_model("accounts", "Accommodation")
    factors = list(
        Accommodation.objects.filter(time_factor__gt=1)
        .order_by()
        .values_list("time_factor", flat=True)
        .distinct()
    )
    has_terms = Q(opens_at__isnull=False) | Q(closes_at__isnull=False) | Q(time_limit_s__isnull=False)
    rows = Quiz.objects.filter(has_terms, attempts__isnull=False).distinct()
    for pk, opens_at, closes_at, limit in rows.values_list(
        "pk", "opens_at", "closes_at", "time_limit_s"
    ):
        closes, limits = Value(closes_at), Value(limit)
        if limit is not None and factors:
            longer = {factor: math.ceil(limit * factor) for factor in factors}
            users = {
                factor: Accommodation.objects.filter(time_factor=factor).values("user")
                for factor in factors
            }
            limits = Case(
                *[When(user__in=users[one], then=Value(longer[one])) for one in factors],
                default=limits,
            )
            if closes_at is not None:
                closes = Case(
                    *[
                        When(
                            user__in=users[one],
                            then=Value(closes_at + timedelta(seconds=longer[one] - limit)),
                        )
                        for one in factors
                    ],
                    default=closes,
                )
        Attempt.objects.filter(quiz=pk, preview=False).update(
            opens_at=opens_at, closes_at=closes, time_limit_s=limits
        )
    # An open attempt keeps the time it was given, by terms that may have been more generous.
    open_ones = Attempt.objects.filter(state__in=OPEN_STATES, preview=False)
    open_ones.filter(deadline__gt=F("closes_at")).update(closes_at=F("deadline"))
    open_ones.filter(deadline__isnull=True).update(closes_at=None, time_limit_s=None)


class Migration(migrations.Migration):

    dependencies = [
        ("quizzes", "0010_rename_reader_source_and_anchor_owner"),
        ("accounts", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="attempt",
            name="opens_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="opens"),
        ),
        migrations.AddField(
            model_name="attempt",
            name="closes_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="closes"),
        ),
        migrations.AddField(
            model_name="attempt",
            name="time_limit_s",
            field=models.PositiveIntegerField(
                blank=True, null=True, verbose_name="time limit in seconds"
            ),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
