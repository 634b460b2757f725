"""Typed quantities: an own strict grammar, exact arithmetic, bounded length.

Python's own parsers are too kind for marking: they read nan, inf, 1_000 and other scripts' digits.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

LENGTH_LIMIT = 100
DIGITS_LIMIT = 40
UNIT_LIMIT = 40

# Groups of three count as thousands only where no other reading is left: two groups or more, a
# space between them, or the other mark behind them. "1,000" could be one and is refused.
_MANTISSA = r"""
    [0-9]{1,3}(?:,[0-9]{3})+\.[0-9]+
  | [0-9]{1,3}(?:\.[0-9]{3})+,[0-9]+
  | [0-9]{1,3}(?:,[0-9]{3}){2,}
  | [0-9]{1,3}(?:\.[0-9]{3}){2,}
  | [0-9]{1,3}(?:[ ][0-9]{3})+(?:[.,][0-9]+)?
  | [0-9]*[.,][0-9]+
  | [0-9]+
"""
_QUANTITY = re.compile(
    rf"(?P<sign>[+-]?)(?P<mantissa>{_MANTISSA})(?:[eE](?P<exponent>[+-]?[0-9]{{1,3}}))?"
    r"(?![0-9.,_'])(?P<unit>.*)",
    re.VERBOSE | re.DOTALL,
)
_AMBIGUOUS = re.compile(r"[1-9][0-9]{0,2},[0-9]{3}")
_UNIT_WORD = re.compile(r"[^\W\d_]|[%‰°$€£/]")
_SIGNS = str.maketrans({"−": "-", "–": "-", "‐": "-", "‑": "-"})
# NFKC would read 10² as 102: superscripts and their like stay what they are.
_KEPT = ("<super>", "<sub>", "<circle>", "<fraction>", "<square>")


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit's name and how many base units one of it is."""

    name: str
    factor: Fraction


@dataclass(frozen=True, slots=True)
class Quantity:
    """What was typed, in base units; value is None if the unit is none of the question's."""

    value: Fraction | None


def _plain_characters(text: str) -> str:
    return "".join(
        char
        if unicodedata.decomposition(char).startswith(_KEPT)
        else unicodedata.normalize("NFKC", char)
        for char in text
    ).translate(_SIGNS)


def unit_name(text: str) -> str:
    """A unit's name as names are compared: micro signs, spaces and a final point even out."""
    name = " ".join(unicodedata.normalize("NFKC", text).split()).removesuffix(".")
    return re.sub(r" ?([/·*^]) ?", r"\1", name).strip()


def _split(text: str) -> tuple[Fraction, str] | None:
    """The number that opens the text, and what follows it; None if none can be read."""
    if len(text) > LENGTH_LIMIT:
        return None
    match = _QUANTITY.fullmatch(_plain_characters(text).strip())
    if match is None:
        return None
    mantissa, exponent, unit = match["mantissa"], match["exponent"], match["unit"]
    if _AMBIGUOUS.fullmatch(mantissa) or sum(char.isdigit() for char in mantissa) > DIGITS_LIMIT:
        return None
    if exponent is None and re.match(r"[eE][+-]?[0-9]", unit):
        return None
    whole, point, decimals = _without_groups(mantissa)
    number = f"{match['sign']}{whole or '0'}{point}{decimals}e{exponent or '0'}"
    return Fraction(Decimal(number)), unit_name(unit)


def split_quantity(text: str) -> tuple[str, str]:
    """An author's number and the unit behind it, both as text; what is no number comes whole."""
    match = _QUANTITY.fullmatch(_plain_characters(text).strip())
    if match is None:
        return text.strip(), ""
    return _plain_characters(text).strip()[: match.start("unit")].strip(), match["unit"].strip()


def _without_groups(mantissa: str) -> tuple[str, str, str]:
    """(whole digits, point if there are decimals, decimals) of a mantissa of the grammar."""
    mantissa = mantissa.replace(" ", "")
    last = max(mantissa.rfind("."), mantissa.rfind(","))
    if last < 0 or mantissa.count(mantissa[last]) > 1:
        return re.sub(r"[.,]", "", mantissa), "", ""
    return re.sub(r"[.,]", "", mantissa[:last]), ".", mantissa[last + 1 :]


