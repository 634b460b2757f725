"""Two editions side by side: which passage is which, and where a quote stands now. Pure."""

from __future__ import annotations

import pytest

from benchmarks import edits, reanchoring
from quizzes.material.anchoring import locate
from quizzes.material.reanchoring.matching import Match, Quote, find, pair

OLD = {
    "target": "Ketamine blocks the NMDA receptor. Glutamate then rises for a while.",
    "dose": "One study gave 0.5 mg/kg over 40 minutes. The effect faded within a week.",
    "course": "The benefit is often short. Repeated infusions may prolong it.",
}


def quoted(passage: str, words: str, old: dict[str, str] = OLD) -> Quote:
    span = locate(old[passage], words)
    assert span is not None
    return Quote(passage, span)


def found(passage: str, words: str, **new: str) -> Match:
    return find(quoted(passage, words), OLD, OLD | new)


def test_it_keeps_words_in_their_passage_when_others_come_before_them() -> None:
    match = found(
        "target",
        "blocks the NMDA receptor",
        target="New. In short, ketamine blocks the NMDA receptor. Glutamate then rises.",
    )
    assert (match.outcome, match.passage, match.is_safe) == ("kept", "target", True)
    assert match.span is not None
    assert match.span.prefix.endswith("In short, ketamine ")


def test_it_keeps_words_whose_quotation_marks_or_first_letter_changed() -> None:
    old = {"a": "The article calls it a “breakthrough” for many. It cites nothing."}
    new = {"a": 'In fact the article calls it a "breakthrough" for many. It cites nothing.'}
    match = find(quoted("a", "The article calls it a “breakthrough”", old), old, new)
    assert match.is_safe
    assert match.span is not None
    assert match.span.quote == 'the article calls it a "breakthrough"'


def test_it_moves_words_with_their_sentence() -> None:
    match = found(
        "course",
        "may prolong it",
        course="The benefit is often short.",
        later="They say: it is often short. Repeated infusions may prolong it.",
    )
    assert (match.outcome, match.passage, match.is_safe) == ("moved", "later", True)


@pytest.mark.parametrize(
    ("passage", "words", "text", "reason"),
    [
        ("dose", "gave 0.5 mg/kg", "One study gave 0.8 mg/kg over 40 minutes.", "number"),
        ("dose", "gave 0.5 mg/kg", "One study gave 0.5 g/kg over 40 minutes.", "unit"),
        ("target", "blocks the NMDA", "Ketamine never blocks the NMDA receptor.", "sentence"),
        ("target", "Ketamine blocks", "Ketamine hardly blocks the NMDA receptor.", "negation"),
        ("target", "Ketamine blocks the", "Memantine blocks the NMDA receptor.", "drug"),
        ("course", "is often short", "The benefit is short.", "limit"),
        ("course", "The benefit is often", "The gain is often short.", "words"),
    ],
)
def test_it_shows_a_person_what_changed(passage: str, words: str, text: str, reason: str) -> None:
    match = found(passage, words, **{passage: text})
    assert reason in match.reasons
    assert match.span is not None


def test_it_sees_that_something_else_is_said_of_another() -> None:
    old = {"a": "Esketamine is safer than ketamine. So it is said."}
    new = {"a": "Ketamine is safer than esketamine. So it is said."}
    match = find(quoted("a", "is safer than", old), old, new)
    assert match.reasons == ("sentence",)


def test_it_asks_when_two_places_fit_alike() -> None:
    old = {"a": "The effect fades. Many relapse."}
    twice = {"a": "The effect fades. The effect fades. Many relapse."}
    assert "ambiguous" in find(quoted("a", "effect fades", old), old, twice).reasons
    moved = {"a": "Gone.", "b": old["a"], "c": old["a"]}
    assert "ambiguous" in find(quoted("a", "effect fades", old), old, moved).reasons


def test_it_asks_when_neither_the_words_before_nor_those_after_are_left() -> None:
    match = found("target", "blocks the NMDA receptor", target="It blocks the NMDA receptor, too!")
    assert match.outcome == "kept"
    assert "context" in match.reasons


def test_it_does_not_take_words_for_moved_that_stood_there_before() -> None:
    old = {"a": "The effect fades.", "b": "The effect fades."}
    match = find(quoted("a", "effect fades", old), old, {"b": "The effect fades."})
    assert "elsewhere" in match.reasons


def test_it_finds_nothing_inside_of_other_words() -> None:
    old, new = {"a": "They act at once."}, {"a": "They react at once."}
    assert find(quoted("a", "act at once", old), old, new).outcome == "changed"


def test_it_says_that_a_statement_is_lost() -> None:
    match = found("target", "blocks the NMDA receptor", target="Nothing of the kind.")
    assert (match.outcome, match.span, match.reasons) == ("lost", None, ("gone",))
    assert find(quoted("target", "blocks"), OLD, {}).outcome == "lost"


def test_it_moves_no_quote_of_the_bank_wrongly_in_hundreds_of_scripted_edits() -> None:
    counts, wrong = reanchoring.tally(list(edits.cases(50, seed=7)), reanchoring.ours)
    assert sum(one.edits for one in counts.values()) >= 300
    assert wrong == []
    said, moved = (sum(getattr(c, n) for c in counts.values()) for n in ("still_said", "kept"))
    assert moved >= 0.9 * said


def test_it_is_tried_on_edits_that_fool_a_plain_search() -> None:
    _, wrong = reanchoring.tally(list(edits.cases(8, seed=7)), reanchoring.naive)
    assert {case.kind for case in wrong} >= {"negation added", "look-alike sentence"}


def test_it_pairs_passages_with_the_same_and_with_like_words() -> None:
    new = [
        "An introduction that is wholly new to all readers.",
        OLD["course"],
        OLD["target"].replace("for a while", "for some hours"),
        OLD["dose"],
    ]
    assert pair(OLD, new) == [None, "course", "target", "dose"]


def test_it_gives_no_key_twice_and_none_to_a_stranger() -> None:
    old = {"a": "The same words here.", "b": "The same words here.", "c": "Quite another thing."}
    assert pair(old, ["The same words here."] * 3) == ["a", "b", None]
    assert pair(old, []) == []
    assert pair({}, ["A text."]) == [None]


def test_it_gives_no_key_where_two_old_passages_fit_alike() -> None:
    old = {"a": "Side effects pass within two hours.", "b": "Side effects pass within six hours."}
    assert pair(old, ["Side effects pass within ten hours."]) == [None]
