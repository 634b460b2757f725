"""The bodies of the answer path, read by hand: a few checks of types, every field by name."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.utils.translation import gettext as _

from quizzes.attempts.taking.saving import Change

SEVERAL_LIMIT = 50
SLOT_LIMIT = 2**15 - 1
SEQUENCE_LIMIT = 2**31 - 1
NAME_SHOWN = 100
_FIELDS = {"answer", "confidence", "flagged", "sequence"}
_NEEDED = {"answer", "sequence"}


class BrokenBody(ValueError):
    """The body has the wrong fields; `by_field` says which, in sentences."""

    def __init__(self, by_field: dict[str, list[str]]) -> None:
        super().__init__("broken body")
        self.by_field = by_field


def read_one(body: Any, slot: int) -> Change:
    """Return the change in a body `{"answer", "sequence", "confidence"?, "flagged"?}`."""
    errors = _field_errors(body, _FIELDS, _NEEDED)
    if not errors:
        _check_values(body, errors)
    if errors:
        raise BrokenBody(errors)
    return _change(body, slot)


def read_many(body: Any) -> list[Change]:
    """Return the changes in a body `{"answers": [{"slot", …}]}`; each slot once."""
    errors = _field_errors(body, {"answers"}, {"answers"})
    if errors:
        raise BrokenBody(errors)
    given = body["answers"]
    if not isinstance(given, list) or not 1 <= len(given) <= SEVERAL_LIMIT:
        message = _("A list of 1 to %(n)d answers is expected.") % {"n": SEVERAL_LIMIT}
        raise BrokenBody({"answers": [message]})
    slots: set[int] = set()
    for index, one in enumerate(given):
        found = _field_errors(one, _FIELDS | {"slot"}, _NEEDED | {"slot"})
        if not found:
            _check_values(one, found)
            _check_slot(one["slot"], slots, found)
        errors |= {f"answers.{index}.{name}": messages for name, messages in found.items()}
    if errors:
        raise BrokenBody(errors)
    return [_change(one, one["slot"]) for one in given]


def _change(body: dict[str, Any], slot: int) -> Change:
    return Change(
        slot=slot,
        answer=body["answer"],
        confidence=body.get("confidence"),
        flagged=body.get("flagged", False),
        sequence=body["sequence"],
    )


def _field_errors(
    body: Any, known: Collection[str], needed: Collection[str]
) -> dict[str, list[str]]:
    if not isinstance(body, dict):
        return {"body": [_("This must be an object.")]}
    errors = {
        name[:NAME_SHOWN]: [_("There is no such field here.")] for name in body if name not in known
    }
    errors |= {name: [_("This field is required.")] for name in needed if name not in body}
    return errors


def _check_values(body: dict[str, Any], errors: dict[str, list[str]]) -> None:
    if not _is_whole(body["sequence"], 0, SEQUENCE_LIMIT):
        errors["sequence"] = [_("The sequence number last seen is expected.")]
    confidence = body.get("confidence")
    if confidence is not None and not _is_whole(confidence, 1, 3):
        errors["confidence"] = [_("1, 2, 3 or null is expected.")]
    if not isinstance(body.get("flagged", False), bool):
        errors["flagged"] = [_("true or false is expected.")]


def _check_slot(slot: Any, seen: set[int], errors: dict[str, list[str]]) -> None:
    if not _is_whole(slot, 1, SLOT_LIMIT):
        errors["slot"] = [_("The number of a slot is expected.")]
    elif slot in seen:
        errors["slot"] = [_("This slot occurs twice.")]
    else:
        seen.add(slot)


def _is_whole(value: Any, low: int, high: int) -> bool:
    """Whether a JSON value is a whole number in range; true and 1.0 are none."""
    return isinstance(value, int) and not isinstance(value, bool) and low <= value <= high
