"""Word documents, by python-docx; checked first as an archive and as XML."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator

import docx
from docx.document import Document as WordDocument
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml.ns import qn
from docx.table import Table, _Cell
from docx.text.hyperlink import Hyperlink
from docx.text.paragraph import Paragraph
from docx.text.run import Run

from quizzes.importing.blocks import Block, DocumentRefused, Place, Read
from quizzes.importing.emphasis import BOLD, ITALIC, Mark, Marked, address, ink, joined, parted
from quizzes.importing.readers import archives
from quizzes.importing.readers.html import raised
from quizzes.importing.readers.txt import clean

_HEADING = re.compile(r"heading ([1-9])$", re.IGNORECASE)
CORE_PROPERTIES = RELATIONSHIP_TYPE.CORE_PROPERTIES
_NESTED = 10  # tables within tables


def read(data: bytes) -> Read:
    archive = archives.opened(data)
    for name in archive.namelist():
        # python-docx parses every part it meets; what expands or reaches out stops here.
        if name.endswith((".xml", ".rels")):
            archives.parsed(archives.entry(archive, name))
    try:
        document = docx.Document(io.BytesIO(data))
        return _read(document)
    except DocumentRefused:
        raise
    except Exception as error:  # it raises whatever a damaged package makes it stumble on
        raise DocumentRefused("damaged") from error


def _read(document: WordDocument) -> Read:
    found = Read()
    # Without properties of its own python-docx would make some up, with a title.
    if any(rel.reltype == CORE_PROPERTIES for rel in document.part.package.rels.values()):
        properties = document.core_properties
        found.title = clean(properties.title or "", found).strip()
        found.authors = clean(properties.author or "", found).strip()
        found.language = (properties.language or "").strip()
    if found.authors in {"python-docx", "Microsoft Office User", "User"}:
        found.authors = ""
    body = document.element.body
    found.lose("images", len(body.findall(f".//{qn('w:drawing')}")))
    found.lose("footnotes", len(body.findall(f".//{qn('w:footnoteReference')}")))
    found.lose("footnotes", len(body.findall(f".//{qn('w:endnoteReference')}")))
    found.lose("tracked_deletions", len(body.findall(f".//{qn('w:del')}")))
    for number, item in enumerate(document.iter_inner_content(), 1):
        place = Place("paragraph", number)
        if isinstance(item, Paragraph):
            for block in _paragraph(item, place, found):
                found.add(block)
        else:
            found.lose("tables")
            for row in _rows(item, 0, found):
                text, marks = _cleaned(row, found)
                found.add(Block(text, place, marks=marks))
    return found


def _paragraph(paragraph: Paragraph, place: Place, found: Read) -> Iterator[Block]:
    style = (paragraph.style.name or "") if paragraph.style is not None else ""
    text, marks = _cleaned(_text(paragraph, found), found)
    heading = _HEADING.match(style)
    if not text.strip():
        return
    if style == "Title" or heading:
        level = int(heading[1]) + 1 if heading else 1
        yield Block(" ".join(text.split()), place, kind="heading", level=level)
    elif style.startswith("toc "):
        yield Block(text, place, hint="contents")
    elif style.startswith("List") or paragraph._p.find(f".//{qn('w:numPr')}") is not None:
        yield Block(text, place, kind="item", marks=marks)
    else:
        # Line breaks by hand, two of them between what are paragraphs to a reader.
        for part in re.split(r"\n\s*\n", text):
            own, marks = parted(marks, ink(part))
            if part.strip():
                yield Block(part, place, kind="paragraph", marks=own)


def _cleaned(marked: Marked, found: Read) -> Marked:
    text = clean(marked[0], found)
    if marked[1] and ink(text) != ink(marked[0]):  # signs left out: the marks would slip
        found.lose("emphasis")
        return text, ()
    return text, marked[1]


def _text(paragraph: Paragraph, found: Read) -> Marked:
    """The words of a paragraph with their bold, italics and links."""
    style = (paragraph.style.name or "") if paragraph.style is not None else ""
    is_heading = style == "Title" or bool(_HEADING.match(style))
    parts: list[Marked] = []
    for item in paragraph.iter_inner_content():
        link = ""
        if isinstance(item, Hyperlink):
            link = "" if is_heading else address(item.url)
            found.lose("links", 0 if link else 1)
        for run in item.runs if isinstance(item, Hyperlink) else [item]:
            where = "sup" if run.font.superscript else "sub" if run.font.subscript else ""
            words = raised(run.text, where) if where else run.text
            parts.append((words, _marks(run, ink(words), link)))
    return joined(parts, "")


def _marks(run: Run, length: int, link: str) -> tuple[Mark, ...]:
    kinds = {
        BOLD: run.bold or run._r.style == "Strong",
        ITALIC: run.italic or run._r.style == "Emphasis",
        link: link,
    }
    return tuple((0, length, kind) for kind, wanted in kinds.items() if wanted)


def _rows(table: Table, depth: int, found: Read) -> Iterator[Marked]:
    """Yield each row as its cells side by side; a merged cell appears once."""
    for row in table.rows:
        cells: list[Marked] = []
        seen: set[object] = set()
        for cell in row.cells:
            if cell._tc not in seen:
                seen.add(cell._tc)
                cells.append(_cell(cell, depth, found))
        if any(text for text, _ in cells):
            yield joined(cells, " | ")


def _cell(cell: _Cell, depth: int, found: Read) -> Marked:
    parts = [_text(paragraph, found) for paragraph in cell.paragraphs]
    words = [(" ".join(text.split()), marks) for text, marks in parts]
    if depth < _NESTED:
        words += [row for table in cell.tables for row in _rows(table, depth + 1, found)]
    return joined([(text, marks) for text, marks in words if text], " ")
