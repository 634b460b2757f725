"""One door: nothing outside reads review options or the embargo for itself."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent.parent
DOOR = "quizzes.attempts.disclosure"
# Pure, and named by those who only lay out what the door has let through.
FIGURES = f"{DOOR}.figures"
OPTIONS = "quizzes.assessments.review_options"
INSIDE = ("quizzes/attempts/disclosure/", "quizzes/assessments/")
MODULES = sorted(
    path
    for package in ("accounts", "quizzes", "config")
    for path in (ROOT / package).rglob("*.py")
    if "migrations" not in path.parts and not str(path.relative_to(ROOT)).startswith(INSIDE)
)


def _for_types_only(tree: ast.Module) -> set[int]:
    return {
        id(inner)
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test)
        for inner in ast.walk(node)
    }


def ways_round(tree: ast.Module) -> Iterator[str]:
    """Yield what in a file gets at review options or the embargo past the door."""
    for_types = _for_types_only(tree)
    for node in ast.walk(tree):
        if id(node) in for_types:
            continue
        names: list[str] = []
        if isinstance(node, ast.ImportFrom) and node.module:
            names = [f"{node.module}.{alias.name}" for alias in node.names]
            if node.module == DOOR:
                continue
        elif isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        for name in names:
            inner = name.startswith(f"{DOOR}.") and not name.startswith(FIGURES)
            if inner or name == OPTIONS or name.startswith(f"{OPTIONS}."):
                yield f"line {node.lineno}: {name}"
        if isinstance(node, ast.Attribute) and node.attr == "review":
            owner = ast.unparse(node.value)
            if owner.rpartition(".")[2] == "quiz":
                yield f"line {node.lineno}: {owner}.review"
        if isinstance(node, ast.Constant) and str(node.value).endswith("quiz__review"):
            yield f"line {node.lineno}: {node.value!r}"


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_it_asks_the_door(path: Path) -> None:
    assert list(ways_round(ast.parse(path.read_text()))) == []


@pytest.mark.parametrize(
    ("code", "found"),
    [
        ("from quizzes.attempts.disclosure import visible_review", 0),
        ("from quizzes.attempts.disclosure.figures import counted", 0),
        ("from quizzes.attempts.disclosure.embargo import embargo_of", 1),
        ("def late():\n    from quizzes.assessments import review_options", 1),
        ("from quizzes.assessments.review_options import EVERYTHING", 1),
        ("import quizzes.assessments.review_options", 1),
        ("x = attempt.quiz.review", 1),
        ("rows.values_list('attempt__quiz__review')", 1),
        ("if TYPE_CHECKING:\n    from quizzes.assessments.review_options import ITEMS", 0),
    ],
)
def test_it_sees_a_way_round(code: str, found: int) -> None:
    assert len(list(ways_round(ast.parse(code)))) == found
