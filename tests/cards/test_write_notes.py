"""Writing notes and decks: cards keep their numbers, rights are asked, texts move along."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from accounts.models import User
from quizzes.bank.drafts import AnchorDraft
from quizzes.bank.managing import rename_tags
from quizzes.cards import decks, services
from quizzes.cards.drafts import DeckDraft, NoteDraft
from quizzes.cards.models import Card, Deck, Note
from quizzes.cards.stored_drafts import deck_draft, note_drafts
from quizzes.material.documents import parse
from quizzes.material.services import LostQuotes, load_source
from tests import make

pytestmark = pytest.mark.django_db

LATER = make.NOON + timedelta(days=1)


def draft(**fields: Any) -> NoteDraft:
    values = {"kind": "basic", "fields": {"front": "What is blocked?", "back": "A receptor"}}
    return NoteDraft(**(values | fields))


def refusal(error: pytest.ExceptionInfo[ValidationError]) -> dict[str, list[str]]:
    return error.value.message_dict


def test_it_writes_a_note_with_its_cards_and_anchors(cora: User) -> None:
    bank, source = make.bank(cora), make.source()
    anchor = AnchorDraft(source.slug, "first-act", "blocks the NMDA  receptor")
    note = services.create_note(
        bank=bank,
        draft=draft(
            kind="reversed", anchors=(anchor,), topic="safety", tags=("b", "a"), caution="*Hm.*"
        ),
        author=cora,
        now=make.NOON,
    )
    assert note.slug == "what-is-blocked"
    assert note.source == source
    assert note.caution_html == "<p><em>Hm.</em></p>"
    assert [card.plain for card in note.cards.all()] == [
        "What is blocked? · A receptor",
        "A receptor · What is blocked?",
    ]
    stored = note_drafts([note.pk])[note.pk]
    assert (stored.tags, stored.topic) == (("a", "b"), "safety")
    assert stored.anchors == (replace(anchor, quote="blocks the NMDA receptor"),)


def test_it_refuses_a_note_with_every_reason_at_its_place(cora: User) -> None:
    bank, source = make.bank(cora), make.source()
    with pytest.raises(ValidationError) as error:
        services.create_note(
            bank=bank,
            draft=draft(
                fields={"front": " ", "text": "x"},
                anchors=(AnchorDraft(source.slug, "first-act", "says no such thing", option=1),),
                tags=("x" * 61,),
            ),
            author=cora,
            now=make.NOON,
        )
    places = {"fields.front", "fields.back", "fields.text", "anchors.0.option", "tags.0"}
    assert set(refusal(error)) == places
    with pytest.raises(ValidationError) as error:
        services.create_note(
            bank=bank,
            draft=draft(anchors=(AnchorDraft(source.slug, "first-act", "says no such thing"),)),
            author=cora,
            now=make.NOON,
        )
    assert set(refusal(error)) == {"anchors.0.quote"}
    with pytest.raises(ValidationError) as error:
        services.create_note(bank=bank, draft=draft(kind="x"), author=cora, now=make.NOON)
    assert set(refusal(error)) == {"kind"}
    assert not Note.objects.exists()


def test_it_lets_only_editors_of_the_bank_write(cora: User, dana: User) -> None:
    bank = make.bank(cora)
    note = services.create_note(bank=bank, draft=draft(), author=cora, now=make.NOON)
    with pytest.raises(PermissionDenied):
        services.create_note(bank=bank, draft=draft(), author=dana, now=make.NOON)
    with pytest.raises(PermissionDenied):
        services.change_note(note=note, draft=draft(), by=dana, now=make.NOON)
    with pytest.raises(PermissionDenied):
        services.retire_note(note=note, by=dana, now=make.NOON)
    deck = DeckDraft("d", "D", topic="safety")
    with pytest.raises(PermissionDenied):
        decks.create_deck(bank=bank, draft=deck, by=dana, now=make.NOON)


def test_it_keeps_a_card_through_changes_of_its_note(cora: User) -> None:
    bank = make.bank(cora)
    both = draft(kind="cloze", fields={"text": "{{c1::A}} and {{c2::B}}"})
    note = services.create_note(bank=bank, draft=both, author=cora, now=make.NOON)
    first, second = note.cards.all()
    one = replace(both, fields={"text": "{{c1::A}} and C"})
    services.change_note(note=note, draft=one, by=cora, now=LATER)
    second.refresh_from_db()
    assert second.retired_at == LATER
    services.change_note(note=note, draft=both, by=cora, now=LATER)
    cards = Card.objects.filter(note=note, retired_at=None).order_by("ordinal")
    assert [card.pk for card in cards] == [first.pk, second.pk]


def test_it_takes_a_note_out_of_use_and_back(cora: User, ada: User) -> None:
    note = services.create_note(bank=make.bank(cora), draft=draft(), author=cora, now=make.NOON)
    assert Card.objects.visible_to(ada).count() == 1
    services.retire_note(note=note, by=cora, now=LATER)
    assert not Card.objects.visible_to(ada).exists()
    services.restore_note(note=note, by=cora)
    assert Card.objects.visible_to(ada).count() == 1


def test_it_shows_students_no_card_of_an_exam_only_bank(cora: User, dana: User, ada: User) -> None:
    bank = make.bank(cora, use="exam")
    services.create_note(bank=bank, draft=draft(), author=cora, now=make.NOON)
    deck = DeckDraft("d", "D", topic="safety")
    decks.create_deck(bank=bank, draft=deck, by=cora, now=make.NOON)
    assert Card.objects.visible_to(cora).exists()
    assert Deck.objects.visible_to(cora).exists()
    for user in (ada, dana):
        assert not Card.objects.visible_to(user).exists()
        assert not Deck.objects.visible_to(user).exists()


def test_it_fills_a_deck_by_its_rule(cora: User) -> None:
    bank, source = make.bank(cora), make.source()
    anchor = AnchorDraft(source.slug, "first-act", "blocks the NMDA receptor")
    for name, fields in (
        ("of-the-text", {"anchors": (anchor,)}),
        ("of-the-topic", {"topic": "safety"}),
        ("neither", {}),
    ):
        services.create_note(
            bank=bank, draft=draft(slug=name, **fields), author=cora, now=make.NOON
        )
    for rule, expected in (
        ({"material": source.slug}, ["of-the-text"]),
        ({"topic": "safety"}, ["of-the-topic"]),
        ({"notes": ("neither", "of-the-text")}, ["neither", "of-the-text"]),
    ):
        one = DeckDraft(f"deck-{len(expected)}-{'-'.join(rule)}", "A deck", **rule)
        deck = decks.create_deck(bank=bank, draft=one, by=cora, now=make.NOON)
        assert sorted(deck.notes().values_list("slug", flat=True)) == expected
        assert deck_draft(deck) == one


@pytest.mark.parametrize(
    ("fields", "place"),
    [
        ({}, "material"),
        ({"topic": "safety", "material": "text"}, "material"),
        ({"topic": "no-such"}, "topic"),
        ({"material": "no-such"}, "material"),
        ({"notes": ("no-such",)}, "notes.0"),
        ({"notes": ("a", "a")}, "notes"),
        ({"topic": "safety", "title": " "}, "title"),
        ({"topic": "safety", "slug": "no slug"}, "slug"),
    ],
)
def test_it_refuses_a_deck_without_one_rule(cora: User, fields: dict[str, Any], place: str) -> None:
    values = {"slug": "deck", "title": "A deck"} | fields
    with pytest.raises(ValidationError) as error:
        decks.create_deck(bank=make.bank(cora), draft=DeckDraft(**values), by=cora, now=make.NOON)
    assert set(refusal(error)) == {place}


def test_it_joins_the_tags_of_notes_too(cora: User) -> None:
    bank = make.bank(cora)
    for tag in ("old", "new"):
        services.create_note(bank=bank, draft=draft(tags=(tag,)), author=cora, now=make.NOON)
    rename_tags(bank=bank, by=cora, names={bank.tags.get(name="old").pk: "new"})
    assert bank.tags.get().notes.count() == 2


SAID = "Long known as an anesthetic, it blocks a receptor, and then glutamate rises."
TEXT = "---\ntitle: T\naudience: public\n---\n## A\n\n{} {{#first}}\n\nOther words. {{#second}}\n"


def test_it_moves_anchors_to_a_new_edition_or_refuses_the_text(cora: User) -> None:
    text = parse(TEXT.format(SAID), slug="text")
    source = load_source(document=text, owner=None, now=make.NOON).source
    anchor = AnchorDraft("text", "first", "blocks a receptor")
    bank = make.bank(cora)
    note = services.create_note(
        bank=bank, draft=draft(anchors=(anchor,)), author=cora, now=make.NOON
    )
    moved = parse(TEXT.format(f"It is old. {SAID}"), slug="text")
    load_source(document=moved, owner=None, now=LATER)
    source.refresh_from_db()
    placed = note.anchors.get()
    assert (placed.edition_id, placed.start) == (source.edition_id, 11 + SAID.index("blocks"))
    broken = parse(TEXT.format("It blocks nothing."), slug="text")
    with pytest.raises(LostQuotes, match=f"{bank.slug}/cards/{note.slug}"):
        load_source(document=broken, owner=None, now=LATER)
    services.retire_note(note=note, by=cora, now=LATER)
    load_source(document=broken, owner=None, now=LATER)
