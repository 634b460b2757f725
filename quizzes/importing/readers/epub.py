"""EPUB: its chapters in their order, each read as HTML."""

from __future__ import annotations

import posixpath
from urllib.parse import unquote
from xml.etree.ElementTree import Element
from zipfile import ZipFile

from quizzes.importing.blocks import DocumentRefused, Place, Read
from quizzes.importing.readers import archives, html
from quizzes.importing.readers.txt import decoded

_CONTAINER = "{urn:oasis:names:tc:opendocument:xmlns:container}"
_OPF = "{http://www.idpf.org/2007/opf}"
_DC = "{http://purl.org/dc/elements/1.1/}"
CHAPTERS = 1_000


def read(data: bytes) -> Read:
    archive = archives.opened(data)
    if "META-INF/rights.xml" in archive.namelist() or _is_locked(archive):
        raise DocumentRefused("encrypted")
    container = archives.parsed(archives.entry(archive, "META-INF/container.xml"))
    root_file = container.find(f".//{_CONTAINER}rootfile")
    path = root_file.get("full-path", "") if root_file is not None else ""
    package = archives.parsed(archives.entry(archive, path))
    found = Read()
    found.title = _said(package, "title")
    found.authors = ", ".join(_all(package, "creator"))
    found.language = _said(package, "language")
    for part, (name, hint) in enumerate(_chapters(package, posixpath.dirname(path)), 1):
        _chapter(archive, name, hint, part, found)
    return found


def _chapter(archive: ZipFile, name: str, hint: str, part: int, found: Read) -> None:
    page = Read(language=found.language, title=found.title, authors=found.authors)
    html.read_into(page, decoded(archives.entry(archive, name), page), unit="part", part=part)
    for block in page.blocks:
        hinted = hint or block.hint
        place = Place("part", part, block.place.line)
        kind, level = (block.kind, block.level) if not hinted else ("paragraph", 0)
        found.add(html.Block(block.text, place, kind, level, hinted, marks=block.marks))
    for loss, count in page.losses.items():
        found.lose(loss, count)


def _chapters(package: Element, folder: str) -> list[tuple[str, str]]:
    """Return the files of the spine with the reason for which one is no part of the text."""
    items = {item.get("id"): item for item in package.iter(f"{_OPF}item")}
    found: list[tuple[str, str]] = []
    for reference in package.iter(f"{_OPF}itemref"):
        item = items.get(reference.get("idref"))
        if item is None or "html" not in item.get("media-type", ""):
            continue
        name = posixpath.normpath(posixpath.join(folder, unquote(item.get("href", ""))))
        is_contents = "nav" in item.get("properties", "").split()
        found.append((name, "contents" if is_contents else ""))
    if len(found) > CHAPTERS:
        raise DocumentRefused("archive_entries", limit=CHAPTERS)
    return found


def _is_locked(archive: ZipFile) -> bool:
    """Whether chapters are encrypted; fonts often are, and nobody minds."""
    if "META-INF/encryption.xml" not in archive.namelist():
        return False
    return b"html" in archives.entry(archive, "META-INF/encryption.xml").lower()


def _all(package: Element, name: str) -> list[str]:
    words = (" ".join((one.text or "").split()) for one in package.iter(f"{_DC}{name}"))
    return [word for word in words if word]


def _said(package: Element, name: str) -> str:
    return next(iter(_all(package, name)), "")
