"""Where a template may be broken into lines."""

from __future__ import annotations

import re

from config.template_layout import TAG_BEGINS, TAG_ENDS
from template_format.tokens import BLOCK, BLOCKTRANSLATE, TEMPLATE, Node

IN_TAG = re.compile(rf"{BLOCKTRANSLATE}|{TEMPLATE}|[ \t\n]+|\"|'|[^ \t\n\"'{{]+|\{{", re.DOTALL)


def breakable(before: str, space: str, after: str) -> bool:
    """Say whether a line break there would read as the space does."""
    if before.endswith(("<", "</")):
        return False
    at_tag = before.endswith(TAG_ENDS) or after.startswith(TAG_BEGINS)
    return not at_tag if space else at_tag


def first(node: Node) -> str:
    """Return the text a node begins with."""
    return node.head.text


def flat(node: Node) -> str:
    """Return a node in one line, without the space before it."""
    if node.end is None:
        return node.head.text
    text = ""
    for n, (head, children) in enumerate(node.parts):
        text += (
            (head.space if n else "")
            + head.text
            + "".join(c.head.space + flat(c) for c in children)
        )
    return text + node.end.space + node.end.text


def lead(text: str) -> int:
    """Return how much of a text must be in its first line at least."""
    found = re.match(r"\{% *blocktranslate\b.*?%\}", text, re.DOTALL)
    return len(found[0]) if found else len(text)


def is_block(node: Node) -> bool:
    """Say whether a node is, or holds, an element that a browser shows as a block."""
    if node.head.kind == "html":
        return node.head.name in BLOCK - {"br", "path", "use", "title", "circle", "rect", "line"}
    return any(is_block(child) for _, children in node.parts for child in children)


def must_break(node: Node) -> bool:
    """Say whether a node takes several lines however short it is."""
    inner = [child for _, children in node.parts for child in children]
    if node.end is not None and "\n" in node.end.text:
        return True
    if any(must_break(child) for child in inner) or any(c.head.kind == "comment" for c in inner):
        return True
    return any(is_block(child) for child in inner)


def attributes(text: str) -> list[tuple[str, str]]:
    """Cut a tag at its attributes; one that stands in an {% if %} goes with it."""
    return Cutter(text, whole=True).found


def pieces(text: str) -> list[tuple[str, str]]:
    """Cut a part of a tag wherever it may be cut."""
    return Cutter(text, whole=False).found


class Cutter:
    """Cuts a tag into its parts, each with the space before it."""

    def __init__(self, text: str, *, whole: bool) -> None:
        """Cut it; `whole` keeps together what is quoted or stands in an {% if %}."""
        self.found: list[tuple[str, str]] = []
        self.unit = self.space = self.quote = ""
        self.depth = 0
        self.whole = whole
        self.ended = set(re.findall(r"\{%-? *end(\w+)", text)) - {"blocktranslate"}
        for part in IN_TAG.findall(text):
            self.add(part)
        self.finish()

    def finish(self) -> None:
        """End the present part."""
        if self.unit:
            self.found.append((self.space, self.unit))
            self.space = ""
        self.unit = ""

    def add(self, part: str) -> None:
        """Take the next word, space or template tag."""
        named = re.match(r"\{%-? *(\w+)", part)
        name = named[1] if named else ""
        inside = self.whole and bool(self.quote or self.depth)
        if part in {'"', "'"}:
            self.quote = "" if self.quote == part else self.quote or part
            self.unit += part
        elif not part.strip():
            if inside:
                self.unit += " "
            else:
                self.finish()
                self.space = " "
        elif part.startswith(("{%", "{#")) and not inside:
            self.finish()
            self.unit = part
            if not (self.whole and name in self.ended):
                self.finish()
        else:
            self.unit += part
        self.count(name)

    def count(self, name: str) -> None:
        """Follow how many template tags are open."""
        if self.quote:
            return
        if name in self.ended:
            self.depth += 1
        elif name.startswith("end") and name[3:] in self.ended and self.depth:
            self.depth -= 1
            if not self.depth and self.whole:
                self.finish()
