"""Which slips of spelling are forgiven, and which could have meant something else."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

import pytest

from quizzes.question_types.types.short_answer.matching import find, lexicon, normalise


def slips(word: str) -> Iterator[str]:
    """Every text one dropped, doubled, changed or swapped letter away."""
    for place in range(len(word)):
        yield word[:place] + word[place + 1 :]
        yield word[: place + 1] + word[place:]
        yield word[:place] + ("x" if word[place] != "x" else "y") + word[place + 1 :]
        if word[place : place + 2] != word[place : place + 2][::-1]:
            yield word[:place] + word[place : place + 2][::-1] + word[place + 2 :]


@pytest.mark.parametrize(
    "word", ["hippocampus", "glutamate", "dissociation", "receptor", "synapse"]
)
def test_it_forgives_one_edit_after_the_beginning_of_a_long_word(word: str) -> None:
    beginning = max(3, len(lexicon().prefix(word)) + 1)
    for slip in slips(word):
        if slip.startswith(word[:beginning]):
            assert find(slip, [word], [1]) is not None, slip


@pytest.mark.parametrize("word", ["hippocampus", "glutamate", "receptor"])
def test_it_forgives_no_second_edit_in_a_word(word: str) -> None:
    assert find(word[:4] + "xx" + word[6:], [word], [1]) is None


def test_it_takes_every_drug_to_the_letter() -> None:
    for drug in lexicon().drugs:
        assert find(drug, [drug], [1]) is not None, drug
        assert not [slip for slip in slips(drug) if find(slip, [drug], [1])]


@pytest.mark.parametrize("drug", ["brotizolam", "flurbiprofen", "mivacurium", "levobupivacaine"])
def test_it_knows_a_drug_it_has_not_listed_by_its_ending(drug: str) -> None:
    assert drug not in lexicon().drugs
    assert all(find(slip, [drug], [1]) is None for slip in slips(drug))


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("ketamine", "esketamine"),
        ("norepinephrine", "epinephrine"),
        ("efferent", "afferent"),
        ("abduction", "adduction"),
        ("intramuscular", "intermuscular"),
        ("hypotension", "hypertension"),
        ("hypothermia", "hyperthermia"),
        ("typical", "atypical"),
        ("symptomatic", "asymptomatic"),
        ("nonresponder", "responder"),
        ("unresponsive", "responsive"),
        ("inactive", "active"),
        ("antidepressant", "depressant"),
        ("antedepressant", "antidepressant"),
        ("medication", "meditation"),
        ("medication", "mediation"),
        ("repression", "depression"),
        ("neurotropic", "neurotrophic"),
        ("nitrite", "nitrate"),
        ("absorption", "adsorption"),
        ("seventeen", "seventeem"),
        ("sixteen", "sixteem"),
        ("without", "withoot"),
        ("5-HT2A", "5-HT2C"),
        ("GluN2A", "GluN2B"),
        ("not effective", "effective"),
        ("effective", "not effective"),
        ("affective", "effective"),
        ("30", "80"),
        ("3.0", "30"),
        (".5", "5"),
        ("30%", "30"),
        ("<5", "5"),
        ("-5", "5"),
    ],
)
def test_it_keeps_apart_what_one_slip_would_join(typed: str, meant: str) -> None:
    assert find(typed, [meant], [1]) is None
    assert find(meant, [typed], [1]) is None


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("  Hippocampus ", "hippocampus"),
        ("HIPPOCAMPUS.", "hippocampus"),
        ("“hippocampus”", "hippocampus"),
        ("(hippocampus)", "hippocampus"),
        ("the\u00a0 hippocampus", "the hippocampus"),
        ("ﬂuid", "fluid"),
        ("ＮＭＤＡ", "NMDA"),
        ("long‐term", "long-term"),
        ("long term", "long-term"),
        ("Straße", "strasse"),
        ("soft\u00adhyphen", "softhyphen"),
        ("zero\u200bwidth", "zerowidth"),
        ("Alzheimer’s", "Alzheimer's"),
        ("receptors", "receptor"),
        ("receptor", "receptors"),
        ("glutamate receptros", "glutamate receptors"),
    ],
)
def test_it_overlooks_what_never_changes_the_meaning(typed: str, meant: str) -> None:
    assert find(typed, [meant], [1]) is not None


def test_it_prefers_the_very_text_to_a_near_one() -> None:
    match = find("receptors", ["receptor", "receptors"], [Decimal(1), Decimal(0)])
    assert match is not None
    assert (match.place, match.edits) == (1, 0)


def test_it_takes_no_side_between_a_right_and_a_wrong_text_equally_near() -> None:
    assert find("conduktion", ["conduction", "conduxtion"], [Decimal(1), Decimal(0)]) is None
    assert find("conduktion", ["conduction", "conduxtion"], [Decimal(1), Decimal(1)]) is not None


def test_it_never_takes_a_word_of_another_option_for_a_slip() -> None:
    options = ["neuronal growth", "neuromal tissue"]
    assert find("neuromal growth", options, [Decimal(1), Decimal(0)]) is None
    assert find("neuromal growth", options[:1], [Decimal(1)]) is not None


@pytest.mark.parametrize("text", ["", " ", "...", "“”", "\u200b", "a" * 201])
def test_it_matches_nothing_with_an_empty_or_endless_text(text: str) -> None:
    assert find(text, ["hippocampus"], [1]) is None


@pytest.mark.parametrize("text", ["(S)-ketamine", "BDNF (brain)", "[a] and [b]", ".5 mg", "5 %"])
def test_it_comes_to_rest_when_it_normalises(text: str) -> None:
    assert normalise(normalise(text)) == normalise(text)


def test_it_holds_its_terms_in_the_form_it_compares() -> None:
    words = lexicon()
    for word in words.terms | words.drugs | words.guarded:
        assert normalise(word) == word
        assert word.isalpha()
