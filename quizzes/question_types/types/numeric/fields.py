"""Form fields for what an author sets, written the way people write numbers and units."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from .numbers import parse_number, parse_units


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
            raise ValidationError(_("The value stands in the first unit, so its factor is 1."))
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
