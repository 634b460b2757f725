"""Form controls → answer JSON, by the controls' names alone (the rule stands in README.md)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from .base import AnswerShapeError

_BOOLEANS = {"true": True, "false": False}
_PLACE = re.compile(r"(.+)\[([0-9]{1,2})\]")


def answer_from_fields(fields: Mapping[str, list[str]]) -> Any:
    """The answer that a page's controls make; None if all are empty.

    `fields` maps each control's name, its prefix taken off, to the values sent under it.
    """
    answer: dict[str, Any] = {}
    lists: dict[str, dict[int, str]] = {}
    for name, sent in fields.items():
        values = [value for value in sent if value]
        if not values:
            continue
        if name.endswith("[]"):
            answer[name.removesuffix("[]")] = values
        elif name.endswith(":bool"):
            answer[name.removesuffix(":bool")] = _BOOLEANS.get(values[-1], values[-1])
        elif place := _PLACE.fullmatch(name):
            lists.setdefault(place[1], {})[int(place[2])] = values[-1]
        elif "." in name:
            group, _, key = name.partition(".")
            inner = answer.setdefault(group, {})
            if not isinstance(inner, dict):
                raise AnswerShapeError(f'"{group}" is sent both whole and in parts.')
            inner[key] = values[-1]
        else:
            answer[name] = values[-1]
    for name, by_place in lists.items():
        if name in answer:
            raise AnswerShapeError(f'"{name}" is sent both whole and in parts.')
        answer[name] = [by_place.get(place) for place in range(max(by_place) + 1)]
    return answer or None
