"""Writing responses and grades, and marking by a person. Nothing written here is ever changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from quizzes.attempts import behaviours
from quizzes.attempts.disclosure import events
from quizzes.attempts.disclosure.question_review import Row
from quizzes.attempts.grading import scoring
from quizzes.attempts.models import (
    AnswerState,
    Attempt,
    AttemptQuestion,
    Grade,
    Response,
    ResponsePart,
)
from quizzes.bank.content_cache import contents_of
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


@dataclass(frozen=True, slots=True)
class LastTry:
    """What the newest response of a question answered, and what it is worth now."""

    answer: dict[str, Any] | None
    fraction: Decimal | None


def grade_answer(question: Row) -> Graded:
    """Grade the answer stored on `question` as the try after those it has had."""
    content = contents_of([question.version_id])[question.version_id]
    grade = scoring.grade(question.type, content.arranged(question.order), question.answer)
    return Graded(
        question=question,
        grade=grade,
        number=question.tries + 1,
        fraction=behaviours.apply_penalty(
            grade.fraction, penalty=content.penalty, tries_before=question.tries
        ),
    )


def store(
    graded: Sequence[Graded], *, now: datetime, released: bool, preview: bool
) -> list[Response]:
    """Store answers with their parts and grades: one insert a table, however many.

    Those who listen are called, see hooks.py.

    Args:
        released: whether their review options show at once whether they are right.
        preview: whether they belong to a preview, which nobody hears of.
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
    pairs = list(zip(responses, graded, strict=True))
    insert(
        ResponsePart,
        ("response_id", "key", "classification", "fraction", "option_id"),
        [
            (response.pk, part.key, part.classification, part.fraction, part.option_id)
            for response, one in pairs
            for part in one.grade.parts
        ],
    )
    insert(
        Grade,
        (
            "response_id",
            "number",
            "fraction",
            "feedback",
            "feedback_html",
            "reason",
            "graded_at",
        ),
        [
            (response.pk, 1, one.fraction, one.grade.feedback, "", "", now)
            for response, one in pairs
        ],
    )
    if not preview:
        final = [response for response, one in pairs if one.fraction is not None]
        events.send_graded(final, released=released, now=now)
    return responses


def last_tries(attempt_id: int) -> dict[int, LastTry]:
    """Return the newest response of every question of an attempt that has one, in one query."""
    rows = (
        Grade.objects.filter(response__question__attempt=attempt_id)
        .order_by("response__number", "number")
        .values_list("response__question", "response__answer", "fraction")
    )
    return {question: LastTry(answer, fraction) for question, answer, fraction in rows}


def fold(attempt: Attempt) -> tuple[Decimal, bool]:
    """Return the attempt's score and whether marking is still due, from its grades alone."""
    tries = last_tries(attempt.pk)
    questions = AttemptQuestion.objects.filter(attempt=attempt).values_list("pk", "max_mark")
    marks = [scoring.GradedSlot(tries[pk].fraction, max_mark) for pk, max_mark in questions]
    return scoring.score(marks), any(one.fraction is None for one in marks)


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

    Args:
        fraction: 0 to 1 of the question's marks.
        feedback: Markdown for the student.
        reason: why, when an earlier grade is superseded.

    Raises:
        ValidationError: the fraction is out of range, or the attempt is not finished.
    """
    if not (fraction.is_finite() and 0 <= fraction <= 1):
        raise ValidationError({"fraction": _("A mark lies between nothing and the full marks.")})
    feedback = markup.clean(feedback)
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
            fraction=fraction.quantize(behaviours.SEVEN_PLACES),
            feedback=feedback,
            feedback_html=markup.render(feedback) if feedback else "",
            grader=by,
            reason=reason,
            graded_at=now,
        )
        AttemptQuestion.objects.filter(
            pk=response.question_id, state=AnswerState.NEEDS_MARKING
        ).update(state=AnswerState.FINISHED)
        attempt.score, attempt.needs_marking = fold(attempt)
        attempt.save(update_fields=["score", "needs_marking"])
        if not attempt.preview:
            events.send_marked(grade, before=before.fraction if before else None, now=now)
    return grade
