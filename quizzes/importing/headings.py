"""Headings in text that has no markup, and headings that run into the line before. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from quizzes.importing.segments import Segment, cut

_NUMBER = re.compile(r"(?P<number>\d{1,3}(?:\.\d{1,3}){0,4})(?P<dot>[.)]?)\s+(?=[^\W\d_])")
_PART = re.compile(r"(?:chapter|part|section|appendix|kapitel|chapitre)\s+[\divxlc]+\b", re.I)
_SMALL = frozenset(
    re.findall(
        r"\S+",
        "a an and as at but by for from in into is it its nor not of off on onto or over per so "
        "than that the their this to up via vs with who why how what when where you your don’t "
        "don't be are can do does",
    )
)
_GENERIC = frozenset(
    re.findall(
        r"\w+",
        "abstract introduction background overview summary conclusion conclusions discussion "
        "methods results references bibliography contents preface foreword acknowledgements "
        "appendix objectives",
    )
)
_ABBREVIATION = re.compile(
    r"(?:\b(?:e\.g|i\.e|etc|cf|vs|dr|mr|mrs|ms|prof|st|no|fig|al|[A-Za-z]))\.$", re.I
)
MAX_WORDS = 16
MAX_LENGTH = 120
MAX_HEADING = 200
WORDS_BEFORE = 5


def find_headings(segments: list[Segment], outline: dict[str, int]) -> list[Segment]:
    """Take lines that look like headings for headings; `outline` names those the file lists."""
    found = list(segments)
    for index, segment in enumerate(segments):
        if segment.kind != "passage":
            continue
        level = outline.get(folded(segment.text))
        if level is not None:
            found[index] = segment.as_heading(level + 1, "outline")
            continue
        following = _kept(segments, index, 1)
        numbered = _NUMBER.match(segment.text)
        if numbered and looks_like_heading(segment.text[numbered.end() :], loose=True):
            if _in_numbered_list(segments, index):
                found[index] = replace(segment, kind="item")
            else:
                depth = numbered["number"].count(".") + 2
                found[index] = segment.as_heading(depth, "numbered")
        elif numbered and _in_numbered_list(segments, index):
            found[index] = replace(segment, kind="item")
        elif following is not None and _stands_over(segment, following):
            found[index] = segment.as_heading(2, "shape")
    return found


def looks_like_heading(text: str, *, loose: bool = False) -> bool:
    """Whether a line is short, begins like a title and does not end like a sentence.

    Most of its long words have capitals, unless `loose` (something else speaks for it).
    """
    words = text.split()
    if not words or len(words) > MAX_WORDS or len(text) > MAX_LENGTH:
        return False
    first = next((char for char in text if char.isalnum()), "")
    if not (first.isupper() or first.isdigit()) or text[-1] in ".,;:!-–—":
        return False
    if "@" in text or "://" in text:
        return False
    ends = (text[: match.start() + 1] for match in re.finditer(r"[.!?](?=\s+[A-Z])", text))
    if any(not _ABBREVIATION.search(before) for before in ends):
        return False
    telling = [word for word in words if word.strip("“‘\"'(").casefold() not in _SMALL]
    capitals = sum(_is_capital(word) for word in telling)
    return loose or (bool(telling) and capitals >= 0.75 * len(telling))


def is_generic(text: str) -> bool:
    """Whether a heading is one that any text has, and so no title."""
    return folded(re.sub(r"^[\d.]+\s+", "", text)) in _GENERIC


def folded(text: str) -> str:
    """The letters and digits of a line alone, to tell lines that are the same."""
    return "".join(char for char in text.casefold() if char.isalnum())


def _is_capital(word: str) -> bool:
    first = next((char for char in word if char.isalnum()), "A")
    return first.isupper() or first.isdigit()


def _stands_over(segment: Segment, following: Segment) -> bool:
    """Whether a line without a number is the heading of what follows it."""
    text = segment.text
    if _PART.match(text) and looks_like_heading(text, loose=True):
        return True
    if looks_like_heading(text):
        return len(following.text) > len(text) or looks_like_heading(following.text)
    # "How it works": no capitals, yet alone above a paragraph that ends as a paragraph does.
    return (
        len(text.split()) <= 10
        and looks_like_heading(text, loose=True)
        and len(following.text) >= 3 * len(text)
        and bool(re.search(r"[.!?…][\"”’')\]]*$", following.text))
    )


def _in_numbered_list(segments: list[Segment], index: int) -> bool:
    """Whether the line's number goes on from the line right before, or right after goes on."""
    own = _number(segments[index])
    return any(
        other is not None
        and own is not None
        and other[:-1] == own[:-1]
        and other[-1] - own[-1] == step
        for step in (-1, 1)
        for other in [_number(_kept(segments, index, step))]
    )


def _number(segment: Segment | None) -> list[int] | None:
    match = _NUMBER.match(segment.text) if segment is not None else None
    return [int(part) for part in match["number"].split(".")] if match else None


def _kept(segments: list[Segment], index: int, step: int) -> Segment | None:
    index += step
    while 0 <= index < len(segments):
        if segments[index].kept:
            return segments[index]
        index += step
    return None


# "…ends here.3.2 The next one", "…ends here.How It Works", "…ends hereUnderstanding This".
_AFTER_STOP = re.compile(r"[.!?…][\"”’')\]]*(?=(?:\d{1,2}(?:\.\d{1,2})*\.?\s)?[“‘\"'(]?[A-Z])")
_NO_STOP = re.compile(r"(?<=[a-z]{3})(?=(?:\d{1,2}\.\d{1,2}\.?\s+)?[A-Z][a-z]{2,})")


def split_run_in(segments: list[Segment]) -> list[Segment]:
    """Cut off headings that are at the end of the line before, without a space between."""
    found: list[Segment] = []
    level = 2
    for segment in segments:
        if segment.kind == "heading":
            level = max(2, segment.level)
        parts = None
        if segment.kind in {"passage", "item"} and len(segment.text.split()) > WORDS_BEFORE:
            parts = _cut_run_in(segment)
        if parts is None:
            found.append(segment)
        else:
            numbered = _NUMBER.match(parts[1].text)
            own = numbered["number"].count(".") + 2 if numbered else level
            found += [parts[0], parts[1].as_heading(own, "run_in")]
    return found


def _cut_run_in(segment: Segment) -> tuple[Segment, Segment] | None:
    tail_at = max(0, len(segment.text) - MAX_LENGTH)
    ends: list[tuple[re.Pattern[str], Callable[[str, str], bool]]] = [
        (_AFTER_STOP, _after_stop),
        (_NO_STOP, _without_stop),
    ]
    for pattern, fits in ends:
        for match in pattern.finditer(segment.text, tail_at):
            before, after = segment.text[: match.end()], segment.text[match.end() :]
            if len(before.split()) >= WORDS_BEFORE and fits(before, after):
                return cut(segment, match.end())
    return None


def _after_stop(before: str, after: str) -> bool:
    if _ABBREVIATION.search(before) or (before[-2:-1].isdigit() and after[0].isdigit()):
        return False
    number = _NUMBER.match(after)
    words = after[number.end() :] if number else after
    alone = len(words.split()) == 1 and not number
    return looks_like_heading(words) and (not alone or is_generic(words))


def _without_stop(before: str, after: str) -> bool:
    """Without a full stop the word before must be a plain one: PubMed and YouTube are not cut."""
    number = _NUMBER.match(after)
    words = after[number.end() :] if number else after
    last = before.split()[-1]
    return last.isalpha() and last.islower() and looks_like_heading(words) and " " in words
