"""A document cut into pieces, each with what is proposed for it. Pure.

The pieces' `raw` put together is the text the reader found, whatever the steps do: nothing can be
dropped unseen.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any, Literal

from quizzes.importing.blocks import Block, Place
from quizzes.importing.emphasis import Mark, ink, moved, parted

Kind = Literal["heading", "passage", "item", "join", "removed"]
KINDS: tuple[Kind, ...] = ("heading", "passage", "item", "join", "removed")

# Reasons that say why other words are kept than stood there.
CHANGES = ("mojibake", "unreadable", "ligature", "invisible", "hyphen", "emoji", "bullet")


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of the document and what becomes of it.

    Attributes:
        raw: the words as they stood, with the line break that ended them.
        text: the words as they are kept.
        kind: "join" goes on with the passage before.
        reasons: ids of why it is removed, changed or taken for a heading (reasons.py).
        wraps: one line of a page, which the next one may go on with.
        marks: the words of `raw` in bold or italics, and its links.
    """

    raw: str
    text: str
    kind: Kind
    place: Place
    level: int = 0
    reasons: tuple[str, ...] = ()
    gap: bool = False
    wraps: bool = False
    key: str = ""
    marks: tuple[Mark, ...] = ()

    @property
    def kept(self) -> bool:
        return self.kind != "removed"

    @property
    def changed(self) -> bool:
        """Whether other words are kept than stood there; white space does not count."""
        return self.kept and "".join(self.raw.split()) != "".join(self.text.split())

    def because(self, *reasons: str) -> tuple[str, ...]:
        return self.reasons + tuple(one for one in reasons if one not in self.reasons)

    def removed(self, reason: str) -> Segment:
        return replace(self, kind="removed", level=0, reasons=(reason,))

    def as_heading(self, level: int, *reasons: str) -> Segment:
        return replace(self, kind="heading", level=level, reasons=self.because(*reasons))

    def with_text(self, text: str, *reasons: str) -> Segment:
        return replace(self, text=text, reasons=self.because(*reasons))

    def as_json(self) -> list[Any]:
        place = [self.place.unit, self.place.number, self.place.line]
        row = [self.kind, self.level, self.raw, self.text, list(self.reasons), place, self.key]
        return [*row, [list(mark) for mark in self.marks]]

    @property
    def marks_kept(self) -> tuple[Mark, ...]:
        """The marks as they are in the words that are kept; a heading has none."""
        return () if self.kind == "heading" else moved(self.marks, self.raw, self.text)


def segment_of(row: list[Any]) -> Segment:
    """Return the piece that was written as this JSON."""
    kind, level, raw, text, reasons, (unit, number, line), key, *rest = row
    # Proposals kept since before there were marks have none.
    marks = tuple((start, end, mark) for start, end, mark in (rest[0] if rest else ()))
    place = Place(unit, number, line)
    return Segment(raw, text, kind, place, level, tuple(reasons), key=key, marks=marks)


def segment_from(block: Block) -> Segment:
    """Return a block as a piece: kept as it is, unless the file marks it as no part of the text."""
    kind: Kind = "passage"
    if block.kind in {"heading", "item"}:
        kind = "heading" if block.kind == "heading" else "item"
    segment = Segment(
        raw=block.text + "\n",
        text=block.text,
        kind=kind,
        place=block.place,
        level=block.level,
        gap=block.gap,
        wraps=block.kind == "line",
        key=block.key,
        marks=block.marks,
    )
    return segment.removed(block.hint) if block.hint else segment


def cut(segment: Segment, at: int) -> tuple[Segment, Segment] | None:
    """Return the piece cut before position `at` of its text; None where raw cannot be cut alike.

    The words at the cut are looked for in raw, where they occur as often before it.
    """
    sign = segment.text[at : at + 12]
    places = [i for i in range(at + 1) if segment.text.startswith(sign, i)]
    start = -1
    for _ in places:
        start = segment.raw.find(sign, start + 1)
        if start < 0:
            return None
    if segment.raw.count(sign) != segment.text.count(sign):
        return None
    before, after = parted(segment.marks, ink(segment.raw[:start]))
    first = replace(segment, raw=segment.raw[:start], text=segment.text[:at].rstrip(), marks=before)
    second = replace(
        segment, raw=segment.raw[start:], text=segment.text[at:], gap=False, key="", marks=after
    )
    return _told(first), _told(second)


def _told(part: Segment) -> Segment:
    """A part of a piece with the reasons that are its own."""
    if not part.reasons or part.changed:
        return part
    own = [one for one in part.reasons if one not in CHANGES]
    return replace(part, reasons=tuple(own))


def glue(first: str, second: str, words: frozenset[str] = frozenset()) -> tuple[str, bool]:
    """Return two lines as one, and whether a word parted by a hyphen was put together.

    `words` are those of the document: a word written whole elsewhere is put together, one
    written with the hyphen, or of two words known by themselves, keeps it.
    """
    head, tail = first.rsplit(maxsplit=1)[-1:], second.split(maxsplit=1)[:1]
    if not (head and tail and head[0].endswith("-") and len(head[0]) > 2 and tail[0][0].islower()):
        return f"{first} {second}".strip(), False
    left = head[0][:-1].strip("(“‘\"'").casefold()
    right = tail[0].rstrip(".,;:!?)”’\"'").casefold()
    parted = f"{left}-{right}" in words or (left in words and right in words)
    if not left[-1:].isalpha() or (left + right not in words and parted):
        return first + second, False
    return first[:-1] + second, True


def raw_of(segments: Iterable[Segment]) -> str:
    """Return the text the pieces were cut from."""
    return "".join(segment.raw for segment in segments)
