"""The part of a load that brings notes, decks and the concordance; one object after the other."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from quizzes.bank.models import QuestionBank
from quizzes.cards import anchor_owner as card_anchors
from quizzes.cards import decks as deck_services
from quizzes.cards import services as note_services
from quizzes.cards.drafts import DeckDraft, NoteDraft
from quizzes.cards.models import Deck
from quizzes.cards.stored_drafts import deck_draft, note_drafts
from quizzes.cards.validation import check_deck, check_note
from quizzes.concordance import anchor_owner as claims
from quizzes.concordance import services as link_services
from quizzes.concordance.drafts import LinkDraft
from quizzes.concordance.stored_drafts import link_drafts
from quizzes.interchange.collection import Collection, Item, Line
from quizzes.interchange.load_log import Decision, LoadLog
from quizzes.interchange.report_lines import line_of, sentences, skipped


class NotesLoad:
    """Notes, decks and concordance links of one load; `lost` names what a new text unhinged."""

    def __init__(
        self, collection: Collection, bank: QuestionBank, load_log: LoadLog, now: datetime
    ) -> None:
        self.collection = collection
        self.bank = bank
        self.load_log = load_log
        self.now = now
        self.lost: set[str] = set()
        self.notes = {note.slug: note for note in bank.notes.all()}
        self.links = {link.slug: link for link in bank.concordance_links.all()}
        notes = note_drafts(note.pk for note in self.notes.values())
        links = link_drafts(link.pk for link in self.links.values())
        self._notes = {draft.slug: draft.fingerprint() for draft in notes.values()}
        self._links = {draft.slug: draft.fingerprint() for draft in links.values()}

    def replaced(self) -> Iterator[str]:
        """Yield the names of what hangs on texts and is rewritten by this load."""
        for item in self.collection.notes:
            if self._is_ours("note", item.value.slug, self._notes):
                yield self.name_of("note", item.value.slug)
        for link in self.collection.concordance:
            if self._is_ours("concordance", link.value.slug, self._links):
                yield self.name_of("concordance", link.value.slug)

    def name_of(self, kind: str, slug: str) -> str:
        """Return the name by which lost quotes are told."""
        make = card_anchors.name_of if kind == "note" else claims.name_of
        return make(self.bank.slug, slug)

    def note(self, item: Item[NoteDraft]) -> Line:
        return self._load("note", item, self._write_note)

    def deck(self, item: Item[DeckDraft]) -> Line:
        return self._load("deck", item, self._write_deck)

    def link(self, item: Item[LinkDraft]) -> Line:
        return self._load("concordance", item, self._write_link)

    def _load(self, kind: str, item: Item[Any], write: Callable[[Any], Decision]) -> Line:
        try:
            with transaction.atomic():
                decision = write(item.value)
        except ValidationError as error:
            return line_of(kind, item, "refused", sentences(error))
        if decision == "skip":
            return skipped(kind, item)
        if decision == "unchanged":
            return line_of(kind, item, "unchanged")
        return line_of(kind, item, "imported", "; ".join(item.notes), changed=bool(item.notes))

    def _write_note(self, draft: NoteDraft) -> Decision:
        draft = check_note(draft, user=None).draft
        note = self.notes.get(draft.slug)
        decision = self._decide("note", draft.slug, self._notes, draft.fingerprint())
        if note is not None and note.retired_at:
            return "skip"
        if note is None and decision == "create":
            note_services.create_note(bank=self.bank, draft=draft, author=None, now=self.now)
        elif note is not None and decision == "update":
            note_services.change_note(note=note, draft=draft, by=None, now=self.now)
        return decision

    def _write_deck(self, draft: DeckDraft) -> Decision:
        draft = check_deck(draft)
        deck = Deck.objects.filter(slug=draft.slug).select_related("source", "topic").first()
        here = {draft.slug: deck_draft(deck).fingerprint()} if deck else {}
        decision = self._decide("deck", draft.slug, here, draft.fingerprint())
        if deck is None and decision == "create":
            deck_services.create_deck(bank=self.bank, draft=draft, by=None, now=self.now)
        elif deck is not None and deck.bank_id != self.bank.pk:
            return "skip"
        elif deck is not None and decision == "update":
            deck_services.change_deck(deck=deck, draft=draft, by=None)
        return decision

    def _write_link(self, draft: LinkDraft) -> Decision:
        draft, _anchored = link_services.check_link(draft, user=None)
        link = self.links.get(draft.slug)
        decision = self._decide("concordance", draft.slug, self._links, draft.fingerprint())
        if link is None and decision == "create":
            link_services.create_link(bank=self.bank, draft=draft, by=None, now=self.now)
        elif link is not None and decision == "update":
            link_services.change_link(link=link, draft=draft, by=None)
        return decision

    def _decide(self, kind: str, slug: str, stored: dict[str, str], read: str) -> Decision:
        decision = self.load_log.decide(kind, slug, stored=stored.get(slug), read=read)
        if decision == "unchanged" and kind != "deck" and self.name_of(kind, slug) in self.lost:
            decision = "update"  # The words are the same; where they stand has to be found again.
        if decision != "skip":
            self.load_log.record(kind, slug, read)
        return decision

    def _is_ours(self, kind: str, slug: str, stored: dict[str, str]) -> bool:
        return slug in stored and self.load_log.may_replace(kind, slug, stored[slug])
