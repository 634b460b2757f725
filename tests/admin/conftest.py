"""What the tests of the authoring tool share: a bank, a text, and the form of a question."""

from __future__ import annotations

from collections.abc import Callable
from html.parser import HTMLParser
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from quizzes.bank.models import QuestionBank
from quizzes.material.models import Source
from tests import make

SignedIn = Callable[[User], Client]
QUESTIONS = "/admin/quizzes/question/"


@pytest.fixture
def bank(cora: User) -> QuestionBank:
    return make.bank(cora, slug="ketamine", title="Ketamine")


@pytest.fixture
def text(cora: User) -> Source:
    return make.source(owner=cora, slug="how-it-acts", title="How it acts")


@pytest.fixture
def educator(cora: User, signed_in: SignedIn) -> Client:
    return signed_in(cora)


def rows(prefix: str, *found: dict[str, Any]) -> dict[str, Any]:
    """The fields of a set of rows, as a browser posts them."""
    fields: dict[str, Any] = {f"{prefix}-TOTAL_FORMS": len(found), f"{prefix}-INITIAL_FORMS": 0}
    for index, row in enumerate(found):
        fields |= {f"{prefix}-{index}-{name}": value for name, value in row.items()}
    return fields


OPTIONS: tuple[dict[str, Any], ...] = (
    {"text": "Dopamine reuptake", "worth": "wrong", "rationale": "That is another drug."},
    {"text": "NMDA receptor", "worth": "right", "rationale": "It is the target."},
    {"text": "Serotonin reuptake", "worth": "wrong", "rationale": "So acts an SSRI."},
)
ANCHOR = {
    "material": "how-it-acts",
    "passage": "first-act",
    "quote": "blocks the NMDA receptor",
    "role": "supports",
    "settles": "",
}


def form(
    *,
    type: str = "single_choice",  # noqa: A002  the field's own name
    options: tuple[dict[str, Any], ...] = OPTIONS,
    anchors: tuple[dict[str, Any], ...] = (),
    hints: tuple[dict[str, Any], ...] = (),
    press: str = "_draft",
    **fields: Any,
) -> dict[str, Any]:
    return {
        "type": type,
        "bank": "ketamine",
        "stem": "What does ketamine block first?",
        "explanation": "The receptor is blocked first.",
        "penalty": "33.33333",
        "level": "recall",
        "topic": "mechanism",
        press: "1",
        **rows("options", *options),
        **rows("anchors", *anchors),
        **rows("hints", *hints),
        **fields,
    }


class _Fields(HTMLParser):
    """The fields of the page's main form as a browser would send them untouched."""

    def __init__(self) -> None:
        super().__init__()
        self.found: dict[str, Any] = {}
        self._inside = False
        self._area: str | None = None
        self._select: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "form":
            self._inside = "action" not in given and given.get("method") == "post"
        name = given.get("name")
        if not self._inside or "disabled" in given:
            return
        if tag == "input" and name and given.get("type") != "submit":
            box = given.get("type") in ("checkbox", "radio")
            if not box or "checked" in given:
                self.found[name] = given.get("value") or ("on" if box else "")
        elif tag == "textarea" and name:
            self._area, self.found[name] = name, ""
        elif tag == "select" and name:
            self._select, self.found[name] = name, None
        elif (
            tag == "option"
            and self._select
            and ("selected" in given or self.found[self._select] is None)
        ):
            self.found[self._select] = given.get("value") or ""

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._inside = False
        elif tag == "textarea":
            self._area = None
        elif tag == "select":
            self._select = None

    def handle_data(self, data: str) -> None:
        if self._area:
            # A browser drops the newline that opens a text area.
            first = self.found[self._area] == ""
            self.found[self._area] += (
                data.removeprefix("\r\n").removeprefix("\n") if first else data
            )


def form_shown(client: Client, address: str) -> dict[str, Any]:
    """What a browser would post from the page if nothing were changed."""
    reader = _Fields()
    reader.feed(client.get(address).content.decode())
    return {name: value for name, value in reader.found.items() if value is not None}