def parse_number(value: Any) -> Fraction | None:
    """An author's number (a JSON number, or text of the same grammar without a unit), or None."""
    if isinstance(value, bool) or not isinstance(value, int | float | str | Decimal):
        return None
    if isinstance(value, int) and abs(value) >= 10**DIGITS_LIMIT:
        return None
    found = _split(str(value))
    return found[0] if found and not found[1] else None


def parse_units(params_units: Any) -> tuple[Unit, ...]:
    """Units as they are stored: names, or objects with name and factor. The first is the base.

    Raises ValueError if they are no such list.
    """
    units: list[Unit] = []
    if not isinstance(params_units, list | tuple | None):
        raise ValueError("no list")
    for entry in params_units or ():
        given = {"name": entry} if isinstance(entry, str) else entry
        if not isinstance(given, dict) or not set(given) <= {"name", "factor"}:
            raise ValueError("no unit")
        name, factor = given.get("name"), parse_number(given.get("factor", 1))
        if not isinstance(name, str) or not unit_name(name) or factor is None or factor <= 0:
            raise ValueError("no unit")
        units.append(Unit(unit_name(name), factor))
    return tuple(units)


@dataclass(frozen=True, slots=True)
class Accepted:
    """A value that is accepted, in base units, and what it is worth, above 0 and up to 1."""

    value: Fraction
    tolerance: Fraction
    fraction: Fraction
    text: str  # as its author wrote it, with the unit

    def fits(self, value: Fraction) -> bool:
        return abs(value - self.value) <= self.tolerance


def parse_accepted(params_also: Any, units: Sequence[Unit]) -> tuple[Accepted, ...]:
    """Further accepted values as they are stored: objects with value and, if need be, tolerance,
    unit (one of the question's; its first if there is none) and fraction (1 if there is none).

    Raises ValueError if they are no such list.
    """
    found: list[Accepted] = []
    if not isinstance(params_also, list | tuple | None):
        raise ValueError("no list")
    for entry in params_also or ():
        if not isinstance(entry, dict) or not set(entry) <= _ACCEPTED:
            raise ValueError("no value")
        value, name = parse_number(entry.get("value")), entry.get("unit", "")
        tolerance = parse_number(entry.get("tolerance", 0))
        fraction = parse_number(entry.get("fraction", 1))
        if value is None or tolerance is None or tolerance < 0 or not isinstance(name, str):
            raise ValueError("no value")
        if fraction is None or not 0 < fraction <= 1:
            raise ValueError("no fraction")
        unit = _find(unit_name(name), units) if name else None
        if name and unit is None:
            raise ValueError("no unit")
        factor = unit.factor if unit else Fraction(1)
        text = with_unit(entry["value"], unit.name if unit else units[0].name if units else "")
        found.append(Accepted(value * factor, tolerance * factor, fraction, text))
    return tuple(found)


def with_unit(value: Any, unit: str) -> str:
    """A number and its unit as they are written: 30%, 40 mg."""
    return f"{value}{'' if unit in ('', '%') else ' '}{unit}"


_ACCEPTED = {"value", "tolerance", "unit", "fraction"}


def read_quantity(text: str, units: Sequence[Unit]) -> Quantity | None:
    """What a student typed, or None if it cannot be read as a quantity.

    Without a unit, the base is meant as long as all units are worth the same; else it cannot be
    read. A unit where the question has none cannot be read either.
    """
    found = _split(text)
    if found is None:
        return None
    number, name = found
    if not name:
        return Quantity(number) if len({unit.factor for unit in units}) <= 1 else None
    unit = _find(name, units)
    if unit is not None:
        return Quantity(number * unit.factor)
    is_word = _UNIT_WORD.match(name) and len(name) <= UNIT_LIMIT and not re.search(r"\d", name)
    return Quantity(None) if units and is_word else None


def _find(name: str, units: Sequence[Unit]) -> Unit | None:
    """The unit of this name: letter by letter, or in another case if only one fits."""
    for unit in units:
        if unit.name == name:
            return unit
    alike = [unit for unit in units if unit.name.casefold() == name.casefold()]
    return alike[0] if len(alike) == 1 else None
