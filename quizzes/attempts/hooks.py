"""What attempts tell upwards. Listeners are registered in quizzes/apps.py:ready()."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from quizzes.attempts.models import Response

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
