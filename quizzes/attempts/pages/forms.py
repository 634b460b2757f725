"""Reading the taking page's form: plain fields in, changes out."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING

from quizzes.attempts.taking.saving import Change
from quizzes.question_types.fields import answer_from_fields

if TYPE_CHECKING:
    from django.http import QueryDict

_NAME = re.compile(r"q([0-9]{1,5})-(.+)", re.DOTALL)
_OWN = ("sequence", "confidence", "flagged")


class BrokenForm(ValueError):
    """The form is not one that our page sends."""


def changes_from(data: QueryDict) -> list[Change]:
    """Return a change for every slot in the form, that is, for every sequence number.

    The button `clear` empties the answer of the slot it names: radios cannot be unticked.

    Raises:
        BrokenForm: something that is not a number, or a field none of our pages has.
    """
    slots: dict[int, dict[str, list[str]]] = defaultdict(dict)
    for name, values in data.lists():
        if match := _NAME.fullmatch(name):
            slots[int(match[1])][match[2]] = values
    clear = data.get("clear", "")
    return [
        _change(slot, fields, clear == str(slot))
        for slot, fields in sorted(slots.items())
        if "sequence" in fields
    ]


def _change(slot: int, fields: dict[str, list[str]], clear: bool) -> Change:
    own = {name: (fields.get(name) or [""])[-1] for name in _OWN}
    answer = {name: values for name, values in fields.items() if name not in _OWN}
    try:
        return Change(
            slot=slot,
            answer=None if clear else answer_from_fields(answer),
            confidence=_number(own["confidence"], 3) or None,
            flagged=own["flagged"] == "1",
            sequence=_number(own["sequence"], 2**31 - 1),
        )
    except ValueError as error:
        raise BrokenForm(str(error)) from error


def _number(raw: str, highest: int) -> int:
    if raw == "":
        return 0
    if not (raw.isascii() and raw.isdigit() and len(raw) < 11 and int(raw) <= highest):
        raise BrokenForm(f"not a number from 0 to {highest}")
    return int(raw)
