"""PDF, by pypdf: the text of each page, line by line, and the headings the file lists."""

from __future__ import annotations

import io
import logging
from typing import Any

from pypdf import PdfReader
from pypdf.errors import PyPdfError

from quizzes.importing.blocks import Block, DocumentRefused, Place, Read
from quizzes.importing.headings import folded
from quizzes.importing.readers.txt import clean

PAGES = 2_000
CHARACTERS_A_PAGE = 20  # fewer on average: pictures of pages
OUTLINE = 2_000


def read(data: bytes) -> Read:
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    try:
        return _read(PdfReader(io.BytesIO(data), strict=False))
    except (DocumentRefused, MemoryError):
        raise
    except PyPdfError as error:
        raise DocumentRefused("damaged") from error
    except Exception as error:  # a damaged file makes it raise nearly anything
        raise DocumentRefused("damaged") from error


def _read(reader: PdfReader) -> Read:
    if reader.is_encrypted and not reader.decrypt(""):
        raise DocumentRefused("encrypted")
    pages = len(reader.pages)
    if pages > PAGES:
        raise DocumentRefused("too_many_pages", limit=PAGES)
    found = Read()
    metadata: Any = reader.metadata or {}
    found.title = clean(str(metadata.get("/Title") or ""), found).strip()
    found.authors = clean(str(metadata.get("/Author") or ""), found).strip()
    found.language = str(reader.root_object.get("/Lang") or "")
    for number, page in enumerate(reader.pages, 1):
        _page(page, number, found)
    if sum(len(block.text) for block in found.blocks) < CHARACTERS_A_PAGE * pages:
        raise DocumentRefused("scanned")
    found.outline = dict(_outline(reader.outline, 1))
    return found


def _page(page: Any, number: int, found: Read) -> None:
    gap = False
    text = clean(page.extract_text(), found)
    found.lose("images", _images(page))
    for line_number, line in enumerate(text.split("\n"), 1):
        if line.strip():
            place = Place("page", number, line_number)
            found.add(Block(line.rstrip(), place, kind="line", gap=gap))
        gap = not line.strip()


def _images(page: Any) -> int:
    resources = page.get("/Resources")
    objects = resources.get_object().get("/XObject") if resources is not None else None
    if objects is None:
        return 0
    found = (one.get_object() for one in objects.get_object().values())
    return sum(one.get("/Subtype") == "/Image" for one in found)


def _outline(entries: list[Any], level: int) -> list[tuple[str, int]]:
    found: list[tuple[str, int]] = []
    for entry in entries[:OUTLINE]:
        if isinstance(entry, list):
            found += _outline(entry, level + 1) if level < 10 else []
        elif folded(str(entry.title)):
            found.append((folded(str(entry.title)), level))
    return found
