"""Lines of a page: what the page adds (numbers, running heads), and which lines go on. Pure."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from dataclasses import replace
from itertools import pairwise

from quizzes.importing.emphasis import ink, shifted
from quizzes.importing.segments import Piece, glue

_PAGE_NUMBER = re.compile(
    r"(?:[-–—|·\s]*(?:page|p\.|seite|página)?\s*(?:\d{1,4}|[ivxl]{1,6})"
    r"(?:\s*(?:of|/|von|de)\s*\d{1,4})?[-–—|·\s]*)",
    re.IGNORECASE,
)
_WITH_WORD = re.compile(r"(?:page|seite|página)\s*\d{1,4}(?:\s*(?:of|/|von|de)\s*\d{1,4})?", re.I)
_ENDS = re.compile(r"[.!?:…][\"”’')\]]*$")
_BEGINS_ITEM = re.compile(r"(?:[•‣◦▪●○■□*·–-]|\(?\d{1,3}[.)]|\(?[a-z]\)|\d+(?:\.\d+)+\.?)\s")
_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
EDGE = 2  # lines at the head and at the foot of a page, where furniture stands
REPEATED_PAGES = 3


def find_page_furniture(pieces: list[Piece]) -> list[Piece]:
    """Propose page numbers, running heads and feet for removal."""
    edges = _edges(pieces)
    pages = Counter(
        key for key in {(_shape(pieces[i].text), pieces[i].place.number) for i in edges}
    )
    shapes = Counter(shape for shape, _ in pages)
    found: list[Piece] = []
    for index, piece in enumerate(pieces):
        text = piece.text.strip()
        if not piece.kept or not text:
            found.append(piece)
        elif _WITH_WORD.fullmatch(text) or (index in edges and _PAGE_NUMBER.fullmatch(text)):
            found.append(piece.removed("page_number"))
        elif index in edges and shapes[_shape(text)] >= REPEATED_PAGES and len(text) <= 150:
            found.append(piece.removed("running_head"))
        else:
            found.append(piece)
    return found


def _edges(pieces: list[Piece]) -> set[int]:
    """Return the first and last lines of every page."""
    pages: dict[int, list[int]] = defaultdict(list)
    for index, piece in enumerate(pieces):
        if piece.place.unit == "page" and piece.text.strip():
            pages[piece.place.number].append(index)
    return {index for lines in pages.values() for index in (*lines[:EDGE], *lines[-EDGE:])}


def _shape(text: str) -> str:
    """The line with every number alike, as a running head with the page's number in it repeats."""
    return re.sub(r"\d+", "0", " ".join(text.casefold().split()))


def is_wrapped(pieces: list[Piece]) -> bool:
    """Whether a file's lines are those of a page: none is long, and most of those that another
    one follows at once are nearly as long as can be."""
    inner = [
        len(piece.text)
        for piece, following in pairwise(pieces)
        if piece.wraps and not following.gap
    ]
    if len(inner) < 3 or max(len(piece.text) for piece in pieces if piece.wraps) > 130:
        return False
    width = max(inner)
    return width >= 40 and sum(length >= 0.7 * width for length in inner) >= 0.6 * len(inner)


def join_lines(pieces: list[Piece]) -> list[Piece]:
    """Put the lines of each paragraph together; lines parted by a removed one stay apart, joined.

    White space is all that changes, and a word parted by a hyphen, which is said.
    """
    words = frozenset(
        word.casefold() for piece in pieces for word in _WORD.findall(piece.text.rstrip("-"))
    )
    lengths = sorted(len(piece.text) for piece in pieces if piece.wraps and piece.kept)
    width = lengths[int(len(lengths) * 0.9)] if lengths else 0
    found: list[Piece] = []
    last: Piece | None = None  # the last line that is kept, as it stood
    for piece in pieces:
        goes_on = bool(last and piece.kept and piece.wraps and _goes_on(last, piece, width))
        if goes_on and found[-1].kept:
            text, parted = glue(found[-1].text, piece.text, words)
            reasons = (*piece.reasons, "hyphen") if parted else piece.reasons
            whole = found[-1].with_text(text, *reasons)
            marks = whole.marks + shifted(piece.marks, ink(whole.raw))
            found[-1] = replace(whole, raw=whole.raw + piece.raw, marks=marks)
        else:
            found.append(replace(piece, kind="join") if goes_on else piece)
        if piece.kept:
            last = piece
    return found


def _goes_on(last: Piece, piece: Piece, width: int) -> bool:
    if not last.wraps or last.kind == "heading" or piece.kind == "heading":
        return False
    text = piece.text
    if _BEGINS_ITEM.match(text):
        return False
    if text[:1].islower():
        return True
    crosses_page = piece.place.unit == "page" and piece.place.number != last.place.number
    if piece.gap and not crosses_page:
        return False
    # A line that stops well before the margin ends its paragraph, or is a heading.
    return len(last.text) >= (0.7 if not _ENDS.search(last.text) else 0.85) * width
