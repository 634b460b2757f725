"""Every card has one home deck, where its settings come from."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.test import Client

from accounts.models import User
from quizzes.bank.models import QuestionBank
from quizzes.cards import decks, services
from quizzes.cards.home_decks import cards_of_questions
from quizzes.cards.models import Card, Deck, Note
from quizzes.cards.stored_drafts import note_drafts
from quizzes.interchange.queries import collection_of
from quizzes.material.models import Source
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def bank(cora: User) -> QuestionBank:
    return make.bank(cora)


@pytest.fixture
def text(cora: User) -> Source:
    return make.source(owner=cora)


def home(note: Note) -> Deck:
    return note.cards.get().home_deck


def test_it_is_the_deck_of_the_text_of_the_first_anchor(bank: QuestionBank, text: Source) -> None:
    deck = make.deck(bank, material=text.slug)
    note = make.note(bank, anchored_in=text)
    assert home(note) == deck
    make.deck(bank, notes=(note.slug,))
    assert home(note) == deck


def test_a_deck_of_a_text_is_made_unseen_and_becomes_the_one_that_is_written(
    bank: QuestionBank, text: Source, signed_in, cora: User
) -> None:
    note = make.note(bank, anchored_in=text)
    made = home(note)
    assert (made.automatic, made.source, made.title) == (True, text, text.title)
    client: Client = signed_in(cora)
    for page in ("/cards/", "/admin/quizzes/deck/"):
        assert made.slug not in client.get(page).content.decode()
    assert client.get(f"/cards/{made.slug}/").status_code == 404
    assert collection_of(bank).decks == ()
    written = make.deck(bank, material=text.slug, title="Written")
    assert (written.pk, written.automatic, home(note)) == (made.pk, False, written)
    assert "Written" in client.get("/cards/").content.decode()


def test_it_is_other_until_a_deck_chooses_the_note(bank: QuestionBank) -> None:
    note = make.note(bank)
    other = home(note)
    assert (other.automatic, other.source, other.title) == (True, None, "Other")
    assert home(make.note(bank)) == other
    first = make.deck(bank, notes=(note.slug,))
    assert home(note) == first
    make.deck(bank, notes=(note.slug,))
    assert home(note) == first


def test_it_stays_when_the_note_is_written_anew(bank: QuestionBank, text: Source) -> None:
    note = make.note(bank)
    before = home(note)
    draft = note_drafts([make.note(bank, anchored_in=text).pk]).popitem()[1]
    changed = services.change_note(
        note=note,
        by=None,
        now=make.NOON,
        draft=type(draft)("reversed", draft.fields, draft.anchors, slug=note.slug),
    )
    assert [card.home_deck for card in changed.cards.order_by("ordinal")] == [before, before]


def test_cards_of_a_deck_that_goes_find_another_home(bank: QuestionBank, text: Source) -> None:
    anchored, loose = make.note(bank, anchored_in=text), make.note(bank)
    for fields in ({"material": text.slug}, {"notes": (loose.slug,)}):
        deck = make.deck(bank, **fields)
        assert deck.home_cards.count() == 1
        decks.delete_deck(deck=deck, by=None, now=make.NOON)
    assert (home(anchored).source, home(anchored).automatic) == (text, True)
    assert (home(loose).title, home(loose).automatic) == ("Other", True)


def test_a_question_gets_one_card_when_it_is_first_studied(
    bank: QuestionBank, text: Source, django_assert_num_queries
) -> None:
    deck = make.deck(bank, material=text.slug)
    anchored = make.question(bank, anchored_in=text)
    loose = make.question(bank)
    assert not Card.objects.exists()
    found = cards_of_questions([anchored.pk, loose.pk], now=make.NOON)
    assert found[anchored.pk].home_deck == deck
    assert found[loose.pk].home_deck.title == "Other"
    with django_assert_num_queries(4):
        assert cards_of_questions([anchored.pk, loose.pk], now=make.NOON) == found
    assert not Card.objects.filter(note__isnull=False).exists()


def test_a_card_is_of_a_note_or_of_a_question(bank: QuestionBank) -> None:
    note, question = make.note(bank), make.question(bank)
    deck = home(note)
    for fields in ({}, {"note": note, "question": question, "ordinal": 7}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Card.objects.create(home_deck=deck, **fields)
    Card.objects.create(home_deck=deck, question=question)
    with pytest.raises(IntegrityError), transaction.atomic():
        Card.objects.create(home_deck=deck, question=question)


def test_the_deck_page_counts_no_card_of_a_question(
    bank: QuestionBank, text: Source, signed_in, ada: User
) -> None:
    make.deck(bank, material=text.slug, title="Of the text")
    make.note(bank, anchored_in=text)
    question = make.question(bank, anchored_in=text)
    cards_of_questions([question.pk], now=make.NOON)
    page = signed_in(ada).get("/cards/").content.decode()
    assert "1 card" in page


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_older_cards_are_given_a_home_and_older_notes_a_lasting_name() -> None:
    executor = MigrationExecutor(connection)
    newest = executor.loader.graph.leaf_nodes("quizzes")
    executor.migrate([("quizzes", "0019_rooms_banks")])
    old = executor.loader.project_state([("quizzes", "0019_rooms_banks")]).apps
    bank = old.get_model("quizzes", "QuestionBank").objects.create(slug="b", title="B")
    texts = [
        old.get_model("quizzes", "Source").objects.create(slug=f"t{n}", title=f"T{n}")
        for n in range(2)
    ]
    deck_model = old.get_model("quizzes", "Deck")
    written = deck_model.objects.create(bank=bank, slug="t0", title="T0", source=texts[0])
    chosen = deck_model.objects.create(bank=bank, slug="chosen", title="Chosen")
    for n, source in enumerate([texts[0], texts[1], None, None]):
        note = old.get_model("quizzes", "Note").objects.create(
            bank=bank, slug=f"n{n}", kind="basic", source=source
        )
        old.get_model("quizzes", "Card").objects.create(note=note, ordinal=0)
        if n == 2:
            old.get_model("quizzes", "DeckNote").objects.create(deck=chosen, note=note, position=1)
    MigrationExecutor(connection).migrate(newest)
    homes = {card.note.slug: card.home_deck for card in Card.objects.all() if card.note}
    assert (homes["n0"].pk, homes["n2"].pk) == (written.pk, chosen.pk)
    assert (homes["n1"].title, homes["n1"].automatic) == ("T1", True)
    assert (homes["n3"].title, homes["n3"].automatic) == ("Other", True)
    assert set(Note.objects.values_list("guid", flat=True)) == {"n0", "n1", "n2", "n3"}
