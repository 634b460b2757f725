"""What a student's answers come to, question by question, and counts of it for every text.

All of it can be made again from attempts and banks (`rebuild_answers`); nothing is only here but a
student's own flag and note on a question.
"""

from __future__ import annotations

from decimal import Decimal

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from quizzes.attempts.models import Response
from quizzes.bank.models import Question, QuestionBank, QuestionVersion


class IncomingAnswer(models.Model):
    """The inbox: a response of which something new may be shown, until it is folded into records.

    Folding a response again changes nothing, so a row may be here twice.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    response = models.ForeignKey(Response, on_delete=models.CASCADE, related_name="+")

    class Meta:
        verbose_name = _("answer to be recorded")
        verbose_name_plural = _("answers to be recorded")
        ordering = ["pk"]


class QuestionRecord(models.Model):
    """One student's answers to one question, as far as their results may be shown.

    The first and the newest released answer, by the time they were submitted. Without one there is
    only the student's own flag or note.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    question = models.ForeignKey(Question, on_delete=models.CASCADE, related_name="records")
    first_response = models.ForeignKey(
        Response, null=True, on_delete=models.CASCADE, related_name="+"
    )
    first_at = models.DateTimeField(null=True)
    first_fraction = models.DecimalField(max_digits=8, decimal_places=7, null=True)
    last_response = models.ForeignKey(
        Response, null=True, on_delete=models.CASCADE, related_name="+"
    )
    last_version = models.ForeignKey(
        QuestionVersion, null=True, on_delete=models.CASCADE, related_name="+"
    )
    last_at = models.DateTimeField(null=True)
    last_fraction = models.DecimalField(max_digits=8, decimal_places=7, null=True)
    last_confidence = models.PositiveSmallIntegerField(null=True)
    last_blank = models.BooleanField(default=False)
    flagged = models.BooleanField(_("flagged"), default=False)
    note = models.TextField(_("note"), blank=True)

    class Meta:
        verbose_name = _("record of a question")
        verbose_name_plural = _("records of questions")
        ordering = ["user", "question"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "question"], name="one_record_a_student_and_question"
            ),
            models.CheckConstraint(
                condition=models.Q(
                    first_response=None, first_at=None, last_response=None, last_at=None
                )
                | models.Q(
                    first_response__isnull=False,
                    first_at__isnull=False,
                    first_fraction__isnull=False,
                    last_response__isnull=False,
                    last_version__isnull=False,
                    last_at__isnull=False,
                    last_fraction__isnull=False,
                ),
                name="record_has_first_and_last_answer_or_none",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.question}"

    @property
    def is_wrong(self) -> bool:
        return self.last_fraction is not None and self.last_fraction < Decimal(1)


class BankCounts(models.Model):
    """What a bank asks of every passage, counted when `QuestionBank.changes` was `changes`.

    `texts` holds by id of the edition: `passages`, the number of questions by key of the passage;
    `questions`, how many different ones; `topics`, pairs of topic and number, most asked first.
    """

    bank = models.OneToOneField(QuestionBank, on_delete=models.CASCADE, related_name="counts")
    changes = models.BigIntegerField(default=-1)
    texts = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("counts of a bank")
        verbose_name_plural = _("counts of banks")


class StudentCounts(models.Model):
    """How a student did on the questions of a bank, by text and passage; as old as BankCounts.

    `texts` holds by id of the edition and key of the passage: how many of its questions are
    answered, how many of these are right, and when the oldest of those answers was given.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    bank = models.ForeignKey(QuestionBank, on_delete=models.CASCADE, related_name="+")
    changes = models.BigIntegerField(default=-1)
    texts = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("counts of a student")
        verbose_name_plural = _("counts of students")
        constraints = [
            models.UniqueConstraint(fields=["user", "bank"], name="one_count_a_student_and_bank")
        ]
