"""Which responses Graded, Outcome and Regraded report, each once. See quizzes/attempts/hooks.py.

All of these are called inside the transaction that has locked the attempt, and never for previews
unless they say so.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db.models import Exists, OuterRef

from quizzes.attempts import hooks
from quizzes.attempts.hooks import Regrading
from quizzes.attempts.models import Grade, Response


def send_graded(responses: Sequence[Response], *, released: bool, now: datetime) -> None:
    """Report responses that have just been stored with their grades, and their outcomes if they are
    `released`: their rows already hold `outcome_sent_at`."""
    hooks.graded(responses, now=now)
    if released:
        hooks.outcome(responses, now=now)


def send_outcomes(responses: Sequence[Response], *, now: datetime) -> None:
    """Report the graded ones of responses just released; previews are left out."""
    later = Grade.objects.filter(response=OuterRef("response"), number__gt=OuterRef("number"))
    final = Grade.objects.filter(
        ~Exists(later),
        response__in=[one.pk for one in responses],
        response__question__attempt__preview=False,
        fraction__isnull=False,
    )
    graded = set(final.order_by().values_list("response", flat=True))
    _send([one for one in responses if one.pk in graded], now=now)


def send_new_grades(changes: Sequence[Regrading], *, now: datetime) -> None:
    """Report newer grades of stored responses, by a person or after a correction of the key.

    Those that have been graded before are regraded. The others get their first grade, which may
    also be what a released response waited for.
    """
    first = _never_graded_before(changes)
    hooks.regraded([one for one in changes if one.response_id not in first], now=now)
    if first:
        responses = list(Response.objects.filter(pk__in=first).order_by("pk"))
        hooks.graded(responses, now=now)
        _send([one for one in responses if one.released_at is not None], now=now)


def _never_graded_before(changes: Sequence[Regrading]) -> set[int]:
    """Return the responses that had no grade yet; no query where each had one."""
    waited = {one.response_id: one.grade_number for one in changes if one.old is None}
    if not waited:
        return set()
    graded = Grade.objects.filter(response__in=list(waited), fraction__isnull=False)
    # A correction may have graded one and been withdrawn, so it waited again.
    earlier = {
        response
        for response, number in graded.order_by().values_list("response", "number")
        if number < waited[response]
    }
    return set(waited) - earlier


def _send(responses: Sequence[Response], *, now: datetime) -> None:
    """Send the outcomes not sent yet and record that they have been."""
    fresh = [one for one in responses if one.outcome_sent_at is None]
    if not fresh:
        return
    for one in fresh:
        one.outcome_sent_at = now
    Response.objects.filter(pk__in=[one.pk for one in fresh]).update(outcome_sent_at=now)
    hooks.outcome(fresh, now=now)
