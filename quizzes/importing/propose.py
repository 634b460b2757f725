"""From a file as read to a proposal: the steps in their order. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import Any

from quizzes.importing import boilerplate, headings, lines, patterns, repair, titles
from quizzes.importing.blocks import Read, Refused
from quizzes.importing.segments import Piece, cut, piece_from, piece_of

PASSAGE_LENGTH = 4_000  # characters, beyond which a paragraph is cut at the end of a sentence
_LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[A-Za-z0-9]{2,4})*")
_SENTENCE = re.compile(r"(?<=[.!?])[\"”’')\]]*\s+")
_BY = re.compile(r"^(?:written |posted |published )?by:? +|^authors?: *", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Proposal:
    """What is proposed of a document. `markdown` says that kept texts are Markdown already."""

    pieces: tuple[Piece, ...]
    title: str = ""
    authors: str = ""
    language: str = "en"
    markdown: bool = False
    losses: dict[str, int] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        return {
            "pieces": [piece.as_json() for piece in self.pieces],
            "title": self.title,
            "authors": self.authors,
            "language": self.language,
            "markdown": self.markdown,
            "losses": self.losses,
        }


def proposal_of(found: dict[str, Any]) -> Proposal:
    """Return the proposal that was written as this JSON."""
    rest = {name: value for name, value in found.items() if name != "pieces"}
    return Proposal(pieces=tuple(piece_of(row) for row in found["pieces"]), **rest)


def propose(read: Read) -> Proposal:
    """Propose for every word of a file whether it is a heading, a passage, or none.

    Raises: Refused for a file without text.
    """
    pieces = [piece_from(block) for block in read.blocks if block.text.strip()]
    if not pieces:
        raise Refused("no_text")
    pieces = repair.mend(pieces, markdown=read.markdown)
    pieces = _paragraphs(pieces)
    pieces = repair.find_items(pieces)
    pieces = repair.drop_decoration(pieces)
    pieces = boilerplate.find_lines(pieces)
    pieces = headings.split_run_in(pieces)
    if not any(piece.kind == "heading" and "run_in" not in piece.reasons for piece in pieces):
        pieces = headings.find_headings(pieces, read.outline)
    pieces = boilerplate.find_adverts(pieces)
    pieces, title = titles.find_title(pieces, read)
    pieces = titles.find_repetitions(pieces, title)
    pieces = boilerplate.find_contents(pieces)
    pieces = boilerplate.find_repeated(pieces)
    pieces = boilerplate.find_disclaimers(pieces)
    pieces = boilerplate.find_comments(pieces)
    pieces = boilerplate.find_empty_headings(pieces)
    pieces = _levels(pieces)
    pieces = _cut_long(pieces)
    return Proposal(
        pieces=tuple(pieces),
        title=title,
        authors=(read.authors or _author(pieces))[:300],
        language=read.language if _LANGUAGE.fullmatch(read.language[:12]) else "en",
        markdown=read.markdown,
        losses=read.losses,
    )


def _paragraphs(pieces: list[Piece]) -> list[Piece]:
    pieces = lines.find_page_furniture(pieces)
    on_pages = any(piece.place.unit == "page" for piece in pieces)
    if on_pages or lines.is_wrapped(pieces):
        return lines.join_lines(pieces)
    return pieces


def _levels(pieces: list[Piece]) -> list[Piece]:
    """Bring headings to the two levels a study text has: the file's first level is level 2."""
    levels = sorted({piece.level for piece in pieces if piece.kind == "heading"})
    found: list[Piece] = []
    begun = False
    for piece in pieces:
        if piece.kind != "heading":
            found.append(piece)
            continue
        level = 2 if piece.level == levels[0] or not begun else 3
        begun = True
        deep = piece.level > levels[min(1, len(levels) - 1)]
        found.append(piece.as_heading(level, *(["deep_level"] if deep else [])))
    return found


def _cut_long(pieces: list[Piece]) -> list[Piece]:
    found: list[Piece] = []
    for piece in pieces:
        if piece.kind == "heading" and len(piece.text) > headings.MAX_HEADING:
            piece = replace(piece, kind="passage", level=0, reasons=piece.because("long_heading"))
        parts: tuple[Piece, Piece] | None = (piece, piece)
        while parts and piece.kind in {"passage", "item"} and len(piece.text) > PASSAGE_LENGTH:
            ends = [m.end() for m in _SENTENCE.finditer(piece.text, 200, PASSAGE_LENGTH)]
            parts = cut(piece, ends[-1]) if ends else None
            if parts:
                found.append(replace(parts[0], reasons=piece.because("long_passage")))
                piece = parts[1]
        found.append(piece)
    return found


def _author(pieces: list[Piece]) -> str:
    for piece in pieces:
        if "byline" in piece.reasons and _BY.match(piece.text):
            name = re.split(rf"[|·•,–]|\bon\b|{patterns.DATE}", _BY.sub("", piece.text))[0]
            return name.strip()
    return ""
