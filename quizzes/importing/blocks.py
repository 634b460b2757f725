"""What a reader of one format hands on. Pure: no Django, since it runs in a process of its own."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from quizzes.importing.emphasis import Mark

Unit = Literal["line", "paragraph", "page", "part"]
FORMATS = ("txt", "md", "html", "docx", "pdf", "epub")

TEXT_LIMIT = 2_000_000  # characters of text in a document, a thick book
BLOCK_LIMIT = 40_000
MARKUP_LIMIT = 5_000_000  # bytes of a file that is text
FILE_LIMIT = 50_000_000


@dataclass(frozen=True, slots=True)
class Place:
    """Where a block stood: a line or paragraph of the file, or a line of a page or part."""

    unit: Unit
    number: int
    line: int = 0


@dataclass(frozen=True, slots=True)
class Block:
    """A stretch of text as a reader found it.

    Attributes:
        kind: "line" is one line of a page, which the next one may go on with.
        level: of a heading, 1 for the title of the whole.
        hint: id of the reason for which the file itself marks it as no part of the text.
        gap: whether an empty line stood before it.
        key: the passage's key, where the file gives one.
        marks: its words in bold or italics, and its links.
    """

    text: str
    place: Place
    kind: Literal["heading", "paragraph", "item", "line"] = "paragraph"
    level: int = 0
    hint: str = ""
    gap: bool = False
    key: str = ""
    marks: tuple[Mark, ...] = ()


@dataclass(slots=True)
class Read:
    """A file as read. `losses` counts what a text of words cannot carry, by name."""

    blocks: list[Block] = field(default_factory=list)
    title: str = ""
    authors: str = ""
    language: str = ""
    markdown: bool = False
    outline: dict[str, int] = field(default_factory=dict)
    losses: dict[str, int] = field(default_factory=dict)
    size: int = 0

    def add(self, block: Block) -> None:
        """Take a block. Raises: Refused for more text than a document may have."""
        self.size += len(block.text)
        if self.size > TEXT_LIMIT or len(self.blocks) >= BLOCK_LIMIT:
            raise DocumentRefused("too_much_text", limit=TEXT_LIMIT // 1_000_000)
        self.blocks.append(block)

    def lose(self, name: str, count: int = 1) -> None:
        if count:
            self.losses[name] = self.losses.get(name, 0) + count


class DocumentRefused(Exception):
    """The file cannot be imported. `code` names the sentence in reasons.py, `detail` its words."""

    def __init__(self, code: str, **detail: str | int) -> None:
        super().__init__(code)
        self.code = code
        self.detail = detail
