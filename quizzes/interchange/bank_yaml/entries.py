"""Notes, decks and concordance links: their entries read and written. Pure."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from quizzes.cards.drafts import DeckDraft, NoteDraft
from quizzes.cards.kinds import KINDS
from quizzes.concordance.drafts import ClaimDraft, LinkDraft
from quizzes.interchange.bank_yaml.dumping import anchor_entry, waiver_entries, without_defaults
from quizzes.interchange.bank_yaml.fields import Fields, Notes
from quizzes.interchange.bank_yaml.parts import ANCHOR, anchor_of, slug_of, waivers
from quizzes.interchange.bank_yaml.tree import Node

_NOTE = "id guid external_id kind topic tags fields anchors caution waive"
_DECK = "slug title description material topic notes"
_LINK = "id title topic relation note claims questions"
_CLAIM = "material passage quote says prefix"
_FIELDS = " ".join(sorted({name for kind in KINDS.values() for name in kind.fields}))


def note(node: Node, notes: Notes) -> NoteDraft:
    entry = Fields(node, _NOTE, notes)
    fields = entry.table("fields", _FIELDS)
    return NoteDraft(
        slug=slug_of(entry, "id"),
        kind=entry.line("kind", required=True),
        topic=entry.line("topic"),
        tags=tuple(sorted(set(entry.texts("tags")))),
        fields={name: fields.text(name) for name in _FIELDS.split() if name in fields},
        anchors=tuple(anchor_of(one) for one in entry.tables("anchors", ANCHOR)),
        caution=entry.text("caution"),
        waivers=tuple(sorted(waivers(entry), key=lambda one: one.finding)),
        guid=entry.line("guid"),
        external_id=entry.line("external_id"),
    )


def deck(node: Node, notes: Notes) -> DeckDraft:
    entry = Fields(node, _DECK, notes)
    return DeckDraft(
        slug=slug_of(entry, "slug"),
        title=entry.line("title", required=True),
        description=entry.text("description"),
        material=entry.line("material"),
        topic=entry.line("topic"),
        notes=entry.texts("notes"),
    )


def link(node: Node, notes: Notes) -> LinkDraft:
    entry = Fields(node, _LINK, notes)
    return LinkDraft(
        slug=slug_of(entry, "id"),
        title=entry.line("title", required=True),
        topic=entry.line("topic"),
        relation=entry.line("relation", required=True),
        note=entry.text("note"),
        claims=tuple(_claim(one) for one in entry.tables("claims", _CLAIM)),
        questions=tuple(sorted(set(entry.texts("questions")))),
    )


def note_entry(note: NoteDraft) -> dict[str, Any]:
    return without_defaults(
        {
            "id": note.slug,
            "guid": note.guid,
            "external_id": note.external_id,
            "kind": note.kind,
            "topic": note.topic,
            "tags": list(note.tags),
            "fields": dict(note.fields),
            "anchors": [anchor_entry(one, "") for one in note.anchors],
            "caution": note.caution,
            "waive": waiver_entries(note.waivers),
        }
    )


def deck_entry(deck: DeckDraft) -> dict[str, Any]:
    return without_defaults({**asdict(deck), "notes": list(deck.notes)})


def link_entry(link: LinkDraft) -> dict[str, Any]:
    return without_defaults(
        {
            "id": link.slug,
            "title": link.title,
            "topic": link.topic,
            "relation": link.relation,
            "note": link.note,
            "claims": [without_defaults(asdict(one)) for one in link.claims],
            "questions": list(link.questions),
        }
    )


def _claim(entry: Fields) -> ClaimDraft:
    return ClaimDraft(
        material=entry.line("material", required=True),
        passage=entry.line("passage", required=True),
        quote=entry.line("quote", required=True),
        says=entry.line("says", required=True),
        prefix=entry.line("prefix"),
    )
