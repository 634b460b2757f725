"""The examples in every type's folder, each taken through the whole contract."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from quizzes.bank.corrections.state import checked
from quizzes.question_types import examples, registry
from quizzes.question_types.base import AnswerShapeError, QuestionType, option_key
from quizzes.question_types.examples import Example, content_from

EXAMPLES = [
    pytest.param(question_type, example, id=f"{question_type.slug}: {example.name}")
    for question_type in registry.all_types()
    for example in examples.load(question_type)
]
ASKED = [param for param in EXAMPLES if "errors" not in param.values[1].expected]
REFUSED = [param for param in EXAMPLES if "errors" in param.values[1].expected]
RESPONSES = [
    pytest.param(*param.values, response, id=f"{param.id} {response['answer']!r}")
    for param in ASKED
    for response in param.values[1].responses
]


def dictionaries(value: Any) -> list[dict[str, Any]]:
    """Every dict within a JSON value."""
    if isinstance(value, dict):
        return [value, *(found for inner in value.values() for found in dictionaries(inner))]
    if isinstance(value, list):
        return [found for inner in value for found in dictionaries(inner)]
    return []


@pytest.mark.parametrize(("question_type", "example"), ASKED)
def test_it_accepts_the_example(question_type: QuestionType, example: Example) -> None:
    question_type.clean(example.content)


@pytest.mark.parametrize(("question_type", "example"), REFUSED)
def test_it_says_what_is_wrong_and_where(question_type: QuestionType, example: Example) -> None:
    with pytest.raises(ValidationError) as caught:
        question_type.clean(example.content)
    assert set(caught.value.message_dict) == set(example.expected["errors"])
    for sentences in caught.value.message_dict.values():
        assert all(sentence.endswith(".") for sentence in sentences)


@pytest.mark.parametrize(("question_type", "example"), ASKED)
def test_it_presents_no_key(question_type: QuestionType, example: Example) -> None:
    presented = question_type.present(example.content)
    assert set(presented) == {"options", "params"}
    for option in presented["options"]:
        assert set(option) == {"key", "text"}
    keys = [option["key"] for option in presented["options"]]
    assert keys == [option_key(place) for place in range(len(keys))]
    hidden = {"value", "tolerance", "rubric", "fraction", "rationale", "factor", "accept", "pairs"}
    hidden |= {"extra", "rationales", "text_key"}
    assert not any(hidden & set(found) for found in dictionaries(presented))
    expected = example.expected.get("presented", {}).get("params")
    assert expected is None or presented["params"] == expected
    json.dumps(presented, allow_nan=False)


@pytest.mark.parametrize(("question_type", "example", "response"), RESPONSES)
def test_it_reads_and_grades_the_response(
    question_type: QuestionType, example: Example, response: dict[str, Any]
) -> None:
    if response.get("refused"):
        with pytest.raises(AnswerShapeError):
            question_type.read(example.content, response["answer"])
        return
    answer, state = question_type.read(example.content, response["answer"])
    assert state == response["state"]
    assert (answer is None) == (state == "todo")
    grade = question_type.grade(example.content, answer)
    expected = response["fraction"]
    assert grade.fraction == (None if expected is None else Decimal(str(expected)))
    assert question_type.read(example.content, answer) == (answer, state)
    assert question_type.grade(example.content, answer) == grade
    summary = question_type.summarise(example.content, answer)
    assert bool(summary) == (answer is not None)
    assert "\n" not in summary


@pytest.mark.parametrize(("question_type", "example"), ASKED)
def test_it_gives_full_marks_for_its_correct_answer(
    question_type: QuestionType, example: Example
) -> None:
    correct = question_type.correct_answer(example.content)
    if "correct" in example.expected:
        assert correct == example.expected["correct"]
    if correct is not None:
        answer, state = question_type.read(example.content, correct)
        assert (answer, state) == (correct, "complete")
        assert question_type.grade(example.content, answer).fraction == 1
    else:
        assert question_type.graded_by == "person"


@pytest.mark.parametrize(("question_type", "example"), ASKED)
def test_it_knows_what_guessing_is_worth(question_type: QuestionType, example: Example) -> None:
    guess = question_type.random_guess_score(example.content)
    assert guess is None or (0 <= guess <= 1 and guess == round(guess, 7))
    if "guess" in example.expected:
        expected = example.expected["guess"]
        assert guess == (None if expected is None else Decimal(str(expected)))


@pytest.mark.parametrize("question_type", registry.all_types(), ids=lambda found: found.slug)
def test_it_shows_authors_a_right_a_refused_and_a_mistaken_example(
    question_type: QuestionType,
) -> None:
    found = examples.load(question_type)
    responses = [response for example in found for response in example.responses]
    assert any(response.get("state") == "complete" for response in responses)
    assert any(response.get("refused") for response in responses)
    assert any("errors" in example.expected for example in found)


CORRECTED = [param for param in ASKED if "correction" in param.values[1].expected]


@pytest.mark.parametrize("question_type", registry.all_types(), ids=lambda found: found.slug)
def test_it_shows_how_its_key_is_corrected(question_type: QuestionType) -> None:
    assert any("correction" in one.expected for one in examples.load(question_type))


@pytest.mark.parametrize(("question_type", "example"), CORRECTED)
def test_it_grades_by_the_corrected_key(question_type: QuestionType, example: Example) -> None:
    entry = example.expected["correction"]
    stored = content_from(example.expected["content"])
    order = example.expected.get("order") or question_type.order(stored, seed=0, shuffle=False)
    for given, adds in ((entry, False), (entry.get("also"), True)):
        if given is None:
            continue
        checked(question_type, stored, given["payload"], adds=adds)
        content = question_type.corrected(stored, given["payload"], adds=adds)
        shown = content.arranged(order)
        for answer, fraction in given["grades"]:
            read = question_type.read(shown, answer)[0]
            expected = None if fraction is None else Decimal(str(fraction))
            assert question_type.grade(shown, read).fraction == expected
        if "correct" in given:
            assert question_type.correct_answer(shown) == given["correct"]
        # As its author would have written it, it may be saved again.
        question_type.clean(question_type.as_authored(content))


@pytest.mark.parametrize(("question_type", "example"), CORRECTED)
def test_it_refuses_what_makes_no_key_or_would_be_shown(
    question_type: QuestionType, example: Example
) -> None:
    stored = content_from(example.expected["content"])
    refused = [{}, {"stem": "Another?"}, *example.expected["correction"].get("refused", ())]
    for payload in refused:
        with pytest.raises(ValidationError):
            checked(question_type, stored, payload, adds=False)


@pytest.mark.parametrize(("question_type", "example"), CORRECTED)
def test_its_corrected_wording_leads_back_to_the_same_correction(
    question_type: QuestionType, example: Example
) -> None:
    stored = content_from(example.expected["content"])
    payload = example.expected["correction"]["payload"]
    corrected = question_type.corrected(stored, payload, adds=False)
    again = question_type.correction_towards(stored, question_type.as_authored(corrected))
    assert again is not None
    assert question_type.corrected(stored, again, adds=False) == corrected
