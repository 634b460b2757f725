"""A study text as a file: front matter, headings, passages with their keys. Pure: no models.

`parse` reads what `write` writes. Every defect is named with the line it stands in.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, fields, replace

import yaml
from django.core.exceptions import ValidationError
from django.utils.text import slugify
from django.utils.translation import gettext as _

from quizzes.material import markup
from quizzes.material.fingerprints import fingerprint
from quizzes.material.front_matter import UNKNOWN, Defect, DocumentError, read_front_matter

SIZE_LIMIT = 1_000_000
PASSAGE_LIMIT = 10_000
_HEADING = re.compile(r"(#{1,6})[ \t]+(.*?)[ \t]*#*[ \t]*$")
_ITEM = re.compile(r"(?:[-*+]|\d{1,3}[.)])[ \t]+(?=\S)")
_KEY = re.compile(
    r"""[ \t\n]*\{\#(?P<key>[^\s{}"]*)(?:[ \t]+from="(?P<source>[^"\n]*)")?[ \t]*\}$"""
)
_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


@dataclass(frozen=True, slots=True)
class PassageText:
    """One paragraph or list item: Markdown without its key."""

    key: str
    text: str
    drawn_from: str = ""
    is_list_item: bool = False


@dataclass(frozen=True, slots=True)
class SectionText:
    """A heading (level 2 or 3) with the passages below it; no title: before any heading."""

    level: int
    title: str
    passages: tuple[PassageText, ...] = ()


@dataclass(frozen=True, slots=True)
class Document:
    """A study text. What is not known is empty, and "unknown" in the file."""

    slug: str
    title: str
    authors: str = ""
    publisher: str = ""
    date: str = ""
    url: str = ""
    licence: str = ""
    language: str = "en"
    audience: str = "signed_in"
    drawn_from: str = ""
    summary: str = ""
    sections: tuple[SectionText, ...] = field(default=())

    def front_matter(self) -> dict[str, str]:
        """Everything but the slug and the text, by name."""
        names = [f.name for f in fields(self) if f.name not in {"slug", "sections"}]
        return {name: getattr(self, name) for name in names}

    def text(self) -> list[object]:
        """The text as JSON: two editions are the same if their texts are equal."""
        return [
            [s.level, s.title, [[p.key, p.text, p.drawn_from, p.is_list_item] for p in s.passages]]
            for s in self.sections
        ]

    def fingerprint(self) -> str:
        """A hash of front matter and text."""
        return fingerprint([self.front_matter(), self.text()])

    def passages(self) -> Iterator[PassageText]:
        for section in self.sections:
            yield from section.passages


def parse(data: bytes | str, *, slug: str) -> Document:
    """Return the study text in a file's content; raises DocumentError with every defect."""
    text = _decoded(data)
    lines = text.split("\n")
    defects: list[Defect] = []
    values, body_at = read_front_matter(lines, defects)
    sections = _sections(lines, body_at, defects)
    if not defects and not any(section.passages for section in sections):
        defects.append(Defect(body_at + 1, _("The text has no passage.")))
    if defects:
        raise DocumentError(sorted(defects, key=lambda defect: defect.line))
    return Document(slug=slug, sections=tuple(sections), **values)


def write(document: Document) -> str:
    """Return the file that parses to this document."""
    front = {name: value or UNKNOWN for name, value in document.front_matter().items()}
    head = yaml.safe_dump(front, sort_keys=False, allow_unicode=True, width=10_000)
    blocks: list[str] = []
    for section in document.sections:
        if section.title:
            blocks.append(f"{'#' * section.level} {section.title}\n")
        in_list = False
        for passage in section.passages:
            if passage.is_list_item and in_list:
                blocks[-1] += _written(passage)
            else:
                blocks.append(_written(passage))
            in_list = passage.is_list_item
    return f"---\n{head}---\n" + "\n".join(blocks)


def _written(passage: PassageText) -> str:
    source = f' from="{passage.drawn_from}"' if passage.drawn_from else ""
    text = f"{passage.text} {{#{passage.key}{source}}}"
    if passage.is_list_item:
        text = "- " + text.replace("\n", "\n  ")
    return text + "\n"


