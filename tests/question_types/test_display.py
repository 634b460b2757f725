"""Showing and reviewing a question is pure: content, an answer and what is allowed, and no rows."""

from __future__ import annotations

import json
from dataclasses import asdict
from decimal import Decimal

import pytest

from quizzes.question_types import examples, registry
from quizzes.question_types.base import Content, QuestionType
from quizzes.question_types.display.context import question_context
from quizzes.question_types.display.review import Everything, review

TYPES = [pytest.param(found, id=found.slug) for found in registry.all_types()]
NOTHING = Everything(*[False] * 5)


def content_of(kind: QuestionType) -> Content:
    content = examples.load(kind)[0].content
    return content.arranged(kind.order(content, seed=1, shuffle=False))


@pytest.mark.parametrize("kind", TYPES)
def test_asking_tells_the_same_whatever_the_key_is(kind: QuestionType) -> None:
    content = content_of(kind)
    context = question_context(kind, content, None, name="card")
    assert (context["name"], context["legend_id"], context["locked"]) == (
        "card",
        "card-stem",
        False,
    )
    assert {"slot", "sequence", "attempt"} & set(context) == set()
    secrets = [one.rationale for one in content.options if one.rationale]
    assert not [one for one in secrets if one in json.dumps(context, default=str)]


@pytest.mark.parametrize("kind", TYPES)
def test_a_review_that_allows_nothing_is_the_same_for_right_and_wrong(kind: QuestionType) -> None:
    content = content_of(kind)
    answer = kind.correct_answer(content)
    right = review(kind, content, answer, Decimal(1), NOTHING)
    wrong = review(kind, content, answer, Decimal(0), NOTHING)
    assert asdict(right) == asdict(wrong)
    assert right.verdict is None
    assert (right.sentence, right.icon, right.tone) == ("", "", "")
    hidden = ("correct_answer", "correct_summary", "explanation_html", "rubric", "fraction")
    assert [getattr(right, name) for name in hidden] == [None] * len(hidden)


@pytest.mark.parametrize("kind", TYPES)
def test_a_review_that_allows_everything_says_how_it_came_out(kind: QuestionType) -> None:
    content = content_of(kind)
    answer = kind.correct_answer(content)
    if answer is None:
        waiting = review(kind, content, {"text": "So."}, None, Everything())
        assert waiting.sentence == "This will be marked by a person."
        return
    right = review(kind, content, answer, kind.grade(content, answer).fraction, Everything())
    assert (right.verdict, right.sentence) == ("right", "Right.")
    assert right.correct_summary
    blank = review(kind, content, None, kind.grade(content, None).fraction, Everything())
    assert blank.verdict == "unanswered"
    assert blank.sentence.startswith("Not answered.")
