"""What a question's draft is made of besides its fields: options, anchors, waivers. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal


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
