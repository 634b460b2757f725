"""Answers that no page sends: refused for their shape or kept, never another exception."""

from __future__ import annotations

import json
import time
from contextlib import suppress
from typing import Any

import pytest

from quizzes.question_types import examples, registry
from quizzes.question_types.base import TEXT_LIMIT, AnswerShapeError, QuestionType
from quizzes.question_types.fields import answer_from_fields


def nested(opening: type, depth: int) -> Any:
    """Lists or dicts within one another, too deep for anything that recurses."""
    value: Any = opening()
    for _ in range(depth):
        value = {"choice": value} if opening is dict else [value]
    return value


HOSTILE: dict[str, Any] = {
    **{repr(value): value for value in [None, True, False, 0, 1, -1, 0.5, -0.0, "", " ", [], {}]},
    **{repr(value): value for value in [2**31, 2**63, -(2**63) - 1, 10**30, 1e308, 5e-324]},
    **{repr(value): value for value in [float("nan"), float("inf"), float("-inf"), "NaN", "1e999"]},
    **{repr(value): value for value in ["a", "A", "aa", "zz", "ａ", "true", "null", "0", "[]"]},
    **{repr(value): value for value in ["a\0", "\0", "\ud800", "a\udfff", "\ufffe", "\u202ea"]},
    **{repr(value): value for value in ["\x01\x1b[31m", "\u2028", "é", "🧠", "\r\n", "\ufeff"]},
    **{repr(value): value for value in ["<script>alert(1)</script>", "' OR 1=1 --", "{{ 7*7 }}"]},
    **{repr(value): value for value in ["%00", "../../etc/passwd", "=1+1", "__proto__", "$where"]},
    **{repr(value): value for value in [[None], ["a", "a"], ["a", None], [["a"]], [{}]]},
    **{repr(value): value for value in [{"": ""}, {"a": "a"}, {"key": "a"}, {"__class__": "a"}]},
    "int of 5,000 digits": 10**5000,
    "list of 100,000": ["a"] * 100_000,
    "dict of 10,000": {str(number): number for number in range(10_000)},
    "lists 50,000 deep": nested(list, 50_000),
    "dicts 50,000 deep": nested(dict, 50_000),
    "string of 100,000": "a" * 100_000,
    "string at the limit": "a" * TEXT_LIMIT,
    "string past the limit": "a" * (TEXT_LIMIT + 1),
    "combining marks": "e" + "\u0301" * 19_000,
    "expanding ligatures": "\ufdfa" * 19_000,
    "only spaces": " " * 100_000,
    "only newlines": "\r\n" * 19_000,
}
TYPES = [pytest.param(found, id=found.slug) for found in registry.all_types()]
# An answer of each type that is whole, as its examples give it.
WHOLE: dict[str, dict[str, Any]] = {
    found.slug: next(
        response["answer"]
        for response in examples.load(found)[0].responses
        if response.get("state") == "complete"
    )
    for found in registry.all_types()
}
NAMES = sorted({name for answer in WHOLE.values() for name in answer})
WITH_PARTS = sorted(
    {name for answer in WHOLE.values() for name in answer if isinstance(answer[name], dict)}
)


def wrapped(value: Any) -> list[Any]:
    """The value itself and at every place of an answer."""
    places: list[Any] = [value, [value]]
    for name in NAMES:
        places += [{name: value}, {name: [value]}, {name: {"a": value}}, {name: "a", "more": value}]
    places += [{name: {"1": value, "2": value}} for name in WITH_PARTS]
    return places


def test_it_knows_at_least_sixty_hostile_values() -> None:
    assert len(HOSTILE) >= 60


@pytest.mark.parametrize("name", HOSTILE)
def test_it_refuses_or_keeps_a_hostile_answer(name: str) -> None:
    for question_type in registry.all_types():
        content = examples.load(question_type)[0].content
        for sent in wrapped(HOSTILE[name]):
            try:
                answer, state = question_type.read(content, sent)
            except AnswerShapeError:
                continue
            assert (answer is None) == (state == "todo")
            stored = json.dumps(answer, allow_nan=False, ensure_ascii=False).encode()
            assert b"\\u0000" not in stored
            assert len(stored) < 4 * TEXT_LIMIT + 100
            fraction = question_type.grade(content, answer).fraction
            assert fraction is None or 0 <= fraction <= 1
            assert len(question_type.summarise(content, answer)) <= 1000
            assert question_type.chosen(content, answer) <= set(range(len(content.options)))


