"""A number, with or without a unit, within a tolerance."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ...base import Content, Grade, Part, QuestionType, State, answer_text, one_line, to_fraction
from .fields import AcceptedField, NumberField, UnitsField
from .numbers import (
    Accepted,
    Unit,
    parse_accepted,
    parse_number,
    parse_units,
    read_quantity,
    with_unit,
)


def _value_field() -> forms.Field:
    return NumberField(label=gettext_lazy("Right value"))


def _tolerance_field() -> forms.Field:
    return NumberField(
        label=gettext_lazy("Tolerance"),
        required=False,
        help_text=gettext_lazy("An answer may differ by this much, the limits included."),
    )


def _units_field() -> forms.Field:
    return UnitsField(
        label=gettext_lazy("Units"),
        required=False,
        help_text=gettext_lazy(
            "One per line, the value's own first. Further names for it as they are (percent), "
            "multiples with how many of the first they are (g = 1000)."
        ),
    )


def _also_field() -> forms.Field:
    return AcceptedField(
        label=gettext_lazy("Also accepted"),
        required=False,
        help_text=gettext_lazy(
            "Further right values, one a line: with a unit, a tolerance and what it is worth where "
            "that is not all, as in 40 mg ± 2 = 0.5."
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
        "also": _also_field,
    }

    def errors(self, content: Content) -> dict[str, list[str]]:
        if (parse_number(content.params.get("tolerance")) or 0) < 0:
            return {"params.tolerance": [_("The tolerance is 0 or more.")]}
        try:
            accepted = self._accepted(content)
        except ValueError:
            return {"params.also": [_("A value has a unit that the question does not name.")]}
        seen = [one.value for one in accepted]
        if len(set(seen)) < len(seen):
            return {"params.also": [_("A value is accepted already.")]}
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
            return self._graded("another unit", 0, _("The unit is not one this question asks for."))
        found = [one for one in self._accepted(content) if one.fits(quantity.value)]
        if not found:
            return self._graded("another number", Fraction(0))
        best = max(found, key=lambda one: one.fraction)
        return self._graded("right" if best.fraction == 1 else best.text, best.fraction)

    def correct_answer(self, content: Content) -> dict[str, Any] | None:
        units = self._units(content)
        return {"value": with_unit(content.params["value"], units[0].name if units else "")}

    def describe_correct(self, content: Content) -> str | None:
        """All that is accepted, the whole first: “30%, or 42% (0.5 of the mark)”."""
        texts = []
        for one in self._accepted(content):
            share = {"value": one.text, "share": to_fraction(one.fraction).normalize()}
            whole = one.fraction == 1
            texts.append(one.text if whole else _("%(value)s (%(share)s of the mark)") % share)
        return one_line(_(", or ").join(texts))

    def summarise(self, content: Content, answer: dict[str, Any] | None) -> str:
        return one_line(answer["value"]) if answer else ""

    def _graded(self, classification: str, worth: Fraction | int, feedback: str = "") -> Grade:
        fraction = to_fraction(worth)
        return Grade(fraction, (Part("value", classification, fraction),), feedback)

    def _accepted(self, content: Content) -> tuple[Accepted, ...]:
        """Everything that is accepted, the value itself first. Raises ValueError."""
        units = self._units(content)
        value = parse_number(content.params["value"])
        if value is None:
            raise ValueError("no value")
        tolerance = parse_number(content.params.get("tolerance")) or Fraction(0)
        text = with_unit(content.params["value"], units[0].name if units else "")
        first = Accepted(value, tolerance, Fraction(1), text)
        return (first, *parse_accepted(content.params.get("also"), units))

    def _units(self, content: Content) -> tuple[Unit, ...]:
        return parse_units(content.params.get("units"))


question_type = Numeric()
