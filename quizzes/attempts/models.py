"""One student's try, every change of an answer, and every grading of it.

What decided a grade is never edited: saves, responses and grades are only ever added. The current
answer on AttemptQuestion is the fold of its saves, so that a page needs one row per question.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from quizzes.assessments.models import Quiz, Slot
from quizzes.assessments.timing import GRACE
from quizzes.attempts.grading.models import Grade as Grade
from quizzes.attempts.grading.models import GradePart as GradePart
from quizzes.attempts.grading.models import MarkChange as MarkChange
from quizzes.attempts.grading.models import Ruleset as Ruleset
from quizzes.bank.models import QuestionVersion

if TYPE_CHECKING:
    from accounts.models import User


class AttemptState(models.TextChoices):
    IN_PROGRESS = "in_progress", _("in progress")
    FINISHED = "finished", _("finished")


OPEN_STATES = (AttemptState.IN_PROGRESS,)


class AttemptQuerySet(models.QuerySet["Attempt"]):
    def visible_to(self, user: User) -> AttemptQuerySet:
        """A student's own attempts; for staff also those at quizzes they may change."""
        if not user.is_authenticated:
            return self.none()
        if not user.is_staff:
            return self.filter(user=user)
        return self.filter(
            models.Q(user=user) | models.Q(quiz__in=Quiz.objects.editable_by(user).values("pk"))
        )

    def open(self) -> AttemptQuerySet:
        return self.filter(state__in=OPEN_STATES)

    def finished(self) -> AttemptQuerySet:
        return self.filter(state=AttemptState.FINISHED)

    def without_previews(self) -> AttemptQuerySet:
        """Attempts that count for grades; previews never do."""
        return self.filter(preview=False)

    def at_quizzes(self) -> AttemptQuerySet:
        """Attempts at a quiz, without the single answers given in the reader next to a text."""
        return self.filter(quiz__reader_source=None)

    def overdue_at(self, now: datetime) -> AttemptQuerySet:
        """Open attempts whose deadline has passed."""
        return self.open().filter(deadline__lte=now)


