"""The form of a quiz: its terms, what is shown when, and who shares it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, ClassVar

from django import forms
from django.forms.utils import ErrorDict
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from quizzes.assessments.drafts import OWN_SETTINGS, QuizDraft, SlotDraft
from quizzes.assessments.models import Quiz, QuizState
from quizzes.assessments.presets import PRESETS
from quizzes.assessments.review_options import (
    AFTER_CLOSE,
    DURING,
    ITEMS,
    JUST_AFTER,
    LATER,
    MOMENTS,
)
from quizzes.assessments.services import DESCRIPTION_LIMIT
from quizzes.bank.admin.forms import area
from quizzes.bank.locks import free_slug
from quizzes.material.admin.people import PeopleField
from quizzes.material.admin.service_admin import ServiceForm

SECONDS = 60
SLUG_LABEL = _("Name in addresses")
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
}


def moment_field(label: Any, help_text: Any = "") -> forms.DateTimeField:
    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    return forms.DateTimeField(label=label, required=False, widget=widget, help_text=help_text)


DRAFTED = (
    "title",
    "description",
    "audience",
    "opens_at",
    "closes_at",
    "grading_method",
    "pass_mark",
    "shuffle_questions",
    "shuffle_options",
)
MODEL_FIELDS = (*DRAFTED, "attempts_allowed", "behaviour", "ask_confidence", "review")


class ReviewTable(forms.Widget):
    """A box for each moment and item, named by both."""

    use_fieldset = True

    def value_from_datadict(self, data: Any, files: Any, name: str) -> dict[str, list[str]]:
        return {
            moment: [item for item in ITEMS if f"{name}-{moment}-{item}" in data]
            for moment in MOMENTS
        }

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        """Whether it was left out cannot be seen: boxes that are not ticked are not sent."""
        return False

    def id_for_label(self, id_: str) -> str:
        return ""

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        def box(item: str, at: str, label: Any) -> tuple[Any, str, bool]:
            return (label, f"{name}-{at}-{item}", item in (value or {}).get(at, ()))

        rows = [
            (said, [box(item, at, label) for at, label in MOMENT_LABELS.items()])
            for item, said in ITEM_LABELS.items()
        ]
        context = {"rows": rows, "moments": MOMENT_LABELS}
        return render_to_string("admin/quizzes/quiz/review.html", context)


class ReviewField(forms.Field):
    """What is shown when: items by moment, as a quiz stores them."""

    widget = ReviewTable

    def has_changed(self, initial: Any, data: Any) -> bool:
        return any(set((initial or {}).get(at, ())) != set(data[at]) for at in MOMENTS)


class QuizForm(ServiceForm):
    """A quiz. `preset` names the preset that a new one starts from."""

    preset: ClassVar[str]
    shows_only: ClassVar[bool] = False
    places: ClassVar = {"time_limit_s": "minutes", "mode": "", "preset": ""}
    mode = forms.CharField(required=False, widget=forms.HiddenInput)
    slug = forms.SlugField(
        label=SLUG_LABEL,
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
    pass_mark = forms.DecimalField(
        label=_("Pass mark in percent"),
        required=False,
        min_value=0,
        max_value=100,
        max_digits=5,
        decimal_places=2,
    )
    editors = PeopleField(label=_("Editors"), suggest_at="admin:quizzes_quiz_people")
    review = ReviewField(
        label=_("Students see"),
        required=False,
        help_text=_(
            "“Just after” lasts two minutes. Without the first row nothing is shown at that moment."
        ),
    )

    class Meta:
        model = Quiz
        fields = MODEL_FIELDS
        labels: ClassVar = {
            "slug": SLUG_LABEL,
            "audience": _("Who may take it"),
            "grading_method": _("What counts"),
            "shuffle_options": _("Shuffle the options, except pinned ones"),
            "behaviour": _("Answers are"),
            "ask_confidence": _("Ask for confidence"),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        quiz = kwargs.get("instance")
        kwargs["initial"] = {**self._start(quiz), "mode": self.preset}
        super().__init__(*args, **kwargs)

    def _start(self, quiz: Quiz | None) -> dict[str, Any]:
        if quiz is None:
            attempts = 0 if self.preset == "practice" else 1
            return {**PRESETS[self.preset].settings(closes=True), "attempts_allowed": attempts}
        limit = quiz.time_limit_s
        minutes = None if limit is None else (Decimal(limit) / SECONDS).normalize()
        return {
            "minutes": None if minutes is None else f"{minutes:f}",
            "editors": list(quiz.editors.order_by("login")),
        }

    def full_clean(self) -> None:
        """Find nothing wrong where the author asked for something else than saving."""
        if not self.shows_only:
            super().full_clean()
            return
        self._errors, self.cleaned_data = ErrorDict(), {}

    def is_valid(self) -> bool:
        return not self.shows_only and super().is_valid()

    def draft(self, slots: tuple[SlotDraft, ...]) -> QuizDraft:
        """Return what the form says, with these slots. Call after is_valid."""
        quiz, values = self.instance, self.cleaned_data
        minutes = values["minutes"]
        is_new = quiz.pk is None
        name = values.get("slug") or free_slug(Quiz.objects.all(), values["title"], "quiz")
        return QuizDraft(
            slug=name if is_new else quiz.slug,
            preset=self.preset if is_new else OWN_SETTINGS,
            state=QuizState.DRAFT if is_new else quiz.state,
            time_limit_s=None if minutes is None else round(minutes * SECONDS),
            attempts_allowed=values["attempts_allowed"] or 0,
            slots=slots,
            **{name: values[name] for name in DRAFTED},
        )
