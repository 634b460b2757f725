"""Markdown, by markdown-it: its blocks with their text as it was written."""

from __future__ import annotations

import re

from markdown_it import MarkdownIt
from markdown_it.token import Token

from quizzes.importing.blocks import Block, Place, Read
from quizzes.importing.readers.txt import decoded

_KEY = re.compile(r"""\s*\{\#(?P<key>[a-z0-9]+(?:-[a-z0-9]+)*)(?:\s+from="[^"\n]*")?\s*\}$""")
_FRONT = re.compile(r"---\n(?P<front>(?:[^\n]*\n){1,200}?)---(?:\n|$)")
_NAMES = {"title": "title", "author": "authors", "authors": "authors", "lang": "language"}
_IMAGE = re.compile(r"!\[[^\]\n]*\]\([^)\n]*\)")


def read(data: bytes) -> Read:
    found = Read(markdown=True)
    text = decoded(data, found)
    front = _FRONT.match(text)
    first = _front_matter(front["front"], found) if front else 0
    body = "\n" * first + text[front.end() :] if front else text
    lines = body.split("\n")
    in_item = 0
    tokens = MarkdownIt("commonmark", {"maxNesting": 40}).enable("table").parse(body)
    skip_to = -1
    for index, token in enumerate(tokens):
        if token.type in {"list_item_open", "list_item_close"}:
            in_item += 1 if token.nesting > 0 else -1
        elif token.map and token.map[0] >= skip_to:
            block = _block(token, tokens, index, lines, bool(in_item))
            if block is not None:
                found.add(block)
                found.lose("images", len(_IMAGE.findall(block.text)))
                if token.type == "table_open":
                    skip_to = token.map[1]
    return found


def _block(
    token: Token, tokens: list[Token], index: int, lines: list[str], in_item: bool
) -> Block | None:
    start, end = token.map or [0, 0]
    place = Place("line", start + 1)
    if token.type == "heading_open":
        text = tokens[index + 1].content.strip()
        return Block(text, place, kind="heading", level=int(token.tag[1])) if text else None
    if token.type == "paragraph_open":
        text = tokens[index + 1].content.strip()
        key = _KEY.search(text)
        text = text[: key.start()] if key else text
        if _IMAGE.fullmatch(text):
            return Block(text, place, hint="picture")
        kind = "item" if in_item else "paragraph"
        return Block(text, place, kind=kind, key=key["key"] if key else "")  # type: ignore[arg-type]
    whole = "\n".join(line for line in lines[start:end] if line.strip())
    if token.type == "html_block":
        return Block(whole, place, hint="markup")
    if token.type in {"fence", "code_block", "table_open"}:
        return Block(whole, place)
    return None


def _front_matter(front: str, found: Read) -> int:
    """Take title and authors from the head; every line of it is a block, proposed for removal."""
    lines = front.split("\n")[:-1]
    for number, line in enumerate(lines, 2):
        name, _, value = line.partition(":")
        attribute = _NAMES.get(name.strip().lower())
        value = value.strip().strip("\"'")
        if attribute and value and value != "unknown":
            setattr(found, attribute, value)
        if line.strip():
            found.add(Block(line, Place("line", number), hint="front_matter"))
    return len(lines) + 2
