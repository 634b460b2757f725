"""What was corrected in the key of a version, by whom and why. Rows are only ever added."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from quizzes.bank.models import QuestionVersion


class CorrectionKind(models.TextChoices):
    CHANGE_KEY = "change_key", _("the key was wrong")
    ACCEPT_ALSO = "accept_also", _("another answer is right, too")
    FULL_MARKS = "full_marks", _("full marks for everybody")
    DROP = "drop", _("the question does not count")
    WITHDRAW = "withdraw", _("the last correction is withdrawn")


# These concern the marks in one quiz and leave the key as it is.
IN_ONE_QUIZ = (CorrectionKind.FULL_MARKS, CorrectionKind.DROP)


class KeyCorrection(models.Model):
    """One correction of one version.

    `payload` holds what the kind needs: `fractions` by authored position of the options, `params`
    of the type, `answers` that are accepted, too. `base` is the newest correction of the question
    that its author had seen. `regraded_to` is the last question of an attempt that has been graded
    anew, `regraded_at` when all were.
    """

    version = models.ForeignKey(
        QuestionVersion, on_delete=models.CASCADE, related_name="corrections"
    )
    kind = models.CharField(_("kind"), max_length=12, choices=CorrectionKind)
    payload = models.JSONField(_("what is right"), default=dict)
    quiz = models.ForeignKey(
        "quizzes.Quiz", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    why = models.CharField(_("why"), max_length=300)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("by"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    at = models.DateTimeField(_("corrected"))
    base = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    regraded_to = models.PositiveBigIntegerField(default=0, editable=False)
    regraded_at = models.DateTimeField(_("regraded"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("correction of a key")
        verbose_name_plural = _("corrections of keys")
        ordering = ["version", "pk"]
        indexes = [
            models.Index(
                fields=["id"],
                condition=models.Q(regraded_at__isnull=True),
                name="correction_to_be_regraded",
            )
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kind__in=IN_ONE_QUIZ, quiz__isnull=False)
                | models.Q(kind=CorrectionKind.WITHDRAW)
                | (
                    models.Q(quiz__isnull=True)
                    & ~models.Q(kind__in=[*IN_ONE_QUIZ, CorrectionKind.WITHDRAW])
                ),
                name="correction_of_marks_names_its_quiz",
            )
        ]

    def __str__(self) -> str:
        return f"{self.version}: {self.kind}"
