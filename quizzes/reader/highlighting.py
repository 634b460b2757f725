"""Marking stretches of a passage inside its HTML. Pure.

Anchors count characters of a passage's plain text; this finds the same characters in its HTML and
puts an element round each run of them, never across a tag.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape
from html.parser import HTMLParser
from itertools import pairwise

_BREAKS = frozenset(
    ["p", "li", "br", "tr", "td", "th", "blockquote", "pre", "hr", "ul", "ol", "table"]
)
_RUNS = re.compile(r"\s+|\S+")
# The class each kind of stretch gets; `mark` and `hit` are marks, the others plain spans.
_CLASSES = {
    "anchor": "anc",
    "highlight": "own own-highlight",
    "important": "own own-important",
    "unclear": "own own-unclear",
    "hit": "hit",
    "hit on": "hit on",
}


@dataclass(frozen=True, slots=True)
class Span:
    """Characters `start` to `end` (not included) of the plain text.

    `kind` is anchor, mark, hit or a kind of annotation; `name` becomes the id of its first piece.
    """

    start: int
    end: int
    kind: str = "anchor"
    name: str = ""


@dataclass(frozen=True, slots=True)
class _Stretch:
    """Characters under the same spans, with the element that goes round them."""

    start: int
    end: int
    tag: str
    classes: str
    name: str


def mark_spans(html: str, plain: str, spans: Sequence[Span]) -> str:
    """Return sanitised `html` with the spans wrapped; a mark wins where it meets an anchor.

    Unchanged when the HTML does not read as `plain`: better no mark than a wrong one.
    """
    stretches = _stretches(spans, len(plain))
    if not stretches:
        return html
    walker = _Walker(stretches)
    walker.feed(html)
    walker.close()
    walker.switch(None)
    return "".join(walker.out) if "".join(walker.seen) == plain else html


def _stretches(spans: Iterable[Span], length: int) -> list[_Stretch]:
    """Return the covered characters cut where any span begins or ends, in order."""
    inside = [
        (max(0, span.start), min(span.end, length), span)
        for span in spans
        if max(0, span.start) < min(span.end, length)
    ]
    edges = sorted({edge for start, end, _ in inside for edge in (start, end)})
    inside.sort(key=lambda one: one[0])
    found: list[_Stretch] = []
    open_spans: list[tuple[int, int, Span]] = []
    following = 0
    for start, end in pairwise(edges):
        open_spans = [one for one in open_spans if one[1] > start]
        while following < len(inside) and inside[following][0] <= start:
            open_spans.append(inside[following])
            following += 1
        if open_spans:
            found.append(_stretch(start, end, [span for *_, span in open_spans]))
    return found


def _stretch(start: int, end: int, spans: Sequence[Span]) -> _Stretch:
    kinds = {span.kind for span in spans}
    is_mark = not kinds.isdisjoint({"mark", "hit", "hit on"})
    if "mark" in kinds:
        kinds -= {"anchor"}
    classes = " ".join(_CLASSES[kind] for kind in sorted(kinds - {"mark"}))
    name = next((span.name for span in spans if span.name), "")
    return _Stretch(start, end, "mark" if is_mark else "span", classes, name)


class _Walker(HTMLParser):
    """Walks over HTML and counts characters as `markup.text_of` does: a run of space is one."""

    def __init__(self, stretches: Sequence[_Stretch]) -> None:
        super().__init__(convert_charrefs=True)
        self.stretches = stretches
        self.next = 0  # the first stretch that does not end before where we are
        self.out: list[str] = []
        self.seen: list[str] = []
        self.at = 0  # characters seen
        self.space = False  # white space has come that no character has followed yet
        self.open: _Stretch | None = None
        self.named: set[str] = set()
        self.in_math = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "math":
            # Nothing may be wrapped inside a formula, but all of it may be.
            self.switch(self._over(self.at + (self.space and self.at > 0)))
            self.in_math = True
        elif not self.in_math:
            self.switch(None)
        self._break(tag)
        self.out.append(self.get_starttag_text() or "")

    def handle_endtag(self, tag: str) -> None:
        if not self.in_math:
            self.switch(None)
        self._break(tag)
        self.out.append(f"</{tag}>")
        if tag == "math":
            self.in_math = False

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)

    def handle_data(self, data: str) -> None:
        # Text without spaces to fold, which is nearly all there is, is one long word.
        for run in [data] if data and " ".join(data.split()) == data else _RUNS.findall(data):
            if run[0].isspace():
                if not self.in_math:
                    self.switch(self._over(self.at))
                self.space = True
                self.out.append(run)
            else:
                if self.space and self.at:
                    self.seen.append(" ")
                    self.at += 1
                self.space = False
                self._word(run)

    def _word(self, word: str) -> None:
        self.seen.append(word)
        if self.in_math:
            self.out.append(escape(word, quote=False))
            self.at += len(word)
            return
        while word:
            over = self._over(self.at)
            edge = over.end if over else self._begins_after(self.at)
            piece = word if edge is None else word[: edge - self.at]
            self.switch(over)
            self.out.append(escape(piece, quote=False))
            self.at += len(piece)
            word = word[len(piece) :]

    def switch(self, stretch: _Stretch | None) -> None:
        """Close the dialog or menu and open `stretch`, if they differ in what they look like."""
        if _looks(stretch) == _looks(self.open) and not (
            stretch and stretch.name and stretch.name not in self.named
        ):
            return
        if self.open:
            self.out.append(f"</{self.open.tag}>")
        if stretch:
            classes = f' class="{stretch.classes}"' if stretch.classes else ""
            name = ""
            if stretch.name and stretch.name not in self.named:
                self.named.add(stretch.name)
                name = f' id="{escape(stretch.name)}"'
            self.out.append(f"<{stretch.tag}{classes}{name}>")
        self.open = stretch

    def _over(self, index: int) -> _Stretch | None:
        """Return the stretch over a character; indexes only ever grow."""
        while self.next < len(self.stretches) and self.stretches[self.next].end <= index:
            self.next += 1
        if self.next == len(self.stretches) or self.stretches[self.next].start > index:
            return None
        return self.stretches[self.next]

    def _begins_after(self, index: int) -> int | None:
        """Return where the next stretch begins, while none is over `index`."""
        return self.stretches[self.next].start if self.next < len(self.stretches) else None

    def _break(self, tag: str) -> None:
        if tag in _BREAKS:
            self.space = True


def _looks(stretch: _Stretch | None) -> tuple[str, str, str]:
    return (stretch.tag, stretch.classes, stretch.name) if stretch else ("", "", "")
