"""Every grading of an answer, and what a correction of a key did to a mark. Rows are only added."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from quizzes.bank.corrections.models import KeyCorrection
from quizzes.bank.models import Option


class Ruleset(models.TextChoices):
    """The rules by which a grade was given. When grading changes, it gets a new name."""

    LEGACY = "legacy", _("before rules had names")
    FIRST = "1", _("first rules")
    HAND = "hand", _("by a person")


class Grade(models.Model):
    """One grading of a response. The newest counts; none is ever changed.

    `raw_fraction` is the worth of the answer by the key, `fraction` what counts: after penalties
    for earlier tries, or full marks for everybody. Both are null while a person still has to mark
    it; the raw fraction of old grades may be unknown. `ruleset` names the rules it was given by,
    `correction` the newest correction of the key at that time.
    """

    response = models.ForeignKey(
        "quizzes.Response", on_delete=models.CASCADE, related_name="grades"
    )
    number = models.PositiveSmallIntegerField(_("number"))
    raw_fraction = models.DecimalField(_("raw fraction"), max_digits=8, decimal_places=7, null=True)
    fraction = models.DecimalField(_("fraction"), max_digits=8, decimal_places=7, null=True)
    ruleset = models.CharField(_("rules"), max_length=12, choices=Ruleset)
    correction = models.ForeignKey(
        KeyCorrection, null=True, blank=True, on_delete=models.PROTECT, related_name="grades"
    )
    feedback = models.TextField(_("feedback"), blank=True)
    feedback_html = models.TextField(editable=False, blank=True)
    grader = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("grader"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    graded_at = models.DateTimeField(_("graded"))

    class Meta:
        verbose_name = _("grade")
        verbose_name_plural = _("grades")
        ordering = ["response", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["response", "number"], name="grade_number_once_a_response"
            ),
            models.UniqueConstraint(
                fields=["response", "correction"],
                condition=models.Q(correction__isnull=False),
                name="graded_once_a_correction",
            ),
            models.CheckConstraint(
                condition=models.Q(fraction__isnull=True)
                | (models.Q(fraction__gte=-1) & models.Q(fraction__lte=1)),
                name="grade_fraction_from_minus_1_to_1",
            ),
        ]


class GradePart(models.Model):
    """A part of an answer as its question type defines it: an option, a blank, a pair."""

    grade = models.ForeignKey(Grade, on_delete=models.CASCADE, related_name="parts")
    key = models.CharField(_("part"), max_length=40)
    classification = models.CharField(_("classification"), max_length=120)
    fraction = models.DecimalField(_("fraction"), max_digits=8, decimal_places=7)
    option = models.ForeignKey(
        Option, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name = _("part of a grade")
        verbose_name_plural = _("parts of grades")
        ordering = ["grade", "pk"]


class MarkChange(models.Model):
    """A change, by a correction of the key, of a mark the student could already see.

    `new_mark` is null if the question no longer counts: the percentages then show the effect on
    the score. `seen_at` is when the student opened the review.
    """

    question = models.ForeignKey(
        "quizzes.AttemptQuestion", on_delete=models.CASCADE, related_name="mark_changes"
    )
    correction = models.ForeignKey(
        KeyCorrection, on_delete=models.CASCADE, related_name="mark_changes"
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="mark_changes"
    )
    old_mark = models.DecimalField(_("mark before"), max_digits=10, decimal_places=5, null=True)
    new_mark = models.DecimalField(_("mark after"), max_digits=10, decimal_places=5, null=True)
    old_percent = models.DecimalField(max_digits=8, decimal_places=5, null=True)
    new_percent = models.DecimalField(max_digits=8, decimal_places=5, null=True)
    seen_at = models.DateTimeField(_("seen"), null=True, blank=True)

    class Meta:
        verbose_name = _("change of a mark")
        verbose_name_plural = _("changes of marks")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["question", "correction"], name="mark_changes_once_a_correction"
            )
        ]
        indexes = [
            models.Index(
                fields=["user"],
                condition=models.Q(seen_at__isnull=True),
                name="mark_change_not_seen",
            )
        ]
