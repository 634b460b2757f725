"""The words of the field: names that were replaced do not come back."""

from __future__ import annotations

import io
import re
import subprocess
import tokenize
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
LIST = Path(__file__).with_name("old_names.txt")
TAG = re.compile(r"\{\{.*?\}\}|\{%.*?%\}", re.DOTALL)
QUOTED = re.compile(r"\"[^\"]*\"|'[^']*'")
WORD = re.compile(r"[A-Za-z_]\w*")


def old_names() -> dict[str, tuple[str, ...]]:
    """Return each old name with the places in which the word means something else."""
    lines = [line for line in LIST.read_text().splitlines() if line and not line.startswith("#")]
    return {name: tuple(places) for name, *places in (line.split() for line in lines)}


def names_in(path: str, text: str) -> set[str]:
    """Return the names a file uses, and those of which its own name is made."""
    found = {Path(path).stem.lstrip("_").partition(".")[0]}
    if path.endswith(".py"):
        tokens = tokenize.generate_tokens(io.StringIO(text).readline)
        return found | {token.string for token in tokens if token.type == tokenize.NAME}
    for tag in TAG.findall(text):
        found |= set(WORD.findall(QUOTED.sub("", tag)))
    return found


def files() -> list[str]:
    listed = subprocess.run(
        ["git", "ls-files", "*.py", "*.html", "*.jinja"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()
    return [path for path in listed if "/migrations/" not in path and (ROOT / path).exists()]


def wrong_names(path: str, text: str) -> set[str]:
    names = old_names()
    return {
        name
        for name in names_in(path, text) & names.keys()
        if not path.startswith(names[name] or ("?",))
    }


@pytest.mark.parametrize(
    "folder", ["accounts", "quizzes", "templates", "tests", "config", "scripts"]
)
def test_it_uses_no_name_that_was_replaced(folder: str) -> None:
    looked_at = [path for path in files() if path.startswith(f"{folder}/")]
    assert looked_at
    wrong = {
        path: found for path in looked_at if (found := wrong_names(path, (ROOT / path).read_text()))
    }
    assert wrong == {}


def test_it_sees_an_old_name_in_code_and_in_a_tag_but_not_in_prose() -> None:
    """The test itself is tried."""
    assert wrong_names("quizzes/a.py", "def held_from(): pass") == {"held_from"}
    assert wrong_names("quizzes/shading.py", "") == {"shading"}
    assert wrong_names("templates/a.html", "{% if told_later %}{% endif %}") == {"told_later"}
    assert wrong_names("templates/a.html", "<p>unfinished</p>{% translate 'shading' %}") == set()
    assert wrong_names("quizzes/a.py", "# held_from\nx = 'shading'") == set()
