"""Handing in: one grade for every question, whoever asks and however often."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import structlog
from django.db import transaction
from django.db.models import Case, Value, When

from quizzes.attempts.disclosure import correct_at_submission, embargoed_questions, release
from quizzes.attempts.disclosure.question_review import Row
from quizzes.attempts.grading import scoring
from quizzes.attempts.grading.marking import Graded, LastTry, grade_answer, last_tries, store
from quizzes.attempts.models import (
    AnswerState,
    Attempt,
    AttemptQuestion,
    AttemptState,
    Response,
)
from quizzes.attempts.queries import rows_of
from quizzes.attempts.taking.terms import renew_terms
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
        attempt.save(update_fields=["finished_at", "state", "score", "needs_marking"])
        _close_questions(attempt, waiting)
        _store(attempt, graded, checked_before=bool(tries), now=now)
        return attempt


def _store(
    attempt: Attempt, graded: Sequence[Graded], *, checked_before: bool, now: datetime
) -> None:
    """Store what was graded, and release it with what was checked before, if correctness is shown
    at once; what another attempt of the student embargoes is released when that allows it."""
    at = attempt.finished_at or now
    if not correct_at_submission(attempt.quiz):
        store(graded, now=at, released=False)
        return
    embargoed = embargoed_questions(attempt.user_id, shown_in=attempt.quiz_id, now=now)
    withheld = [one for one in graded if one.question.question_id in embargoed]
    store([one for one in graded if one not in withheld], now=at, released=True)
    if withheld:
        store(withheld, now=at, released=False)
    if checked_before:
        checked = Response.objects.filter(question__attempt=attempt, released_at__isnull=True)
        release(checked.exclude(question__version__question__in=embargoed), now=at)


def close_overdue_attempts(*, now: datetime, limit: int = 500) -> int:
    """Finish every attempt whose time, and the grace after it, has run out; return how many.

    Safe beside itself and beside students handing in. One attempt that cannot be closed is logged
    and does not keep the others open.
    """
    overdue = Attempt.objects.overdue_at(now).order_by("deadline").values_list("pk", flat=True)
    closed = 0
    # Resolved once more before the grace is over, so that nobody with more time is cut off: a start
    # and a change of dates may have missed one another.
    for attempt in renew_terms(Attempt.objects.filter(pk__in=list(overdue[:limit]))):
        try:
            if attempt.is_over(now):
                finish(attempt_id=attempt.pk, now=now)
                closed += 1
        except Exception:
            logger.exception("closing_failed", attempt=attempt.pk)
    return closed


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
