"""From a file as read to a proposal: the steps in their order. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import Any

from quizzes.importing import boilerplate, headings, lines, patterns, repair, titles
from quizzes.importing.blocks import DocumentRefused, Read
from quizzes.importing.segments import Segment, cut, segment_from, segment_of

PASSAGE_LENGTH = 4_000  # characters, beyond which a paragraph is cut at the end of a sentence
_LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[A-Za-z0-9]{2,4})*")
_SENTENCE = re.compile(r"(?<=[.!?])[\"”’')\]]*\s+")
_BY = re.compile(r"^(?:written |posted |published )?by:? +|^authors?: *", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Proposal:
    """What is proposed of a document. `markdown` says that kept texts are Markdown already."""

    segments: tuple[Segment, ...]
    title: str = ""
    authors: str = ""
    language: str = "en"
    markdown: bool = False
    losses: dict[str, int] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        return {
            "pieces": [segment.as_json() for segment in self.segments],
            "title": self.title,
            "authors": self.authors,
            "language": self.language,
            "markdown": self.markdown,
            "losses": self.losses,
        }


def proposal_of(found: dict[str, Any]) -> Proposal:
    """Return the proposal that was written as this JSON."""
    rest = {name: value for name, value in found.items() if name != "pieces"}
    return Proposal(segments=tuple(segment_of(row) for row in found["pieces"]), **rest)


def propose(read: Read) -> Proposal:
    """Propose for every word of a file whether it is a heading, a passage, or none.

    Raises: Refused for a file without text.
    """
    segments = [segment_from(block) for block in read.blocks if block.text.strip()]
    if not segments:
        raise DocumentRefused("no_text")
    segments = repair.clean_up(segments, markdown=read.markdown)
    segments = _paragraphs(segments)
    segments = repair.find_items(segments)
    segments = repair.drop_decoration(segments)
    segments = boilerplate.find_lines(segments)
    segments = headings.split_run_in(segments)
    if not any(
        segment.kind == "heading" and "run_in" not in segment.reasons for segment in segments
    ):
        segments = headings.find_headings(segments, read.outline)
    segments = boilerplate.find_adverts(segments)
    segments, title = titles.find_title(segments, read)
    segments = titles.find_repetitions(segments, title)
    segments = boilerplate.find_contents(segments)
    segments = boilerplate.find_repeated(segments)
    segments = boilerplate.find_disclaimers(segments)
    segments = boilerplate.find_comments(segments)
    segments = boilerplate.find_empty_headings(segments)
    segments = _levels(segments)
    segments = _cut_long(segments)
    return Proposal(
        segments=tuple(segments),
        title=title,
        authors=(read.authors or _author(segments))[:300],
        language=read.language if _LANGUAGE.fullmatch(read.language[:12]) else "en",
        markdown=read.markdown,
        losses=read.losses,
    )


def _paragraphs(segments: list[Segment]) -> list[Segment]:
    segments = lines.find_page_boilerplate(segments)
    on_pages = any(segment.place.unit == "page" for segment in segments)
    if on_pages or lines.is_wrapped(segments):
        return lines.join_lines(segments)
    return segments


def _levels(segments: list[Segment]) -> list[Segment]:
    """Bring headings to the two levels a study text has: the file's first level is level 2."""
    levels = sorted({segment.level for segment in segments if segment.kind == "heading"})
    found: list[Segment] = []
    begun = False
    for segment in segments:
        if segment.kind != "heading":
            found.append(segment)
            continue
        level = 2 if segment.level == levels[0] or not begun else 3
        begun = True
        deep = segment.level > levels[min(1, len(levels) - 1)]
        found.append(segment.as_heading(level, *(["deep_level"] if deep else [])))
    return found


def _cut_long(segments: list[Segment]) -> list[Segment]:
    found: list[Segment] = []
    for segment in segments:
        if segment.kind == "heading" and len(segment.text) > headings.MAX_HEADING:
            segment = replace(
                segment, kind="passage", level=0, reasons=segment.because("long_heading")
            )
        parts: tuple[Segment, Segment] | None = (segment, segment)
        while parts and segment.kind in {"passage", "item"} and len(segment.text) > PASSAGE_LENGTH:
            ends = [m.end() for m in _SENTENCE.finditer(segment.text, 200, PASSAGE_LENGTH)]
            parts = cut(segment, ends[-1]) if ends else None
            if parts:
                found.append(replace(parts[0], reasons=segment.because("long_passage")))
                segment = parts[1]
        found.append(segment)
    return found


def _author(segments: list[Segment]) -> str:
    for segment in segments:
        if "byline" in segment.reasons and _BY.match(segment.text):
            name = re.split(rf"[|·•,–]|\bon\b|{patterns.DATE}", _BY.sub("", segment.text))[0]
            return name.strip()
    return ""
