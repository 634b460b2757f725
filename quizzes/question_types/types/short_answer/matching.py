"""When a typed text counts as an accepted one: a pure comparison, bounded in time.

Case, width, spaces, hyphens and the punctuation around it never matter. One edit (a letter added,
dropped, changed, or two neighbours swapped) is forgiven in each word of six letters or more, unless
it could have meant something else: a number, a negation, a drug, or another known term.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

import yaml
from rapidfuzz.distance import OSA

FORGIVING_FROM = 6
LENGTH_LIMIT = 200
_FORMATTING = "Cf"
_SAME = str.maketrans({"’": "'", "‘": "'", "ʼ": "'", "‐": "-", "–": "-", "—": "-", "−": "-"})
_MARKS = "\"'`“”«»„….,;:!?*_"
_BRACKETS = {"(": ")", "[": "]", "{": "}"}
_HYPHEN = re.compile(r"(?<=[^\W\d_])-(?=[^\W\d_])")
_OPENING = re.compile(r"[\"'`“”«»„…,;:!?*_]+|\.+(?!\d)")


@dataclass(frozen=True, slots=True)
class Lexicon:
    """The words of terms.yaml."""

    terms: frozenset[str]
    drugs: frozenset[str]
    guarded: frozenset[str]
    drug_endings: tuple[str, ...]
    prefixes: tuple[str, ...]

    def is_guarded(self, word: str) -> bool:
        """Is this a number, a negation or a drug, in which every letter counts?"""
        return word in self.guarded or word in self.drugs or word.endswith(self.drug_endings)

    def prefix(self, word: str) -> str:
        """The longest prefix with a meaning of its own that the word begins with, or ""."""
        return next((prefix for prefix in self.prefixes if word.startswith(prefix)), "")


@cache
def lexicon() -> Lexicon:
    """Read once; the file belongs to the code."""
    lists = yaml.safe_load((Path(__file__).parent / "terms.yaml").read_text(encoding="utf-8"))
    return Lexicon(
        terms=frozenset(lists["terms"]),
        drugs=frozenset(word for name in lists["drugs"] for word in name.split()),
        guarded=frozenset(lists["numbers"]) | frozenset(lists["negations"]),
        drug_endings=tuple(lists["drug_endings"]),
        prefixes=tuple(sorted(lists["prefixes"], key=lambda prefix: (-len(prefix), prefix))),
    )


@lru_cache(maxsize=4096)  # the accepted texts of a question are the same for a whole class
def normalise(text: str) -> str:
    """The form in which texts are compared; "" if nothing is left."""
    text = unicodedata.normalize("NFKC", text).casefold()
    text = unicodedata.normalize("NFKC", text).translate(_SAME)
    text = "".join(char for char in text if unicodedata.category(char) != _FORMATTING)
    text = " ".join(_HYPHEN.sub(" ", text).split())
    return _strip(text)


def _strip(text: str) -> str:
    """Takes off marks around the text, but not the point of .5 nor a bracket that is half of a
    pair inside."""
    while True:
        opening = _OPENING.match(text)
        shorter = text[opening.end() :] if opening else text
        shorter = shorter.rstrip(_MARKS).strip()
        inner = shorter[1:-1]
        if len(shorter) > 1 and _BRACKETS.get(shorter[0]) == shorter[-1]:
            closing = shorter[-1]
            if shorter[0] not in inner and closing not in inner:
                shorter = inner.strip()
        if shorter == text:
            return text
        text = shorter


@dataclass(frozen=True, slots=True)
class Match:
    """The place of the option a text stands for, and how many edits that took."""

    place: int
    edits: int


def find(text: str, options: Sequence[str], worth: Sequence[object]) -> Match | None:
    """The option that a typed text stands for, or None.

    `worth` tells options apart in what they earn: where a text is as near to one as to another
    that earns something else, it stands for neither.
    """
    if len(text) > LENGTH_LIMIT:
        return None
    typed = normalise(text)
    known = [normalise(option) for option in options]
    if not typed:
        return None
    if typed in known:
        return Match(known.index(typed), 0)
    others = frozenset(word for option in known for word in option.split())
    near = [
        Match(place, edits)
        for place, option in enumerate(known)
        if (edits := _edits(typed.split(), option.split(), others)) is not None
    ]
    if not near:
        return None
    fewest = min(match.edits for match in near)
    nearest = [match for match in near if match.edits == fewest]
    return nearest[0] if len({worth[match.place] for match in nearest}) == 1 else None


def _edits(typed: list[str], meant: list[str], others: frozenset[str]) -> int | None:
    """Edits between two texts word by word, or None if one of them is not forgiven."""
    if len(typed) != len(meant):
        return None
    slips = [pair for pair in zip(typed, meant, strict=True) if pair[0] != pair[1]]
    return len(slips) if all(_is_slip(*pair, others) for pair in slips) else None


def _is_slip(typed: str, meant: str, others: frozenset[str]) -> bool:
    """Was `typed` surely meant to be `meant`?"""
    words = lexicon()
    if len(meant) < FORGIVING_FROM or not (typed.isalpha() and meant.isalpha()):
        return False
    if words.is_guarded(meant) or words.is_guarded(typed):
        return False
    if OSA.distance(typed, meant, score_cutoff=1) > 1:
        return False
    if typed == meant + "s" or meant == typed + "s":
        return True
    if typed in words.terms or typed in others:
        return False
    # A first letter too many or too few is often a prefix: typical and atypical.
    if typed[1:] == meant or meant[1:] == typed:
        return False
    return words.prefix(typed) == words.prefix(meant)
