"""Lines of a page: what the page adds (numbers, running heads), and which lines go on. Pure."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from dataclasses import replace
from itertools import pairwise

from quizzes.importing.emphasis import ink, shifted
from quizzes.importing.segments import Segment, glue

_PAGE_NUMBER = re.compile(
    r"(?:[-–—|·\s]*(?:page|p\.|seite|página)?\s*(?:\d{1,4}|[ivxl]{1,6})"
    r"(?:\s*(?:of|/|von|de)\s*\d{1,4})?[-–—|·\s]*)",
    re.IGNORECASE,
)
_WITH_WORD = re.compile(r"(?:page|seite|página)\s*\d{1,4}(?:\s*(?:of|/|von|de)\s*\d{1,4})?", re.I)
_ENDS = re.compile(r"[.!?:…][\"”’')\]]*$")
_BEGINS_ITEM = re.compile(r"(?:[•‣◦▪●○■□*·–-]|\(?\d{1,3}[.)]|\(?[a-z]\)|\d+(?:\.\d+)+\.?)\s")
_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
EDGE = 2  # lines at the head and at the foot of a page, where boilerplate is
REPEATED_PAGES = 3


def find_page_boilerplate(segments: list[Segment]) -> list[Segment]:
    """Propose page numbers, running heads and feet for removal."""
    edges = _edges(segments)
    pages = Counter(
        key for key in {(_shape(segments[i].text), segments[i].place.number) for i in edges}
    )
    shapes = Counter(shape for shape, _ in pages)
    found: list[Segment] = []
    for index, segment in enumerate(segments):
        text = segment.text.strip()
        if not segment.kept or not text:
            found.append(segment)
        elif _WITH_WORD.fullmatch(text) or (index in edges and _PAGE_NUMBER.fullmatch(text)):
            found.append(segment.removed("page_number"))
        elif index in edges and shapes[_shape(text)] >= REPEATED_PAGES and len(text) <= 150:
            found.append(segment.removed("running_head"))
        else:
            found.append(segment)
    return found


def _edges(segments: list[Segment]) -> set[int]:
    """Return the first and last lines of every page."""
    pages: dict[int, list[int]] = defaultdict(list)
    for index, segment in enumerate(segments):
        if segment.place.unit == "page" and segment.text.strip():
            pages[segment.place.number].append(index)
    return {index for lines in pages.values() for index in (*lines[:EDGE], *lines[-EDGE:])}


def _shape(text: str) -> str:
    """The line with every number alike, as a running head with the page's number in it repeats."""
    return re.sub(r"\d+", "0", " ".join(text.casefold().split()))


def is_wrapped(segments: list[Segment]) -> bool:
    """Whether a file's lines are those of a page: none is long, and most of those that another
    one follows at once are nearly as long as can be."""
    inner = [
        len(segment.text)
        for segment, following in pairwise(segments)
        if segment.wraps and not following.gap
    ]
    if len(inner) < 3 or max(len(segment.text) for segment in segments if segment.wraps) > 130:
        return False
    width = max(inner)
    return width >= 40 and sum(length >= 0.7 * width for length in inner) >= 0.6 * len(inner)


def join_lines(segments: list[Segment]) -> list[Segment]:
    """Put the lines of each paragraph together; lines parted by a removed one stay apart, joined.

    White space is all that changes, and a word parted by a hyphen, which is said.
    """
    words = frozenset(
        word.casefold() for segment in segments for word in _WORD.findall(segment.text.rstrip("-"))
    )
    lengths = sorted(len(segment.text) for segment in segments if segment.wraps and segment.kept)
    width = lengths[int(len(lengths) * 0.9)] if lengths else 0
    found: list[Segment] = []
    last: Segment | None = None  # the last line that is kept, as it stood
    for segment in segments:
        goes_on = bool(last and segment.kept and segment.wraps and _goes_on(last, segment, width))
        if goes_on and found[-1].kept:
            text, parted = glue(found[-1].text, segment.text, words)
            reasons = (*segment.reasons, "hyphen") if parted else segment.reasons
            whole = found[-1].with_text(text, *reasons)
            marks = whole.marks + shifted(segment.marks, ink(whole.raw))
            found[-1] = replace(whole, raw=whole.raw + segment.raw, marks=marks)
        else:
            found.append(replace(segment, kind="join") if goes_on else segment)
        if segment.kept:
            last = segment
    return found


def _goes_on(last: Segment, segment: Segment, width: int) -> bool:
    if not last.wraps or last.kind == "heading" or segment.kind == "heading":
        return False
    text = segment.text
    if _BEGINS_ITEM.match(text):
        return False
    if text[:1].islower():
        return True
    crosses_page = segment.place.unit == "page" and segment.place.number != last.place.number
    if segment.gap and not crosses_page:
        return False
    # A line that stops well before the margin ends its paragraph, or is a heading.
    return len(last.text) >= (0.7 if not _ENDS.search(last.text) else 0.85) * width