class Attempt(models.Model):
    """One student's try at a quiz, with the terms in effect for this student.

    The terms are stored at the start and updated while the attempt is open: `deadline` is the
    earlier of the time limit and the close. A preview has none.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="attempts"
    )
    quiz = models.ForeignKey(Quiz, on_delete=models.PROTECT, related_name="attempts")
    number = models.PositiveIntegerField(_("number"))
    preview = models.BooleanField(_("preview"), default=False)
    state = models.CharField(
        _("state"), max_length=12, choices=AttemptState, default=AttemptState.IN_PROGRESS
    )
    seed = models.BigIntegerField(_("seed"))
    started_at = models.DateTimeField(_("started"))
    opens_at = models.DateTimeField(_("opens"), null=True, blank=True)
    closes_at = models.DateTimeField(_("closes"), null=True, blank=True)
    time_limit_s = models.PositiveIntegerField(_("time limit in seconds"), null=True, blank=True)
    deadline = models.DateTimeField(_("deadline"), null=True, blank=True)
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)
    score = models.DecimalField(_("score"), max_digits=12, decimal_places=5, null=True, blank=True)
    max_score = models.DecimalField(_("highest possible score"), max_digits=12, decimal_places=5)
    needs_marking = models.BooleanField(_("to be marked"), default=False)

    objects = AttemptQuerySet.as_manager()

    class Meta:
        verbose_name = _("attempt")
        verbose_name_plural = _("attempts")
        ordering = ["-started_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "quiz", "number"], name="attempt_number_once_a_student"
            ),
            models.UniqueConstraint(
                fields=["user", "quiz"],
                condition=models.Q(state__in=OPEN_STATES),
                name="one_open_attempt_a_student",
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=OPEN_STATES, finished_at__isnull=True)
                | (~models.Q(state__in=OPEN_STATES) & models.Q(finished_at__isnull=False)),
                name="attempt_finished_has_its_time",
            ),
        ]
        indexes = [
            models.Index(
                fields=["deadline"],
                condition=models.Q(state__in=OPEN_STATES),
                name="attempt_open_by_deadline",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.quiz} {self.number}"

    def get_absolute_url(self) -> str:
        return reverse("quizzes:attempt", args=[self.pk])

    def get_review_url(self) -> str:
        return reverse("quizzes:review", args=[self.pk])

    def is_over(self, now: datetime) -> bool:
        """Whether even answers that are on their way are no longer accepted."""
        return self.deadline is not None and now > self.deadline + GRACE


class AnswerState(models.TextChoices):
    """Never reveals whether an answer is right, because it is shown while the attempt is open."""

    TODO = "todo", _("not answered")
    INVALID = "invalid", _("incomplete")
    COMPLETE = "complete", _("answered")
    FINISHED = "finished", _("finished")
    NEEDS_MARKING = "needs_marking", _("to be marked")


class AttemptQuestion(models.Model):
    """The version shown in one place of one attempt, frozen at the start."""

    attempt = models.ForeignKey(Attempt, on_delete=models.CASCADE, related_name="questions")
    slot = models.PositiveSmallIntegerField(_("slot"))
    quiz_slot = models.ForeignKey(
        Slot,
        verbose_name=_("slot of the quiz"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    version = models.ForeignKey(QuestionVersion, on_delete=models.PROTECT, related_name="+")
    order = models.JSONField(_("order of the options shown"), default=list)
    max_mark = models.DecimalField(_("marks"), max_digits=10, decimal_places=5)
    sequence = models.PositiveIntegerField(_("sequence number"), default=0)
    state = models.CharField(
        _("state"), max_length=14, choices=AnswerState, default=AnswerState.TODO
    )
    answer = models.JSONField(_("answer"), null=True, blank=True)
    confidence = models.PositiveSmallIntegerField(_("confidence"), null=True, blank=True)
    flagged = models.BooleanField(_("flagged"), default=False)
    tries = models.PositiveSmallIntegerField(_("tries"), default=0)
    dropped = models.BooleanField(_("does not count"), default=False, db_default=False)

    class Meta:
        verbose_name = _("question of an attempt")
        verbose_name_plural = _("questions of attempts")
        ordering = ["attempt", "slot"]
        constraints = [
            models.UniqueConstraint(fields=["attempt", "slot"], name="slot_once_an_attempt"),
            models.CheckConstraint(
                condition=models.Q(confidence__isnull=True) | models.Q(confidence__in=[1, 2, 3]),
                name="confidence_from_1_to_3",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.attempt_id}/{self.slot}"


class Save(models.Model):
    """One acknowledged change of answer, confidence or flag."""

    question = models.ForeignKey(AttemptQuestion, on_delete=models.CASCADE, related_name="saves")
    sequence = models.PositiveIntegerField(_("sequence number"))
    answer = models.JSONField(_("answer"), null=True)
    confidence = models.PositiveSmallIntegerField(_("confidence"), null=True)
    flagged = models.BooleanField(_("flagged"))
    state = models.CharField(_("state"), max_length=14, choices=AnswerState)
    saved_at = models.DateTimeField(_("saved"))
    late = models.BooleanField(_("within the grace after the deadline"), default=False)

    class Meta:
        verbose_name = _("save")
        verbose_name_plural = _("saves")
        ordering = ["question", "sequence"]
        constraints = [
            models.UniqueConstraint(fields=["question", "sequence"], name="save_number_once_a_slot")
        ]


class Response(models.Model):
    """One answer taken for grading, at a check or at the finish.

    `released_at` is when its review options first showed whether it is right; `outcome_sent_at` is
    when the listeners were called, which waits for the grade (see hooks.py).
    """

    question = models.ForeignKey(
        AttemptQuestion, on_delete=models.CASCADE, related_name="responses"
    )
    number = models.PositiveSmallIntegerField(_("try"))
    sequence = models.PositiveIntegerField(_("sequence number of the answer"))
    answer = models.JSONField(_("answer"), null=True)
    confidence = models.PositiveSmallIntegerField(_("confidence"), null=True)
    submitted_at = models.DateTimeField(_("submitted"))
    released_at = models.DateTimeField(_("released"), null=True, blank=True)
    outcome_sent_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("response")
        verbose_name_plural = _("responses")
        ordering = ["question", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["question", "number"], name="response_number_once_a_slot"
            )
        ]
        indexes = [
            models.Index(
                fields=["submitted_at"],
                condition=models.Q(released_at__isnull=True),
                name="response_waiting_for_release",
            )
        ]
