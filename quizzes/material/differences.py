"""What changed between two texts, word by word, for people to see. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

Kind = Literal["same", "gone", "new"]
State = Literal["changed", "added", "removed"]


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of words that both texts have, that only the old one has, or only the new one."""

    kind: Kind
    text: str


@dataclass(frozen=True, slots=True)
class Difference:
    """A passage that two editions do not share."""

    key: str
    state: State
    pieces: tuple[Piece, ...]


def pieces(old: str, new: str) -> tuple[Piece, ...]:
    """Return two texts laid over each other as runs of words in reading order."""
    before, after = old.split(), new.split()
    found: list[Piece] = []
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    for tag, i1, i2, j1, j2 in matcher.get_opcodes():
        if tag == "equal":
            found.append(Piece("same", " ".join(before[i1:i2])))
            continue
        if i2 > i1:
            found.append(Piece("gone", " ".join(before[i1:i2])))
        if j2 > j1:
            found.append(Piece("new", " ".join(after[j1:j2])))
    return tuple(found)


def differences(old: Mapping[str, str], new: Mapping[str, str]) -> list[Difference]:
    """Return the passages (plain text by key) that differ, in the order of the new text; what is
    gone comes last."""
    found: list[Difference] = []
    for key, plain in new.items():
        if key not in old:
            found.append(Difference(key, "added", (Piece("new", plain),)))
        elif old[key] != plain:
            found.append(Difference(key, "changed", pieces(old[key], plain)))
    for key, plain in old.items():
        if key not in new:
            found.append(Difference(key, "removed", (Piece("gone", plain),)))
    return found
