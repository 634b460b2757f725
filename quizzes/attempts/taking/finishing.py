"""Handing in: one grade for every question, whoever asks and however often."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

import structlog
from django.db import transaction
from django.db.models import Case, Value, When

from accounts.queries import NO_ACCOMMODATION, accommodations_of
from quizzes.assessments import review_options, timing
from quizzes.attempts.disclosure.question_review import Row
from quizzes.attempts.disclosure.release import release
from quizzes.attempts.grading import scoring
from quizzes.attempts.grading.marking import LastTry, grade_answer, last_tries, store
from quizzes.attempts.models import (
    AnswerState,
    Attempt,
    AttemptQuestion,
    AttemptState,
    Response,
)
from quizzes.attempts.queries import rows_of
from quizzes.bank.content_cache import contents_of
from quizzes.db.compiled_queries import compiled_query

logger = structlog.get_logger(__name__)


_versions = compiled_query(
    lambda attempt: AttemptQuestion.objects.filter(attempt=attempt).values_list("version")
)
_locked = compiled_query(
    lambda pk: (
        Attempt.objects.select_for_update(of=("self",), no_key=True)
        .select_related("quiz")
        .filter(pk=pk)
    )
)


def finish(*, attempt_id: int, now: datetime) -> Attempt:
    """Grade what has been saved and close the attempt; a finished one is returned as it is.

    An attempt that is handed in after its deadline is finished at its deadline.
    """
    _read_contents(attempt_id)
    with transaction.atomic():
        attempt = _lock(attempt_id)
        if attempt.finished_at is not None:
            return attempt
        questions = rows_of(attempt, graded=False)
        tries = last_tries(attempt_id) if any(one.tries for one in questions) else {}
        graded = [grade_answer(one) for one in questions if not _already_graded(one, tries)]
        fractions = {pk: one.fraction for pk, one in tries.items()}
        fractions |= {one.question.pk: one.fraction for one in graded}
        attempt.finished_at = now if attempt.deadline is None else min(now, attempt.deadline)
        attempt.state = AttemptState.FINISHED
        attempt.score = scoring.score(
            scoring.GradedSlot(fractions[one.pk], one.max_mark) for one in questions
        )
        waiting = [pk for pk, fraction in fractions.items() if fraction is None]
        attempt.needs_marking = bool(waiting)
        shown = review_options.at(attempt.quiz.review, review_options.JUST_AFTER)
        attempt.may_withhold = not shown.correctness
        attempt.save(
            update_fields=["finished_at", "state", "score", "needs_marking", "may_withhold"]
        )
        _close_questions(attempt, waiting)
        store(
            graded,
            now=attempt.finished_at,
            released=shown.correctness,
            preview=attempt.preview,
        )
        if tries and shown.correctness:
            # Checked before, and not told then.
            release(
                Response.objects.filter(question__attempt=attempt, released_at__isnull=True),
                now=attempt.finished_at,
            )
        return attempt


def close_overdue_attempts(*, now: datetime, limit: int = 500) -> int:
    """Finish every attempt whose time, and the grace after it, has run out; return how many.

    Safe beside itself and beside students handing in. One attempt that cannot be closed is logged
    and does not keep the others open. Where a student has been granted more time since the start,
    the deadline is moved instead.
    """
    overdue = list(
        Attempt.objects.overdue_at(now).select_related("quiz").order_by("deadline")[:limit]
    )
    granted = accommodations_of(attempt.user_id for attempt in overdue)
    closed = 0
    for attempt in overdue:
        factor, _extra = granted.get(attempt.user_id, NO_ACCOMMODATION)
        try:
            # Looked at before the grace is over, so that nobody with more time is cut off.
            extend(attempt, factor)
            if attempt.is_over(now):
                finish(attempt_id=attempt.pk, now=now)
                closed += 1
        except Exception:
            logger.exception("closing_failed", attempt=attempt.pk)
    return closed


def extend(attempt: Attempt, time_factor: Decimal) -> None:
    """Move the deadline when the student's terms have become more generous since the start.

    A limit or close that became shorter never takes time from an open attempt.
    """
    if attempt.deadline is None or attempt.preview:
        return
    quiz = attempt.quiz
    derived = timing.terms(
        opens_at=quiz.opens_at,
        closes_at=quiz.closes_at,
        time_limit_s=quiz.time_limit_s,
        attempts_allowed=0,
        time_factor=time_factor,
    ).deadline(attempt.started_at)
    deadline = timing.later(attempt.deadline, derived)
    if deadline != attempt.deadline:
        Attempt.objects.open().filter(pk=attempt.pk).update(deadline=deadline)
        attempt.deadline = deadline


def _read_contents(attempt_id: int) -> None:
    """Bring the questions' content into the process before the lock is taken."""
    contents_of(version for (version,) in _versions(attempt_id))


def _lock(attempt_id: int) -> Attempt:
    for attempt in _locked(attempt_id):
        return attempt
    raise Attempt.DoesNotExist


def _already_graded(question: Row, tries: dict[int, LastTry]) -> bool:
    """Whether the question is over, or its last try already graded the answer stored now."""
    if question.pk not in tries:
        return False
    return question.state == AnswerState.FINISHED or tries[question.pk].answer == question.answer


def _close_questions(attempt: Attempt, waiting: Sequence[int]) -> None:
    """Close every question in one update; those in `waiting` are left to a person."""
    state: Case | AnswerState = AnswerState.FINISHED
    if waiting:
        state = Case(
            When(pk__in=waiting, then=Value(AnswerState.NEEDS_MARKING.value)),
            default=Value(AnswerState.FINISHED.value),
        )
    AttemptQuestion.objects.filter(attempt=attempt).update(state=state)
