"""Writing texts. A new text is a new edition; an edition is never changed."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Literal

from django.core.exceptions import PermissionDenied
from django.db import transaction

from quizzes.material import markup
from quizzes.material.documents import Document, section_slugs
from quizzes.material.fingerprints import fingerprint
from quizzes.material.hooks import Lost, edition_published
from quizzes.material.models import Edition, Passage, Section, Source

if TYPE_CHECKING:
    from accounts.models import User

Status = Literal["new", "changed", "unchanged"]


@dataclass(frozen=True, slots=True)
class Loaded:
    """What became of a document: `changed` also when only its front matter did.

    `lost` lists what the caller said it would replace and what could indeed not be moved.
    """

    source: Source
    status: Status
    lost: tuple[Lost, ...] = ()


class LostQuotes(Exception):
    """Questions in use quote words that the new text does not say; nothing was written."""

    def __init__(self, lost: list[Lost]) -> None:
        super().__init__(", ".join(item.name for item in lost))
        self.lost = lost


@transaction.atomic
def load_source(
    *,
    document: Document,
    owner: User | None,
    now: datetime,
    replaced: Collection[str] = (),
) -> Loaded:
    """Publish a study text: a new source, a new edition of one, or nothing where it is the same.

    `owner` is None where the operator loads a folder. What hangs on the old text is moved along
    where the new one says the quoted words exactly once in the passage of the same key. `replaced`
    names what need not be moved ("bank/question"), since the caller rewrites it at once.

    Raises:
        LostQuotes: something else in use cannot be moved.
        PermissionDenied: the source belongs to others.
    """
    source = Source.objects.select_for_update().filter(slug=document.slug).first()
    if source is None:
        source = Source.objects.create(
            slug=document.slug, owner=owner, created_at=now, **document.front_matter()
        )
        _publish(source, document, number=1, now=now)
        return Loaded(source, "new")
    may = owner is None or Source.objects.editable_by(owner).filter(pk=source.pk).exists()
    if not may:
        raise PermissionDenied
    front = document.front_matter()
    changed = [name for name, value in front.items() if getattr(source, name) != value]
    if changed:
        for name in changed:
            setattr(source, name, front[name])
        source.save(update_fields=changed)
    old = source.edition
    if old is not None and old.checksum == checksum(document):
        return Loaded(source, "changed" if changed else "unchanged")
    last = source.editions.order_by("-number").values_list("number", flat=True).first() or 0
    new = _publish(source, document, number=last + 1, now=now)
    lost = edition_published(old, new) if old is not None else []
    in_use = [item for item in lost if item.name not in replaced]
    if in_use:
        raise LostQuotes(in_use)
    return Loaded(source, "changed", tuple(lost))


def checksum(document: Document) -> str:
    """Return a hash of the text, without its front matter."""
    return fingerprint(document.text())


def _publish(source: Source, document: Document, *, number: int, now: datetime) -> Edition:
    edition = Edition.objects.create(
        source=source, number=number, checksum=checksum(document), created_at=now
    )
    parent: Section | None = None
    passages: list[Passage] = []
    slugs = section_slugs(document)
    for position, (text, slug) in enumerate(zip(document.sections, slugs, strict=True), 1):
        section = Section.objects.create(
            edition=edition,
            parent=parent if text.level > 2 else None,
            position=position,
            level=text.level,
            title=text.title,
            slug=slug,
        )
        if text.level == 2:
            parent = section
        for passage in text.passages:
            html = markup.render(passage.text)
            passages.append(
                Passage(
                    edition=edition,
                    section=section,
                    key=passage.key,
                    position=len(passages) + 1,
                    text=passage.text,
                    plain=markup.text_of(html),
                    html=html,
                    drawn_from=passage.drawn_from,
                    is_list_item=passage.is_list_item,
                )
            )
    Passage.objects.bulk_create(passages)
    source.edition = edition
    source.save(update_fields=["edition"])
    return edition
