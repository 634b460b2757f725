"""The authored examples of each type: its tests, and the documentation authors can trust.

examples.yaml is a list of questions with responses and what becomes of them:

    - name: what the example shows
      content: {stem, options: [{text, fraction, rationale, pin}], params}
      order: [2, 0, 1]                  optional: the order shown, as authored positions
      presented: {params: …}            optional: what present() gives besides the options
      errors: [options.1, params.value] optional: what clean() refuses; then there are no responses
      correct: {…}    guess: 0.25       optional: correct_answer() and random_guess_score()
      responses:
        - {answer: …, state: complete, fraction: 1}     fraction null: a person marks it
        - {answer: …, refused: true}                    the wrong JSON shape
      correction:                       optional: the key was wrong, and what it should have been
        payload: {fractions: […]}       as a correction gives it
        correct: {…}                    optional: correct_answer() then
        grades: [[answer, fraction]]    what answers are worth then
        also: {payload, grades}         optional: the same with what was right still right
        refused: [payload, …]           optional: what makes no key, or would be shown
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from django.utils.html import escape

from .base import Content, OptionContent, QuestionType

_FOLDER = Path(__file__).parent / "types"


@dataclass(frozen=True, slots=True)
class Example:
    """One authored question with responses; `expected` holds the rest of its entry."""

    name: str
    content: Content
    responses: tuple[Mapping[str, Any], ...]
    expected: Mapping[str, Any]


def content_from(entry: Mapping[str, Any]) -> Content:
    """Content from the bank's own format, its text taken as plain."""
    options = tuple(
        OptionContent(
            id=number,
            text=str(option["text"]),
            html=escape(str(option["text"])),
            fraction=Decimal(str(option.get("fraction", 0))),
            rationale=option.get("rationale", ""),
            rationale_html=escape(option.get("rationale", "")),
            pinned=option.get("pin", False),
        )
        for number, option in enumerate(entry.get("options", ()), start=1)
    )
    stem = entry["stem"]
    return Content(stem, escape(stem), options, entry.get("params", {}))


def _shown(entry: Mapping[str, Any]) -> Content:
    content = content_from(entry["content"])
    return content.arranged(entry["order"]) if "order" in entry else content


@cache
def load(question_type: QuestionType) -> tuple[Example, ...]:
    """The examples in the type's folder, read once: the file belongs to the code."""
    text = (_FOLDER / question_type.slug / "examples.yaml").read_text(encoding="utf-8")
    return tuple(
        Example(
            name=entry["name"],
            content=_shown(entry),
            responses=tuple(entry.get("responses", ())),
            expected=entry,
        )
        for entry in yaml.safe_load(text)
    )
