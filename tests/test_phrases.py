"""Words that users read: phrases that are not plain English do not come back."""

from __future__ import annotations

import ast
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
LIST = Path(__file__).with_name("banned_phrases.txt")
# CONTRIBUTING.md holds the glossary, which names the old words.
NOT_READ = ("tests/", "docs/decisions/", "fixtures/", "CONTRIBUTING.md")
MARKING = {"_", "gettext", "gettext_lazy", "ngettext", "ngettext_lazy", "pgettext", "pgettext_lazy"}
PRINTING = {"CommandError", "write", "print"}  # of management commands
COMMENT = re.compile(r"\{#.*?#\}|\{% comment %\}.*?\{% endcomment %\}|<!--.*?-->", re.DOTALL)
CODE = re.compile(r"\{\{.*?\}\}|\{%.*?%\}", re.DOTALL)
TRANSLATED = re.compile(r"\{%\s*translate\b.*?%\}|\b(?:_|t|counted)\(.*?[}%]\}", re.DOTALL)
SHOWN_ATTRIBUTE = re.compile(r"\b(?:title|alt|placeholder|aria-label|data-[\w-]+)=\"([^\"]*)\"")
ELEMENT = re.compile(r"<[^>]*>", re.DOTALL)
STRING = re.compile(r"\"((?:[^\"\\\n]|\\.)*)\"|'((?:[^'\\\n]|\\.)*)'|`((?:[^`\\]|\\.)*)`")
FENCED = re.compile(r"^```.*?^```|`[^`\n]*`|^    .*?$", re.DOTALL | re.MULTILINE)


def phrases() -> dict[str, tuple[re.Pattern[str], tuple[str, ...]]]:
    """Return by phrase what finds it and the files in which it means something else."""
    found = {}
    for line in LIST.read_text().splitlines():
        if line and not line.startswith("#"):
            rule, _, allowed = line.partition(" | ")
            phrase = rule.partition(" → ")[0]
            words = r"\s+".join(re.escape(word) for word in phrase.split())
            found[phrase] = re.compile(rf"(?<![\w-]){words}(?![\w-])", re.I), tuple(allowed.split())
    return found


def python_texts(text: str, *, command: bool = False) -> Iterator[tuple[int, str]]:
    """Yield what is marked for translation; of a command also what it prints and its help."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Call):
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
            shown = list(node.args) if name in MARKING or (command and name in PRINTING) else []
            shown += [one.value for one in node.keywords if command and one.arg == "help"]
        elif isinstance(node, ast.Assign) and command:
            shown = [node.value] if getattr(node.targets[0], "id", "") == "help" else []
        else:
            continue
        for part in (inner for one in shown for inner in ast.walk(one)):
            if isinstance(part, ast.Constant) and isinstance(part.value, str):
                yield part.lineno, part.value


def template_texts(text: str) -> Iterator[tuple[int, str]]:
    """Yield the words of a template: text, attributes that are shown, strings in its code."""

    def blank(found: re.Match[str]) -> str:
        return "\n" * found[0].count("\n")

    def line(place: int) -> int:
        return text.count("\n", 0, place) + 1

    text = COMMENT.sub(blank, text)
    for code in TRANSLATED.finditer(text):
        for string in STRING.finditer(code[0]):
            yield line(code.start()), next(filter(None, string.groups()), "")
    bare = CODE.sub(blank, text)
    for attribute in SHOWN_ATTRIBUTE.finditer(bare):
        yield bare.count("\n", 0, attribute.start()) + 1, attribute[1]
    # One text, since a sentence goes over lines.
    yield 1, ELEMENT.sub(blank, bare)


def script_texts(text: str) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(text.splitlines(), 1):
        for string in STRING.finditer(line.partition("//")[0]):
            yield number, next(filter(None, string.groups()), "")


def texts_of(path: str, text: str) -> Iterator[tuple[int, str]]:
    """Yield (line, words) for what users read of a file."""
    if path.endswith(".py"):
        yield from python_texts(text, command="/commands/" in path)
    elif path.endswith((".html", ".jinja")):
        yield from template_texts(text)
    elif path.endswith(".js"):
        yield from script_texts(text)
    else:
        yield 1, FENCED.sub(lambda found: "\n" * found[0].count("\n"), text)


def banned_in(path: str, text: str) -> list[str]:
    """Return “path:line: phrase” for every banned phrase that users would read."""
    return sorted(
        {
            f"{path}:{line + words.count(chr(10), 0, hit.start())}: {phrase}"
            for line, words in texts_of(path, text)
            for phrase, (pattern, allowed) in phrases().items()
            if not path.startswith(allowed or ("?",))
            for hit in pattern.finditer(words)
        }
    )


def files(*patterns: str) -> list[str]:
    listed = subprocess.run(
        ["git", "ls-files", *patterns], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.split()
    kept = [path for path in listed if "/migrations/" not in path and (ROOT / path).exists()]
    return [path for path in kept if not path.startswith(NOT_READ)]


@pytest.mark.parametrize(
    "patterns",
    [("*.py",), ("*.html", "*.jinja"), ("*.js",), ("*.md",)],
    ids=["messages", "templates", "scripts", "docs"],
)
def test_it_says_nothing_in_a_banned_phrase(patterns: tuple[str, ...]) -> None:
    found = [one for path in files(*patterns) for one in banned_in(path, (ROOT / path).read_text())]
    assert found == []


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("a.py", "x = _('It was\\nhanded  in.')"),
        ("a.py", "x = gettext_lazy(\n    'Answers are told ' 'later.'\n)"),
        ("quizzes/management/commands/a.py", "help = f'Mend {x}.'"),
        ("a.html", "<p>\n Your score is\n told later.\n</p>"),
        ("a.html", '{% translate "Kept back until Monday" %}'),
        ("a.html", '<a title="Beside the text">x</a>'),
        ("a.jinja", "{{ t('Handed in') }}"),
        ("a.js", "say('Hand in now');"),
        ("docs/a.md", "The mark is told\nlater."),
    ],
)
def test_it_finds_a_phrase_that_was_planted(path: str, text: str) -> None:
    assert banned_in(path, text)


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("a.py", "told = 1  # handed in\nx = told_of('beside')"),
        ("a.html", '<p class="told">{{ told }}</p>{# beside #}{% if told %}{% endif %}'),
        ("a.html", "<p>Recommended, amend, by-standing</p>"),
        ("docs/a.md", "Run `told`.\n\n```\nbeside\n```\n"),
    ],
)
def test_it_leaves_names_and_other_words_alone(path: str, text: str) -> None:
    assert banned_in(path, text) == []
