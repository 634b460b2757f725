"""Whether options stand in an order that a reader would call one."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from itertools import pairwise

from quizzes.bank.linting.lexicon import NUMBERS, SCALES, SECONDS


def is_in_order(texts: Sequence[str]) -> bool:
    """Whether the texts go up or down by the alphabet, by numbers, by time or by a scale."""
    keys: tuple[Callable[[str], object | None], ...] = (
        alphabetical,
        titled,
        number,
        duration,
        step,
    )
    return any(_is_sorted([key(text) for text in texts]) for key in keys)


def alphabetical(text: str) -> str:
    """Return a text as an index sorts it: without case, accents and signs."""
    folded = unicodedata.normalize("NFKD", re.sub(r"[-–/]", " ", text.casefold()))
    return " ".join("".join(c for c in folded if c.isalnum() or c.isspace()).split())


def titled(text: str) -> str:
    """Return a text as a catalogue of titles sorts it: without a leading article, too."""
    return re.sub(r"^(the|a|an) ", "", alphabetical(text))


def number(text: str) -> float | None:
    """Return the first number of a text, in digits or in a word."""
    for word in re.findall(r"\d+(?:\.\d+)?|[a-z]+", text.casefold()):
        if word[0].isdigit():
            return float(word)
        if word in NUMBERS and word not in {"a", "an", "no", "none", "first", "second"}:
            return NUMBERS[word]
    return None


def duration(text: str) -> float | None:
    """Return a length of time in seconds: "a few weeks"."""
    value = 1.0
    for word in re.findall(r"\d+(?:\.\d+)?|[a-z]+", text.casefold()):
        if word.removesuffix("s") in SECONDS:
            return value * SECONDS[word.removesuffix("s")]
        value = float(word) if word[0].isdigit() else NUMBERS.get(word, value)
    return None


def step(text: str) -> tuple[int, int] | None:
    """Return the scale a text begins with a word of, and how far up it stands."""
    found = re.findall(r"[a-z]+", text.casefold())
    for scale, words in enumerate(SCALES):
        if found and found[0] in words:
            return scale, words.index(found[0])
    return None


def _is_sorted(keys: Sequence[object | None]) -> bool:
    if any(key is None for key in keys):
        return False
    pairs = list(pairwise(keys))
    rises = all(a <= b for a, b in pairs)  # type: ignore[operator]
    falls = all(a >= b for a, b in pairs)  # type: ignore[operator]
    return rises or falls
