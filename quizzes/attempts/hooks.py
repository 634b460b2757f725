"""What attempts tell upwards. Listeners are registered in quizzes/apps.py:ready()."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from quizzes.attempts.models import Response


@dataclass(frozen=True, slots=True)
class Regrading:
    """A grade that replaced another of the same response: what each is worth."""

    response_id: int
    old: Decimal | None
    new: Decimal | None
    grade_number: int


_regraded_listeners: list[Callable[..., None]] = []
_listeners: list[Callable[[Sequence[Response]], None]] = []


def on_released(listener: Callable[[Sequence[Response]], None]) -> None:
    """Register `listener`: called once for every response, inside the transaction that releases
    it, when its review options first show whether it is right. It must not raise for bad data."""
    _listeners.append(listener)


def released(responses: Sequence[Response]) -> None:
    """Tell every listener that `responses` have just been released."""
    if responses:
        for listener in _listeners:
            listener(responses)


def on_regraded(listener: Callable[..., None]) -> None:
    """Register `listener(changes, now=…)`: called inside the transaction in which grades are
    replaced because a key was corrected."""
    _regraded_listeners.append(listener)


def regraded(changes: Sequence[Regrading], *, now: datetime) -> None:
    """Tell every listener what became of responses graded before."""
    if changes:
        for listener in _regraded_listeners:
            listener(changes, now=now)
