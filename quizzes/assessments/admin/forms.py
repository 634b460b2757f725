"""The parts of a quiz's form: its terms, what is told when, and its places."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from quizzes.assessments.models import Behaviour, GradingMethod, QuizAudience
from quizzes.assessments.review_options import (
    AFTER_CLOSE,
    DURING,
    ITEMS,
    JUST_AFTER,
    LATER,
    MOMENTS,
)
from quizzes.assessments.services import DESCRIPTION_LIMIT
from quizzes.bank.admin.forms import Plain, RowForm, area, rows_of
from quizzes.bank.models import Level
from quizzes.material.admin.people import PeopleField

ROWS_LIMIT = 100
DRAW_LIMIT = 100
SECONDS = 60
MOMENT_LABELS = {
    DURING: _("During the attempt"),
    JUST_AFTER: _("Just after"),
    LATER: _("Later, while open"),
    AFTER_CLOSE: _("After it has closed"),
}
ITEM_LABELS = {
    "attempt": _("The questions and the student’s answers"),
    "correctness": _("Whether an answer is right"),
    "max_marks": _("Maximum marks"),
    "marks": _("Marks"),
    "specific_feedback": _("Why the chosen option is right or wrong"),
    "general_feedback": _("Explanation and passages"),
    "right_answer": _("The right answer"),
    "overall_feedback": _("Feedback on the whole"),
}


def moment_field(label: Any, help_text: Any = "") -> forms.DateTimeField:
    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    return forms.DateTimeField(label=label, required=False, widget=widget, help_text=help_text)


class TermsForm(Plain):
    title = forms.CharField(label=_("Title"), max_length=200)
    slug = forms.SlugField(
        label=_("Name in addresses"),
        max_length=80,
        required=False,
        help_text=_("Leave empty to make it from the title. It cannot be changed later."),
    )
    description = forms.CharField(
        label=_("Description"),
        required=False,
        max_length=DESCRIPTION_LIMIT,
        widget=area(3),
        help_text=_("Students read it before they start. Markdown is supported."),
    )
    audience = forms.ChoiceField(label=_("Who may take it"), choices=QuizAudience)
    opens_at = moment_field(_("Opens"))
    closes_at = moment_field(_("Closes"))
    minutes = forms.DecimalField(
        label=_("Time limit in minutes"),
        required=False,
        min_value=Decimal("0.2"),
        max_value=7 * 24 * 60,
        max_digits=8,
        decimal_places=2,
        help_text=_(
            "Leave empty for no limit. Extra time granted to a student is added automatically."
        ),
    )
    attempts_allowed = forms.IntegerField(
        label=_("Attempts"),
        required=False,
        min_value=0,
        max_value=1_000,
        help_text=_("0 for no limit."),
    )
    grading_method = forms.ChoiceField(label=_("What counts"), choices=GradingMethod)
    pass_mark = forms.DecimalField(
        label=_("Pass mark in percent"),
        required=False,
        min_value=0,
        max_value=100,
        max_digits=5,
        decimal_places=2,
    )
    shuffle_questions = forms.BooleanField(label=_("Shuffle the questions"), required=False)
    shuffle_options = forms.BooleanField(
        label=_("Shuffle the options, except pinned ones"), required=False
    )
    editors = PeopleField(label=_("Editors"), suggest_at="admin:quizzes_quiz_people")


class ReviewForm(Plain):
    """Behaviour, and the table of what is told when: one box a moment and item."""

    behaviour = forms.ChoiceField(label=_("Answers are"), choices=Behaviour)
    ask_confidence = forms.BooleanField(label=_("Ask for confidence"), required=False)

    def __init__(self, *args: Any, matrix: Mapping[str, Sequence[str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for moment in MOMENTS:
            for item in ITEMS:
                self.fields[f"{moment}-{item}"] = forms.BooleanField(
                    label=f"{ITEM_LABELS[item]}: {MOMENT_LABELS[moment]}",
                    required=False,
                    initial=item in matrix.get(moment, ()),
                )

    def table(self) -> list[tuple[Any, list[tuple[Any, Any]]]]:
        """Return the rows of the table: an item with its box for each moment."""
        return [
            (
                ITEM_LABELS[item],
                [(MOMENT_LABELS[moment], self[f"{moment}-{item}"]) for moment in MOMENTS],
            )
            for item in ITEMS
        ]

    def moments(self) -> list[Any]:
        return [MOMENT_LABELS[moment] for moment in MOMENTS]

    def matrix(self) -> dict[str, list[str]]:
        return {
            moment: [item for item in ITEMS if self.cleaned_data[f"{moment}-{item}"]]
            for moment in MOMENTS
        }


class PlaceForm(RowForm):
    """A fixed question, or some draws; `draw` is “bank” or “bank topic”."""

    blank_when = ("question", "draw")
    question = forms.CharField(
        label=_("Question"), required=False, max_length=161, widget=forms.TextInput
    )
    version = forms.IntegerField(label=_("Version"), required=False, min_value=1, max_value=10**6)
    draw = forms.CharField(label=_("or draw from"), required=False, max_length=161)
    level = forms.ChoiceField(
        label=_("at level"), required=False, choices=[("", _("any")), *Level.choices]
    )
    times = forms.IntegerField(
        label=_("How many"), required=False, min_value=1, max_value=DRAW_LIMIT
    )
    max_mark = forms.DecimalField(
        label=_("Marks per question"),
        required=False,
        min_value=0,
        max_value=1_000,
        max_digits=9,
        decimal_places=5,
    )


PlaceRows = rows_of(PlaceForm, ROWS_LIMIT)
