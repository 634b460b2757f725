"""A student's report on a question they have answered, and the authors' answer to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from quizzes.attempts.models import AttemptQuestion
from quizzes.bank.models import QuestionBank
from quizzes.material.models import Passage

if TYPE_CHECKING:
    from accounts.models import User


class ReportKind(models.TextChoices):
    PROBLEM = "problem", _("Something is wrong with this question")
    APPEAL = "appeal", _("My answer should count as right")


class ReportState(models.TextChoices):
    OPEN = "open", _("waiting")
    IN_REVIEW = "in_review", _("being looked at")
    ACCEPTED = "accepted", _("accepted")
    DECLINED = "declined", _("declined")


WAITING_STATES = (ReportState.OPEN, ReportState.IN_REVIEW)


class ReportQuerySet(models.QuerySet["Report"]):
    def visible_to(self, user: User) -> ReportQuerySet:
        """A learner's own reports."""
        # Checked on the few reports, not on all the student's attempts.
        own = AttemptQuestion.objects.filter(pk=models.OuterRef("question"), attempt__user=user)
        return self.filter(models.Exists(own))

    def editable_by(self, user: User) -> ReportQuerySet:
        """Reports on questions the user may change, which they may answer."""
        banks = QuestionBank.objects.editable_by(user).values("pk")
        return self.filter(question__version__question__bank__in=banks)

    def waiting(self) -> ReportQuerySet:
        return self.filter(state__in=WAITING_STATES)

    def untold(self) -> ReportQuerySet:
        """Answered, but the answer has not been read."""
        return self.exclude(state__in=WAITING_STATES).filter(seen_at__isnull=True)


class Report(models.Model):
    """Belongs to the question as it was asked, so that its version and order are known.

    An appeal quotes the words of a text that support the answer; `start` counts characters of the
    passage's plain text.
    """

    question = models.ForeignKey(AttemptQuestion, on_delete=models.CASCADE, related_name="reports")
    kind = models.CharField(_("kind"), max_length=8, choices=ReportKind)
    text = models.TextField(_("what the learner says"))
    answer = models.JSONField(_("answer reported on"), null=True, blank=True)
    passage = models.ForeignKey(
        Passage, null=True, blank=True, on_delete=models.PROTECT, related_name="reports"
    )
    quote = models.TextField(_("quote"), blank=True)
    start = models.PositiveIntegerField(_("start"), default=0)
    state = models.CharField(
        _("state"), max_length=10, choices=ReportState, default=ReportState.OPEN
    )
    reply = models.TextField(_("reply"), blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    seen_at = models.DateTimeField(_("reply read"), null=True, blank=True)
    created_at = models.DateTimeField(_("sent"))

    objects = ReportQuerySet.as_manager()

    class Meta:
        verbose_name = _("report")
        verbose_name_plural = _("reports")
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["question"],
                condition=models.Q(state__in=WAITING_STATES),
                name="one_waiting_report_a_question",
            ),
            models.CheckConstraint(
                condition=~models.Q(kind=ReportKind.APPEAL)
                | (models.Q(passage__isnull=False) & ~models.Q(quote="")),
                name="appeal_quotes_a_passage",
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=WAITING_STATES, decided_at__isnull=True)
                | (~models.Q(state__in=WAITING_STATES) & models.Q(decided_at__isnull=False)),
                name="report_decided_has_its_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.text[:60]}"

    def get_absolute_url(self) -> str:
        return reverse("quizzes:report_shown", args=[self.pk])

    @property
    def waits(self) -> bool:
        return self.state in WAITING_STATES
