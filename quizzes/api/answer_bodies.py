"""The bodies of the answer path: their fields by name and type, each refused in a sentence."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from msgspec import Meta

from quizzes.attempts.taking.saving import Change

SEVERAL_LIMIT = 50
SLOT_LIMIT = 2**15 - 1
SEQUENCE_LIMIT = 2**31 - 1
NAME_SHOWN = 100
Slot = Annotated[int, Meta(ge=1, le=SLOT_LIMIT)]
Sequence = Annotated[int, Meta(ge=0, le=SEQUENCE_LIMIT)]
Confidence = Annotated[int, Meta(ge=1, le=3)]


class BrokenBody(ValueError):
    """The body has the wrong fields; `by_field` says which, in sentences."""

    def __init__(self, by_field: dict[str, list[str]]) -> None:
        super().__init__("broken body")
        self.by_field = by_field


class _Answer(msgspec.Struct, forbid_unknown_fields=True):
    """One answer, for the slot in the address."""

    answer: Any
    sequence: Sequence
    confidence: Confidence | None = None
    flagged: bool = False


class _AnswerOf(_Answer, kw_only=True):
    """One answer of several."""

    slot: Slot


class _Answers(msgspec.Struct, forbid_unknown_fields=True):
    answers: Annotated[list[Any], Meta(min_length=1, max_length=SEVERAL_LIMIT)]


_EXPECTED: dict[str, str | Promise] = {
    "answers": gettext_lazy("A list of 1 to %(n)d answers is expected.") % {"n": SEVERAL_LIMIT},
    "confidence": gettext_lazy("1, 2, 3 or null is expected."),
    "flagged": gettext_lazy("true or false is expected."),
    "sequence": gettext_lazy("The sequence number last seen is expected."),
    "slot": gettext_lazy("The number of a slot is expected."),
}


def read_one(body: Any, slot: int) -> Change:
    """Return the change in a body `{"answer", "sequence", "confidence"?, "flagged"?}`."""
    try:
        one = msgspec.convert(body, _Answer)
    except msgspec.ValidationError as error:
        raise BrokenBody(_problems(body, _Answer)) from error
    return _change(one, slot)


def read_many(body: Any) -> list[Change]:
    """Return the changes in a body `{"answers": [{"slot", …}]}`; each slot once."""
    try:
        given = msgspec.convert(body, _Answers).answers
    except msgspec.ValidationError as error:
        raise BrokenBody(_problems(body, _Answers)) from error
    errors: dict[str, list[str]] = {}
    changes: dict[int, Change] = {}
    for index, item in enumerate(given):
        found: dict[str, list[str]] = {}
        try:
            one = msgspec.convert(item, _AnswerOf)
        except msgspec.ValidationError:
            found = _problems(item, _AnswerOf)
        else:
            if one.slot in changes:
                found = {"slot": [_("This slot occurs twice.")]}
            changes[one.slot] = _change(one, one.slot)
        errors |= {f"answers.{index}.{name}": messages for name, messages in found.items()}
    if errors:
        raise BrokenBody(errors)
    return list(changes.values())


def _change(one: _Answer, slot: int) -> Change:
    return Change(
        slot=slot,
        answer=one.answer,
        confidence=one.confidence,
        flagged=one.flagged,
        sequence=one.sequence,
    )


def _problems(body: Any, expected: type[msgspec.Struct]) -> dict[str, list[str]]:
    """Return what is wrong with each field of a refused body."""
    if not isinstance(body, dict):
        return {"body": [_("This must be an object.")]}
    fields = {field.name: field for field in msgspec.structs.fields(expected)}
    errors = {
        name[:NAME_SHOWN]: [_("There is no such field here.")]
        for name in body
        if name not in fields
    }
    errors |= {
        name: [_("This field is required.")]
        for name, field in fields.items()
        if field.required and name not in body
    }
    return errors or {
        name: [str(_EXPECTED[name])]
        for name, field in fields.items()
        if name in body and not _fits(body[name], field.type)
    }


def _fits(value: Any, expected: Any) -> bool:
    try:
        msgspec.convert(value, expected)
    except msgspec.ValidationError:
        return False
    return True
