"""What material tells upwards. Listeners are registered in quizzes/apps.py:ready()."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from quizzes.material.models import Edition


@dataclass(frozen=True, slots=True)
class Lost:
    """Something in use that quotes words which the new text no longer says exactly once.

    `name` is how people know it: "bank/question".
    """

    name: str
    passage: str
    quote: str


EditionListener = Callable[[Edition, Edition], list[Lost]]
_listeners: list[EditionListener] = []


def on_edition(listener: EditionListener) -> None:
    """Register `listener(old, new)`: called inside the transaction that publishes the edition `new`
    in place of `old`. It moves what hangs on the old text to the new one, and returns what it
    cannot move; it must not refuse by itself."""
    if listener not in _listeners:
        _listeners.append(listener)


def edition_published(old: Edition, new: Edition) -> list[Lost]:
    """Tell every listener; return all that could not be moved."""
    return [lost for listener in _listeners for lost in listener(old, new)]
