"""The title of the whole, and its repetitions all over the page. Pure."""

from __future__ import annotations

import re
from dataclasses import replace

from quizzes.importing.blocks import Read
from quizzes.importing.headings import folded, is_generic
from quizzes.importing.segments import Segment, cut

TITLE_LENGTH = 200
LOOKED_AT = 12  # pieces at the beginning among which the title is
_NUMBERED = re.compile(r"\d")
_CAPTION = re.compile(r"\b(?:image|photo|picture|illustration|screenshot|logo)\b", re.IGNORECASE)


def find_title(segments: list[Segment], read: Read) -> tuple[list[Segment], str]:
    """Return the pieces without the line that is the title, and the title; "" where none is."""
    at = _title_at(segments, read)
    if at is None:
        return segments, read.title[:TITLE_LENGTH].strip()
    title = segments[at].text
    found = list(segments)
    found[at] = segments[at].removed("title")
    return found, title[:TITLE_LENGTH]


def _title_at(segments: list[Segment], read: Read) -> int | None:
    kept = [index for index, segment in enumerate(segments) if segment.kept][:LOOKED_AT]
    named = folded(read.title)
    for index in kept:
        if named and folded(segments[index].text) == named:
            return index
    tops = [i for i, p in enumerate(segments) if p.kind == "heading" and p.level == 1]
    if tops:
        # One such heading is the title; several are chapters.
        return tops[0] if len(tops) == 1 and tops[0] in kept else None
    if not kept or segments[kept[0]].kind != "heading":
        return None
    first = segments[kept[0]]
    alike = sum(segment.kind == "heading" and segment.level == first.level for segment in segments)
    found_by_us = bool({"shape", "outline"} & set(first.reasons))
    bare = not is_generic(first.text) and not _NUMBERED.match(first.text)
    return kept[0] if bare and (found_by_us or alike == 1) else None


def find_repetitions(segments: list[Segment], title: str) -> list[Segment]:
    """Propose the title for removal wherever it occurs again: alone, at a passage's end, or before
    what a picture shows."""
    shape = folded(title)
    if len(shape) < 8:
        return segments
    end = re.compile(rf"(?<=[.!?…\"”’')])\s+{re.escape(title)}[.!]?$", re.IGNORECASE)
    found: list[Segment] = []
    for segment in segments:
        text = segment.text
        if not segment.kept:
            found.append(segment)
        elif folded(text) == shape:
            found.append(segment.removed("repeated_title"))
        elif text.casefold().startswith(title.casefold()) and _is_caption(text[len(title) :]):
            found.append(segment.removed("picture"))
        else:
            found += _without_end(segment, end)
    return found


def _is_caption(rest: str) -> bool:
    return rest[:1] in {",", ":", "–", "-", "|"} and bool(_CAPTION.search(rest)) and len(rest) < 250


def _without_end(segment: Segment, end: re.Pattern[str]) -> list[Segment]:
    match = end.search(segment.text)
    parts = cut(segment, match.end() - len(match[0].lstrip())) if match else None
    if parts is None:
        return [segment]
    first = replace(parts[0], text=parts[0].text.rstrip())
    return [*_without_end(first, end), parts[1].removed("repeated_title")]
