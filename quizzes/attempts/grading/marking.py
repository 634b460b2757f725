"""Writing responses and grades, and marking by a person. Nothing written here is ever changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from quizzes.attempts import behaviours, grading
from quizzes.attempts.disclosure import send_graded, send_new_grades
from quizzes.attempts.grading.fold import Folded, Try
from quizzes.attempts.grading.tries import NewGrade, folded, insert_grades
from quizzes.attempts.hooks import Regrading
from quizzes.attempts.models import (
    AnswerState,
    Attempt,
    AttemptQuestion,
    Grade,
    Response,
    Ruleset,
)
from quizzes.attempts.rows import Row
from quizzes.bank.corrections.state import Key
from quizzes.db.bulk_insert import insert
from quizzes.material import markup
from quizzes.question_types import base

_RESPONSE = (
    "question_id",
    "number",
    "sequence",
    "answer",
    "confidence",
    "submitted_at",
    "released_at",
    "outcome_sent_at",
)


@dataclass(frozen=True, slots=True)
class Graded:
    """An answer and what it is worth, before it becomes rows."""

    question: Row
    grade: base.Grade
    number: int
    fraction: Decimal | None
    correction_id: int | None = None

    def as_try(self) -> Try:
        """The same in the form the fold takes."""
        raw = self.grade.fraction
        return Try(0, self.number, self.question.answer, raw, self.fraction)


def grade_answer(
    question: Row, key: Key, *, tries: Sequence[Try] = (), full_marks: bool = False
) -> Graded:
    """Grade the answer stored on `question` as its next try.

    Args:
        key: the current key, read under the lock that corrections respect.
        tries: the earlier ones; each wrong one costs the penalty.
        full_marks: whether everybody gets full marks, whatever the answer.
    """
    grade = grading.grade(question.type, key.content.arranged(question.order), question.answer)
    apply_penalty = behaviours.apply_penalty(
        grade.fraction,
        penalty=key.content.penalty,
        tries_before=sum(one.is_wrong for one in tries),
    )
    return Graded(
        question=question,
        grade=grade,
        number=question.tries + 1,
        fraction=base.ONE if full_marks else apply_penalty,
        correction_id=key.correction_id,
    )


def store(
    graded: Sequence[Graded], *, now: datetime, released: bool, preview: bool
) -> list[Response]:
    """Store answers with their parts and grades: one insert a table, however many.

    Listeners are called, see hooks.py.

    Args:
        released: whether the review options show correctness at once.
        preview: whether they belong to a preview, which is not reported to listeners.
    """
    responses = [
        Response(
            question_id=one.question.pk,
            number=one.number,
            sequence=one.question.sequence,
            answer=one.question.answer,
            confidence=one.question.confidence,
            submitted_at=now,
            released_at=now if released else None,
            outcome_sent_at=now if released and not preview and one.fraction is not None else None,
        )
        for one in graded
    ]
    rows = [[getattr(response, name) for name in _RESPONSE] for response in responses]
    for response, pk in zip(responses, insert(Response, _RESPONSE, rows), strict=True):
        response.pk = pk
    insert_grades(
        [
            NewGrade(
                response_id=response.pk,
                number=1,
                raw=one.grade.fraction,
                fraction=one.fraction,
                parts=one.grade.parts,
                feedback=one.grade.feedback,
                correction_id=one.correction_id,
            )
            for response, one in zip(responses, graded, strict=True)
        ],
        now=now,
    )
    if not preview:
        pairs = zip(responses, graded, strict=True)
        final = [response for response, one in pairs if one.fraction is not None]
        send_graded(final, released=released, now=now)
    return responses


def fold(attempt: Attempt) -> Folded:
    """Return score, maximum and state of the attempt, computed from its grades alone."""
    return folded([attempt.pk])[attempt.pk]


def mark_response(
    *,
    response: Response,
    fraction: Decimal,
    feedback: str,
    reason: str,
    by: User,
    now: datetime,
) -> Grade:
    """Add a person's grade of a response and bring the attempt's score up to date.

    Later corrections of the key do not change it.

    Args:
        fraction: 0 to 1 of the question's marks.
        feedback: Markdown for the student.
        reason: why, when an earlier grade is superseded.

    Raises:
        ValidationError: the fraction is out of range, or the attempt is not finished.
    """
    if not (fraction.is_finite() and 0 <= fraction <= 1):
        raise ValidationError({"fraction": _("A mark must be between 0 and the maximum.")})
    feedback = markup.clean(feedback)
    fraction = fraction.quantize(behaviours.SEVEN_PLACES)
    with transaction.atomic():
        attempt = Attempt.objects.select_for_update(no_key=True).get(
            questions__responses=response.pk
        )
        if attempt.finished_at is None:
            raise ValidationError({"fraction": _("The attempt is still open.")})
        before = response.grades.order_by("-number").first()
        grade = Grade.objects.create(
            response=response,
            number=before.number + 1 if before else 1,
            raw_fraction=fraction,
            fraction=fraction,
            ruleset=Ruleset.HAND,
            feedback=feedback,
            feedback_html=markup.render(feedback) if feedback else "",
            grader=by,
            reason=reason,
            graded_at=now,
        )
        AttemptQuestion.objects.filter(
            pk=response.question_id, state=AnswerState.NEEDS_MARKING
        ).update(state=AnswerState.FINISHED)
        attempt.score, attempt.max_score, attempt.needs_marking = fold(attempt)
        attempt.save(update_fields=["score", "max_score", "needs_marking"])
        if not attempt.preview:
            old = before.fraction if before else None
            send_new_grades([Regrading(response.pk, old, fraction, grade.number)], now=now)
    return grade
