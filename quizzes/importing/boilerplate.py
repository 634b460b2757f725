"""What stands round a text on its page and is no part of it: proposed for removal. Pure.

Lines are known by what they say (patterns.py), some only by where they stand: between two lines
of an advertisement, or below a comment form.
"""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

from quizzes.importing import patterns
from quizzes.importing.headings import folded, is_generic
from quizzes.importing.segments import Piece

ADVERT_GAP = 6  # lines between two that advertise, which are then part of it
FORM_GAP, FORM_LABEL = 8, 6  # lines in a form for comments, and the words of each
REPEATED = 3


def find_lines(pieces: list[Piece]) -> list[Piece]:
    """Propose lines for removal that say themselves what they are."""
    return [_line(piece) if piece.kept else piece for piece in pieces]


def _line(piece: Piece) -> Piece:
    words = len(piece.text.split())
    for reason, limit, pattern in patterns.LINES:
        if words <= limit and pattern.search(piece.text):
            return piece.removed(reason)
    if words <= 14 and patterns.DOTS.search(piece.text):
        return piece.removed("contents")
    return piece


def find_repeated(pieces: list[Piece]) -> list[Piece]:
    """Propose for removal what repeats a short line that stood before, from three times on."""
    counts = Counter(folded(p.text) for p in pieces if p.kept and _may_repeat(p))
    seen: set[str] = set()
    found: list[Piece] = []
    for piece in pieces:
        shape = folded(piece.text) if piece.kept and _may_repeat(piece) else ""
        repeats = bool(shape) and counts[shape] >= REPEATED and shape in seen
        seen.add(shape)
        found.append(piece.removed("repeated_line") if repeats else piece)
    return found


def _may_repeat(piece: Piece) -> bool:
    words = len(piece.text.split())
    return piece.kind != "item" and 3 <= words <= 20 and not is_generic(piece.text)


def find_contents(pieces: list[Piece]) -> list[Piece]:
    """Propose a table of contents for removal: lines that all come again as headings below."""
    last = {folded(p.text): i for i, p in enumerate(pieces) if p.kind == "heading"}
    found = list(pieces)
    run: list[int] = []
    for index, piece in enumerate([*pieces, None]):
        again = piece is not None and piece.kept and last.get(folded(piece.text), -1) > index
        if again:
            run.append(index)
            continue
        if piece is not None and not piece.kept:
            continue
        if len(run) >= REPEATED:
            for at in run:
                found[at] = pieces[at].removed("contents")
            if is_generic(pieces[run[0] - 1].text) and run[0]:
                found[run[0] - 1] = pieces[run[0] - 1].removed("contents")
        run = []
    return found


def find_adverts(pieces: list[Piece]) -> list[Piece]:
    """Propose advertisements: lines that say so, what stands between them, the lines above."""
    says = [
        index
        for index, piece in enumerate(pieces)
        if (piece.kept and _advertises(piece)) or "advert_label" in piece.reasons
    ]
    found = list(pieces)
    for index in says:
        found[index] = pieces[index].removed("advert")
    for first, second in pairwise(says):
        between = range(first + 1, second)
        if len(between) <= ADVERT_GAP and not any(pieces[i].kind == "heading" for i in between):
            for index in between:
                if pieces[index].kept:
                    found[index] = pieces[index].removed("between_adverts")
    for first in says:
        above = first - 1
        if above >= 0 and found[above].kept and patterns.INVITES.search(pieces[above].raw.strip()):
            found[above] = pieces[above].removed("advert")
    return found


def _advertises(piece: Piece) -> bool:
    """A call to buy, in a line that is not long; a long one has to call twice."""
    calls = len(patterns.ADVERT.findall(piece.text))
    return calls >= 2 or (calls == 1 and len(piece.text.split()) <= 45)


def find_disclaimers(pieces: list[Piece]) -> list[Piece]:
    found = list(pieces)
    for index, piece in enumerate(pieces):
        titled = index > 0 and bool(patterns.DISCLAIMER_TITLE.match(pieces[index - 1].text))
        if piece.kept and len(patterns.DISCLAIMS.findall(piece.text)) >= (1 if titled else 2):
            found[index] = piece.removed("disclaimer")
            if titled:
                found[index - 1] = pieces[index - 1].removed("disclaimer")
    return found


def find_comments(pieces: list[Piece]) -> list[Piece]:
    """Propose what readers wrote: all below a comment form, and praise below the text's end."""
    form = next((i for i, p in enumerate(pieces) if "comment_form" in p.reasons), len(pieces))
    last_heading = max((i for i, p in enumerate(pieces) if p.kind == "heading"), default=0)
    ends = {"advert", "disclaimer", "thanks", "copyright", "sharing", "comment_form", "subscribe"}
    end = next(
        (i for i, p in enumerate(pieces) if i > last_heading and ends & set(p.reasons)), len(pieces)
    )
    found: list[Piece] = []
    labels = _between_parts_of_a_form(pieces)
    for index, piece in enumerate(pieces):
        if not piece.kept:
            found.append(piece)
        elif index in labels:
            found.append(piece.removed("comment_form"))
        elif index > form and form > last_heading:
            found.append(piece.removed("below_comments"))
        elif index > end and len(piece.text.split()) <= 25 and patterns.PRAISE.search(piece.text):
            found.append(piece.removed("reader_comment"))
        else:
            found.append(piece)
    return found


def _between_parts_of_a_form(pieces: list[Piece]) -> set[int]:
    """Return where the short labels stand between the head and the foot of a form for comments."""
    parts = [index for index, piece in enumerate(pieces) if "comment_form" in piece.reasons]
    between: set[int] = set()
    for first, second in pairwise(parts):
        labels = range(first + 1, second)
        short = all(len(pieces[index].text.split()) <= FORM_LABEL for index in labels)
        if len(labels) <= FORM_GAP and short:
            between.update(labels)
    return between


def find_empty_headings(pieces: list[Piece]) -> list[Piece]:
    """Propose headings for removal below which all is removed already, from the deepest up."""
    found = list(pieces)
    below: int | None = None  # the level of the next heading kept, 0 for a passage
    emptied = False
    for index in range(len(pieces) - 1, -1, -1):
        piece = pieces[index]
        if not piece.kept:
            emptied = True
        elif piece.kind == "heading":
            bare = below is None or (below != 0 and below <= piece.level)
            if bare and emptied:
                found[index] = piece.removed("empty_heading")
            else:
                below, emptied = piece.level, False
        else:
            below, emptied = 0, False
    return found