def _decoded(data: bytes | str) -> str:
    if len(data) > SIZE_LIMIT:
        raise DocumentError([Defect(1, _("The file is larger than 1 MB."))])
    try:
        text = data.decode("utf-8-sig") if isinstance(data, bytes) else data
        return markup.clean(text)
    except UnicodeDecodeError:
        raise DocumentError([Defect(1, _("The file is not UTF-8."))]) from None
    except ValidationError as error:
        raise DocumentError([Defect(1, error.messages[0])]) from None


def _sections(lines: list[str], start: int, defects: list[Defect]) -> list[SectionText]:
    sections: list[SectionText] = []
    keys: dict[str, int] = {}
    for line, block in _blocks(lines, start):
        heading = _HEADING.match(block)
        if heading:
            sections.append(_section(line, heading, sections, defects))
            continue
        if not sections:
            sections.append(SectionText(level=2, title=""))
        passages = tuple(_passages(line, block, keys, defects))
        sections[-1] = replace(sections[-1], passages=sections[-1].passages + passages)
    return sections


def _blocks(lines: list[str], start: int) -> Iterator[tuple[int, str]]:
    """Yield (line, text) of every heading and every run of lines between empty ones."""
    block: list[str] = []
    at = start
    for index in range(start, len(lines) + 1):
        line = lines[index].rstrip() if index < len(lines) else ""
        is_heading = bool(_HEADING.match(line))
        if block and (not line or is_heading):
            yield at + 1, "\n".join(block)
            block = []
        if is_heading:
            yield index + 1, line
        elif line:
            if not block:
                at = index
            block.append(line)


def _section(
    line: int, heading: re.Match[str], before: list[SectionText], defects: list[Defect]
) -> SectionText:
    level, title = len(heading[1]), heading[2]
    if level not in {2, 3}:
        defects.append(Defect(line, _("A heading is ## or ###.")))
    elif level == 3 and not any(section.title for section in before):
        defects.append(Defect(line, _("The first heading is ##.")))
    if not title or len(title) > 200:
        defects.append(Defect(line, _("A heading has 1 to 200 characters.")))
    return SectionText(level=level, title=title)


def _passages(
    line: int, block: str, keys: dict[str, int], defects: list[Defect]
) -> Iterator[PassageText]:
    """Yield the passages of a block: the items of a list, or the one paragraph."""
    if not _ITEM.match(block):
        yield from _passage(line, block, False, keys, defects)
        return
    item: list[str] = []
    at = line
    for number, text in enumerate([*block.split("\n"), None], line):
        begins = text is None or _ITEM.match(text)
        if begins and item:
            yield from _passage(at, "\n".join(item), True, keys, defects)
        if begins:
            at = number
            item = [] if text is None else [_ITEM.sub("", text, count=1)]
        elif text is not None:
            item.append(text.strip())


def _passage(
    line: int, text: str, is_list_item: bool, keys: dict[str, int], defects: list[Defect]
) -> Iterator[PassageText]:
    match = _KEY.search(text)
    if match is None:
        defects.append(Defect(line, _('The passage does not end with its key, {#key from="…"}.')))
        return
    key, drawn_from = match["key"], (match["source"] or "").strip()
    body = text[: match.start()].strip()
    if not _SLUG.fullmatch(key) or len(key) > 80:
        message = _("The key “%(key)s” is not of lower-case words and hyphens.")
        defects.append(Defect(line, message % {"key": key[:80]}))
    elif key in keys:
        message = _("The key “%(key)s” is already used in line %(line)d.")
        defects.append(Defect(line, message % {"key": key, "line": keys[key]}))
    elif not markup.plain(body):
        defects.append(Defect(line, _("The passage is empty.")))
    elif len(body) > PASSAGE_LIMIT or len(drawn_from) > 300:
        defects.append(Defect(line, _("The passage is too long.")))
    else:
        keys[key] = line
        yield PassageText(key, body, drawn_from, is_list_item)


def section_slugs(document: Document) -> list[str]:
    """Return a slug for each section, told apart by a number where titles are alike."""
    slugs: list[str] = []
    for section in document.sections:
        base = slugify(section.title)[:70] or "text"
        slug, number = base, 2
        while slug in slugs:
            slug, number = f"{base}-{number}", number + 1
        slugs.append(slug)
    return slugs
