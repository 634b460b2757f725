"""Why a question cannot be changed."""

from __future__ import annotations


class ReadOnlyVersion(Exception):
    """The version was ready once and may have been answered: a change is a new version."""


class ForbiddenState(Exception):
    """A version does not go from its state to the one asked for."""

    def __init__(self, old: str, new: str) -> None:
        super().__init__(f"{old} → {new}")
        self.old = old
        self.new = new


class QuestionInUse(Exception):
    """The question stands in a quiz or has been asked: it can be retired, not deleted."""


class BankWithoutOwner(Exception):
    """Somebody must be left who may share the bank."""
