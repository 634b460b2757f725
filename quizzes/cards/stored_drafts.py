"""Notes and decks as drafts again, to be compared with files and written to them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from django.db.models import F

from quizzes.bank.drafts import AnchorDraft, Waiver
from quizzes.cards.drafts import DeckDraft, NoteDraft
from quizzes.cards.models import CardAnchor, Deck, Note
from quizzes.material.anchoring import distinguishing_prefix, span_at


def note_drafts(note_ids: Iterable[int]) -> dict[int, NoteDraft]:
    """Return each note as a draft in its one form, by id; three queries."""
    ids = set(note_ids)
    anchors: dict[int, list[AnchorDraft]] = defaultdict(list)
    rows = (
        CardAnchor.objects.filter(note__in=ids)
        .select_related("passage")
        .annotate(material=F("edition__source__slug"))
        .order_by("note_id", "pk")
    )
    for row in rows:
        plain = row.passage.plain
        prefix = distinguishing_prefix(plain, span_at(plain, row.start, row.quote))
        anchors[row.note_id].append(
            AnchorDraft(row.material, row.passage.key, row.quote, row.role, None, prefix)
        )
    tags: dict[int, list[str]] = defaultdict(list)
    names = Note.tags.through.objects.filter(note__in=ids).values_list("note_id", "tag__name")
    for note_id, name in names:
        tags[note_id].append(name)
    return {
        note.pk: NoteDraft(
            kind=note.kind,
            fields=note.fields,
            anchors=tuple(anchors[note.pk]),
            slug=note.slug,
            topic=note.topic.slug if note.topic else "",
            tags=tuple(sorted(tags[note.pk])),
            caution=note.caution,
            waivers=tuple(Waiver(one["finding"], one["reason"]) for one in note.waivers),
            guid="" if note.guid == note.slug else note.guid,
            external_id=note.external_id,
        )
        for note in Note.objects.filter(pk__in=ids).select_related("topic")
    }


def deck_draft(deck: Deck) -> DeckDraft:
    """Return a deck as a draft in its one form; one query besides its text and topic."""
    chosen = deck.chosen.order_by("position").values_list("note__slug", flat=True)
    return DeckDraft(
        slug=deck.slug,
        title=deck.title,
        description=deck.description,
        material=deck.source.slug if deck.source else "",
        topic=deck.topic.slug if deck.topic else "",
        notes=tuple(chosen),
    )
