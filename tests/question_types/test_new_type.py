"""A question type is one folder: the README's own walk-through, done on a copy of the package."""

from __future__ import annotations

import importlib
import re
import shutil
import sys
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from jinja2 import FileSystemLoader

from config.jinja import environment
from quizzes import question_types as original
from quizzes.question_types import examples as original_examples
from quizzes.question_types import registry as original_registry
from tests import by_example, make

FOLDER = Path(original.__file__).parent
FILE = re.compile(r"^`(likert_even/[\w.]+)`\n\n```\w+\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@pytest.fixture
def copy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[SimpleNamespace]:
    """A copy of the package in which nothing is edited but one folder added."""
    target = tmp_path / "question_types"
    shutil.copytree(FOLDER, target, ignore=shutil.ignore_patterns("__pycache__"))
    files = FILE.findall((FOLDER / "README.md").read_text(encoding="utf-8"))
    (target / "types" / "likert_even").mkdir(exist_ok=True)
    for name, text in files:
        (target / "types" / name).write_text(text, encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    yield SimpleNamespace(
        files=[name for name, _ in files],
        folder=target,
        base=importlib.import_module("question_types.base"),
        registry=importlib.import_module("question_types.registry"),
        examples=importlib.import_module("question_types.examples"),
        templates=environment(autoescape=True, loader=FileSystemLoader(tmp_path)),
    )
    for name in [name for name in sys.modules if name.split(".")[0] == "question_types"]:
        del sys.modules[name]


def render(copy: SimpleNamespace, name: str, context: dict[str, Any]) -> str:
    return copy.templates.get_template(name).render(context)


def test_it_is_found_by_being_there(copy: SimpleNamespace) -> None:
    assert len(copy.files) == 5
    assert copy.registry.problems() == []
    assert ("likert_even", "Agreement") in copy.registry.choices()
    shipped = {one.slug for one in original_registry.all_types()}
    assert {one.slug for one in copy.registry.all_types()} == shipped | {"likert_even"}


def test_it_works_from_authoring_to_grading(copy: SimpleNamespace) -> None:
    likert = copy.registry.get("likert_even")
    for example in copy.examples.load(likert):
        if "errors" in example.expected:
            with pytest.raises(ValidationError) as caught:
                likert.clean(example.content)
            assert sorted(caught.value.message_dict) == sorted(example.expected["errors"])
            continue
        likert.clean(example.content)
        assert likert.present(example.content)["params"] == example.expected["presented"]["params"]
        assert likert.correct_answer(example.content) == example.expected["correct"]
        guess = Decimal(str(example.expected["guess"]))
        assert likert.random_guess_score(example.content) == guess
        for response in example.responses:
            if response.get("refused"):
                with pytest.raises(copy.base.AnswerShapeError):
                    likert.read(example.content, response["answer"])
                continue
            answer, state = likert.read(example.content, response["answer"])
            assert state == response["state"]
            grade = likert.grade(example.content, answer)
            assert grade.fraction == Decimal(str(response["fraction"]))


def test_its_examples_are_enough_for_the_tests_of_all_types(copy: SimpleNamespace) -> None:
    """A draft and answers come from the folder, so no list of types in a test needs an edit."""
    likert = copy.registry.get("likert_even")
    example = copy.examples.load(likert)[0]
    draft = by_example.draft_of(example)
    assert (draft["params"], draft["options"]) == ({"expert": "c"}, ())
    assert draft["stem"].startswith("The article shows")
    for seed in range(5):
        content = example.content.arranged(likert.order(example.content, seed=seed, shuffle=True))
        right = by_example.right_answer(likert, content, example)
        wrong = by_example.wrong_answer(likert, content, example)
        assert likert.grade(content, right).fraction == 1
        assert likert.grade(content, wrong).fraction == 0


@pytest.mark.parametrize("found", original_registry.all_types(), ids=lambda found: found.slug)
def test_every_type_has_a_right_and_a_wrong_answer_in_any_order(found: Any) -> None:
    assert found.slug in make.DRAFTS
    example = original_examples.load(found)[0]
    for seed in range(20):
        content = example.content.arranged(found.order(example.content, seed=seed, shuffle=True))
        worth = [
            found.grade(content, found.read(content, one(found, content, example))[0]).fraction
            for one in (by_example.right_answer, by_example.wrong_answer)
        ]
        assert worth == ([1, 0] if found.graded_by == "machine" else [None, None]), (seed, worth)


def test_it_shows_its_own_templates(copy: SimpleNamespace) -> None:
    likert = copy.registry.get("likert_even")
    content = copy.examples.load(likert)[0].content
    presented = likert.present(content)
    q = {"name": "q1", "legend_id": "q1-stem", "answer": {"choice": "b"}, "locked": False}
    page = render(copy, likert.question_template, {"q": q | presented})
    assert page.count('name="q1-choice"') == 4
    assert 'value="b" checked' in page
    correct = likert.summarise(content, likert.correct_answer(content))
    r = {"answer": {"choice": "b"}, "summary": "Disagree", "correct_summary": correct}
    assert "<dd>Agree</dd>" in render(copy, likert.review_template, {"r": r})


@pytest.mark.parametrize(
    "missing", ["__init__.py", "question.jinja", "review.jinja", "examples.yaml", "README.md"]
)
def test_it_is_told_when_a_file_is_missing(copy: SimpleNamespace, missing: str) -> None:
    (copy.folder / "types" / "likert_even" / missing).unlink()
    problems = copy.registry.problems()
    assert problems[0] == f"Question type likert_even lacks {missing}."
    assert (len(problems) == 2) == (missing == "__init__.py")


def test_it_is_told_when_a_type_bears_another_name(copy: SimpleNamespace) -> None:
    shutil.copytree(copy.folder / "types" / "likert_even", copy.folder / "types" / "likert_odd")
    assert "Question type likert_odd calls itself likert_even." in copy.registry.problems()


def test_it_has_nothing_to_complain_of_in_the_shipped_types() -> None:
    assert original_registry.problems() == []
    with pytest.raises(KeyError):
        original_registry.get("no_such_type")


@pytest.mark.parametrize("found", original_registry.all_types(), ids=lambda found: found.slug)
def test_it_explains_every_setting_to_authors(found: Any) -> None:
    text = (FOLDER / "types" / found.slug / "README.md").read_text(encoding="utf-8")
    assert text.startswith(f"# {found.label}\n")
    assert all(f"`{name}`" in text for name in found.params_fields)
