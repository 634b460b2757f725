"""What surrounds a text on its page and is no part of it: proposed for removal. Pure.

Lines are known by what they say (patterns.py), some only by where they are: between two lines
of an advertisement, or below a comment form.
"""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

from quizzes.importing import patterns
from quizzes.importing.headings import folded, is_generic
from quizzes.importing.segments import Segment

ADVERT_GAP = 6  # lines between two that advertise, which are then part of it
FORM_GAP, FORM_LABEL = 8, 6  # lines in a form for comments, and the words of each
REPEATED = 3


def find_lines(segments: list[Segment]) -> list[Segment]:
    """Propose lines for removal that say themselves what they are."""
    return [_line(segment) if segment.kept else segment for segment in segments]


def _line(segment: Segment) -> Segment:
    words = len(segment.text.split())
    for reason, limit, pattern in patterns.LINES:
        if words <= limit and pattern.search(segment.text):
            return segment.removed(reason)
    if words <= 14 and patterns.DOTS.search(segment.text):
        return segment.removed("contents")
    return segment


def find_repeated(segments: list[Segment]) -> list[Segment]:
    """Propose for removal what repeats a short line that stood before, from three times on."""
    counts = Counter(folded(p.text) for p in segments if p.kept and _may_repeat(p))
    seen: set[str] = set()
    found: list[Segment] = []
    for segment in segments:
        shape = folded(segment.text) if segment.kept and _may_repeat(segment) else ""
        repeats = bool(shape) and counts[shape] >= REPEATED and shape in seen
        seen.add(shape)
        found.append(segment.removed("repeated_line") if repeats else segment)
    return found


def _may_repeat(segment: Segment) -> bool:
    words = len(segment.text.split())
    return segment.kind != "item" and 3 <= words <= 20 and not is_generic(segment.text)


def find_contents(segments: list[Segment]) -> list[Segment]:
    """Propose a table of contents for removal: lines that all come again as headings below."""
    last = {folded(p.text): i for i, p in enumerate(segments) if p.kind == "heading"}
    found = list(segments)
    run: list[int] = []
    for index, segment in enumerate([*segments, None]):
        again = segment is not None and segment.kept and last.get(folded(segment.text), -1) > index
        if again:
            run.append(index)
            continue
        if segment is not None and not segment.kept:
            continue
        if len(run) >= REPEATED:
            for at in run:
                found[at] = segments[at].removed("contents")
            if is_generic(segments[run[0] - 1].text) and run[0]:
                found[run[0] - 1] = segments[run[0] - 1].removed("contents")
        run = []
    return found


def find_adverts(segments: list[Segment]) -> list[Segment]:
    """Propose advertisements: lines that say so, what is between them, the lines above."""
    says = [
        index
        for index, segment in enumerate(segments)
        if (segment.kept and _advertises(segment)) or "advert_label" in segment.reasons
    ]
    found = list(segments)
    for index in says:
        found[index] = segments[index].removed("advert")
    for first, second in pairwise(says):
        between = range(first + 1, second)
        if len(between) <= ADVERT_GAP and not any(segments[i].kind == "heading" for i in between):
            for index in between:
                if segments[index].kept:
                    found[index] = segments[index].removed("between_adverts")
    for first in says:
        above = first - 1
        if (
            above >= 0
            and found[above].kept
            and patterns.INVITES.search(segments[above].raw.strip())
        ):
            found[above] = segments[above].removed("advert")
    return found


def _advertises(segment: Segment) -> bool:
    """A call to buy, in a line that is not long; a long one has to call twice."""
    calls = len(patterns.ADVERT.findall(segment.text))
    return calls >= 2 or (calls == 1 and len(segment.text.split()) <= 45)


def find_disclaimers(segments: list[Segment]) -> list[Segment]:
    found = list(segments)
    for index, segment in enumerate(segments):
        titled = index > 0 and bool(patterns.DISCLAIMER_TITLE.match(segments[index - 1].text))
        if segment.kept and len(patterns.DISCLAIMS.findall(segment.text)) >= (1 if titled else 2):
            found[index] = segment.removed("disclaimer")
            if titled:
                found[index - 1] = segments[index - 1].removed("disclaimer")
    return found


def find_comments(segments: list[Segment]) -> list[Segment]:
    """Propose what readers wrote: all below a comment form, and praise below the text's end."""
    form = next((i for i, p in enumerate(segments) if "comment_form" in p.reasons), len(segments))
    last_heading = max((i for i, p in enumerate(segments) if p.kind == "heading"), default=0)
    ends = {"advert", "disclaimer", "thanks", "copyright", "sharing", "comment_form", "subscribe"}
    end = next(
        (i for i, p in enumerate(segments) if i > last_heading and ends & set(p.reasons)),
        len(segments),
    )
    found: list[Segment] = []
    labels = _between_parts_of_a_form(segments)
    for index, segment in enumerate(segments):
        if not segment.kept:
            found.append(segment)
        elif index in labels:
            found.append(segment.removed("comment_form"))
        elif index > form and form > last_heading:
            found.append(segment.removed("below_comments"))
        elif (
            index > end and len(segment.text.split()) <= 25 and patterns.PRAISE.search(segment.text)
        ):
            found.append(segment.removed("reader_comment"))
        else:
            found.append(segment)
    return found


def _between_parts_of_a_form(segments: list[Segment]) -> set[int]:
    """Return where the short labels are between the head and the foot of a form for comments."""
    parts = [index for index, segment in enumerate(segments) if "comment_form" in segment.reasons]
    between: set[int] = set()
    for first, second in pairwise(parts):
        labels = range(first + 1, second)
        short = all(len(segments[index].text.split()) <= FORM_LABEL for index in labels)
        if len(labels) <= FORM_GAP and short:
            between.update(labels)
    return between


def find_empty_headings(segments: list[Segment]) -> list[Segment]:
    """Propose headings for removal below which all is removed already, from the deepest up."""
    found = list(segments)
    below: int | None = None  # the level of the next heading kept, 0 for a passage
    emptied = False
    for index in range(len(segments) - 1, -1, -1):
        segment = segments[index]
        if not segment.kept:
            emptied = True
        elif segment.kind == "heading":
            bare = below is None or (below != 0 and below <= segment.level)
            if bare and emptied:
                found[index] = segment.removed("empty_heading")
            else:
                below, emptied = segment.level, False
        else:
            below, emptied = 0, False
    return found
