"""Words set in bold or italics, and links: carried from the file to the study text. Pure.

A mark says where it begins and ends among the signs that are not white space, since white space is
all that reading a line changes as a rule.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from difflib import SequenceMatcher
from itertools import accumulate
from urllib.parse import quote, urlsplit

Mark = tuple[int, int, str]  # start, end, and BOLD, ITALIC or the address of a link
Marked = tuple[str, tuple[Mark, ...]]
BOLD, ITALIC = "strong", "em"
_LINK_LENGTH = 2_000


def ink(text: str) -> int:
    """Return how many signs of a text are not white space."""
    return len("".join(text.split()))


def address(raw: str) -> str:
    """Return an address as a study text may link to it, "" for one that it may not."""
    raw = raw.strip()
    try:
        parts = urlsplit(raw)
    except ValueError:
        return ""
    if parts.scheme not in {"http", "https"} or not parts.netloc or len(raw) > _LINK_LENGTH:
        return ""
    # Brackets and stars would end the link, or begin something else.
    return quote(raw, safe="%/:?#@!$&'+,;=~")


def tidied(marks: Iterable[Mark]) -> tuple[Mark, ...]:
    """Return marks in their order, those of a kind that touch as one."""
    found: list[Mark] = []
    last: dict[str, int] = {}
    for start, end, kind in sorted(marks):
        at = last.get(kind)
        if at is not None and found[at][1] >= start:
            found[at] = (found[at][0], max(found[at][1], end), kind)
        elif end > start:
            last[kind] = len(found)
            found.append((start, end, kind))
    return tuple(found)


def shifted(marks: Iterable[Mark], by: int) -> tuple[Mark, ...]:
    return tuple((start + by, end + by, kind) for start, end, kind in marks)


def parted(marks: Iterable[Mark], at: int) -> tuple[tuple[Mark, ...], tuple[Mark, ...]]:
    """Return the marks before a place, and those from there on, counted from it."""
    marks = tuple(marks)
    first = ((start, min(end, at), kind) for start, end, kind in marks)
    second = ((max(start, at) - at, end - at, kind) for start, end, kind in marks)
    return tidied(first), tidied(second)


def joined(parts: Iterable[Marked], between: str) -> Marked:
    """Return texts put together, with the marks of all."""
    words: list[str] = []
    marks: list[Mark] = []
    at = 0
    for text, own in parts:
        at += ink(between) if words else 0
        marks += shifted(own, at)
        at += ink(text)
        words.append(text)
    return between.join(words), tidied(marks)


def moved(marks: tuple[Mark, ...], raw: str, text: str) -> tuple[Mark, ...]:
    """Return where the marks of `raw` are in `text`, in which some words were repaired or left out.

    A mark that begins or ends in such a word holds all of it.
    """
    old, new = raw.split(), text.split()
    if not marks or old == new:
        return marks
    starts = [0, *accumulate(map(len, old))]
    whither = [0, *accumulate(map(len, new))]
    spans: list[tuple[int, int]] = []
    for _, i1, i2, j1, j2 in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if i2 - i1 == j2 - j1:
            spans += [(whither[j], whither[j + 1]) for j in range(j1, j2)]
        else:
            spans += [(whither[j1], whither[j2])] * (i2 - i1)

    def place(at: int, *, is_end: bool) -> int:
        word = min(len(old) - 1, bisect_right(starts, at - 1 if is_end else at) - 1)
        first, last = spans[word]
        if last - first == len(old[word]):
            return first + at - starts[word]
        return last if is_end else first

    return tidied((place(a, is_end=False), place(b, is_end=True), kind) for a, b, kind in marks)
