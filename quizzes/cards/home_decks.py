"""The home deck of every card, where its settings come from.

The deck of the text that its first anchor quotes; else the first deck it was chosen for; else the
bank's "Other". A deck that is missing is made, out of sight until somebody writes it. A home stays,
whatever the card is anchored to or chosen for later; only out of "Other" a card moves, to the first
deck it is chosen for.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from quizzes.bank.locks import random_slug
from quizzes.bank.models import Question, QuestionAnchor, QuestionBank
from quizzes.bank.queries import newest_versions
from quizzes.cards.models import Card, Deck, DeckNote, Note
from quizzes.material.models import Source


def home_of_note(note: Note, *, now: datetime) -> Deck:
    """Return the home of the cards of a note: the one they have, else by the rule."""
    known = Deck.objects.filter(home_cards__note=note).order_by("home_cards__pk").first()
    if known is not None:
        return known
    if note.source is not None:
        return deck_of_text(bank=note.bank, source=note.source, now=now)
    chosen = DeckNote.objects.filter(note=note).select_related("deck").order_by("pk").first()
    return chosen.deck if chosen is not None else other_deck(bank=note.bank, now=now)


def deck_of_text(
    *, bank: QuestionBank, source: Source, now: datetime, without: Deck | None = None
) -> Deck:
    """Return the bank's deck of a text, a written one if there is one; made if missing."""
    decks = Deck.objects.filter(bank=bank, source=source)
    if without is not None:
        decks = decks.exclude(pk=without.pk)
    return decks.order_by("automatic", "pk").first() or Deck.objects.create(
        bank=bank,
        source=source,
        slug=random_slug(),
        title=source.title,
        automatic=True,
        created_at=now,
    )


def other_deck(*, bank: QuestionBank, now: datetime) -> Deck:
    """Return the deck of cards that belong to no text and no chosen deck; made if missing."""
    return Deck.objects.get_or_create(
        bank=bank,
        source=None,
        automatic=True,
        defaults={"slug": random_slug(), "title": _("Other"), "created_at": now},
    )[0]


@transaction.atomic
def cards_of_questions(questions: Collection[int], *, now: datetime) -> dict[int, Card]:
    """Return the card of each question, by the question's id; those missing are made.

    Called when an answer comes out to a student: a question is no card before anybody studies it.
    """
    missing = Question.objects.filter(pk__in=questions, card=None).select_related("bank")
    wanted = {question.pk: question for question in missing}
    texts = _first_texts(wanted)
    sources = Source.objects.in_bulk(set(texts.values()))
    homes: dict[tuple[int, int | None], Deck] = {}
    for question in wanted.values():
        key = (question.bank_id, texts.get(question.pk))
        if key not in homes:
            homes[key] = (
                other_deck(bank=question.bank, now=now)
                if key[1] is None
                else deck_of_text(bank=question.bank, source=sources[key[1]], now=now)
            )
    Card.objects.bulk_create(
        [
            Card(question=one, home_deck=homes[one.bank_id, texts.get(one.pk)])
            for one in wanted.values()
        ],
        ignore_conflicts=True,  # another answer came out at the same moment
    )
    return {
        card.question_id: card
        for card in Card.objects.filter(question__in=questions)
        if card.question_id is not None
    }


def _first_texts(questions: Collection[int]) -> dict[int, int]:
    """Return by question the text of the first anchor of its newest version, if it has one."""
    rows = (
        QuestionAnchor.objects.filter(version__in=newest_versions(list(questions)), option=None)
        .order_by("-pk")
        .values_list("version__question", "edition__source")
    )
    return dict(rows)


def leave_other(*, deck: Deck, notes: Collection[int]) -> None:
    """Move the cards of notes chosen for a deck into it, as far as they are in "Other"."""
    Card.objects.filter(
        note__in=notes,
        home_deck__bank=deck.bank_id,
        home_deck__automatic=True,
        home_deck__source=None,
    ).update(home_deck=deck)


def rehome(*, deck: Deck, now: datetime) -> None:
    """Give the cards at home in a deck that is about to go another home."""
    if not deck.home_cards.exists():
        return
    if deck.source is None:
        home = other_deck(bank=deck.bank, now=now)
    else:
        home = deck_of_text(bank=deck.bank, source=deck.source, now=now, without=deck)
    deck.home_cards.update(home_deck=home)
