"""Releasing responses: recording since when correctness is shown, and sending each response's
outcome once."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from quizzes.assessments import review_options
from quizzes.assessments.models import Quiz
from quizzes.assessments.results import still_in_progress
from quizzes.attempts.disclosure import events
from quizzes.attempts.disclosure.embargo import embargoed_questions
from quizzes.attempts.disclosure.moments import rules_of
from quizzes.attempts.models import Attempt, Response


def release(responses: Iterable[Response], *, now: datetime) -> None:
    """Mark responses as released and send their outcomes; call it inside the transaction."""
    fresh = [response for response in responses if response.released_at is None]
    if not fresh:
        return
    for response in fresh:
        response.released_at = now
    Response.objects.filter(pk__in=[response.pk for response in fresh]).update(released_at=now)
    events.send_outcomes(fresh, now=now)


def release_due_responses(*, now: datetime) -> int:
    """Release what has become visible since the finish; return the number of responses."""
    return sum(
        _release_attempt(attempt, now=now)
        for quiz in _quizzes_waiting()
        for attempt in _attempts_due(quiz, now)
    )


def _quizzes_waiting() -> Iterable[Quiz]:
    waiting = Response.objects.filter(released_at__isnull=True).values("question__attempt__quiz")
    return Quiz.objects.filter(pk__in=waiting)


def _attempts_due(quiz: Quiz, now: datetime) -> list[Attempt]:
    """Return the finished attempts whose responses the review options show at `now`.

    Decided once per quiz, so a quiz that never shows them costs one decision, not one per attempt.
    """
    rules = rules_of(quiz, still_in_progress=bool(still_in_progress([quiz], now=now)))
    recent = now - review_options.JUST_AFTER_LASTS
    finished = Attempt.objects.filter(quiz=quiz, finished_at__isnull=False)
    column = rules.column(recent, now)
    if column != review_options.AFTER_CLOSE:
        finished = finished.filter(finished_at__lte=recent)
    if not rules.at(column).correctness:
        return []
    waiting = Response.objects.filter(released_at__isnull=True).values("question__attempt")
    return list(finished.filter(pk__in=waiting).only("user_id", "quiz_id", "preview"))


def _release_attempt(attempt: Attempt, *, now: datetime) -> int:
    """Release the waiting responses of an attempt, except what the student's others embargo."""
    waiting = Response.objects.filter(question__attempt=attempt.pk, released_at__isnull=True)
    embargoed = embargoed_questions(attempt.user_id, shown_in=attempt.quiz_id, now=now)
    if embargoed:
        waiting = waiting.exclude(question__version__question__in=embargoed)
        if not waiting.exists():
            return 0
    with transaction.atomic():
        Attempt.objects.select_for_update(no_key=True).only("pk").get(pk=attempt.pk)
        responses = list(waiting)
        release(responses, now=now)
        return len(responses)
