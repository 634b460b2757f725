"""The parts of a question's form. Their help texts teach the craft of writing questions.

Nothing is required here: what a question needs is for its type and for the services to say, so
that a half-written question can be previewed and searched for passages.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from quizzes.bank import schema
from quizzes.bank.admin.forms import DetailsForm, Plain, RowForm, area, rows_of
from quizzes.bank.validation import HINTS_LIMIT, LINE_LIMIT, OPTIONS_LIMIT

RIGHT, WRONG, PART = "right", "wrong", "part"
WORTH = {RIGHT: Decimal(1), WRONG: Decimal(0)}
HUNDRED = Decimal(100)


def plain_field(one: schema.Field) -> forms.Field:
    """Return the control in which a plain field is written; shares are written in percent."""
    if one.kind is schema.Kind.DECIMAL:
        return forms.DecimalField(
            label=format_lazy(_("{label}, in percent"), label=one.label),
            required=False,
            min_value=0,
            max_value=100,
            max_digits=9,
            decimal_places=5,
            help_text=one.help,
        )
    if one.kind is schema.Kind.LINE:
        return forms.CharField(
            label=one.label, required=False, max_length=one.limit, help_text=one.help
        )
    return forms.CharField(
        label=one.label,
        required=False,
        max_length=one.limit,
        strip=False,
        widget=area(one.rows),
        help_text=one.help,
    )


class WordingForm(Plain):
    """What a version says in single fields, each in its section of the page."""

    based_on = forms.CharField(required=False, max_length=80, widget=forms.HiddenInput)

    def sections(self) -> dict[str, list[forms.BoundField]]:
        """Return the fields by the section of the page in which they stand."""
        found: dict[str, list[forms.BoundField]] = {}
        for one in WRITTEN:
            found.setdefault(one.section, []).append(self[one.name])
        return found


# Texts in a list are rows of their own.
WRITTEN = tuple(one for one in schema.WORDING if one.section)
WordingForm.base_fields |= {one.name: plain_field(one) for one in WRITTEN}


class QuestionDetailsForm(DetailsForm):
    """The details that notes have, and the other names of a question."""

    def names(self) -> list[forms.BoundField]:
        return [self[one.name] for one in NAMES]


NAMES = tuple(one for one in schema.DETAILS if one.kind is schema.Kind.LINE)
QuestionDetailsForm.base_fields |= {one.name: plain_field(one) for one in NAMES}


class ChangeForm(Plain):
    """What is said beside a new version of a question that students may have met."""

    note = forms.CharField(
        label=_("What changed"),
        required=False,
        max_length=200,
        help_text=_("A few words for the list of versions."),
    )
    new_fact = forms.BooleanField(
        label=_("The right answer changed"),
        required=False,
        help_text=_(
            "Tick when the fact itself has changed. What students have learned about it"
            " starts over."
        ),
    )


class OptionForm(RowForm):
    blank_when = ("text", "rationale")
    text = forms.CharField(
        label=_("Text"), required=False, max_length=LINE_LIMIT, widget=area(1, **{"data-grow": ""})
    )
    worth = forms.ChoiceField(
        label=_("Is"),
        required=False,
        initial=WRONG,
        choices=[(WRONG, _("Wrong")), (RIGHT, _("Right")), (PART, _("Partly right"))],
    )
    share = forms.DecimalField(
        label=_("Share in percent"),
        required=False,
        min_value=-100,
        max_value=100,
        max_digits=9,
        decimal_places=5,
    )
    rationale = forms.CharField(
        label=_("Why"), required=False, max_length=LINE_LIMIT, widget=area(2, **{"data-grow": ""})
    )
    pinned = forms.BooleanField(label=_("Keeps its place when shuffled"), required=False)

    @staticmethod
    def initial_worth(fraction: Decimal) -> dict[str, Any]:
        for worth, value in WORTH.items():
            if fraction == value:
                return {"worth": worth, "share": None}
        return {"worth": PART, "share": percent(fraction)}


class HintForm(RowForm):
    blank_when = ("text",)
    text = forms.CharField(
        label=_("Hint"), required=False, max_length=LINE_LIMIT, widget=area(1, **{"data-grow": ""})
    )


OptionRows = rows_of(OptionForm, OPTIONS_LIMIT)
HintRows = rows_of(HintForm, HINTS_LIMIT)


def percent(fraction: Decimal) -> Decimal:
    """A fraction in percent without idle zeros: 0.3333333 → 33.33333, 0.5 → 50."""
    exact = (fraction * HUNDRED).normalize()
    return exact.quantize(Decimal(1)) if exact == exact.to_integral_value() else exact
