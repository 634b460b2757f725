"""From a proposal, as it was decided, to a study text. Pure."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.utils.text import slugify
from django.utils.translation import gettext as _

from quizzes.importing.emphasis import BOLD, ITALIC, Mark, ink, shifted
from quizzes.importing.segments import Segment, glue
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
from quizzes.material.reanchoring.matching import pair

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
    segments: Iterable[Segment],
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
    sections = _sections(
        segments, (lambda text, _: text) if markdown else marked, before or Before()
    )
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
    segments: Iterable[Segment], write_text: Callable[[str, Sequence[Mark]], str], before: Before
) -> list[SectionText]:
    found: list[tuple[int, str, list[tuple[str, str, bool, tuple[Mark, ...]]]]] = []
    for segment in segments:
        text = segment.text.strip()
        if not segment.kept or not markup.plain(write_text(text, ())):
            continue
        if segment.kind == "heading":
            level = 2 if not any(title for _, title, _ in found) else max(2, min(3, segment.level))
            found.append((level, " ".join(text.split())[:200], []))
            continue
        if not found:
            found.append((2, "", []))
        passages = found[-1][2]
        if segment.kind == "join" and passages:
            key, first, is_item, marks = passages[-1]
            whole = glue(first, text)[0]
            marks += shifted(segment.marks_kept, ink(whole) - ink(text))
            passages[-1] = (key, whole, is_item, marks)
        else:
            passages.append((segment.key, text, segment.kind == "item", segment.marks_kept))
    plains = [markup.plain(write_text(text, ())) for *_, rows in found for _, text, *_ in rows]
    lasting = iter(pair(before.texts, plains))
    taken = {key for *_, rows in found for key, *_ in rows if key} | before.keys
    used: set[str] = set()
    sections: list[SectionText] = []
    for level, title, rows in found:
        built: list[PassageText] = []
        for given, text, is_item, marks in rows:
            key = next(lasting) or given
            if not key or key in used:
                key = new_key(text, taken)
            taken.add(key)
            used.add(key)
            built.append(PassageText(key, write_text(text, marks), is_list_item=is_item))
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


# What Markdown would read as a sign of its own, wherever it is, and at the start of a line.
_SIGNS = re.compile(r"""[\\`*<$]|(?<!\w)_|_(?!\w)|\[(?=[^\n]*\](?:\(|:|\[))|&(?=\#?\w{1,32};)""")
_START = re.compile(r"^(?:>|#{1,6}(?:\s|$)|[-+](?:\s|$)|-[-\s]+$|~{3})")
_NUMBERED = re.compile(r"^(\d{1,9})([.)])(?=\s|$)")
_KEY_LIKE = re.compile(r"\{(?=\#)")


def escaped(text: str) -> str:
    """Return Markdown that shows exactly this line of text."""
    line = _SIGNS.sub(lambda match: "\\" + match[0], " ".join(text.split()))
    line = _KEY_LIKE.sub(r"\\{", _NUMBERED.sub(r"\1\\\2", line))
    return "\\" + line if _START.match(line) else line


# Stand for the signs of bold, italics and links until all else is escaped.
_OPEN, _CLOSE = "\ue000", "\ue001"
_BRACKET = re.compile(r"(?<!\\)[\[\]]")


def marked(text: str, marks: Sequence[Mark]) -> str:
    """Return Markdown that shows this line of text with its bold, its italics and its links.

    Its plain text is that of the line whatever the marks: those that Markdown cannot set there,
    as between letters and brackets, are left out.
    """
    plain = escaped(text)
    if not marks or _OPEN in text or _CLOSE in text:
        return plain
    wanted = markup.plain(plain)
    whole = _set(text, marks)
    if markup.plain(whole) == wanted:
        return whole
    kept: list[Mark] = []
    for mark in marks[:_TRIED]:
        if markup.plain(_set(text, [*kept, mark])) == wanted:
            kept.append(mark)
    return _set(text, kept)


_TRIED = 40  # marks tried one by one where they cannot all be set; few passages have as many


def _set(text: str, marks: Sequence[Mark]) -> str:
    """Return the line as Markdown with signs round the words that are marked."""
    line = " ".join(text.split())
    places = [at for at, char in enumerate(line) if char != " "]
    spans = [(places[a], places[b - 1] + 1, kind) for a, b, kind in marks if b <= len(places)]
    links = {kind for _, _, kind in spans} - {BOLD, ITALIC}
    signs: list[tuple[str, str]] = []

    def written(start: int, end: int, kinds: Sequence[Collection[str]]) -> str:
        """Links hold bold and bold holds italics, so that signs never cross."""
        if not kinds:
            return line[start:end]
        parts: list[str] = []
        for first, last, kind in _runs(line, spans, (start, end), kinds[0]):
            inner = written(first, last, kinds[1:])
            if kind:
                signs.append({BOLD: ("**", "**"), ITALIC: ("*", "*")}.get(kind, ("[", kind)))
                number = f"{len(signs) - 1};"
                inner = f"{_OPEN}{number}{inner}{_CLOSE}{number}"
            parts.append(inner)
        return "".join(parts)

    return _with_signs(escaped(written(0, len(line), (links, {BOLD}, {ITALIC}))), signs)


def _with_signs(line: str, signs: Sequence[tuple[str, str]]) -> str:
    for number, (first, last) in enumerate(signs):
        before, _, rest = line.partition(f"{_OPEN}{number};")
        inner, _, after = rest.partition(f"{_CLOSE}{number};")
        if first == "[":
            inner, last = _BRACKET.sub(r"\\\g<0>", inner), f"]({last})"
        line = f"{before}{first}{inner}{last}{after}"
    return line


def _runs(
    line: str, spans: Iterable[Mark], stretch: tuple[int, int], kinds: Collection[str]
) -> list[tuple[int, int, str]]:
    """Cut a stretch of a line where marks of these kinds begin and end; "" is unmarked."""
    found: list[tuple[int, int, str]] = []
    at, end = stretch
    for first, last, kind in sorted(spans):
        first, last = max(first, at), min(last, end)
        # Stars hold only between white space, or a bracket, and words: **(so)**me shows its stars.
        while first < last and _sticks(line[first - 1 : first], line[first]):
            first += 1
        while first < last and _sticks(line[last : last + 1], line[last - 1]):
            last -= 1
        if kind in kinds and first < last:
            found += [(at, first, ""), (first, last, kind)]
            at = last
    return [run for run in [*found, (at, end, "")] if run[0] < run[1]]


def _sticks(outside: str, inside: str) -> bool:
    return inside == " " or (outside.isalnum() and not inside.isalnum())


def free_slug(title: str, taken: Callable[[str], bool]) -> str:
    """Return a name in addresses made of the title that nothing else has."""
    whole = slugify(title).strip("-") or "text"
    # A long name ends with a whole word.
    base = whole if len(whole) <= 70 else whole[:70].rpartition("-")[0] or whole[:70]
    slug, number = base, 2
    while taken(slug):
        slug, number = f"{base}-{number}", number + 1
    return slug
