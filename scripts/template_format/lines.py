"""The lines of a template: one element a line, words filled, at most WIDTH characters."""

from __future__ import annotations

import re

from template_format.breaks import (
    attributes,
    breakable,
    first,
    flat,
    is_block,
    lead,
    must_break,
    pieces,
)
from template_format.tokens import Node, Token

WIDTH = 120
STEP = 2
IN_CODE = re.compile(r"\"(?:\\.|[^\"\\])*\"|'(?:\\.|[^'\\])*'|[ \t\n]+|[^ \t\n\"']+")


class Writer:
    """Writes lines of at most WIDTH characters."""

    def __init__(self, jinja: bool) -> None:
        """Begin with an empty line."""
        self.jinja = jinja
        self.lines: list[str] = []
        self.line = ""

    def new_line(self, indent: int) -> None:
        """Begin a line, unless the present one is empty."""
        if self.line.strip():
            self.lines.append(self.line.rstrip(" "))
        self.line = " " * indent

    def room(self) -> int:
        """Return how many characters the line still holds."""
        return WIDTH - len(self.line)

    def nodes(self, nodes: list[Node], indent: int, reserve: int) -> None:
        """Write nodes: elements on lines of their own, words filled."""
        previous: Node | None = None
        for n, node in enumerate(nodes):
            may = bool(self.line.strip()) and breakable(self.line, node.head.space, first(node))
            glued = self.glued(nodes, n, reserve)
            fits = (
                not must_break(node)
                and len(node.head.space) + len(flat(node)) + glued <= self.room()
            )
            alone = previous is not None and not node.head.space and self.apart(previous, node)
            if may and (alone or not fits):
                self.new_line(indent)
                fits = not must_break(node) and len(flat(node)) + glued <= self.room()
            elif self.line.strip():
                self.line += node.head.space
            if fits:
                self.line += flat(node)
            elif node.end is None:
                self.token(node.head, indent, glued)
            else:
                self.enclosing(node, node.end, indent)
            previous = node

    @staticmethod
    def apart(one: Node, two: Node) -> bool:
        """Say whether two neighbours go on lines of their own."""
        words = {"word", "var", "trans"}
        if is_block(one) or is_block(two) or "comment" in {one.head.kind, two.head.kind}:
            return True
        plain = [
            n for n in (one, two) if n.head.kind in words or n.head.name in {"translate", "br"}
        ]
        return not plain

    @staticmethod
    def glued(nodes: list[Node], n: int, reserve: int) -> int:
        """Return how much must follow node n in its line."""
        length = 0
        before = (nodes[n].end or nodes[n].head).text
        for node in nodes[n + 1 :]:
            if breakable(before, node.head.space, first(node)):
                return length
            length += len(node.head.space) + lead(first(node))
            if lead(first(node)) < len(first(node)):
                return length
            if node.end is not None:
                return length
            before = first(node)
        return length + reserve

    def enclosing(self, node: Node, end: Token, indent: int) -> None:
        """Write an element, or a tag with its end, over several lines."""
        for n, (head, children) in enumerate(node.parts):
            if n:
                self.step(head, indent)
            last = children[-1:] == [] and end.kind == "raw"
            self.token(head, indent, len(end.text.split("\n")[0]) if last else 0)
            if children:
                start = children[0]
                if breakable(self.line, start.head.space, first(start)):
                    self.new_line(indent + STEP)
                close = node.parts[n + 1][0] if n + 1 < len(node.parts) else end
                tail = (children[-1].end or children[-1].head).text
                stays = not breakable(tail, close.space, close.text)
                self.nodes(children, indent + STEP, len(close.space + close.text) if stays else 0)
        if end.kind == "raw":
            self.line += end.space
            *whole, self.line = (self.line + end.text).split("\n")
            self.lines += whole
            return
        self.step(end, indent)
        self.token(end, indent)

    def step(self, token: Token, indent: int) -> None:
        """Go to the line of a middle or an end."""
        if breakable(self.line, token.space, token.text):
            self.new_line(indent)
        else:
            self.line += token.space

    def token(self, token: Token, indent: int, after: int = 0) -> None:
        """Write one token, broken within when it is too long."""
        text = token.text
        if len(text) + after <= self.room():
            self.line += text
        elif token.kind == "html":
            self.units(attributes(text), indent + 2 * STEP, after)
        elif token.kind == "attribute":
            self.units(pieces(text), indent + 2 * STEP, after)
        elif token.kind == "comment":
            words = text[2:-2].split()
            self.line += "{#"
            for word in words:
                if len(word) + 4 > self.room():
                    self.line += " #}"
                    self.new_line(indent)
                    self.line += "{#"
                self.line += " " + word
            self.line += " #}"
        else:
            self.code(text, indent)

    def units(self, units: list[tuple[str, str]], indent: int, after: int) -> None:
        """Fill lines with the parts of a tag, each with the space before it."""
        for n, (space, unit) in enumerate(units):
            glued = 0
            for m in range(n + 1, len(units)):
                if breakable(units[m - 1][1], *units[m]):
                    break
                glued += len(units[m][0]) + lead(units[m][1])
            else:
                glued += after
            length = len(space) + len(unit) + glued
            if length > self.room() and self.line.strip() and breakable(self.line, space, unit):
                self.new_line(indent)
            elif self.line.strip():
                self.line += space
            if len(unit) + glued <= self.room():
                self.line += unit
            elif len(finer := pieces(unit)) > 1:
                self.units(finer, indent, glued)
            else:
                self.code(unit, indent, glued)

    def code(self, text: str, indent: int, after: int = 0) -> None:
        """Write one template tag that is longer than a line."""
        if text.startswith("{%") and "blocktranslate" in text[:18]:
            return self.translated(text, indent)
        said = re.fullmatch(r"\{% translate (\"[^\"%\\{]*\"|'[^'%\\]*') %\}", text)
        if said and not self.jinja and "{{" not in said[1] and "{%" not in said[1]:
            whole = f"{{% blocktranslate trimmed %}}{said[1][1:-1]}{{% endblocktranslate %}}"
            return self.translated(whole, indent)
        for part in re.split(r"(\{\{.*?\}\}|\{%.*?%\})", text, flags=re.DOTALL):
            named = not self.jinja and re.match(r"\{% *(translate|extends|plural)|\{\{ *_\(", part)
            if named or not part.startswith(("{%", "{{")):
                self.line += part
            else:
                self.words(part, indent + 2 * STEP, after)
        return None

    def words(self, text: str, indent: int, after: int) -> None:
        """Fill lines with the words of a template tag."""
        space = ""
        found = IN_CODE.findall(text)
        for n, part in enumerate(found):
            if not part.strip():
                space = " "
                continue
            length = len(part) + len(space) + (after if n == len(found) - 1 else 0)
            if n + 1 < len(found) and found[n + 1].strip():
                length += min(len(found[n + 1]), 3)
            if space and length > self.room() and breakable(self.line, " ", part):
                self.new_line(indent)
            else:
                self.line += space
            space = ""
            if part[0] in "\"'" and len(part) + 2 > self.room():
                self.long_string(part, indent)
            else:
                self.line += part

    def long_string(self, text: str, indent: int) -> None:
        """Write a long string: for Jinja as several in a row, for Django with line breaks."""
        quote = text[0] if self.jinja else ""
        for n, word in enumerate(re.findall(r"[^ ]+ *|^ +", text)):
            if n and len(word) + 3 > self.room():
                self.line += quote
                self.new_line(indent)
                self.line += quote
            self.line += word

    def translated(self, text: str, indent: int) -> None:
        """Write a blocktranslate; gettext knows it by its words, joined by `trimmed`."""
        head, words, end = re.findall(r"^(\{%.*?%\})(.*)(\{%.*?%\})$", text, re.DOTALL)[0]
        if " trimmed" not in head:
            parts = words.split("{% plural %}")
            if any(part != part.strip() for part in parts) or "\n" in words:
                self.line += text
                return
            head = head[:-2].rstrip() + " trimmed %}"
        self.line += head
        for n, part in enumerate(words.split("{% plural %}")):
            if n:
                self.new_line(indent)
                self.line += "{% plural %}"
            self.new_line(indent + STEP)
            for m, word in enumerate(re.findall(r"(?:\{\{.*?\}\}|[^ \t\n])+", part)):
                if m and len(word) + 1 > self.room():
                    self.new_line(indent + STEP)
                elif m:
                    self.line += " "
                self.line += word
        self.new_line(indent)
        self.line += end
