"""Reading texts: the reader's page, the search for a passage, a source as a document again."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.db.models import F, QuerySet
from django.urls import reverse

from quizzes.material import markup
from quizzes.material.documents import Document, PassageText, SectionText
from quizzes.material.models import Edition, Passage, Section, Source

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User

SEARCH_WORDS = 8


@dataclass(frozen=True, slots=True)
class ReadPassage:
    """A passage as a page shows it; `html` is sanitised, `position` is its ¶ number."""

    id: int
    key: str
    position: int
    html: str
    plain: str
    drawn_from: str
    is_list_item: bool


@dataclass(frozen=True, slots=True)
class ReadSection:
    """A heading with its passages. Without a title: what comes before any heading."""

    level: int
    title: str
    slug: str
    passages: list[ReadPassage] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class FoundPassage:
    """A passage found by search, with what an author needs to anchor a question to it."""

    material: str
    title: str
    passage: str
    position: int
    section: str
    plain: str
    url: str


def passage_url(material: str, key: str) -> str:
    """Return the lasting address of a passage."""
    return f"{_address(material)}#{key}"


def panel_url(material: str, key: str) -> str:
    """Return the address of a passage with what is asked about it."""
    before, after = _panel_address(material)
    return f"{before}{key}{after}"


@lru_cache(maxsize=1000)
def _panel_address(material: str) -> tuple[str, str]:
    before, _, after = reverse("quizzes:passage", args=[material, "KEY"]).rpartition("KEY")
    return before, after


def marked_url(material: str, key: str, mark: str) -> str:
    """Return the address at which the reader marks quoted words: `mark` is "card-5", "claim-7"."""
    return f"{_address(material)}?mark={mark}#{key}"


@lru_cache(maxsize=1000)
def _address(material: str) -> str:
    return reverse("quizzes:read", args=[material])


def text_of(edition: Edition | int) -> list[ReadSection]:
    """Return the sections of an edition in reading order with their passages; two queries.

    The same list is the table of contents: a section's slug is its place on the page.
    """
    pk = edition if isinstance(edition, int) else edition.pk
    passages: dict[int | None, list[ReadPassage]] = defaultdict(list)
    for passage in Passage.objects.filter(edition=pk).order_by("position"):
        passages[passage.section_id].append(_read(passage))
    return [
        ReadSection(section.level, section.title, section.slug, passages[section.pk])
        for section in Section.objects.filter(edition=pk).order_by("position")
    ]


def passages_read(edition: int, keys: Collection[str]) -> list[ReadPassage]:
    """Return these passages of an edition in reading order; one query."""
    rows = Passage.objects.filter(edition=edition, key__in=keys).order_by("position")
    return [_read(passage) for passage in rows]


def _read(passage: Passage) -> ReadPassage:
    return ReadPassage(
        id=passage.pk,
        key=passage.key,
        position=passage.position,
        html=markup.sanitise(passage.html),
        plain=passage.plain,
        drawn_from=passage.drawn_from,
        is_list_item=passage.is_list_item,
    )


def find_passages(text: str, user: User | AnonymousUser, limit: int = 20) -> list[FoundPassage]:
    """Return passages of published texts the user may read that hold every word of `text`.

    Those that hold the words just as typed come first. One query; nothing for an empty text.
    """
    try:
        phrase = " ".join(markup.clean(text).split())
    except ValidationError:
        return []
    words = phrase.split()[:SEARCH_WORDS]
    if not words:
        return []
    passages = _of_published(Source.objects.visible_to(user))
    for word in words:
        passages = passages.filter(plain__icontains=word[:100])
    found = [
        FoundPassage(
            material=row["slug"],
            title=row["source_title"],
            passage=row["key"],
            position=row["position"],
            section=row["section__title"] or "",
            plain=row["plain"],
            url=passage_url(row["slug"], row["key"]),
        )
        for row in passages.values(
            "key",
            "position",
            "plain",
            "section__title",
            slug=F("edition__source__slug"),
            source_title=F("edition__source__title"),
        )[: 5 * limit]
    ]
    found.sort(key=lambda passage: phrase.casefold() not in passage.plain.casefold())
    return found[:limit]


def passages_of(
    sources: QuerySet[Source], wanted: Iterable[tuple[str, str]]
) -> dict[tuple[str, str], Passage]:
    """Return the published passages among `wanted`, by (slug of the source, key); one query."""
    pairs = set(wanted)
    if not pairs:
        return {}
    passages = _of_published(sources.filter(slug__in={slug for slug, _ in pairs}))
    found = passages.filter(key__in={key for _, key in pairs}).annotate(
        material=F("edition__source__slug")
    )
    return {(passage.material, passage.key): passage for passage in found}


def document_of(source: Source, edition: Edition | None = None) -> Document:
    """Return an edition of a source as the document it was loaded from; two queries.

    Without `edition` the published one.
    """
    pk = edition.pk if edition else source.edition_id
    passages: dict[int | None, list[PassageText]] = defaultdict(list)
    for row in Passage.objects.filter(edition=pk).order_by("position"):
        passages[row.section_id].append(
            PassageText(row.key, row.text, row.drawn_from, row.is_list_item)
        )
    sections = tuple(
        SectionText(section.level, section.title, tuple(passages[section.pk]))
        for section in Section.objects.filter(edition=pk).order_by("position")
    )
    return Document(
        slug=source.slug,
        title=source.title,
        summary=source.summary,
        authors=source.authors,
        publisher=source.publisher,
        date=source.date,
        url=source.url,
        licence=source.licence,
        language=source.language,
        audience=source.audience,
        drawn_from=source.drawn_from,
        sections=sections,
    )


def _of_published(sources: QuerySet[Source]) -> QuerySet[Passage]:
    return Passage.objects.filter(
        edition__in=sources.filter(edition__isnull=False).values("edition")
    ).order_by("edition__source__title", "position")
