"""A draft, a right answer and a wrong one for any question type, from its examples.yaml.

So a new type's folder is enough for every test that goes through all types.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from quizzes.bank.drafts import OptionDraft

# Keys as types give them to options and spans, and a text that is no answer to anything.
TRIES = ("a", "b", "c", "d", "s1", "s3", "no such answer")


def draft_of(example: Any) -> dict[str, Any]:
    """The fields of a QuestionDraft that an example's content gives."""
    content = example.expected["content"]
    options = tuple(
        OptionDraft(
            str(one["text"]),
            Decimal(str(one.get("fraction", 0))),
            one.get("rationale", ""),
            one.get("pin", False),
        )
        for one in content.get("options", ())
    )
    return {"stem": content["stem"], "options": options, "params": content.get("params", {})}


def right_answer(question_type: Any, content: Any, example: Any) -> Any:
    """What earns everything; of a type that a person grades, what the example answers."""
    found = question_type.correct_answer(content)
    return found if found is not None else _complete(example)[0]


def wrong_answer(question_type: Any, content: Any, example: Any) -> Any:
    """The first complete answer that earns nothing, or the least there is."""
    right = right_answer(question_type, content, example)
    graded = [
        (fraction, answer)
        for answer in (*_altered(right), *_complete(example))
        if answer != right
        for fraction in _worth(question_type, content, answer)
    ]
    least = min(fraction for fraction, _ in graded)
    return next(answer for fraction, answer in graded if fraction == least)


def _complete(example: Any) -> list[Any]:
    return [one["answer"] for one in example.responses if one.get("state") == "complete"]


def _worth(question_type: Any, content: Any, answer: Any) -> list[Decimal]:
    """What a complete answer earns; nothing where it is refused or not complete."""
    try:
        read, state = question_type.read(content, answer)
    except ValueError:
        return []
    if state != "complete":
        return []
    fraction = question_type.grade(content, read).fraction
    return [Decimal(0) if fraction is None else fraction]


def _altered(value: Any) -> Iterator[Any]:
    """Yield a right answer changed in one way at a time: turned round, cut short, replaced."""
    if isinstance(value, bool):
        yield not value
    elif isinstance(value, str):
        yield from TRIES
    elif isinstance(value, list):
        yield value[::-1]
        yield from ([one] for one in TRIES)
    elif isinstance(value, dict):
        for name, inner in value.items():
            yield from (value | {name: one} for one in _altered(inner))
        texts = [one for one in value.values() if isinstance(one, str)]
        if len(texts) == len(value) > 1:
            yield dict(zip(value, texts[1:] + texts[:1], strict=True))
            yield from (_replaced(value, one, other) for one in TRIES for other in TRIES)


def _replaced(value: dict[str, Any], one: str, other: str) -> dict[str, Any]:
    """Every part given `one`, or `other` where that was right."""
    return {name: other if right == one else one for name, right in value.items()}