REDOS = [
    *["a" * 50_000, "a" * 49_999 + "!", "(a+)+$", "aaaa" * 12_500 + "b", " " * 50_000 + "x"],
    *["-" * 50_000, "a-" * 25_000, ("(" * 25_000) + (")" * 25_000), "([{" * 8_000 + "}])" * 8_000],
    *['"' * 50_000, "'\"" * 25_000, "." * 50_000, ".5" * 25_000, "…!" * 25_000, "\u200b" * 50_000],
    *["1" * 50_000, "1," * 25_000, "1," * 25_000 + "1", "1.000," * 8_000, "1 000 " * 8_000],
    *["1e" * 25_000, "1" * 25_000 + "e" + "1" * 25_000, "0x" * 25_000, "+" * 50_000, "1_" * 25_000],
    *["\u0301" * 50_000, "ﬃ" * 50_000, "\ufdfa" * 50_000, "İ" * 50_000, "\n" * 50_000],
    *["neuroplasticity " * 3_000, "a" * 199, "ab " * 66, "\ufdfa" * 199],
]


def written(value: Any, text: str) -> Any:
    """An answer with `text` in place of each of its texts."""
    if isinstance(value, dict):
        return {name: written(inner, text) for name, inner in value.items()}
    return text if isinstance(value, str) else value


def reads_text(question_type: QuestionType) -> bool:
    """Whether a type takes any words, rather than keys of what it offers."""
    content = examples.load(question_type)[0].content
    with suppress(AnswerShapeError):
        return question_type.read(content, written(WHOLE[question_type.slug], "any words"))[1] != ""
    return False


TEXTS = [found for found in registry.all_types() if reads_text(found)]


def test_it_finds_the_types_that_read_text() -> None:
    assert {found.slug for found in TEXTS} >= {"short_answer", "numeric", "essay", "cloze"}


@pytest.mark.parametrize("text", REDOS, ids=lambda text: repr(text[:12]))
def test_it_answers_any_text_within_a_tenth_of_a_second(text: str) -> None:
    """Past the limit nothing reaches a grader; the graders are bounded all the same."""
    for question_type in TEXTS:
        content, whole = examples.load(question_type)[0].content, WHOLE[question_type.slug]
        question_type.grade(content, written(whole, "x"))
        start = time.process_time()
        for sent in (text, text[: TEXT_LIMIT - 1]):
            with suppress(AnswerShapeError):
                question_type.read(content, written(whole, sent))
            question_type.grade(content, written(whole, sent))
        assert time.process_time() - start < 0.1, question_type.slug


@pytest.mark.parametrize(
    ("fields", "answer"),
    [
        ({"choice": ["b"]}, {"choice": "b"}),
        ({"choice": ["a", "b"]}, {"choice": "b"}),
        ({"choices[]": ["a", "c"]}, {"choices": ["a", "c"]}),
        ({"choices[]": []}, None),
        ({"value:bool": ["true"]}, {"value": True}),
        ({"value:bool": ["false"]}, {"value": False}),
        ({"value:bool": ["maybe"]}, {"value": "maybe"}),
        ({"value": ["12.5 mg"]}, {"value": "12.5 mg"}),
        ({"text": ["two words"]}, {"text": "two words"}),
        ({"text": [""]}, None),
        ({"pairs.1": ["b"], "pairs.2": ["a"]}, {"pairs": {"1": "b", "2": "a"}}),
        ({"pairs.1": [""], "pairs.2": ["a"]}, {"pairs": {"2": "a"}}),
        ({"pairs.1": [""], "pairs.2": [""]}, None),
        ({"order[]": ["c", "a", "b"]}, {"order": ["c", "a", "b"]}),
        ({"order[0]": ["c"], "order[1]": ["a"]}, {"order": ["c", "a"]}),
        ({"order[2]": ["c"], "order[0]": [""], "order[1]": ["a"]}, {"order": [None, "a", "c"]}),
        ({"order[0]": [""], "order[1]": [""]}, None),
        ({}, None),
    ],
)
def test_it_makes_an_answer_of_form_fields(fields: dict[str, list[str]], answer: Any) -> None:
    assert answer_from_fields(fields) == answer


@pytest.mark.parametrize(
    "fields",
    [
        {"pairs": ["a"], "pairs.1": ["b"]},
        {"pairs[]": ["a"], "pairs.1": ["b"]},
        {"order[]": ["a"], "order[0]": ["b"]},
        {"order[0]": ["b"], "order": ["a"]},
    ],
)
def test_it_refuses_a_field_sent_whole_and_in_parts(fields: dict[str, list[str]]) -> None:
    with pytest.raises(AnswerShapeError):
        answer_from_fields(fields)


@pytest.mark.parametrize(
    "name", ["", ".", "..", "[]", ":bool", "a.b.c", ".a", "a.[]", "a:bool[]", "a[1]", "a[999]"]
)
@pytest.mark.parametrize("question_type", TYPES)
def test_it_refuses_or_keeps_what_odd_field_names_make(
    question_type: QuestionType, name: str
) -> None:
    content = examples.load(question_type)[0].content
    with pytest.raises(AnswerShapeError):
        question_type.read(content, answer_from_fields({name: ["a"]}))
