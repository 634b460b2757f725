"""The parts of questions before they are rows. Pure: no models, no request.

The question itself is described field by field in schema.py.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from quizzes.bank.schema import DEFAULT_PENALTY, QuestionDraft
from quizzes.material.fingerprints import fingerprint

__all__ = [
    "DEFAULT_PENALTY",
    "AnchorDraft",
    "NotAskedDraft",
    "OptionDraft",
    "QuestionDraft",
    "Waiver",
]


@dataclass(frozen=True, slots=True)
class OptionDraft:
    """A choice or an accepted text; `fraction` is what it is worth, from -1 to 1."""

    text: str
    fraction: Decimal = Decimal(0)
    rationale: str = ""
    pinned: bool = False


@dataclass(frozen=True, slots=True)
class AnchorDraft:
    """Words of a passage that settle the question, or the option at the 0-based place `option`.

    Where the passage says the quote more than once, `prefix` (words just before it) tells which
    one is meant; without it, the first.
    """

    material: str
    passage: str
    quote: str
    role: str = "supports"
    option: int | None = None
    prefix: str = ""


@dataclass(frozen=True, slots=True)
class Waiver:
    """A finding of the linter that its author looked at and lets stand, and why."""

    finding: str
    reason: str

    def as_json(self) -> dict[str, str]:
        return {"finding": self.finding, "reason": self.reason}


@dataclass(frozen=True, slots=True)
class NotAskedDraft:
    """A passage that is deliberately not asked, and why."""

    material: str
    passage: str
    reason: str

    @property
    def slug(self) -> str:
        return f"{self.material}#{self.passage}"

    def fingerprint(self) -> str:
        """A hash of everything in the draft."""
        return fingerprint([self.material, self.passage, self.reason])
