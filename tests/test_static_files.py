"""Scripts and styles as they are served: named by their content, without their comments."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from django.test import override_settings

from config.static import without_comments

ROOT = Path(__file__).resolve().parent.parent
SCRIPTS = ROOT / "quizzes/static/quizzes/js"
IMPORT = re.compile(r'^import\b.*?"(\.[^"]+)";$', re.MULTILINE)


@pytest.fixture(scope="module")
def collected(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("static")
    hashed = {"staticfiles": {"BACKEND": "config.static.HashedFiles"}}
    with override_settings(STATIC_ROOT=folder, STORAGES={**settings.STORAGES, **hashed}):
        call_command("collectstatic", "--no-input", verbosity=0)
    return folder


def hashed(folder: Path, name: str) -> Path:
    (found,) = folder.glob(name.replace(".", ".????????????."))
    return found


def test_it_serves_scripts_without_comment_lines(collected: Path) -> None:
    for source in SCRIPTS.rglob("*.js"):
        name = source.relative_to(SCRIPTS.parent.parent)
        served = hashed(collected, str(name)).read_text()
        assert not re.search(r"^\s*(//|/\*)", served, re.MULTILINE), name
        code = [line for line in source.read_text().split("\n") if not is_comment(line)]
        assert len(served.split("\n")) == len(code), name


def is_comment(line: str) -> bool:
    return line.lstrip().startswith(("//", "/*", "*"))


@pytest.mark.parametrize(
    ("name", "text", "served"),
    [
        ("x.js", 'a = "// no";\n// yes\nb();\n', 'a = "// no";\nb();\n'),
        ("x.js", "\t/** yes\n\t * yes */\n\tb(); // stays\n", "\tb(); // stays\n"),
        ("x.css", "/* yes */\na { b: url(//c) } /* stays */\n", "a { b: url(//c) } /* stays */\n"),
        ("x.css", "// stays\n", "// stays\n"),
        ("x.svg", "<!-- stays -->\n", "<!-- stays -->\n"),
    ],
)
def test_it_takes_only_comments_with_lines_to_themselves(name: str, text: str, served: str) -> None:
    assert without_comments(name, text) == served


def test_it_names_imports_by_their_content(collected: Path) -> None:
    entry = hashed(collected, "quizzes/js/attempt.js")
    found = IMPORT.findall(entry.read_text())
    assert found
    for name in found:
        assert re.search(r"\.[0-9a-f]{12}\.js$", name)
        assert (entry.parent / name).exists()


def test_the_attempt_names_every_module_it_needs() -> None:
    """A module found only inside another would cost a browser one more turn before it can begin."""
    entry = SCRIPTS / "attempt.js"
    named = {(SCRIPTS / name).resolve() for name in IMPORT.findall(entry.read_text())}
    needed = {
        (module.parent / name).resolve()
        for module in named
        for name in IMPORT.findall(module.read_text())
    }
    assert needed <= named
    assert len(named) > 15
