"""What the shipped folder holds besides questions: cards, decks, concordance. No database."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from quizzes.cards.kinds import cards_of
from quizzes.interchange.bank_yaml import read_path
from quizzes.interchange.collection import Collection
from quizzes.material import markup


@cache
def shipped() -> Collection:
    return read_path(Path("fixtures/ketamine_trd"))


@cache
def passages() -> dict[tuple[str, str], str]:
    return {
        (text.value.slug, passage.key): markup.plain(passage.text)
        for text in shipped().documents
        for passage in text.value.passages()
    }


def test_it_reads_the_shipped_folder_without_a_refusal() -> None:
    assert shipped().refused == ()


def test_it_ships_at_least_150_cards_of_all_three_kinds() -> None:
    notes = [item.value for item in shipped().notes]
    assert {note.kind for note in notes} == {"basic", "reversed", "cloze"}
    assert sum(len(cards_of(note.kind, note.fields)) for note in notes) >= 150


def test_it_ships_every_note_in_a_deck_of_its_article_and_one_of_its_theme() -> None:
    decks = [item.value for item in shipped().decks]
    texts, topics = {deck.material for deck in decks}, {deck.topic for deck in decks}
    outside = [
        note.slug
        for note in (item.value for item in shipped().notes)
        if note.anchors[0].material not in texts or note.topic not in topics
    ]
    assert outside == []


def test_it_quotes_the_texts_once_and_exactly_in_notes_and_claims() -> None:
    quoted = [
        (note.value.slug, one.material, one.passage, one.quote)
        for note in shipped().notes
        for one in note.value.anchors
    ] + [
        (link.value.slug, one.material, one.passage, one.quote)
        for link in shipped().concordance
        for one in link.value.claims
    ]
    astray = [
        (slug, quote)
        for slug, material, key, quote in quoted
        if passages()[material, key].count(quote) != 1
    ]
    assert astray == []


def test_it_asks_about_every_point_of_the_concordance_with_questions_of_the_bank() -> None:
    asked = {item.value.slug for item in shipped().questions}
    links = [item.value for item in shipped().concordance]
    assert {link.relation for link in links} == {"agree", "scope", "contradict"}
    assert [
        link.slug for link in links if not link.questions or not asked >= {*link.questions}
    ] == []
    assert [link.slug for link in links if len(link.claims) < 2] == []


def test_it_leaves_unasked_only_what_nothing_asks() -> None:
    anchors = [item.value.anchors for item in shipped().questions]
    anchors += [item.value.anchors for item in shipped().notes]
    asked = {(one.material, one.passage) for some in anchors for one in some}
    unasked = {(item.value.material, item.value.passage) for item in shipped().not_asked}
    assert asked & unasked == set()
    assert asked | unasked >= passages().keys()


def test_it_ships_as_many_cards_and_points_as_the_readme_says() -> None:
    readme = Path("README.md").read_text(encoding="utf-8")
    notes = [item.value for item in shipped().notes]
    cards = sum(len(cards_of(note.kind, note.fields)) for note in notes)
    assert f"{cards} cards" in readme
    assert f"a concordance of {len(shipped().concordance)} points" in readme
