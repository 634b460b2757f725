"""Checking one question before the end, where the quiz's behaviour allows it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from django.db import transaction

from accounts.models import User
from quizzes.assessments import review_options
from quizzes.attempts import behaviours
from quizzes.attempts.disclosure.embargo import embargoed_questions
from quizzes.attempts.disclosure.question_review import Row
from quizzes.attempts.errors import AskedElsewhere, AttemptClosed
from quizzes.attempts.grading import scoring
from quizzes.attempts.grading.marking import grade_answer, last_tries, store
from quizzes.attempts.models import AnswerState, Attempt, AttemptQuestion
from quizzes.attempts.queries import rows_of
from quizzes.bank.content_cache import contents_of
from quizzes.question_types import registry
from quizzes.question_types.base import Content


@dataclass(frozen=True, slots=True)
class Checked:
    """What a check tells; None where the review options do not allow it."""

    state: str
    sequence: int
    tries_left: int
    hint: str | None = None
    fraction: Decimal | None = None
    correct: bool | None = None


class NothingToCheck(Exception):
    """The quiz grades at the end only."""


def check_answer(*, user: User, attempt_id: int, slot: int, now: datetime) -> Checked:
    """Grade the answer last saved in `slot`; unchanged, the same reply again.

    An answer that is missing or incomplete is not graded and costs no try.

    Raises:
        AttemptQuestion.DoesNotExist: no such slot in an attempt of this user.
        AttemptClosed: the attempt is over.
        AskedElsewhere: another attempt of the student's asks the question and does not tell it.
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
        if question.question_id in embargoed_questions(user.pk, asking=attempt_id):
            raise AskedElsewhere
        content = contents_of([question.version_id])[question.version_id]
        if registry.get(question.type).graded_by == "person":
            return Checked(question.state, question.sequence, tries_left=0)
        last = last_tries(attempt_id).get(question.pk) if question.tries else None
        shown = review_options.at(attempt.quiz.review, review_options.DURING)
        # Where right and wrong may not be told yet, another try would tell: there is one.
        hints = len(content.hints) if shown.correctness else 0
        allowed = behaviours.tries_allowed(attempt.quiz.behaviour, hints)
        if last is not None and (
            question.state != AnswerState.COMPLETE or last.answer == question.answer
        ):
            return _told(question, content, last.fraction, allowed, shown)
        if attempt.finished_at is not None or attempt.is_over(now):
            raise AttemptClosed(attempt.state)
        if question.state != AnswerState.COMPLETE:
            return Checked(question.state, question.sequence, allowed - question.tries)
        graded = grade_answer(question)
        tries = question.tries + 1
        state = question.state
        if graded.fraction is None:
            state = AnswerState.NEEDS_MARKING
        elif behaviours.is_final(fraction=graded.grade.fraction, tries=tries, allowed=allowed):
            state = AnswerState.FINISHED
        AttemptQuestion.objects.filter(pk=question.pk).update(tries=tries, state=state)
        question = replace(question, tries=tries, state=state)
        store([graded], now=now, released=shown.correctness, preview=attempt.preview)
        return _told(question, content, graded.fraction, allowed, shown)


def _told(
    question: Row,
    content: Content,
    fraction: Decimal | None,
    allowed: int,
    shown: review_options.ReviewOptions,
) -> Checked:
    """Say of the last try what the review options allow; `fraction` is after penalties."""
    over = question.state in (AnswerState.FINISHED, AnswerState.NEEDS_MARKING)
    tells = shown.correctness and fraction is not None
    raw = scoring.grade(question.type, content.arranged(question.order), question.answer).fraction
    return Checked(
        state=question.state,
        sequence=question.sequence,
        tries_left=0 if over else allowed - question.tries,
        hint=content.hints[question.tries - 1] if tells and not over else None,
        fraction=fraction if tells and shown.marks else None,
        correct=behaviours.is_right(raw) if tells else None,
    )
