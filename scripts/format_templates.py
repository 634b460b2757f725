"""Write templates one element a line, at most 120 characters: `make format`; --check only looks.

Pages stay the same to the byte: lines are broken only where config/template_layout.py says that a
break is nothing (next to a tag) or one space (between words). --plain reads a template whose line
breaks are still part of its page, and keeps each where an inline element needs the space.
"""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "scripts")]

from template_format.lines import Writer  # noqa: E402
from template_format.plain import plain_tree  # noqa: E402
from template_format.tokens import tokens, tree  # noqa: E402

from config.template_layout import without_layout  # noqa: E402

FOLDERS = ("templates", "quizzes/question_types")


def formatted(source: str, *, jinja: bool, plain: bool = False) -> str:
    """Return a template in the one format."""
    new = written(source, jinja=jinja, plain=plain)
    for _ in range(5):  # a word that became a block of its own may make room elsewhere
        before, new = new, written(new, jinja=jinja, plain=False)
        if new == before:
            break
    return new


def written(source: str, *, jinja: bool, plain: bool) -> str:
    """Return a template written once."""
    writer = Writer(jinja)
    nodes = plain_tree(source, jinja=jinja) if plain else tree(tokens(without_layout(source)))
    writer.nodes(nodes, 0, 0)
    writer.new_line(0)
    return "\n".join(writer.lines) + "\n"


def templates() -> list[Path]:
    """Return every template of the project."""
    return sorted(
        path
        for folder in FOLDERS
        for ending in ("*.html", "*.jinja")
        for path in (ROOT / folder).rglob(ending)
    )


def main() -> int:
    """Format every template, or name those that are not."""
    check, plain = "--check" in sys.argv, "--plain" in sys.argv
    wrong = []
    for path in templates():
        source = path.read_text(encoding="utf-8")
        jinja = path.suffix == ".jinja"
        new = formatted(source, jinja=jinja)
        if new == source:
            continue
        if plain:
            new = formatted(source, jinja=jinja, plain=True)
        wrong.append(str(path.relative_to(ROOT)))
        if not check:
            path.write_text(new, encoding="utf-8")
    if check and wrong:
        print("not in the format of `make format`:", *wrong, sep="\n  ")
    return 1 if check and wrong else 0


if __name__ == "__main__":
    sys.exit(main())
