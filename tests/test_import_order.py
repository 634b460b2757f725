"""Reading order is import order: a package imports what stands before it, nothing after it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
# From the ground up; what shares a line knows nothing of its neighbours.
ORDER = [
    ["quizzes.db", "quizzes.converters"],
    ["accounts"],
    ["quizzes.question_types"],
    ["quizzes.classes"],
    ["quizzes.material"],
    ["quizzes.importing"],
    ["quizzes.templatetags"],
    ["quizzes.bank"],
    ["quizzes.authoring"],
    ["quizzes.assessments"],
    ["quizzes.attempts"],
    ["quizzes.cards", "quizzes.concordance"],
    ["quizzes.insight"],
    ["quizzes.reader"],
    ["quizzes.study"],
    ["quizzes.teach"],
    ["quizzes.interchange"],
    ["quizzes.api"],
    # The tables of contents, and what runs without a request.
    ["quizzes.backups", "quizzes.heartbeat"],
    ["quizzes.models"],
    ["quizzes.admin", "quizzes.admin_site", "quizzes.checks", "quizzes.urls"],
    ["quizzes.apps"],
    ["quizzes.management", "accounts.management"],
    ["config"],
]
LEVEL = {name: level for level, names in enumerate(ORDER) for name in names}
MODULES = sorted(
    path
    for package in ("accounts", "quizzes", "config")
    for path in (ROOT / package).rglob("*.py")
    if "migrations" not in path.parts
)


def place(module: str) -> str | None:
    """Return the entry of ORDER that a dotted name belongs to: the longest one that fits."""
    fitting = [name for name in LEVEL if module == name or module.startswith(f"{name}.")]
    return max(fitting, key=len, default=None)


def imported(tree: ast.Module, package: str, *, types: bool = False) -> Iterator[tuple[str, int]]:
    """Yield the modules that a file imports when it runs, wherever the import is in it; with
    `types` also those it names in types alone."""
    for_types_only = {
        id(inner)
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test) and not types
        for inner in ast.walk(node)
    }
    for node in ast.walk(tree):
        if id(node) in for_types_only:
            continue
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.name, node.lineno
        elif isinstance(node, ast.ImportFrom):
            parts = package.split(".")
            base = ".".join(parts[: len(parts) - node.level + 1]) if node.level else ""
            module = ".".join(part for part in (base, node.module or "") if part)
            for alias in node.names:
                yield f"{module}.{alias.name}", node.lineno


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_it_imports_only_what_stands_before_it(path: Path) -> None:
    parts = path.relative_to(ROOT).with_suffix("").parts
    own = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
    package = ".".join(parts[:-1])
    mine = place(own)
    if mine is None:
        assert own == "quizzes", f"{own} has no place in the reading order"
        return
    wrong = [
        f"line {line}: {name}"
        for name, line in imported(ast.parse(path.read_text()), package)
        if (other := place(name)) is not None and other != mine and LEVEL[other] >= LEVEL[mine]
    ]
    assert wrong == []


def test_it_sees_an_import_that_looks_ahead() -> None:
    """The test itself is tried: a late import inside a function counts, one for types does not."""
    code = (
        "from typing import TYPE_CHECKING\n"
        "if TYPE_CHECKING:\n    from quizzes.api import views\n"
        "def late():\n    from quizzes.attempts import services\n    from .. import api\n"
    )
    found = [name for name, _ in imported(ast.parse(code), "quizzes.bank")]
    assert found == ["typing.TYPE_CHECKING", "quizzes.attempts.services", "quizzes.api"]


def circles(graph: dict[str, set[str]]) -> list[list[str]]:
    """Return the groups of modules that import one another, directly or round a corner."""

    def reached(start: str) -> set[str]:
        found: set[str] = set()
        waiting = [start]
        while waiting:
            for name in graph.get(waiting.pop(), ()):
                if name not in found:
                    found.add(name)
                    waiting.append(name)
        return found

    beyond = {name: reached(name) for name in graph}
    groups = {
        tuple(sorted(other for other in beyond[name] if name in beyond.get(other, ())))
        for name in graph
        if name in beyond[name]
    }
    return [list(group) for group in sorted(groups)]


def test_no_modules_import_one_another_not_even_for_types() -> None:
    names = {
        ".".join(parts[:-1] if parts[-1] == "__init__" else parts): path
        for path in MODULES
        for parts in [path.relative_to(ROOT).with_suffix("").parts]
    }
    graph: dict[str, set[str]] = {}
    for own, path in names.items():
        package = ".".join(path.relative_to(ROOT).parts[:-1])
        graph[own] = set()
        for name, _line in imported(ast.parse(path.read_text()), package, types=True):
            module = name if name in names else name.rpartition(".")[0]
            if module in names and module != own:
                graph[own].add(module)
    # A package's own page gathers what is in it.
    for own, others in graph.items():
        graph[own] = {one for one in others if not own.startswith(f"{one}.")}
    assert circles(graph) == []


def test_it_sees_a_circle() -> None:
    assert circles({"a": {"b"}, "b": {"c"}, "c": {"a"}, "d": {"a"}}) == [["a", "b", "c"]]
    assert circles({"a": {"b", "c"}, "b": {"c"}, "c": set()}) == []


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_module_is_short_enough_to_read(path: Path) -> None:
    assert len(path.read_text().splitlines()) <= 320
