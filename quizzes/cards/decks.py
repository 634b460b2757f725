"""Writing decks. Retired notes keep their place in one, and come back with it.

`by` is None only where the operator loads a folder: then nobody's rights are asked.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from quizzes.bank.field_errors import FieldErrors
from quizzes.bank.locks import locked_bank, random_slug, topic_of
from quizzes.bank.models import QuestionBank
from quizzes.cards.drafts import DeckDraft
from quizzes.cards.home_decks import leave_other, rehome
from quizzes.cards.models import Deck, DeckNote
from quizzes.cards.validation import check_deck
from quizzes.material.models import Source

if TYPE_CHECKING:
    from accounts.models import User


@transaction.atomic
def create_deck(*, bank: QuestionBank, draft: DeckDraft, by: User | None, now: datetime) -> Deck:
    """Write a new deck.

    Raises:
        ValidationError: sentences by place. PermissionDenied: not a bank of theirs.
    """
    bank = locked_bank(bank, by)
    if bank.is_personal:
        draft = replace(draft, slug=random_slug())
    # One that was made by itself is the home of cards: it is written now, and they stay.
    made = Deck.objects.filter(bank=bank, source__slug=draft.material, automatic=True).first()
    deck = made or Deck(bank=bank, created_at=now)
    deck.automatic = False
    _write(deck, draft, by)
    return deck


@transaction.atomic
def change_deck(*, deck: Deck, draft: DeckDraft, by: User | None) -> Deck:
    """Bring a deck to what the draft says. Raises: ValidationError, PermissionDenied."""
    deck = _locked(deck, by)
    _write(deck, draft, by)
    return deck


@transaction.atomic
def delete_deck(*, deck: Deck, by: User | None, now: datetime) -> None:
    """Delete a deck; its notes and cards stay, and find another home. Raises PermissionDenied."""
    deck = _locked(deck, by)
    rehome(deck=deck, now=now)
    deck.delete()


def _locked(deck: Deck, by: User | None) -> Deck:
    if by is not None and not Deck.objects.editable_by(by).filter(pk=deck.pk).exists():
        raise PermissionDenied
    return Deck.objects.select_for_update(of=("self",)).select_related("bank").get(pk=deck.pk)


def _write(deck: Deck, draft: DeckDraft, by: User | None) -> None:
    draft = check_deck(draft)
    errors = FieldErrors()
    if Deck.objects.filter(slug=draft.slug).exclude(pk=deck.pk).exists():
        errors["slug"].append(_("Another deck has this slug."))
    deck.topic = topic_of(deck.bank, draft.topic, errors)
    deck.source = _source(draft.material, by, errors)
    notes = dict(deck.bank.notes.filter(slug__in=draft.notes).values_list("slug", "pk"))
    for index, slug in enumerate(draft.notes):
        if slug not in notes:
            message = _("The bank has no note “%(note)s”.") % {"note": slug}
            errors[f"notes.{index}"].append(message)
    errors.raise_if_any()
    deck.slug, deck.title, deck.description = draft.slug, draft.title, draft.description
    deck.save()
    deck.chosen.all().delete()
    DeckNote.objects.bulk_create(
        DeckNote(deck=deck, note_id=notes[slug], position=position)
        for position, slug in enumerate(draft.notes, 1)
    )
    leave_other(deck=deck, notes=list(notes.values()))


def _source(slug: str, by: User | None, errors: FieldErrors) -> Source | None:
    if not slug:
        return None
    sources = Source.objects.all() if by is None else Source.objects.visible_to(by)
    found = sources.filter(slug=slug).first()
    if found is None:
        errors["material"].append(_("There is no text “%(text)s”.") % {"text": slug})
    return found
