"""Passages that several quotes stand in."""

from __future__ import annotations

from quizzes.bank.content_cache import PassageQuote
from quizzes.bank.passage_quotes import in_passages

TEXT = "Ketamine blocks the NMDA receptor, and relief follows within hours."


def quote(words: str, *, passage: str = "first-act", anchor: int = 1) -> PassageQuote:
    before, _words, after = TEXT.partition(words)
    return PassageQuote(
        material="how-it-acts",
        title="How it acts",
        passage=passage,
        position=1,
        quote=words,
        before=before,
        after=after,
        url=f"/read/how-it-acts/#{passage}",
        role="supports",
        option_id=None,
        anchor_id=anchor,
    )


def test_it_shows_a_passage_once_with_all_its_quotes_marked() -> None:
    (found,) = in_passages([quote("within hours", anchor=7), quote("NMDA receptor")])
    assert found.pieces == [
        ("Ketamine blocks the ", False),
        ("NMDA receptor", True),
        (", and relief follows ", False),
        ("within hours", True),
        (".", False),
    ]
    assert found.first.anchor_id == 7


def test_quotes_that_overlap_are_marked_as_one() -> None:
    (found,) = in_passages([quote("blocks the NMDA"), quote("the NMDA receptor")])
    assert [text for text, marked in found.pieces if marked] == ["blocks the NMDA receptor"]


def test_passages_stand_in_the_order_in_which_they_are_quoted() -> None:
    quotes = [quote("NMDA", passage="b"), quote("hours", passage="a"), quote("relief", passage="b")]
    assert [one.first.passage for one in in_passages(quotes)] == ["b", "a"]
