"""The title of the whole, and its repetitions all over the page. Pure."""

from __future__ import annotations

import re
from dataclasses import replace

from quizzes.importing.blocks import Read
from quizzes.importing.headings import folded, is_generic
from quizzes.importing.segments import Piece, cut

TITLE_LENGTH = 200
LOOKED_AT = 12  # pieces at the beginning among which the title stands
_NUMBERED = re.compile(r"\d")
_CAPTION = re.compile(r"\b(?:image|photo|picture|illustration|screenshot|logo)\b", re.IGNORECASE)


def find_title(pieces: list[Piece], read: Read) -> tuple[list[Piece], str]:
    """Return the pieces without the line that is the title, and the title; "" where none is."""
    at = _title_at(pieces, read)
    if at is None:
        return pieces, read.title[:TITLE_LENGTH].strip()
    title = pieces[at].text
    found = list(pieces)
    found[at] = pieces[at].removed("title")
    return found, title[:TITLE_LENGTH]


def _title_at(pieces: list[Piece], read: Read) -> int | None:
    kept = [index for index, piece in enumerate(pieces) if piece.kept][:LOOKED_AT]
    named = folded(read.title)
    for index in kept:
        if named and folded(pieces[index].text) == named:
            return index
    tops = [i for i, p in enumerate(pieces) if p.kind == "heading" and p.level == 1]
    if tops:
        # One such heading is the title; several are chapters.
        return tops[0] if len(tops) == 1 and tops[0] in kept else None
    if not kept or pieces[kept[0]].kind != "heading":
        return None
    first = pieces[kept[0]]
    alike = sum(piece.kind == "heading" and piece.level == first.level for piece in pieces)
    found_by_us = bool({"shape", "outline"} & set(first.reasons))
    bare = not is_generic(first.text) and not _NUMBERED.match(first.text)
    return kept[0] if bare and (found_by_us or alike == 1) else None


def find_repetitions(pieces: list[Piece], title: str) -> list[Piece]:
    """Propose the title for removal wherever it stands again: alone, at a passage's end, or before
    what a picture shows."""
    shape = folded(title)
    if len(shape) < 8:
        return pieces
    end = re.compile(rf"(?<=[.!?…\"”’')])\s+{re.escape(title)}[.!]?$", re.IGNORECASE)
    found: list[Piece] = []
    for piece in pieces:
        text = piece.text
        if not piece.kept:
            found.append(piece)
        elif folded(text) == shape:
            found.append(piece.removed("repeated_title"))
        elif text.casefold().startswith(title.casefold()) and _is_caption(text[len(title) :]):
            found.append(piece.removed("picture"))
        else:
            found += _without_end(piece, end)
    return found


def _is_caption(rest: str) -> bool:
    return rest[:1] in {",", ":", "–", "-", "|"} and bool(_CAPTION.search(rest)) and len(rest) < 250


def _without_end(piece: Piece, end: re.Pattern[str]) -> list[Piece]:
    match = end.search(piece.text)
    parts = cut(piece, match.end() - len(match[0].lstrip())) if match else None
    if parts is None:
        return [piece]
    first = replace(parts[0], text=parts[0].text.rstrip())
    return [*_without_end(first, end), parts[1].removed("repeated_title")]
