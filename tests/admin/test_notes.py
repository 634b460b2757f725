"""Notes, decks and the concordance in the admin site."""

from __future__ import annotations

from typing import Any

from django.test import Client

from accounts.models import User
from quizzes.bank.models import QuestionBank
from quizzes.cards.models import Card, Deck, Note
from quizzes.concordance.models import ConcordanceLink
from quizzes.material.models import Source
from tests import make
from tests.admin.conftest import ANCHOR, SignedIn, form_shown, rows

NOTES = "/admin/quizzes/note/"
DECKS = "/admin/quizzes/deck/"
LINKS = "/admin/quizzes/concordancelink/"
QUOTE = {name: value for name, value in ANCHOR.items() if name != "settles"}


def note_form(press: str = "_save", **fields: Any) -> dict[str, Any]:
    values = {"bank": "ketamine", "kind": "reversed", "front": "TRD", "back": "resistant", press: 1}
    return values | rows("anchors", QUOTE) | fields


def test_it_writes_a_note_with_its_cards(
    educator: Client, bank: QuestionBank, text: Source
) -> None:
    reply = educator.post(f"{NOTES}add/", note_form(tags="b, a", topic="safety"))
    note = Note.objects.get()
    assert (reply.status_code, reply["Location"]) == (302, f"{NOTES}{note.pk}/change/")
    assert (note.slug, note.source, note.cards.count()) == ("trd", text, 2)
    page = educator.get(f"{NOTES}{note.pk}/change/").content.decode()
    assert "<p>resistant</p>" in page
    assert "Ketamine <mark>blocks the NMDA receptor</mark>" in page
    assert "TRD · resistant" in educator.get(NOTES).content.decode()


def test_it_changes_nothing_when_nothing_is_changed(
    educator: Client, bank: QuestionBank, text: Source
) -> None:
    note = make.note(bank, anchored_in=text, tags=("a",), caution="Mind it.")
    before = list(Card.objects.values()), list(note.anchors.values("quote", "start", "passage"))
    address = f"{NOTES}{note.pk}/change/"
    assert educator.post(address, form_shown(educator, address) | {"_save": "1"}).status_code == 302
    after = list(Card.objects.values()), list(note.anchors.values("quote", "start", "passage"))
    assert after == before


def test_it_names_what_is_wrong_and_saves_nothing(
    educator: Client, bank: QuestionBank, text: Source
) -> None:
    wrong = note_form(kind="cloze", text="{{c1::a", **rows("anchors", QUOTE | {"quote": "no"}))
    page = educator.post(f"{NOTES}add/", wrong).content.decode()
    assert "never closed" in page
    assert "does not say “no”" in page
    assert "This is missing." in educator.post(f"{NOTES}add/", note_form(front="")).content.decode()
    assert not Note.objects.exists()


def test_it_shows_both_sides_and_finds_passages_before_saving(
    educator: Client, bank: QuestionBank, text: Source
) -> None:
    looked = note_form("_look", kind="cloze", text="It {{c1::blocks}} it.")
    page = educator.post(f"{NOTES}add/", looked).content.decode()
    assert "<p>It <mark>[…]</mark> it.</p>" in page
    page = educator.post(f"{NOTES}add/", note_form("_find", find="glutamate")).content.decode()
    assert "Glutamate activity then rises." in page
    chosen = note_form("_anchor") | {"_anchor": "how-it-acts first-act 35 65"}
    page = educator.post(f"{NOTES}add/", chosen).content.decode()
    assert "<mark>Glutamate activity then rises.</mark>" in page
    assert not Note.objects.exists()


def test_it_retires_and_restores(educator: Client, bank: QuestionBank, ada: User) -> None:
    note = make.note(bank)
    assert educator.post(f"{NOTES}{note.pk}/retire/", {"retire": "1"}).status_code == 302
    assert not Card.objects.visible_to(ada).exists()
    educator.post(f"{NOTES}{note.pk}/retire/", {"restore": "1"})
    assert Card.objects.visible_to(ada).exists()


def test_it_makes_changes_and_deletes_a_deck(educator: Client, bank: QuestionBank) -> None:
    note = make.note(bank)
    values = {"bank": "ketamine", "title": "Deck", "slug": "deck", "_save": "1"}
    reply = educator.post(f"{DECKS}add/", values)
    assert "A deck holds the notes of a text, of a topic, or chosen notes" in reply.content.decode()
    assert educator.post(f"{DECKS}add/", values | {"topic": "mechanism"}).status_code == 302
    deck = Deck.objects.authored().get()
    address = f"{DECKS}{deck.pk}/change/"
    shown = form_shown(educator, address)
    educator.post(address, shown | {"topic": "", "notes": f"{note.slug}\n", "_save": "1"})
    assert list(Deck.objects.authored().get().notes()) == [note]
    educator.post(f"{DECKS}{deck.pk}/delete/", {"post": "yes"})
    assert (Deck.objects.authored().count(), Note.objects.count()) == (0, 1)


def test_it_links_claims_and_changes_them(
    educator: Client, bank: QuestionBank, text: Source
) -> None:
    other = make.source(slug="other-text")
    values = {"bank": "ketamine", "title": "A point", "slug": "a-point", "relation": "contradict"}
    claim = QUOTE | {"says": "It says so."}
    one = rows("anchors", claim)
    reply = educator.post(f"{LINKS}add/", values | one | {"_save": "1"})
    assert "at least two claims" in reply.content.decode()
    two = rows("anchors", claim, claim | {"material": other.slug, "says": "So does it."})
    assert educator.post(f"{LINKS}add/", values | two | {"_save": "1"}).status_code == 302
    link = ConcordanceLink.objects.get()
    address = f"{LINKS}{link.pk}/change/"
    shown = educator.get(f"{LINKS}?relation=contradict").content.decode()
    assert "A point" in shown
    assert ">Add a point</a>" in shown
    assert "Add concordance" not in shown
    assert "A point" not in educator.get(f"{LINKS}?relation=agree").content.decode()
    changed = form_shown(educator, address) | {"relation": "agree", "_save": "1"}
    assert educator.post(address, changed).status_code == 302
    link.refresh_from_db()
    assert link.relation == "agree"
    assert [one.says for one in link.claims.all()] == ["It says so.", "So does it."]


def test_it_keeps_notes_of_others_to_their_editors(
    bank: QuestionBank, dana: User, signed_in: SignedIn
) -> None:
    note, deck = make.note(bank), make.deck(bank)
    client = signed_in(dana)
    make.bank(dana)
    for url in (f"{NOTES}{note.pk}/change/", f"{DECKS}{deck.pk}/change/", f"{NOTES}99/change/"):
        assert client.get(url).status_code == 404
    assert note.slug not in client.get(NOTES).content.decode()
    assert client.post(f"{NOTES}add/", note_form()).status_code == 200
    assert Note.objects.count() == 1
