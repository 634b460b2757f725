"""The terms of attempts: stored at the start and updated while they are open."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from decimal import Decimal

from django.db import transaction
from django.db.models import Case, Q, QuerySet, Value, When

from accounts.queries import NO_ACCOMMODATION, accommodations_of
from quizzes.assessments import timing
from quizzes.assessments.models import Quiz
from quizzes.assessments.terms import terms_with
from quizzes.assessments.timing import Terms
from quizzes.attempts.models import OPEN_STATES, Attempt

FIELDS = ("opens_at", "closes_at", "time_limit_s", "deadline")
ROWS_A_STATEMENT = 400


def set_terms(attempt: Attempt, terms: Terms) -> None:
    """Set the terms in effect for its student on an attempt, without saving it."""
    attempt.opens_at = terms.opens_at
    attempt.closes_at = terms.ends_at
    attempt.time_limit_s = terms.time_limit_s
    attempt.deadline = terms.deadline(attempt.started_at)


@transaction.atomic
def terms_changed(*, users: Collection[int], quizzes: Collection[int]) -> None:
    """Update the terms of these users' open attempts and of the open attempts at these quizzes,
    and the close of finished ones at these quizzes. A constant number of statements."""
    renew_terms(Attempt.objects.filter(Q(user__in=users) | Q(quiz__in=quizzes)))
    for quiz in Quiz.objects.filter(pk__in=quizzes):
        _move_close_of_finished(quiz)


@transaction.atomic
def renew_terms(found: QuerySet[Attempt]) -> list[Attempt]:
    """Resolve the terms of the open ones among these attempts again and return those attempts,
    locked; four statements.

    An open attempt never loses time: a change that would end it earlier is ignored.
    """
    open_ones = found.filter(state__in=OPEN_STATES)
    attempts = list(open_ones.select_for_update(no_key=True).order_by("pk"))
    quizzes = Quiz.objects.in_bulk({one.quiz_id for one in attempts})
    granted = accommodations_of({one.user_id for one in attempts})
    changed = [
        one for one in attempts if not one.preview and _renewed(one, quizzes[one.quiz_id], granted)
    ]
    if changed:
        Attempt.objects.bulk_update(changed, FIELDS, batch_size=ROWS_A_STATEMENT)
    return attempts


def _renewed(attempt: Attempt, quiz: Quiz, granted: Mapping[int, tuple[Decimal, int]]) -> bool:
    """Set the current terms on an attempt if it loses no time; return whether they differ."""
    terms = terms_with(quiz, *granted.get(attempt.user_id, NO_ACCOMMODATION))
    if not timing.ends_no_earlier(attempt.deadline, terms.deadline(attempt.started_at)):
        return False
    before = [getattr(attempt, name) for name in FIELDS]
    set_terms(attempt, terms)
    return before != [getattr(attempt, name) for name in FIELDS]


def _move_close_of_finished(quiz: Quiz) -> None:
    """Store the close of a quiz on its finished attempts, whose other terms no longer change."""
    finished = Attempt.objects.finished().filter(quiz=quiz, preview=False)
    granted = accommodations_of(
        finished.filter(user__accommodation__time_factor__gt=1).values_list("user", flat=True)
    )
    closes = [
        When(user=user, then=Value(terms_with(quiz, factor, extra).ends_at))
        for user, (factor, extra) in granted.items()
    ]
    own = Value(quiz.closes_at)
    finished.update(closes_at=Case(*closes, default=own) if closes and quiz.closes_at else own)
