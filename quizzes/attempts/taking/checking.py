"""Checking one question before the end, where the quiz's behaviour allows it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from django.db import transaction

from accounts.models import User
from quizzes.attempts import behaviours, grading
from quizzes.attempts.disclosure import correct_at_check, embargoed_questions, visible_review
from quizzes.attempts.errors import AskedElsewhere, AttemptClosed
from quizzes.attempts.grading.fold import Try
from quizzes.attempts.grading.marking import grade_answer, store
from quizzes.attempts.grading.regrading import bring_up_to_date
from quizzes.attempts.grading.tries import tries_of
from quizzes.attempts.models import AnswerState, Attempt, AttemptQuestion
from quizzes.attempts.queries import rows_of
from quizzes.attempts.rows import Row
from quizzes.bank.corrections.keys import locked_keys
from quizzes.bank.corrections.state import Key
from quizzes.question_types import registry
from quizzes.question_types.base import Content

if TYPE_CHECKING:
    from quizzes.assessments.review_options import ReviewOptions


@dataclass(frozen=True, slots=True)
class Checked:
    """What a check returns; None where the review options do not allow it."""

    state: str
    sequence: int
    tries_left: int
    hint: str | None = None
    fraction: Decimal | None = None
    correct: bool | None = None


class NothingToCheck(Exception):
    """The quiz grades at the end only."""


def check_answer(*, user: User, attempt_id: int, slot: int, now: datetime) -> Checked:
    """Grade the answer last saved in `slot`; if it is unchanged, return the same reply again.

    A missing or incomplete answer is not graded and costs no try.

    Raises:
        AttemptQuestion.DoesNotExist: no such slot in an attempt of this user.
        AttemptClosed: the attempt is over.
        AskedElsewhere: another attempt of the student embargoes the question.
        NothingToCheck: the quiz's behaviour grades at the end.
    """
    with transaction.atomic():
        attempt = (
            Attempt.objects.select_for_update(of=("self",), no_key=True)
            .select_related("quiz")
            .filter(pk=attempt_id, user=user)
            .first()
        )
        rows = rows_of(attempt, graded=False) if attempt else []
        question = next((row for row in rows if row.slot == slot), None)
        if attempt is None or question is None:
            raise AttemptQuestion.DoesNotExist
        if not behaviours.may_check(attempt.quiz.behaviour):
            raise NothingToCheck
        if question.question_id in embargoed_questions(user.pk, shown_in=attempt.quiz_id, now=now):
            raise AskedElsewhere
        key = locked_keys([question.version_id])[question.version_id]
        content = key.content
        if registry.get(question.type).graded_by == "person":
            return Checked(question.state, question.sequence, tries_left=0)
        tries = _tries(attempt, question, key, now=now)
        last = tries[-1] if tries else None
        shown = visible_review([attempt], user, now).options(attempt)
        # Where correctness may not be shown yet, another try would reveal it, so there is one.
        hints = len(content.hints) if correct_at_check(attempt.quiz) else 0
        allowed = behaviours.tries_allowed(attempt.quiz.behaviour, hints)
        if last is not None and (
            question.state != AnswerState.COMPLETE or last.answer == question.answer
        ):
            return _told(question, content, last.fraction, allowed, shown)
        if attempt.finished_at is not None or attempt.is_over(now):
            raise AttemptClosed(attempt.state)
        if question.state != AnswerState.COMPLETE:
            return Checked(question.state, question.sequence, allowed - question.tries)
        graded = grade_answer(
            question, key, tries=tries, full_marks=key.gives_full_marks(attempt.quiz_id)
        )
        state = question.state
        if graded.fraction is None:
            state = AnswerState.NEEDS_MARKING
        elif behaviours.is_final(
            fraction=graded.grade.fraction, tries=graded.number, allowed=allowed
        ):
            state = AnswerState.FINISHED
        AttemptQuestion.objects.filter(pk=question.pk).update(tries=graded.number, state=state)
        question = replace(question, tries=graded.number, state=state)
        store(
            [graded],
            now=now,
            released=correct_at_check(attempt.quiz),
            preview=attempt.preview,
        )
        return _told(question, content, graded.fraction, allowed, shown)


def _tries(attempt: Attempt, question: Row, key: Key, *, now: datetime) -> list[Try]:
    """Return the earlier tries at the question, graded by the current key."""
    if not question.tries:
        return []
    tries = tries_of(attempt.pk)
    keys = {question.version_id: key}
    return (tries | bring_up_to_date(attempt, [question], tries, keys, now=now))[question.pk]


def _told(
    question: Row,
    content: Content,
    fraction: Decimal | None,
    allowed: int,
    shown: ReviewOptions,
) -> Checked:
    """Return what the review options allow of the last try; `fraction` is after penalties."""
    over = question.state in (AnswerState.FINISHED, AnswerState.NEEDS_MARKING)
    tells = shown.correctness and fraction is not None
    raw = grading.grade(question.type, content.arranged(question.order), question.answer).fraction
    return Checked(
        state=question.state,
        sequence=question.sequence,
        tries_left=0 if over else allowed - question.tries,
        hint=content.hints[question.tries - 1] if tells and not over else None,
        fraction=fraction if tells and shown.marks else None,
        correct=behaviours.is_right(raw) if tells else None,
    )
