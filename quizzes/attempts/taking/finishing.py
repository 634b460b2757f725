"""Finishing: one grade for every question, whoever calls it and however often."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

import structlog
from django.db import transaction
from django.db.models import Case, Value, When

from quizzes.attempts.disclosure import correct_at_submission, embargoed_questions, release
from quizzes.attempts.grading.fold import GradedQuestion, Try, fold
from quizzes.attempts.grading.marking import Graded, grade_answer, store
from quizzes.attempts.grading.regrading import bring_up_to_date
from quizzes.attempts.grading.tries import tries_of
from quizzes.attempts.models import (
    AnswerState,
    Attempt,
    AttemptQuestion,
    AttemptState,
    Response,
)
from quizzes.attempts.queries import rows_of
from quizzes.attempts.rows import Row
from quizzes.attempts.taking.terms import renew_terms
from quizzes.bank.content_cache import contents_of
from quizzes.bank.corrections.keys import locked_keys
from quizzes.bank.corrections.state import Key
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

    An attempt submitted after its deadline is finished as of its deadline.
    """
    _read_contents(attempt_id)
    with transaction.atomic():
        attempt = _lock(attempt_id)
        if attempt.finished_at is not None:
            return attempt
        questions = rows_of(attempt, graded=False)
        keys = locked_keys(one.version_id for one in questions)
        tries = _tries(attempt, questions, keys, now=now)
        checked_before = bool(tries)
        graded = [
            grade_answer(
                one,
                keys[one.version_id],
                tries=tries.get(one.pk, ()),
                full_marks=keys[one.version_id].gives_full_marks(attempt.quiz_id),
            )
            for one in questions
            if not _already_graded(one, tries)
        ]
        for one in graded:
            tries.setdefault(one.question.pk, []).append(one.as_try())
        dropped = {one.pk for one in questions if keys[one.version_id].is_dropped(attempt.quiz_id)}
        attempt.finished_at = now if attempt.deadline is None else min(now, attempt.deadline)
        attempt.state = AttemptState.FINISHED
        attempt.score, attempt.max_score, attempt.needs_marking = fold(
            GradedQuestion(tries[one.pk], one.max_mark, one.pk in dropped) for one in questions
        )
        attempt.save(update_fields=["finished_at", "state", "score", "max_score", "needs_marking"])
        waiting = [pk for pk, found in tries.items() if found[-1].fraction is None]
        _close_questions(attempt, waiting, dropped)
        _store(attempt, graded, checked_before=checked_before, now=now)
        return attempt


def _store(
    attempt: Attempt, graded: Sequence[Graded], *, checked_before: bool, now: datetime
) -> None:
    """Store the grades and, if correctness is shown at once, release them with what was checked
    before; what another attempt of the student embargoes is released when that allows it."""
    at = attempt.finished_at or now
    if not correct_at_submission(attempt.quiz):
        store(graded, now=at, released=False, preview=attempt.preview)
        return
    embargoed = embargoed_questions(attempt.user_id, shown_in=attempt.quiz_id, now=now)
    withheld = [one for one in graded if one.question.question_id in embargoed]
    shown = [one for one in graded if one not in withheld]
    store(shown, now=at, released=True, preview=attempt.preview)
    if withheld:
        store(withheld, now=at, released=False, preview=attempt.preview)
    if checked_before:
        checked = Response.objects.filter(question__attempt=attempt, released_at__isnull=True)
        release(checked.exclude(question__version__question__in=embargoed), now=at)


def close_overdue_attempts(*, now: datetime, limit: int = 500) -> int:
    """Finish every attempt whose time and grace have run out; return how many.

    Safe to run in parallel, also while students submit. An attempt that cannot be closed is logged
    and does not keep the others open.
    """
    overdue = Attempt.objects.overdue_at(now).order_by("deadline").values_list("pk", flat=True)
    closed = 0
    # Resolved again before the grace is over, so that nobody with more time is cut off: a start
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
    """Load the questions' content into the process before the lock is taken."""
    contents_of(version for (version,) in _versions(attempt_id))


def _lock(attempt_id: int) -> Attempt:
    for attempt in _locked(attempt_id):
        return attempt
    raise Attempt.DoesNotExist


def _tries(
    attempt: Attempt, questions: Sequence[Row], keys: Mapping[int, Key], *, now: datetime
) -> dict[int, list[Try]]:
    """Return the tries checked so far, graded by the current keys."""
    if not any(one.tries for one in questions):
        return {}
    tries = tries_of(attempt.pk)
    return tries | bring_up_to_date(attempt, questions, tries, keys, now=now)


def _already_graded(question: Row, tries: Mapping[int, Sequence[Try]]) -> bool:
    """Whether the question is over, or its last try already graded the answer stored now."""
    if question.pk not in tries:
        return False
    last = tries[question.pk][-1]
    return question.state == AnswerState.FINISHED or last.answer == question.answer


def _close_questions(
    attempt: Attempt, waiting: Sequence[int], dropped: Collection[int] = ()
) -> None:
    """Close every question in one update; those in `waiting` are left to a person."""
    state: Case | AnswerState = AnswerState.FINISHED
    if waiting:
        state = Case(
            When(pk__in=waiting, then=Value(AnswerState.NEEDS_MARKING.value)),
            default=Value(AnswerState.FINISHED.value),
        )
    values: dict[str, Any] = {"state": state}
    if dropped:
        values["dropped"] = Case(When(pk__in=dropped, then=Value(True)), default=Value(False))
    AttemptQuestion.objects.filter(attempt=attempt).update(**values)
