"""A number, with or without a unit, within a tolerance."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ...base import Content, Grade, Part, QuestionType, State, answer_text, one_line, to_fraction
from .fields import NumberField, UnitsField
from .numbers import Quantity, Unit, parse_number, parse_units, read_quantity


def _value_field() -> forms.Field:
    return NumberField(label=gettext_lazy("Right value"))


def _tolerance_field() -> forms.Field:
    return NumberField(
        label=gettext_lazy("Tolerance"),
        required=False,
        help_text=gettext_lazy("An answer may lie this far away, the limits included."),
    )


def _units_field() -> forms.Field:
    return UnitsField(
        label=gettext_lazy("Units"),
        required=False,
        help_text=gettext_lazy(
            "One a line, the value's own first. Further names for it as they are (percent), "
            "multiples with how many of the first they are (g = 1000)."
        ),
    )


class Numeric(QuestionType):
    slug = "numeric"
    label = gettext_lazy("Numeric")
    summary = gettext_lazy("A number, with or without a unit, within a tolerance.")
    incomplete_message = gettext_lazy(
        "This cannot be read as an answer yet: the line under the field says how to write it."
    )
    params_fields = {
        "value": _value_field,
        "tolerance": _tolerance_field,
        "units": _units_field,
    }

    def errors(self, content: Content) -> dict[str, list[str]]:
        if (parse_number(content.params.get("tolerance")) or 0) < 0:
            return {"params.tolerance": [_("The tolerance is 0 or more.")]}
        return {}

    def present(self, content: Content) -> dict[str, Any]:
        units = self._units(content)
        needed = len({unit.factor for unit in units}) > 1
        params = {"units": [unit.name for unit in units], "unit_needed": needed}
        return {"options": [], "params": params}

    def read(self, content: Content, answer: Any) -> tuple[dict[str, Any] | None, State]:
        text = answer_text(answer, "value")
        if not text:
            return None, "todo"
        readable = read_quantity(text, self._units(content)) is not None
        return {"value": text}, "complete" if readable else "invalid"

    def grade(self, content: Content, answer: dict[str, Any] | None) -> Grade:
        if answer is None:
            return Grade(to_fraction(0))
        quantity = read_quantity(answer["value"], self._units(content))
        if quantity is None:
            return self._graded("unreadable", 0, _("This could not be read as a number."))
        if quantity.value is None:
            return self._graded("another unit", 0, _("The unit is none this question asks for."))
        if self._is_right(content, quantity):
            return self._graded("right", 1)
        return self._graded("another number", 0)

    def correct_answer(self, content: Content) -> dict[str, Any] | None:
        units = self._units(content)
        name = units[0].name if units else ""
        space = "" if name in ("", "%") else " "
        return {"value": f"{content.params['value']}{space}{name}"}

    def summarise(self, content: Content, answer: dict[str, Any] | None) -> str:
        return one_line(answer["value"]) if answer else ""

    def _graded(self, classification: str, worth: int, feedback: str = "") -> Grade:
        fraction = to_fraction(worth)
        return Grade(fraction, (Part("value", classification, fraction),), feedback)

    def _is_right(self, content: Content, quantity: Quantity) -> bool:
        value = parse_number(content.params["value"])
        if value is None or quantity.value is None:
            return False
        tolerance = parse_number(content.params.get("tolerance")) or 0
        return abs(quantity.value - value) <= tolerance

    def _units(self, content: Content) -> tuple[Unit, ...]:
        return parse_units(content.params.get("units"))


question_type = Numeric()
