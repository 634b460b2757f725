"""What is said upwards when the terms of attempts may have changed, whoever changed them.

Listeners are registered in quizzes/apps.py:ready() and called inside the transaction.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Protocol


class TermsListener(Protocol):
    def __call__(self, *, users: Collection[int], quizzes: Collection[int]) -> None: ...


_listeners: list[TermsListener] = []


def on_terms_changed(listener: TermsListener) -> None:
    """Register `listener`, which brings the terms of these users and of these quizzes up to date.

    It is called with whole sets at once and must not cost a statement for each of their attempts.
    """
    if listener not in _listeners:
        _listeners.append(listener)


def terms_changed(*, users: Collection[int] = (), quizzes: Collection[int] = ()) -> None:
    """Say that what is granted to these users, or the dates of these quizzes, has changed."""
    for listener in _listeners:
        listener(users=users, quizzes=quizzes)
