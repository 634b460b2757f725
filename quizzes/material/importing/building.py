"""From a proposal, as it was decided, to a study text. Pure."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.utils.text import slugify
from django.utils.translation import gettext as _

from quizzes.material import markup
from quizzes.material.documents import (
    SIZE_LIMIT,
    Document,
    PassageText,
    SectionText,
    parse,
    write,
)
from quizzes.material.front_matter import DocumentError
from quizzes.material.importing.pieces import Piece, glue
from quizzes.material.matching import pair

_FILLERS = frozenset(
    re.findall(
        r"\w+",
        "a an and are as at be been but by can could do for from had has have in into is it its "
        "may might more most not of on or some such than that the their there these this those "
        "to was were which while who will with would",
    )
)
KEY_WORDS = 4
KEY_LENGTH = 60


@dataclass(frozen=True, slots=True)
class Before:
    """What a source said so far: its passages' plain text by key, and all keys it ever had."""

    texts: Mapping[str, str] = field(default_factory=dict)
    keys: frozenset[str] = frozenset()


def document_from(
    pieces: Iterable[Piece],
    *,
    front: dict[str, str],
    slug: str,
    markdown: bool,
    before: Before | None = None,
) -> Document:
    """Return the study text that the kept pieces make.

    A passage that stood in the text `before` has its key again; no other takes one used before.

    Raises: ValidationError where there is no passage, or the text is too large to be one.
    """
    sections = _sections(pieces, (lambda text: text) if markdown else escaped, before or Before())
    document = Document(slug=slug, sections=tuple(sections), **front)
    if not any(document.passages()):
        raise ValidationError(_("No passage is kept."))
    written = write(document)
    if len(written) > SIZE_LIMIT:
        raise ValidationError(_("The text has more than 1 million characters. Cut it in parts."))
    try:
        # What is read back is cleaned once more, and is what an author would have written.
        return parse(written, slug=slug)
    except DocumentError as error:
        raise ValidationError([str(defect) for defect in error.defects[:5]]) from None


def _sections(
    pieces: Iterable[Piece], write_text: Callable[[str], str], before: Before
) -> list[SectionText]:
    found: list[tuple[int, str, list[tuple[str, str, bool]]]] = []
    for piece in pieces:
        text = piece.text.strip()
        if not piece.kept or not markup.plain(write_text(text)):
            continue
        if piece.kind == "heading":
            level = 2 if not any(title for _, title, _ in found) else max(2, min(3, piece.level))
            found.append((level, " ".join(text.split())[:200], []))
            continue
        if not found:
            found.append((2, "", []))
        passages = found[-1][2]
        if piece.kind == "join" and passages:
            key, first, is_item = passages[-1]
            passages[-1] = (key, glue(first, text)[0], is_item)
        else:
            passages.append((piece.key, text, piece.kind == "item"))
    plains = [markup.plain(write_text(text)) for *_, rows in found for _, text, _ in rows]
    lasting = iter(pair(before.texts, plains))
    taken = {key for *_, rows in found for key, *_ in rows if key} | before.keys
    used: set[str] = set()
    sections: list[SectionText] = []
    for level, title, rows in found:
        built: list[PassageText] = []
        for given, text, is_item in rows:
            key = next(lasting) or given
            if not key or key in used:
                key = new_key(text, taken)
            taken.add(key)
            used.add(key)
            built.append(PassageText(key, write_text(text), is_list_item=is_item))
        sections.append(SectionText(level, title, tuple(built)))
    return sections


def new_key(text: str, taken: Collection[str]) -> str:
    """Return a key of the passage's first telling words; longer where others have it already."""
    words = slugify(text[:600]).split("-")
    telling = [word for word in words if word and word not in _FILLERS and len(word) > 1]
    if not telling:
        telling = ["p", hashlib.sha256(text.encode()).hexdigest()[:8]]
    for count in range(KEY_WORDS, KEY_WORDS + 4):
        key = "-".join(telling[:count])[:KEY_LENGTH].strip("-")
        if key not in taken:
            return key
    number = 2
    while f"{key}-{number}" in taken:
        number += 1
    return f"{key}-{number}"


# What Markdown would read as a sign of its own, wherever it stands, and at the start of a line.
_SIGNS = re.compile(r"""[\\`*<$]|(?<!\w)_|_(?!\w)|\[(?=[^\n]*\](?:\(|:|\[))|&(?=\#?\w{1,32};)""")
_START = re.compile(r"^(?:>|#{1,6}(?:\s|$)|[-+](?:\s|$)|-[-\s]+$|~{3})")
_NUMBERED = re.compile(r"^(\d{1,9})([.)])(?=\s|$)")
_KEY_LIKE = re.compile(r"\{(?=\#)")


def escaped(text: str) -> str:
    """Return Markdown that shows exactly this line of text."""
    line = _SIGNS.sub(lambda match: "\\" + match[0], " ".join(text.split()))
    line = _KEY_LIKE.sub(r"\\{", _NUMBERED.sub(r"\1\\\2", line))
    return "\\" + line if _START.match(line) else line


def free_slug(title: str, taken: Callable[[str], bool]) -> str:
    """Return a name in addresses made of the title that nothing else has."""
    whole = slugify(title).strip("-") or "text"
    # A long name ends with a whole word.
    base = whole if len(whole) <= 70 else whole[:70].rpartition("-")[0] or whole[:70]
    slug, number = base, 2
    while taken(slug):
        slug, number = f"{base}-{number}", number + 1
    return slug
