"""Questions and their parts before they are rows. Pure: no models, no request.

The question itself is described field by field in schema.py.
"""

from __future__ import annotations

from dataclasses import dataclass

from quizzes.bank.draft_parts import AnchorDraft, OptionDraft, Waiver
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
