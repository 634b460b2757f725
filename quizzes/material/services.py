"""Writing texts. A new text is a new edition; an edition is never changed."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Literal

from django.core.exceptions import PermissionDenied
from django.db import transaction

from quizzes.material import markup
from quizzes.material.documents import Document, section_slugs
from quizzes.material.fingerprints import fingerprint
from quizzes.material.hooks import Lost
from quizzes.material.models import (
    AnchorReview,
    Edition,
    EditionState,
    Passage,
    Section,
    Source,
)
from quizzes.material.publishing import show
from quizzes.material.reanchoring import reanchor

if TYPE_CHECKING:
    from accounts.models import User

Status = Literal["new", "changed", "unchanged", "held"]


@dataclass(frozen=True, slots=True)
class Loaded:
    """What became of a document: `changed` also when only its front matter did; `held` when the
    text became a draft, since people have to decide about quotes.

    `lost` lists what the caller said it would replace and what could indeed not be moved. `counts`
    tells how many anchors in use are kept, moved, changed and lost.
    """

    source: Source
    status: Status
    edition: Edition | None = None
    lost: tuple[Lost, ...] = ()
    counts: dict[str, int] = field(default_factory=dict)


class LostQuotes(Exception):
    """Something in use quotes words that cannot be moved unseen; nothing was written."""

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
    hold: bool = False,
) -> Loaded:
    """Publish a study text: a new source, a new edition of one, or nothing where it is the same.

    `owner` is None where the operator loads a folder. What quotes the old text is moved along where
    that is safe (see matching.py). `replaced` names what is loaded together with the text
    ("bank/question"): it need not be moved, since the caller rewrites it at once. With `hold` a
    text about whose quotes people must decide becomes a draft, in place of an earlier one.

    Raises:
        LostQuotes: something else in use cannot be moved, and not `hold`.
        PermissionDenied: the source belongs to others.
    """
    source = Source.objects.select_for_update().filter(slug=document.slug).first()
    if source is None:
        source = Source.objects.create(
            slug=document.slug, owner=owner, created_at=now, **document.front_matter()
        )
        edition = _write(source, document, EditionState.PUBLISHED, now=now)
        show(source, edition)
        return Loaded(source, "new", edition)
    may = owner is None or Source.objects.editable_by(owner).filter(pk=source.pk).exists()
    if not may:
        raise PermissionDenied
    changed = _set_front_matter(source, document.front_matter())
    old = source.edition
    if old is not None and old.checksum == checksum(document):
        return Loaded(source, "changed" if changed else "unchanged", old)
    decided = _take_away_draft(source) if hold else []
    # A text that may not be held is published or refused: another draft may stay next to it.
    state = EditionState.DRAFT if hold else EditionState.PUBLISHED
    new = _write(source, document, state, now=now)
    if old is None:
        show(source, new)
        return Loaded(source, "changed", new)
    found = reanchor.as_written(reanchor.plan(old, new), replaced)
    waiting = [one.lost for one in found.planned if one.waits]
    in_use = [lost for lost in waiting if lost.name not in replaced]
    if in_use and not hold:
        raise LostQuotes(in_use)
    if in_use:
        reanchor.write_reviews(new, found, decided)
        return Loaded(source, "held", new, counts=found.counts())
    reanchor.carry_out(new, found, now=now)
    show(source, new)
    return Loaded(source, "changed", new, tuple(waiting), found.counts())


def _set_front_matter(source: Source, front: dict[str, str]) -> bool:
    changed = [name for name, value in front.items() if getattr(source, name) != value]
    for name in changed:
        setattr(source, name, front[name])
    if changed:
        source.save(update_fields=changed)
    return bool(changed)


def _take_away_draft(source: Source) -> list[AnchorReview]:
    """Delete the draft of a source; return what was decided about its quotes."""
    drafts = source.editions.filter(state=EditionState.DRAFT)
    rows = AnchorReview.objects.filter(edition__in=drafts).exclude(decision="")
    decided = list(rows.select_related("passage"))
    drafts.delete()
    return decided


def checksum(document: Document) -> str:
    """Return a hash of the text, without its front matter."""
    return fingerprint(document.text())


def _write(source: Source, document: Document, state: str, *, now: datetime) -> Edition:
    """Insert an edition with its sections and passages; readers do not see it yet."""
    last = source.editions.order_by("-number").values_list("number", flat=True).first() or 0
    edition = Edition.objects.create(
        source=source,
        number=last + 1,
        state=state,
        checksum=checksum(document),
        created_at=now,
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
    return edition
