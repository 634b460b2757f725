"""The pages' fragments: what they show, what they keep back, how controls are named."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from html.parser import HTMLParser
from typing import Any

import pytest

from quizzes.question_types import examples, registry
from quizzes.question_types.base import Content, QuestionType, option_key
from quizzes.question_types.display.context import question_context
from quizzes.question_types.display.review import Everything, review
from quizzes.question_types.fields import answer_from_fields
from quizzes.question_types.rendering import fragment
from tests import by_example

TYPES = [pytest.param(found, id=found.slug) for found in registry.all_types()]


def content_of(question_type: QuestionType) -> Content:
    content = examples.load(question_type)[0].content
    return content.arranged(question_type.order(content, seed=1, shuffle=False))


def question_page(
    question_type: QuestionType,
    content: Content,
    answer: Mapping[str, Any] | None = None,
    *,
    locked: bool = False,
) -> str:
    q = question_context(question_type, content, answer, name="q3", locked=locked)
    return fragment(question_type.question_template, q=q)


def review_page(
    question_type: QuestionType, content: Content, answer: dict[str, Any] | None, *, told: bool
) -> str:
    allowed = Everything(*[told] * 5)
    r = review(question_type, content, answer, Decimal(0), allowed)
    return fragment(question_type.review_template, r=r)


class Controls(HTMLParser):
    """What a browser would send of a page, and which controls there are."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.sent: dict[str, list[str]] = {}
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.ids: list[str] = []
        self._textarea: str | None = None
        self._select = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        self.tags.append((tag, found))
        if found.get("id"):
            self.ids.append(str(found["id"]))
        if tag == "textarea":
            self._textarea = str(found["name"])
        if tag == "select":
            self._select = str(found["name"])
        if tag == "option" and "selected" in found:
            self.sent.setdefault(self._select, []).append(str(found["value"]))
        if tag == "input" and (found["type"] == "text" or "checked" in found):
            self.sent.setdefault(str(found["name"]), []).append(str(found.get("value") or ""))

    def handle_data(self, data: str) -> None:
        if self._textarea:
            self.sent[self._textarea] = [data.removeprefix("\n")]

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self._textarea = None


# What is hard to send back, where a type takes such an answer.
HARD_ANSWERS: dict[str, dict[str, Any]] = {
    "multiple_choice": {"choices": ["a", "d"]},
    "true_false": {"value": False},
    "short_answer": {"text": 'neuro "plasticity" <b>'},
    "essay": {"text": "First line\n</textarea><script>\n\nlast"},
    "cloze": {"blanks": {"1": 'N"M<b>', "2": "neuro"}},
    "matching": {"pairs": {"1": "c", "3": "a"}},
    "ordering": {"order": ["b", None, "a", "c"]},
}


def right_answer(question_type: QuestionType) -> Any:
    example = examples.load(question_type)[0]
    return by_example.right_answer(question_type, content_of(question_type), example)


ANSWERS = [
    pytest.param(found, answer, id=f"{found.slug} {answer}")
    for found in registry.all_types()
    for answer in [right_answer(found), HARD_ANSWERS.get(found.slug), None]
]


@pytest.mark.parametrize(("question_type", "answer"), ANSWERS)
def test_it_sends_back_the_answer_it_shows(
    question_type: QuestionType, answer: dict[str, Any] | None
) -> None:
    content = content_of(question_type)
    sent = Controls(question_page(question_type, content, answer)).sent
    assert all(name.startswith("q3-") for name in sent)
    fields = {name.removeprefix("q3-"): values for name, values in sent.items()}
    kept, _ = question_type.read(content, answer_from_fields(fields))
    assert kept == answer


@pytest.mark.parametrize("question_type", TYPES)
def test_it_tells_nothing_of_the_key_before_the_answer(question_type: QuestionType) -> None:
    content = content_of(question_type)
    page = question_page(question_type, content)
    shown = {option["text"] for option in question_type.present(content)["options"]}
    for option in content.options:
        assert not option.rationale or option.rationale_html not in page
        if option.html not in shown and question_type.slug != "true_false":
            assert option.html not in page
    assert "rubric" not in page
    assert "One mark for onset" not in page
    assert 'value="30' not in page


@pytest.mark.parametrize("question_type", TYPES)
def test_it_shuts_every_control_of_a_locked_question(question_type: QuestionType) -> None:
    page = question_page(question_type, content_of(question_type), locked=True)
    tags = Controls(page).tags
    shut = [attrs for tag, attrs in tags if "disabled" in attrs]
    assert [tag for tag, attrs in tags if "disabled" in attrs] in (
        ["fieldset"],
        ["input"],
        ["textarea"],
    )
    assert len(shut) == 1
    assert " disabled" not in question_page(question_type, content_of(question_type))


@pytest.mark.parametrize("question_type", TYPES)
def test_it_names_its_controls_by_the_question(question_type: QuestionType) -> None:
    parsed = Controls(question_page(question_type, content_of(question_type)))
    labelled = [attrs["aria-labelledby"] for _, attrs in parsed.tags if "aria-labelledby" in attrs]
    assert len(labelled) == 1
    named = str(labelled[0]).split()
    assert named[0] == "q3-stem"
    assert set(named[1:]) <= set(parsed.ids)
    for _, attrs in parsed.tags:
        for name in (attrs.get("aria-describedby"), attrs.get("for")):
            assert name is None or name in parsed.ids
    for tag, attrs in parsed.tags:
        if tag == "textarea" or (tag == "input" and attrs["type"] == "text"):
            assert attrs["autocomplete"] == "off"
            assert int(str(attrs["maxlength"])) > 0
            assert "spellcheck" in attrs


