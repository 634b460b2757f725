"""Marking stretches of a passage inside its HTML. Pure.

Anchors count characters of a passage's plain text; this finds the same characters in its HTML and
puts an element round each run of them, never across a tag.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from html.parser import HTMLParser

_BREAKS = frozenset(
    ["p", "li", "br", "tr", "td", "th", "blockquote", "pre", "hr", "ul", "ol", "table"]
)
_ELEMENTS = {"anchor": ('<span class="anc">', "</span>"), "mark": ("<mark>", "</mark>")}


@dataclass(frozen=True, slots=True)
class Span:
    """Characters `start` to `end` (not included) of the plain text; kind is anchor or mark."""

    start: int
    end: int
    kind: str = "anchor"


def mark_spans(html: str, plain: str, spans: Sequence[Span]) -> str:
    """Return sanitised `html` with the spans wrapped; a mark wins where it meets an anchor.

    Unchanged when the HTML does not read as `plain`: better no mark than a wrong one.
    """
    if not spans:
        return html
    kinds: list[str] = [""] * len(plain)
    for span in sorted(spans, key=lambda one: one.kind == "mark"):
        for index in range(max(0, span.start), min(span.end, len(plain))):
            kinds[index] = span.kind
    walker = _Walker(kinds)
    walker.feed(html)
    walker.close()
    walker.switch("")
    return "".join(walker.out) if "".join(walker.seen) == plain else html


class _Walker(HTMLParser):
    """Walks over HTML and counts characters as `markup.text_of` does: a run of space is one."""

    def __init__(self, kinds: Sequence[str]) -> None:
        super().__init__(convert_charrefs=True)
        self.kinds = kinds
        self.out: list[str] = []
        self.seen: list[str] = []
        self.space = False  # white space has come that no character has followed yet
        self.open = ""
        self.in_math = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "math":
            # Nothing may be wrapped inside a formula, but all of it may be.
            self.switch(self._kind_at(len(self.seen) + (self.space and bool(self.seen))))
            self.in_math = True
        elif not self.in_math:
            self.switch("")
        self._break(tag)
        self.out.append(self.get_starttag_text() or "")

    def handle_endtag(self, tag: str) -> None:
        if not self.in_math:
            self.switch("")
        self._break(tag)
        self.out.append(f"</{tag}>")
        if tag == "math":
            self.in_math = False

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)

    def handle_data(self, data: str) -> None:
        for char in data:
            if char.isspace():
                at = len(self.seen)
                self.space = True
            else:
                if self.space and self.seen:
                    self.seen.append(" ")
                self.space = False
                at = len(self.seen)
                self.seen.append(char)
            if not self.in_math:
                self.switch(self._kind_at(at))
            self.out.append(escape(char, quote=False))

    def switch(self, kind: str) -> None:
        """Close what is open and open `kind`, if they differ."""
        if kind == self.open:
            return
        if self.open:
            self.out.append(_ELEMENTS[self.open][1])
        if kind:
            self.out.append(_ELEMENTS[kind][0])
        self.open = kind

    def _kind_at(self, index: int) -> str:
        return self.kinds[index] if index < len(self.kinds) else ""

    def _break(self, tag: str) -> None:
        if tag in _BREAKS:
            self.space = True
