"""Form fields for what an author sets, written the way people write numbers and units."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from .numbers import parse_accepted, parse_number, parse_units, split_quantity, with_unit


class NumberField(forms.CharField):
    """A number that JSON keeps exactly: an int or a float where that loses nothing, else text."""

    def clean(self, value: Any) -> Any:
        if value is None or value == "":
            if self.required:
                raise ValidationError(_("Give a number."))
            return None
        exact = parse_number(value)
        if exact is None:
            raise ValidationError(_("Give a number such as 12.5, without a unit."))
        if exact.denominator == 1 and abs(exact) < 2**53:
            return int(exact)
        if abs(exact) < 2**53 and Fraction(repr(float(exact))) == exact:
            return float(exact)
        return str(value).strip()


class AcceptedField(forms.CharField):
    """One further value a line: `40 mg ± 2 = 0.5`, with unit, tolerance and share as need be."""

    widget = forms.Textarea(attrs={"rows": 3})

    def prepare_value(self, value: Any) -> Any:
        if not isinstance(value, list):
            return value
        return "\n".join(_line(one) if isinstance(one, dict) else str(one) for one in value)

    def clean(self, value: Any) -> Any:
        if value is None or value == "":
            return []
        entries = self._from_lines(value) if isinstance(value, str) else value
        try:
            # Which units there are is known to the type alone: it looks at them again.
            parse_accepted([_without_unit(one) for one in entries], ())
        except (ValueError, TypeError):
            raise ValidationError(
                _("Give one value a line, such as 40 mg, 40 ± 2, or 40 mg ± 2 = 0.5 for half.")
            ) from None
        return entries

    def _from_lines(self, text: str) -> list[Any]:
        found: list[Any] = []
        for line in filter(None, map(str.strip, text.splitlines())):
            quantity, equals, fraction = line.partition("=")
            quantity, plus_minus, tolerance = quantity.replace("+-", "±").partition("±")
            number, unit = split_quantity(quantity)
            entry: dict[str, Any] = {"value": NumberField().clean(number)}
            if unit:
                entry["unit"] = unit
            if plus_minus:
                entry["tolerance"] = NumberField().clean(tolerance.strip())
            if equals:
                entry["fraction"] = NumberField().clean(fraction.strip())
            found.append(entry)
        return found


def _without_unit(entry: Any) -> Any:
    if not isinstance(entry, dict):
        return entry
    return {name: value for name, value in entry.items() if name != "unit"}


def _line(entry: dict[str, Any]) -> str:
    line = with_unit(entry.get("value", ""), str(entry.get("unit", "")))
    if "tolerance" in entry:
        line += f" ± {entry['tolerance']}"
    return f"{line} = {entry['fraction']}" if "fraction" in entry else line


class UnitsField(forms.CharField):
    """One unit a line; `g = 1000` says how many of the first unit one of it is."""

    widget = forms.Textarea(attrs={"rows": 3})

    def prepare_value(self, value: Any) -> Any:
        if not isinstance(value, list):
            return value
        return "\n".join(
            f"{unit['name']} = {unit['factor']}" if isinstance(unit, dict) else str(unit)
            for unit in value
        )

    def clean(self, value: Any) -> Any:
        if value is None or value == "":
            return []
        units = self._from_lines(value) if isinstance(value, str) else value
        try:
            parsed = parse_units(units)
        except ValueError:
            raise ValidationError(
                _("Give one unit a line, such as mg, or g = 1000 for a multiple of the first.")
            ) from None
        if parsed and parsed[0].factor != 1:
            raise ValidationError(_("The value is in the first unit, so its factor is 1."))
        names = [unit.name for unit in parsed]
        if len(set(names)) < len(names):
            raise ValidationError(_("A unit is named twice."))
        return units

    def _from_lines(self, text: str) -> list[Any]:
        units: list[Any] = []
        for line in filter(None, map(str.strip, text.splitlines())):
            name, equals, factor = line.partition("=")
            if not equals:
                units.append(line)
                continue
            exact = NumberField().clean(factor.strip())
            units.append({"name": name.strip(), "factor": exact})
        return units
