"""Cloze notation: what is hidden, what is shown, and what is refused in plain words."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError

from quizzes.cards import cloze, kinds


def test_it_makes_one_card_of_each_number() -> None:
    text = "{{c1::Ketamine}} blocks the {{c2::NMDA::which?}} receptor, and {{c1::it}} is fast."
    first, second = cloze.sides(text, 1), cloze.sides(text, 2)
    assert cloze.numbers(text) == [1, 2]
    assert first.front == (
        "<p><mark>[…]</mark> blocks the NMDA receptor, and <mark>[…]</mark> is fast.</p>"
    )
    assert first.back == (
        "<p><mark>Ketamine</mark> blocks the NMDA receptor, and <mark>it</mark> is fast.</p>"
    )
    assert (
        second.front == "<p>Ketamine blocks the <mark>[which?]</mark> receptor, and it is fast.</p>"
    )
    assert cloze.shown(text) == "Ketamine blocks the NMDA receptor, and it is fast."


def test_it_keeps_markdown_and_escapes_hints() -> None:
    sides = cloze.sides("It is *very* {{c1::**fast** & new::<b>how?</b>}}.", 1)
    assert sides.front == "<p>It is <em>very</em> <mark>[&lt;b&gt;how?&lt;/b&gt;]</mark>.</p>"
    assert sides.back == "<p>It is <em>very</em> <mark><strong>fast</strong> &amp; new</mark>.</p>"


def test_it_hides_a_whole_formula() -> None:
    sides = cloze.sides("About {{c1::$x^2$}} of it.", 1)
    assert sides.front == "<p>About <mark>[…]</mark> of it.</p>"
    assert "<math" in sides.back


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Nothing is hidden.", "Hide at least one word"),
        ("It {{c1::is", "never closed"),
        ("{{c1::a {{c2::b}} c}}", "cannot hold others"),
        ("{{c1:: }} b", "hides nothing"),
        ("{{c1::}} b", "hides nothing"),
        ("{{c0::a}} b", "numbered from c1"),
        ("{{c51::a}} b", "numbered from c1"),
        ("{{c1:word}} {{c2::b}}", "hides nothing: write"),
        ("{{word}} {{c1::b}}", "hides nothing: write"),
        ("\ue0000\ue001 {{c1::b}}", "cannot be stored"),
        ("$a + {{c1::b}}$", "Hide a whole formula"),
        ("[here](https://example.org/{{c1::b}})", "Hide a whole formula or link"),
    ],
)
def test_it_refuses_broken_notation(text: str, words: str) -> None:
    with pytest.raises(ValidationError) as error:
        kinds.cards_of("cloze", {"text": text})
    assert words in error.value.message_dict["text"][0]


def test_it_asks_a_reversed_note_both_ways() -> None:
    cards = kinds.cards_of("reversed", {"front": "TRD", "back": "resistant depression"})
    assert sorted(cards) == [0, 1]
    assert (cards[0].front, cards[0].back) == (cards[1].back, cards[1].front)
    assert sorted(kinds.cards_of("basic", {"front": "TRD", "back": "it"})) == [0]
    assert sorted(kinds.cards_of("cloze", {"text": "{{c3::a}} {{c1::b}}"})) == [0, 2]
