"""What kind of value each field of a body takes, and which values it must refuse or accept.

A field's kind comes from its name where KINDS holds it, else from the value of the example body. A
new text, number, flag, list or table therefore needs no line here; a name of something that must
exist, a choice or a narrower limit does.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Literal

Rule = Literal["refused", "accepted", "either"]
SLUG = re.compile(r"[-a-zA-Z0-9_]{1,80}", re.ASCII)
# No text of ours is as long; what is shorter than SHORT fits into every text.
LONG, SHORT = 50_000, 60
DIGITS, DEPTH = 40, 20


@dataclass(frozen=True)
class Kind:
    """A kind of field: its rule for null, and for every other JSON value."""

    name: str
    rule: Callable[[Any], Rule]
    null: Rule = "refused"

    def __call__(self, value: Any) -> Rule:
        return self.null if value is None else self.rule(value)

    def or_null(self) -> Kind:
        return replace(self, null="accepted")


def text(name: str, limit: int = LONG) -> Kind:
    """A string of at most `limit` characters; plain short ones are always accepted."""

    def rule(value: Any) -> Rule:
        if not isinstance(value, str) or len(value) > limit:
            return "refused"
        is_plain = value.isprintable() and value.strip() != "" and len(value) <= SHORT
        return "accepted" if is_plain else "either"

    return Kind(name, rule)


def number(name: str, low: float, high: float, inside: Rule = "accepted") -> Kind:
    """A JSON number from `low` to `high`; neither a text of digits nor true is one."""

    def rule(value: Any) -> Rule:
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        return inside if is_number and low <= value <= high else "refused"

    return Kind(name, rule)


def whole(name: str, low: int, high: int) -> Kind:
    """A number written without a point or an exponent."""
    wide = number(name, low, high)
    return Kind(name, lambda value: "refused" if isinstance(value, float) else wide(value))


def listed(item: Kind) -> Kind:
    """A list is refused for any item that its kind refuses."""

    def rule(value: Any) -> Rule:
        is_sound = isinstance(value, list) and all(item(one) != "refused" for one in value)
        return "either" if is_sound else "refused"

    return Kind("list", rule)


def _slug(value: Any) -> Rule:
    return "accepted" if isinstance(value, str) and SLUG.fullmatch(value) else "refused"


def _named(value: Any) -> Rule:
    """No hostile value is offered or names anything; an empty name may count as none."""
    return "either" if value == "" else "refused"


def _flag(value: Any) -> Rule:
    return "accepted" if isinstance(value, bool) else "refused"


def _table(value: Any) -> Rule:
    """No hostile object has the names that belong there; an empty one may lack some."""
    return "either" if value == {} else "refused"


def _any_text(value: Any) -> Rule:
    return "either" if isinstance(value, str) else "refused"


def _numeral(value: Any) -> Rule:
    """A setting of a question type, which may be written as a text; the type has the last word."""
    # What cannot be seen is no word, and may count as nothing.
    is_seen = isinstance(value, str) and value.strip() != "" and value.isprintable()
    is_word = is_seen and not re.search(r"\d", value)
    return "refused" if is_word or isinstance(value, bool | list | dict) else "either"


FLAG, TABLE, PROSE, SLUGS = (
    Kind("flag", _flag),
    Kind("table", _table),
    text("prose"),
    Kind("slug", _slug),
)
NUMBER = number("number", -math.inf, math.inf, inside="either")
CHOICE = Kind("choice", _named)
REFERENCE = Kind("reference", _named).or_null()
# A time is written out; none of the hostile values is one.
MOMENT = Kind("moment", lambda value: "refused").or_null()
# What fits into an answer depends on the question.
ANSWER = Kind("answer", lambda value: "either", null="either")
CHECKED_TEXT = Kind("text that must fit", _any_text, null="either")
NUMERAL = Kind("numeral", _numeral, null="either")

# By the last steps of a field's place, `*` for any item of a list; the longest that fits holds.
KINDS: dict[tuple[str, ...], Kind] = {
    ("slug",): SLUGS,
    **dict.fromkeys(
        [("type",), ("state",), ("level",), ("use",), ("preset",), ("audience",), ("role",)], CHOICE
    ),
    **dict.fromkeys([("grading_method",), ("time_zone",), ("roles", "*")], CHOICE),
    **dict.fromkeys([("bank",), ("material",), ("passage",)], CHOICE),
    **dict.fromkeys([("topic",), ("parent",), ("assignment",)], REFERENCE),
    **dict.fromkeys([("slots", "*", name) for name in ("question", "level", "bank")], REFERENCE),
    **dict.fromkeys([("opens_at",), ("closes_at",)], MOMENT),
    **dict.fromkeys([("title",), ("name",)], text("label", 200)),
    **dict.fromkeys([("licence",), ("tags", "*")], text("label", 100)),
    ("code",): text("label", 64),
    **dict.fromkeys([("login",), ("email",), ("quote",), ("prefix",)], CHECKED_TEXT),
    **dict.fromkeys([("answer",), ("answer", "choice"), ("answer", "text")], ANSWER),
    ("day_starts_at",): whole("whole", 0, 23),
    ("confidence",): whole("whole", 1, 3).or_null(),
    ("sequence",): whole("whole", 0, 2**31 - 1),
    ("slot",): whole("whole", 1, 2**15 - 1),
    ("version",): whole("whole", 1, 10**6).or_null(),
    ("time_limit_s",): whole("whole", 10, 7 * 24 * 3600).or_null(),
    ("attempts_allowed",): whole("whole", 0, 1000),
    ("pass_mark",): number("number", 0, 100).or_null(),
    ("max_mark",): number("number", 0, 1000),
    ("penalty",): number("number", 0, 1),
    ("fraction",): number("fraction", -1, 1, inside="either"),
    ("params", "value"): NUMERAL,
    ("params", "tolerance"): NUMERAL,
    ("params", "units"): Kind("list", lambda value: "either", null="either"),
}


def kind_of(body: Any, place: tuple[Any, ...]) -> Kind:
    """The kind of the field at `place` of a body that is right."""
    steps = tuple("*" if isinstance(step, int) else str(step) for step in place)
    for start in range(len(steps)):
        if steps[start:] in KINDS:
            return KINDS[steps[start:]]
    value = body
    for step in place:
        value = value[step]
    if isinstance(value, list):
        return listed(kind_of(body, (*place, 0))) if value else Kind("list", lambda _: "either")
    by_type = {bool: FLAG, int: NUMBER, float: NUMBER, str: PROSE, dict: TABLE}
    return by_type[type(value)]  # None says nothing: such a field needs its name in KINDS


def rule_for(body: Any, place: tuple[Any, ...], raw: str) -> Rule:
    """What must become of JSON text at a place of a body that is read as JSON at all."""
    return kind_of(body, place)(json.loads(raw))


def is_read(body: bytes) -> bool:
    """Whether a body is JSON that two readers understand alike and every database can store."""
    try:
        value = json.loads(
            body.decode(), object_pairs_hook=_once, parse_int=_short, parse_float=_short,
            parse_constant=_short,
        )  # fmt: skip
        return _is_storable(value, 1)
    except (ValueError, RecursionError):
        return False


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len(dict(pairs)) < len(pairs):
        raise ValueError("a name twice")
    return dict(pairs)


def _short(digits: str) -> float:
    if len(digits) > DIGITS or not math.isfinite(float(digits)):
        raise ValueError("no number")
    return float(digits)


def _is_storable(value: Any, depth: int) -> bool:
    if isinstance(value, str):
        value.encode()  # a lone surrogate raises a ValueError
        return "\0" not in value
    if not isinstance(value, dict | list):
        return True
    inner = [*value, *value.values()] if isinstance(value, dict) else value
    return depth <= DEPTH and all(_is_storable(one, depth + 1) for one in inner)
