"""One reader for each format: bytes → blocks. Chosen by name; loaded when wanted."""

from __future__ import annotations

from importlib import import_module

from quizzes.importing.blocks import FILE_LIMIT, FORMATS, MARKUP_LIMIT, DocumentRefused, Read
from quizzes.importing.readers import txt

_LIMITS = {"txt": MARKUP_LIMIT, "md": MARKUP_LIMIT, "html": MARKUP_LIMIT}


def read(data: bytes, name: str) -> Read:
    """Return a file's blocks. Raises: Refused."""
    if name not in FORMATS:
        raise DocumentRefused("unknown_format")
    limit = _LIMITS.get(name, FILE_LIMIT)
    if len(data) > limit:
        raise DocumentRefused("file_too_large", limit=limit // 1_000_000)
    found: Read = import_module(f"{__name__}.{name}").read(data)
    found.title = " ".join(txt.clean(found.title, found).split())
    found.authors = " ".join(txt.clean(found.authors, found).split())
    return found


def guess(data: bytes, file_name: str) -> str | None:
    """Return the format a file shows by its first bytes, else by its name; None if neither."""
    ending = file_name.rpartition(".")[2].lower()
    if data.startswith(b"%PDF-"):
        return "pdf"
    if data.startswith(b"PK\x03\x04"):
        if b"application/epub+zip" in data[:200]:
            return "epub"
        return ending if ending in {"docx", "epub"} else None
    return {
        "txt": "txt",
        "text": "txt",
        "md": "md",
        "markdown": "md",
        "html": "html",
        "htm": "html",
        "xhtml": "html",
        "pdf": "pdf",
        "docx": "docx",
        "epub": "epub",
    }.get(ending)
