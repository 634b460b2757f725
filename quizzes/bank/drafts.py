"""Questions before they are rows: what the admin, the API and every importer hand to the services.

Pure: no models, no request. A draft in canonical form (services.canonical) hashes to the same
`fingerprint` whether it was read from a file, posted, or read back from the database.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from quizzes.material.fingerprints import fingerprint

DEFAULT_PENALTY = Decimal("0.3333333")


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


@dataclass(frozen=True, slots=True)
class QuestionDraft:
    """One wording of a question, with the details of the question it belongs to.

    `topic` is the slug of a topic of the bank, "" for none. An empty `slug` is made of the stem.
    `title` is for lists of authors; `external_id` is what another system calls the question.
    """

    type: str
    stem: str
    options: tuple[OptionDraft, ...] = ()
    params: Mapping[str, Any] = field(default_factory=dict)
    explanation: str = ""
    caution: str = ""
    hints: tuple[str, ...] = ()
    penalty: Decimal = DEFAULT_PENALTY
    anchors: tuple[AnchorDraft, ...] = ()
    slug: str = ""
    topic: str = ""
    level: str = "recall"
    tags: tuple[str, ...] = ()
    waivers: tuple[Waiver, ...] = ()
    title: str = ""
    external_id: str = ""

    def wording(self) -> dict[str, Any]:
        """What a version holds, as JSON: two drafts ask the same if their wordings are equal."""
        return {
            "type": self.type,
            "stem": self.stem,
            "options": [
                [option.text, _exact(option.fraction), option.rationale, option.pinned]
                for option in self.options
            ],
            "params": dict(self.params),
            "explanation": self.explanation,
            "caution": self.caution,
            "hints": list(self.hints),
            "penalty": _exact(self.penalty),
            "anchors": [
                [a.option, a.role, a.material, a.passage, a.prefix, a.quote] for a in self.anchors
            ],
        }

    def details(self) -> dict[str, Any]:
        """What the question holds beside its versions, as JSON.

        Waivers and other names count where there are any, so that a question without has the hash
        it always had.
        """
        details: dict[str, Any] = {
            "slug": self.slug,
            "topic": self.topic,
            "level": self.level,
            "tags": sorted(self.tags),
        }
        if self.waivers:
            details["waivers"] = sorted([one.finding, one.reason] for one in self.waivers)
        if self.title:
            details["title"] = self.title
        if self.external_id:
            details["external_id"] = self.external_id
        return details

    def fingerprint(self) -> str:
        """A hash of everything in the draft."""
        return fingerprint({"wording": self.wording(), "details": self.details()})


def _exact(number: Decimal) -> str:
    """A decimal in its one spelling: 1 and 1.0000000 are the same worth."""
    return format(number.normalize(), "f") if number else "0"
