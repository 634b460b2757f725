"""Numbers with their unit in an option: "5 to 10 mg", "under 2 hours", "up to 30%"."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

_NUMBER = r"(\d+(?:[.,]\d+)?)"
_RANGE = re.compile(rf"^{_NUMBER}\s*(?:%|\w+)?\s*(?:-|–|—|to|and)\s*{_NUMBER}\s*(.*)$")
_ONE = re.compile(rf"^{_NUMBER}\s*(.*)$")
_LEADS = ("from ", "between ", "about ", "around ", "roughly ", "approximately ")
_BELOW = ("under ", "below ", "less than ", "fewer than ")
_ABOVE = ("over ", "above ", "more than ")
_AT_MOST = ("up to ", "at most ", "no more than ")
_AT_LEAST = ("at least ", "no less than ", "no fewer than ")


@dataclass(frozen=True, slots=True)
class Quantity:
    """All values from `low` to `high`; an open end does not count itself."""

    low: float
    high: float
    unit: str
    is_low_open: bool = False
    is_high_open: bool = False


def quantity(text: str) -> Quantity | None:
    """Return what a text that is nothing but a quantity says, None for any other text."""
    text = " ".join(text.casefold().strip(" .").split())
    for lead in _LEADS:
        text = text.removeprefix(lead)
    match = _RANGE.match(text)
    if match and len(match[3].split()) <= 2:
        return Quantity(_number(match[1]), _number(match[2]), match[3].strip())
    for leads, below, is_open in (
        (_BELOW, True, True),
        (_ABOVE, False, True),
        (_AT_MOST, True, False),
        (_AT_LEAST, False, False),
    ):
        begins = next((one for one in leads if text.startswith(one)), "")
        match = _ONE.match(text.removeprefix(begins)) if begins else None
        if match and len(match[2].split()) <= 2:
            number, unit = _number(match[1]), match[2].strip()
            if below:
                return Quantity(-math.inf, number, unit, is_high_open=is_open)
            return Quantity(number, math.inf, unit, is_low_open=is_open)
    match = _ONE.match(text)
    if match and len(match[2].split()) <= 2:
        return Quantity(_number(match[1]), _number(match[1]), match[2].strip())
    return None


def overlap(one: Quantity | None, other: Quantity | None) -> bool:
    """Whether a value could be meant by both."""
    if one is None or other is None or one.unit != other.unit:
        return False
    first, second = sorted((one, other), key=lambda q: (q.low, q.is_low_open))
    if second.low != first.high:
        return second.low < first.high
    return not (first.is_high_open or second.is_low_open)


def _number(text: str) -> float:
    return float(text.replace(",", "."))
