"""Which responses Graded, Outcome and Regraded report, each once. See quizzes/attempts/hooks.py.

All of these are called inside the transaction that has locked the attempt, and never for previews
unless they say so.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from django.db.models import Exists, OuterRef

from quizzes.attempts import hooks
from quizzes.attempts.models import Grade, Response


def send_graded(responses: Sequence[Response], *, released: bool, now: datetime) -> None:
    """Report responses that have just been stored with their grades, and their outcomes if they are
    `released`: their rows already hold `outcome_sent_at`."""
    hooks.graded(responses, now=now)
    if released:
        hooks.outcome(responses, now=now)


def send_outcomes(responses: Sequence[Response], *, now: datetime) -> None:
    """Report what has just been released, as far as it is graded; previews are left out."""
    later = Grade.objects.filter(response=OuterRef("response"), number__gt=OuterRef("number"))
    final = Grade.objects.filter(
        ~Exists(later),
        response__in=[one.pk for one in responses],
        response__question__attempt__preview=False,
        fraction__isnull=False,
    )
    graded = set(final.order_by().values_list("response", flat=True))
    _send([one for one in responses if one.pk in graded], now=now)


def send_marked(grade: Grade, *, before: Decimal | None, now: datetime) -> None:
    """Report a grade that a person gave: the first of its response, or one that replaces `before`.

    The first may also be what a released response waited for.
    """
    if before is not None:
        change = hooks.Regrading(grade.response_id, before, grade.fraction, grade.number)
        hooks.regraded([change], now=now)
        return
    response = Response.objects.get(pk=grade.response_id)
    hooks.graded([response], now=now)
    if response.released_at is not None:
        _send([response], now=now)


def _send(responses: Sequence[Response], *, now: datetime) -> None:
    """Send the outcomes that have not been sent, and note in the same breath that they have."""
    fresh = [one for one in responses if one.outcome_sent_at is None]
    if not fresh:
        return
    for one in fresh:
        one.outcome_sent_at = now
    Response.objects.filter(pk__in=[one.pk for one in fresh]).update(outcome_sent_at=now)
    hooks.outcome(fresh, now=now)
