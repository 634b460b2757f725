"""Importing a document: propose, decide line by line, accept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from quizzes.importing.building import Before, document_from, free_slug
from quizzes.importing.models import ImportProposal
from quizzes.importing.propose import Proposal, proposal_of
from quizzes.importing.segments import KINDS, Segment
from quizzes.material import markup
from quizzes.material.documents import Document
from quizzes.material.models import Audience, Passage, Source
from quizzes.material.queries import document_of as published_document_of
from quizzes.material.services import Loaded, load_source

if TYPE_CHECKING:
    from accounts.models import User

KEPT_FOR = timedelta(days=7)
OPEN_LIMIT = 10
FRONT = ("title", "authors", "publisher", "date", "url", "licence", "language", "audience")
# What a line may become: heading2 and heading3 carry the level.
CHOICES = ("heading2", "heading3", "passage", "item", "join", "removed")


@transaction.atomic
def store_proposal(
    *,
    proposal: Proposal,
    owner: User,
    file_name: str,
    file_format: str,
    now: datetime,
    edition_of: Source | None = None,
) -> ImportProposal:
    """Keep a proposal until its owner has decided, at most a week; the file itself is not kept.

    What expired goes. Raises: ValidationError beyond OPEN_LIMIT open ones; PermissionDenied.
    """
    if not owner.is_educator:
        raise PermissionDenied
    ImportProposal.objects.filter(expires_at__lte=now).delete()
    mine = ImportProposal.objects.visible_to(owner).filter(source=None)
    if mine.count() >= OPEN_LIMIT:
        raise ValidationError(
            _("You have %(n)d documents waiting. Accept or discard one first.") % {"n": OPEN_LIMIT}
        )
    name = " ".join(markup.clean(file_name.replace("\0", "")).split())[:200]
    return ImportProposal.objects.create(
        owner=owner,
        file_name=name or file_format,
        format=file_format,
        proposal=proposal.as_json(),
        front=front_of(proposal, file_name=name),
        edition_of=edition_of,
        created_at=now,
        expires_at=now + KEPT_FOR,
    )


def front_of(proposal: Proposal, *, file_name: str) -> dict[str, str]:
    """Return what is known of the document; without a title the file's name stands for it."""
    found = dict.fromkeys(FRONT, "")
    found["title"] = (proposal.title or file_name.rpartition("/")[2].rsplit(".", 1)[0])[:200]
    found["authors"] = proposal.authors
    found["language"] = proposal.language
    found["audience"] = Audience.SIGNED_IN.value
    return found


@transaction.atomic
def decide(
    *,
    row: ImportProposal,
    choices: Mapping[int, str],
    front: Mapping[str, str] | None = None,
) -> None:
    """Note what the owner chose for lines, by their number from 0, and says of the document."""
    row = ImportProposal.objects.select_for_update().get(pk=row.pk)
    if row.source_id is not None:
        return
    proposal = proposal_of(row.proposal)
    segments = list(proposal.segments)
    for number, choice in choices.items():
        if 0 <= number < len(segments) and choice in CHOICES:
            segments[number] = chosen(segments[number], choice)
    row.proposal = replace(proposal, segments=tuple(segments)).as_json()
    if front is not None:
        row.front = {name: front.get(name, "") for name in FRONT}
    row.save(update_fields=["proposal", "front"])


def choice_of(segment: Segment) -> str:
    """Return what a piece is to become, as CHOICES names it."""
    return f"heading{segment.level}" if segment.kind == "heading" else segment.kind


def chosen(segment: Segment, choice: str) -> Segment:
    """Return a piece as its owner wants it; the same where that was proposed."""
    if choice == choice_of(segment):
        return segment
    kind = next(kind for kind in KINDS if choice.startswith(kind))
    if kind == "removed":
        return segment.removed("chosen")
    level = int(choice[-1]) if kind == "heading" else 0
    return replace(segment, kind=kind, level=level)


def document_of(
    proposal: Proposal, *, front: Mapping[str, str], edition_of: Source | None = None
) -> Document:
    """Return the study text that the proposal makes: a new one, or the next of a source.

    Raises: ValidationError.
    """
    fields = dict(front)
    before = Before()
    if edition_of is None:
        slug = free_slug(front["title"], lambda name: Source.objects.filter(slug=name).exists())
    else:
        slug = edition_of.slug
        fields = published_document_of(edition_of).front_matter()
        before = _before(edition_of)
    return document_from(
        proposal.segments, front=fields, slug=slug, markdown=proposal.markdown, before=before
    )


def _before(source: Source) -> Before:
    passages = Passage.objects.filter(edition__source=source).order_by("position")
    rows = list(passages.values_list("edition", "key", "plain"))
    return Before(
        texts={key: plain for edition, key, plain in rows if edition == source.edition_id},
        keys=frozenset(key for _, key, _ in rows),
    )


@transaction.atomic
def load_proposal(
    *,
    proposal: Proposal,
    front: Mapping[str, str],
    owner: User,
    now: datetime,
    edition_of: Source | None = None,
) -> Loaded:
    """Load a proposal as a new source of this owner, or as an edition of a source.

    An edition becomes a draft where people have to decide about quotes. Raises: ValidationError;
    PermissionDenied where the source belongs to others.
    """
    if edition_of is not None:
        edition_of = Source.objects.select_for_update().get(pk=edition_of.pk)
    document = document_of(proposal, front=front, edition_of=edition_of)
    return load_source(document=document, owner=owner, now=now, hold=edition_of is not None)


@transaction.atomic
def accept(*, row: ImportProposal, now: datetime) -> Loaded:
    """Make a text of what was decided; once only, so that a second click finds the same one.

    Raises: ValidationError where it makes no study text; PermissionDenied.
    """
    rows = ImportProposal.objects.select_for_update(of=("self",))
    row = rows.select_related("owner", "source", "edition_of").get(pk=row.pk)
    if row.source is not None:
        return Loaded(row.source, "unchanged", row.source.edition)
    loaded = load_proposal(
        proposal=proposal_of(row.proposal),
        front=row.front,
        owner=row.owner,
        now=now,
        edition_of=row.edition_of,
    )
    row.source = loaded.source
    row.save(update_fields=["source"])
    return loaded


@transaction.atomic
def discard(*, row: ImportProposal) -> None:
    """Forget a proposal. What was imported from it stays."""
    ImportProposal.objects.select_for_update().filter(pk=row.pk).delete()
