"""When a student may know what was right, and telling those who listen, once a response."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal

from django.db import transaction

from accounts.queries import max_time_factor
from quizzes.assessments import review_options, timing
from quizzes.assessments.models import Quiz
from quizzes.attempts.disclosure import events
from quizzes.attempts.disclosure.embargo import (
    NO_EMBARGO,
    embargoed_in,
    embargoed_questions,
    without_embargoed_score,
)
from quizzes.attempts.models import Attempt, Response


def final_close(quiz: Quiz) -> datetime | None:
    """Return when the last student's time at `quiz` has closed, with the most generous
    accommodation on the site: nothing is told after the close while anybody may still write."""
    return None if quiz.closes_at is None else timing.final_close(quiz, max_time_factor())


def shown_at(attempt: Attempt, *, now: datetime) -> review_options.ReviewOptions:
    """Return what the attempt's student may see of it at `now`; what other attempts keep back is
    for those to leave out who read its questions, see holding.py."""
    return _shown([attempt], now=now)[attempt.pk]


def shown_in(
    attempts: Iterable[Attempt], *, now: datetime
) -> dict[int, review_options.ReviewOptions]:
    """Return by attempt of one student what may be seen of it; at most four queries for all.

    The attempts come with their quizzes.
    """
    found = list(attempts)
    shown = _shown(found, now=now)
    embargo = embargoed_questions(found[0].user_id) if found else NO_EMBARGO
    asked = embargoed_in(found, embargo)
    for one in found:
        shown[one.pk] = without_embargoed_score(one, shown[one.pk], asked.get(one.pk, ()), embargo)
    return shown


def _shown(found: Sequence[Attempt], *, now: datetime) -> dict[int, review_options.ReviewOptions]:
    most = max_time_factor() if any(one.quiz.closes_at for one in found) else Decimal(1)
    late = still_in_progress([one.quiz for one in found], most, now=now)
    return {
        one.pk: shown_with(
            one.quiz, one.finished_at, most, now=now, still_in_progress=one.quiz_id in late
        )
        for one in found
    }


def shown_with(
    quiz: Quiz,
    finished_at: datetime | None,
    max_time_factor: Decimal,
    *,
    now: datetime,
    still_in_progress: bool = False,
) -> review_options.ReviewOptions:
    """Return what a student may see of an attempt at `quiz` that was finished then.

    Args:
        most_time: the largest time factor on the site, see last_close.
        kept_open: whether somebody still writes although the quiz has closed, see kept_open.
    """
    closes_at = None if still_in_progress else timing.final_close(quiz, max_time_factor)
    column = review_options.moment(finished_at=finished_at, closes_at=closes_at, now=now)
    return review_options.at(quiz.review, column)


def still_in_progress(
    quizzes: Iterable[Quiz], max_time_factor: Decimal, *, now: datetime
) -> set[int]:
    """Return those quizzes that have closed but for somebody who began under a later close: time
    once given is not taken away, and nothing is told while it runs. One query, none before a close.
    """
    closed = set()
    for quiz in quizzes:
        closes_at = timing.final_close(quiz, max_time_factor)
        if closes_at is not None and closes_at <= now:
            closed.add(quiz.pk)
    if not closed:
        return set()
    writing = Attempt.objects.open().filter(
        quiz__in=closed, preview=False, deadline__gt=now - timing.GRACE
    )
    return set(writing.order_by().values_list("quiz", flat=True))


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
    """Release what a date has made visible since the finish; return how many responses."""
    return sum(
        _release_attempt(attempt_id, now=now)
        for quiz in _quizzes_waiting()
        for attempt_id in _attempts_due(quiz, now)
    )


def _quizzes_waiting() -> Iterable[Quiz]:
    waiting = Response.objects.filter(released_at__isnull=True).values("question__attempt__quiz")
    return Quiz.objects.filter(pk__in=waiting)


def _attempts_due(quiz: Quiz, now: datetime) -> list[int]:
    """Return the finished attempts whose responses the review options show at `now`.

    Judged once a quiz, so that quizzes that never tell cost one look, not one an attempt.
    """
    closes_at = final_close(quiz)
    finished = Attempt.objects.filter(quiz=quiz, finished_at__isnull=False)
    if (
        closes_at is not None
        and now >= closes_at
        and not still_in_progress([quiz], max_time_factor(), now=now)
    ):
        column = review_options.AFTER_CLOSE
    else:
        column = review_options.LATER
        finished = finished.filter(finished_at__lte=now - review_options.JUST_AFTER_LASTS)
    if not review_options.at(quiz.review, column).correctness:
        return []
    waiting = Response.objects.filter(released_at__isnull=True).values("question__attempt")
    return list(finished.filter(pk__in=waiting).values_list("pk", flat=True))


def _release_attempt(attempt_id: int, *, now: datetime) -> int:
    with transaction.atomic():
        Attempt.objects.select_for_update(no_key=True).only("pk").get(pk=attempt_id)
        responses = list(
            Response.objects.filter(question__attempt=attempt_id, released_at__isnull=True)
        )
        release(responses, now=now)
        Attempt.objects.filter(pk=attempt_id).update(may_withhold=False)
        return len(responses)
