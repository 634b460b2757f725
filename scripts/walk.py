"""Prints the functions between a question posted in the admin and its rows.

    python scripts/walk.py

The counting rule. The walk begins where the admin enters the page of a question and ends with the
last statement that writes a row of it: the question, its version, options, anchors or tags. Every
function of `accounts/` and `quizzes/` that is called between the two counts once, however often it
is called: methods, properties and generators too, those that Django calls on forms, and inherited
ones where they are written. Comprehensions and lambdas belong to the function they are in.

Three groups are counted apart, since only the first grows with the layers of the editor:

    path     the page, its forms, the services and the checks: quizzes/authoring and quizzes/bank
    ground   the packages below them (accounts, material, question_types), which know no editor:
             Markdown, finding a quote, the rules of a type, who may read a text
    before   middleware and the gate of the admin site, which are called before the page: not listed

The post is a question with options, a topic, a tag and an anchor.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import CodeType, FrameType
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
OURS = tuple(f"{ROOT / name}{os.sep}" for name in ("accounts", "quizzes"))
PATH = ("quizzes/authoring/", "quizzes/bank/")
# Where the admin enters the page of a question.
PAGE = ("quizzes/authoring/admin.py", "edit")
ROWS = ("question", "questionversion", "option", "questionanchor", "tag", "question_tags")
WRITES = tuple(
    f'{verb} "quizzes_{row}"' for verb in ("INSERT INTO", "UPDATE", "DELETE FROM") for row in ROWS
)


class Walk:
    """The functions called from the page on, as far as the last row written."""

    def __init__(self) -> None:
        self.called: dict[CodeType, None] = {}
        self.length = 0
        self.begun = False

    def profile(self, frame: FrameType, event: str, _value: Any) -> None:
        code = frame.f_code
        if event != "call" or not code.co_filename.startswith(OURS):
            return
        self.begun = self.begun or (file_of(code), code.co_name) == PAGE
        if self.begun and not code.co_name.startswith("<"):
            self.called.setdefault(code)

    def execute(
        self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any
    ) -> Any:
        """Note how far the walk has come when a row is written: a wrapper of the connection."""
        if sql.startswith(WRITES):
            self.length = len(self.called)
        return execute(sql, params, many, context)

    def functions(self, *folders: str) -> list[str]:
        """Return the functions as “file: name”, in the order in which they were first called."""
        found = [f"{file_of(one)}: {one.co_qualname}" for one in list(self.called)[: self.length]]
        return [one for one in found if one.startswith(folders or "")]

    def files(self, *folders: str) -> list[str]:
        return sorted({one.partition(":")[0] for one in self.functions(*folders)})


def file_of(code: CodeType) -> str:
    return Path(code.co_filename).relative_to(ROOT).as_posix()


@contextmanager
def walking() -> Iterator[Walk]:
    """Follow what runs inside the block."""
    from django.db import connection

    walk = Walk()
    before = sys.getprofile()
    with connection.execute_wrapper(walk.execute):
        sys.setprofile(walk.profile)
        try:
            yield walk
        finally:
            sys.setprofile(before)


def report(walk: Walk) -> None:
    """Print the functions in their order, those of the ground indented, and both counts."""
    for one in walk.functions():
        print(one if one.startswith(PATH) else f"    {one}")
    path, whole = len(walk.functions(*PATH)), len(walk.functions())
    print(f"path: {path} functions in {len(walk.files(*PATH))} files")
    print(f"with the ground: {whole} functions in {len(walk.files())} files")


if __name__ == "__main__":
    import pytest

    # The test makes the database, signs an educator in and posts the form.
    sys.exit(pytest.main(["-q", "-s", "-p", "no:randomly", str(ROOT / "tests/admin/test_walk.py")]))