@pytest.mark.parametrize("question_type", TYPES)
def test_it_keeps_back_what_a_review_may_not_tell(question_type: QuestionType) -> None:
    content = content_of(question_type)
    answer = right_answer(question_type)
    page = review_page(question_type, content, answer, told=False)
    assert "Right answer" not in page
    assert "Accepted" not in page
    assert "is-right" not in page
    assert "is-wrong" not in page
    assert "One mark for onset" not in page
    for option in content.options:
        assert not option.rationale or option.rationale_html not in page


@pytest.mark.parametrize("question_type", TYPES)
def test_it_says_that_no_answer_was_given(question_type: QuestionType) -> None:
    page = review_page(question_type, content_of(question_type), None, told=True)
    assert "No answer was given." in page


def test_it_marks_right_and_wrong_options_in_words_and_shape() -> None:
    question_type = registry.get("single_choice")
    page = review_page(question_type, content_of(question_type), {"choice": "a"}, told=True)
    items = re.findall(r"<li.*?</li>", page, re.DOTALL)
    assert ["is-wrong" in items[0], "#i-cross" in items[0], "Your answer" in items[0]] == [True] * 3
    assert ["is-right" in items[2], "#i-check" in items[2], "Right answer" in items[2]] == [
        True
    ] * 3
    assert ["is-other" in items[place] for place in (1, 3)] == [True] * 2
    assert "Its activity rises as a consequence." in items[0]


def test_it_explains_steps_in_their_right_order() -> None:
    question_type = registry.get("ordering")
    content = content_of(question_type)
    right = question_type.correct_answer(content)
    assert right is not None
    answer = {"order": right["order"][::-1]}
    page = review_page(question_type, content, answer, told=True)
    explained = re.findall(r'<p class="soft">(.*?)</p>', page)
    steps = {option_key(n): one for n, one in enumerate(content.options)}
    wanted = [steps[key] for key in right["order"]]
    assert explained == [step.html for step in wanted if step.rationale_html]
    assert len(explained) > 1


def test_it_shows_the_accepted_texts_and_why_a_typed_one_is_wrong() -> None:
    question_type = registry.get("short_answer")
    page = review_page(
        question_type, content_of(question_type), {"text": "Neurogenesis"}, told=True
    )
    assert "Neurogenesis" in page
    assert "neural plasticity" in page
    assert "That is the birth of new neurons." in page
    assert "neurogenesis" not in page


def test_it_shows_one_accepted_text_in_a_blank_and_the_others_beside_it() -> None:
    question_type = registry.get("cloze")
    answer = {"blanks": {"1": "AMPA", "2": "neurogenesis"}}
    page = review_page(question_type, content_of(question_type), answer, told=True)
    assert "NMDA (also: N-methyl-D-aspartate)" in page
    assert "neuroplasticity (also: neural plasticity)" in page


def test_it_says_nothing_of_how_many_where_the_question_does() -> None:
    question_type = registry.get("hottext")
    limited = content_of(question_type)
    params = {name: value for name, value in limited.params.items() if name != "max_choices"}
    unlimited = replace(limited, params=params)
    page = question_page(question_type, unlimited)
    assert ">Select in the text</legend>" in page


def test_it_shows_the_rubric_and_counts_the_words_of_an_essay() -> None:
    question_type = registry.get("essay")
    page = review_page(
        question_type,
        content_of(question_type),
        {"text": "Six words <b>\n\nin all, here"},
        told=True,
    )
    assert "6 words" in page
    assert "at most 5" in page
    assert "&lt;b&gt;" in page
    assert "One mark for onset" in page


@pytest.mark.parametrize("question_type", TYPES)
def test_it_needs_no_inline_style_or_script(question_type: QuestionType) -> None:
    content = content_of(question_type)
    pages = question_page(question_type, content) + review_page(
        question_type, content, None, told=True
    )
    assert not re.search(r"style=|<script|\son\w+=", pages)


@pytest.mark.parametrize("slug", ["cloze", "matching", "hottext"])
def test_it_escapes_what_an_author_writes_into_settings(slug: str) -> None:
    evil = "<img src=x onerror=alert(1)>"
    params = {
        "cloze": {"blanks": {"1": {"accept": [evil], "choices": [evil, "no"]}}},
        "matching": {"pairs": [[f"1{evil}", evil], ["2", "no"]], "extra": [f"3{evil}"]},
        "hottext": {"text": f"{evil} [[{evil}]] [[no]]", "key": [evil]},
    }[slug]
    params["rationales"] = {{"cloze": "1", "matching": f"1{evil}", "hottext": evil}[slug]: evil}
    question_type = registry.get(slug)
    content = Content("Blank [[1]]", "Blank [[1]]", (), params)
    question_type.clean(content)
    answer = question_type.correct_answer(content)
    for page in (
        question_page(question_type, content, answer),
        review_page(question_type, content, answer, told=True),
    ):
        assert "&lt;img" in page
        assert "<img" not in page
