"""The words and tags of a template, in their order and by what encloses what."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

TEMPLATE = r"\{\#.*?\#\}|\{%.*?%\}|\{\{.*?\}\}"
BLOCKTRANSLATE = r"\{% *blocktranslate\b.*?\{% *endblocktranslate *%\}"
QUOTED = rf"\"(?>{BLOCKTRANSLATE}|{TEMPLATE}|[^\"])*\"|'(?>{BLOCKTRANSLATE}|{TEMPLATE}|[^'])*'"
TOKEN = re.compile(
    rf"(?P<raw>(?<=>)[^<]*</(?:textarea|pre)>)|(?P<space>[ \t\n]+)"
    rf"|(?P<attribute>[a-z-]+=(?:{QUOTED}))|(?P<trans>{BLOCKTRANSLATE})|(?P<comment>\{{\#.*?\#\}})|(?P<tag>\{{%.*?%\}})|(?P<var>\{{\{{.*?\}}\}})"
    rf"|(?P<html></?(?:[a-zA-Z!]|\{{\{{|\{{%)(?:(?<=%)[^>]*?%\}}|(?<=\{{\{{)[^>]*?\}}\}})?"
    rf"(?>{BLOCKTRANSLATE}|{TEMPLATE}|{QUOTED}|[^>\"'])*>)"
    rf"|(?P<word>(?:(?!\{{[%{{\#]|</?[a-zA-Z!{{])[^ \t\n])+)",
    re.DOTALL,
)
VOID = frozenset(
    "area base br col embed hr img input link meta source track wbr !doctype".split()  # noqa: SIM905
)
# Next to these a browser ignores white space
BLOCK = frozenset(
    "address article aside base blockquote body br caption circle col dd desc details dialog div"  # noqa: SIM905
    " !doctype dl dt fieldset figcaption figure footer form g h1 h2 h3 h4 h5 h6 head header hr html"
    " legend li line link main meta nav ol optgroup option p path pre rect script section style"
    " summary symbol table tbody td tfoot th thead title tr ul use".split()
)
MIDDLE = {"else", "elif", "empty"}


@dataclass
class Token:
    """A word or tag with the white space before it."""

    kind: str
    text: str
    space: str = ""  # nothing or one space
    name: str = ""
    broken: bool = False  # the space held a line break


@dataclass
class Node:
    """A token alone, or with what it encloses: [(its head, its children), …] and its end."""

    head: Token
    parts: list[tuple[Token, list[Node]]] = field(default_factory=list)
    end: Token | None = None


def tokens(source: str) -> list[Token]:
    """Return the words and tags of a template."""
    found: list[Token] = []
    space = ""
    at = 0
    while at < len(source):
        match = TOKEN.match(source, at)
        if match is None:
            msg = f"not understood: {source[at : at + 60]!r}"
            raise ValueError(msg)
        kind, text = str(match.lastgroup), match[0]
        at = match.end()
        if kind == "space":
            space = text
            continue
        name = ""
        if kind == "html" and (named := re.match(r"</?([!a-zA-Z][\w-]*)(?=[\s/>{])", text)):
            name = named[1].lower()
        elif kind == "tag":
            name = (re.match(r"\{%-?\s*(\w+)", text) or ["", ""])[1]
        token = Token(kind, text, " " if space else "", name, broken="\n" in space)
        found.append(token)
        space = ""
    return found


def closes(token: Token) -> bool:
    """Say whether the token is the end of an element."""
    return token.kind == "html" and token.text.startswith("</")


def opens(token: Token) -> bool:
    """Say whether the token begins an element that has an end."""
    return (
        token.kind == "html"
        and bool(token.name)
        and token.name not in VOID
        and not token.text.endswith("/>")
        and not closes(token)
    )


class Tree:
    """Builds the tree; a tag without its other half is left alone."""

    def __init__(self, stream: list[Token]) -> None:
        """Build it."""
        self.ended = {t.name[3:] for t in stream if t.kind == "tag" and t.name.startswith("end")}
        self.stack = [Node(Token("top", ""), [(Token("top", ""), [])])]
        for token in stream:
            self.add(token)
        while len(self.stack) > 1:
            self.flatten()

    def add(self, token: Token) -> None:
        """Put the next token where it belongs."""
        if opens(token) or (token.kind == "tag" and token.name in self.ended):
            self.stack.append(Node(token, [(token, [])]))
        elif closes(token):
            self.close(token, self.depth(token.kind, token.name))
        elif token.kind == "tag" and token.name.startswith("end"):
            self.close(token, self.depth(token.kind, token.name.removeprefix("end")))
        elif token.kind == "tag" and token.name in MIDDLE:
            self.rise_to(self.depth("tag", ""))
            self.stack[-1].parts.append((token, []))
        elif token.kind == "raw":  # the rest of <textarea>, with its end
            self.close(token, len(self.stack) - 1)
        else:
            self.leave(Node(token))

    def leave(self, node: Node) -> None:
        """Put a node into what is open."""
        self.stack[-1].parts[-1][1].append(node)

    def close(self, token: Token, depth: int) -> None:
        """End what was opened at that depth, if anything was."""
        if not depth:
            self.leave(Node(token))
            return
        self.rise_to(depth)
        node = self.stack.pop()
        node.end = token
        self.leave(node)

    def rise_to(self, depth: int) -> None:
        """Leave alone what was opened deeper and has no end."""
        while depth and len(self.stack) > depth + 1:
            self.flatten()

    def flatten(self) -> None:
        """Leave the head of the innermost alone, and what followed it."""
        for head, children in self.stack.pop().parts:
            self.leave(Node(head))
            self.stack[-1].parts[-1][1].extend(children)

    def depth(self, kind: str, name: str) -> int:
        """Return where such a thing was opened, within the innermost template tag; 0 is nowhere."""
        for n in range(len(self.stack) - 1, 0, -1):
            head = self.stack[n].head
            if head.kind == kind and (head.name == name or not name):
                return n
            if kind == "html" and head.kind == "tag":
                return 0
        return 0


def tree(stream: list[Token]) -> list[Node]:
    """Return the tokens by what encloses what."""
    return Tree(stream).stack[0].parts[0][1]
