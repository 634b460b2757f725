"""The rows of a quiz's slots: a fixed question, or some draws that are alike."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from functools import cached_property
from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.contrib.admin.checks import InlineModelAdminChecks
from django.core.exceptions import ValidationError
from django.forms.utils import ErrorDict, ErrorList
from django.http import HttpRequest
from django.template.defaultfilters import truncatechars
from django.urls import reverse_lazy
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.models import User
from accounts.queries import user_of
from quizzes.assessments.admin import slots
from quizzes.assessments.admin.slots import DRAW_LIMIT, ROWS_LIMIT
from quizzes.assessments.drafts import SlotDraft
from quizzes.assessments.models import Quiz, Slot
from quizzes.assessments.queries import draft_of
from quizzes.bank.admin.rows import SLACK, RowsInline, by_place, name_by_row
from quizzes.bank.models import Level, QuestionBank
from quizzes.material import markup

STEM_SHOWN = 140


class MarkField(forms.DecimalField):
    def to_python(self, value: Any) -> Decimal | None:  # type: ignore[override]  # stubs: int
        """Refuse what is no number before it is compared: comparing sNaN is an error."""
        found = super().to_python(value)
        if found is not None and not found.is_finite():
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        return found


class SlotForm(forms.ModelForm):
    """A fixed question, or some draws; `draw` is “bank” or “bank topic”."""

    position = forms.IntegerField(
        label=gettext_lazy("Order"), required=False, min_value=0, max_value=ROWS_LIMIT * 10
    )
    question = forms.CharField(
        label=gettext_lazy("Question"),
        required=False,
        max_length=161,
        widget=forms.TextInput(
            attrs={
                "autocomplete": "off",
                "placeholder": "bank/question",
                "data-suggest": reverse_lazy("admin:quizzes_quiz_questions"),
                "list": "found-questions",
            }
        ),
    )
    version = forms.IntegerField(
        label=gettext_lazy("Version"),
        required=False,
        min_value=1,
        max_value=10**6,
        widget=forms.NumberInput(attrs={"placeholder": gettext_lazy("newest")}),
    )
    draw = forms.CharField(
        label=gettext_lazy("or draw from"), required=False, max_length=161, widget=forms.Select
    )
    level = forms.ChoiceField(
        label=gettext_lazy("at level"),
        required=False,
        choices=[("", gettext_lazy("any")), *Level.choices],
    )
    times = forms.IntegerField(
        label=gettext_lazy("How many"), required=False, min_value=1, max_value=DRAW_LIMIT
    )
    max_mark = MarkField(
        label=gettext_lazy("Marks per question"),
        required=False,
        initial=1,
        min_value=0,
        max_value=1_000,
        max_digits=9,
        decimal_places=5,
    )

    class Meta:
        model = Slot
        fields = ("position", "question", "version", "draw", "level", "times", "max_mark")

    class Media:
        js = (forms.widgets.Script("quizzes/js/admin/suggest.js", type="module"),)

    def _post_clean(self) -> None:
        """Leave the row alone: a row may be several slots, which the service writes."""


class SlotRows(forms.BaseFormSet):
    """The rows of a quiz's newest revision, as an inline of the admin asks for them.

    Attributes:
        by: the user whose form it is.
        shows_only: whether they asked for something else than saving.
    """

    place = "slots"
    by: ClassVar[User]
    shows_only: ClassVar[bool] = False

    def __init__(
        self,
        data: Any = None,
        files: Any = None,
        *,
        instance: Quiz,
        prefix: str,
        refusal: dict[str, list[str]] | None = None,
        **_unused: Any,
    ) -> None:
        self.refusal = refusal or {}
        # A bank of no name: every slot then names its own.
        self.stored = draft_of(instance, bank=QuestionBank()).slots if instance.pk else ()
        found = slots.rows_of_slots(self.stored)
        self.too_long = len(found) > ROWS_LIMIT
        if self.too_long:
            found, self.extra, self.max_num = [], 0, 0
        start = [{**row, "position": place} for place, row in enumerate(found, 1)]
        super().__init__(data, files, prefix=prefix, initial=start)

    @classmethod
    def get_default_prefix(cls) -> str:
        return "places"

    def add_fields(self, form: Any, index: int | None) -> None:
        super().add_fields(form, index)
        name_by_row(form, index)
        form.instance.described = lambda: self._described(form)
        form.fields["draw"].widget.choices = lambda: self._draws_offered(form)

    def get_queryset(self) -> list[Slot]:
        return [form.instance for form in self.initial_forms]

    @property
    def notice(self) -> str:
        if not self.too_long:
            return ""
        return _(
            "This quiz has more places than this page can show. They are unchanged; edit them "
            "through the API or a file."
        )

    # Reading

    def full_clean(self) -> None:
        if not self.shows_only:
            super().full_clean()
            return
        self._errors: list[ErrorDict] | None = []
        self._non_form_errors = ErrorList()
        for form in self.forms:
            form._errors = ErrorDict()

    def is_valid(self) -> bool:
        return not self.shows_only and super().is_valid()

    def filled(self) -> list[Any]:
        """Return the rows that hold something, in their order. Call after is_valid."""
        said = [(form, form.cleaned_data) for form in self.forms]
        return by_place(
            [
                form
                for form, values in said
                if not values.get("DELETE") and (values.get("question") or values.get("draw"))
            ]
        )

    def slot_drafts(self) -> tuple[SlotDraft, ...]:
        return self.stored if self.too_long else tuple(slots.slots_of_rows(self.filled())[0])

    def clean(self) -> None:
        """Show what the service refused of a slot in its row."""
        rows = self.filled() if self.refusal else []
        origins = slots.slots_of_rows(rows)[1]
        for place, sentences in self.refusal.items():
            _head, _dot, rest = place.partition(".")
            index, _dot, field = rest.partition(".")
            if not index.isdigit() or int(index) >= len(origins):
                raise ValidationError(sentences)
            row = rows[origins[int(index)]]
            drawn = not row.cleaned_data.get("question")
            known = field in row.fields and not drawn
            row.add_error(field if known else "draw" if drawn else "question", sentences)

    # Showing

    @cached_property
    def _pool(self) -> slots.DrawPool:
        return slots.draw_pool(self.by, Level.values)

    @cached_property
    def _questions(self) -> dict[str, Any]:
        names = [str(form["question"].value() or "") for form in self.forms]
        return slots.named(self.by, filter(None, names))

    def _draws_offered(self, form: Any) -> list[tuple[str, str]]:
        """Return the draws to choose from; one of a bank that is not theirs stays as it is."""
        drawn = str(form["draw"].value() or "")
        offered = self._pool.choices
        known = {value for value, _label in offered}
        return offered if drawn in known else [*offered, (drawn, drawn)]

    def _described(self, form: Any) -> str:
        """Return what a row asks: the words of its question, or how many can be drawn."""
        question = self._questions.get(str(form["question"].value() or "").strip())
        if question is not None:
            words = truncatechars(markup.plain(question.newest_stem), STEM_SHOWN)
            if question.asked_number:
                return words
            state = format_html('<span class="state" data-state="wip">{}</span>', _("not ready"))
            return format_html("{} {}", words, state)
        draw = str(form["draw"].value() or "")
        ready = self._pool.ready(draw, str(form["level"].value() or "")) if draw else None
        if ready is None:
            return ""
        return ngettext("%(n)d ready question", "%(n)d ready questions", ready) % {"n": ready}


class SlotChecks(InlineModelAdminChecks):
    """A slot belongs to a revision, not to the quiz, so the rows are no model's own formset."""

    def _check_relation(self, obj: Any, parent_model: Any) -> list[Any]:
        return []

    def _check_formset(self, obj: Any) -> list[Any]:
        return []


class SlotInline(RowsInline):
    model = Slot
    form = SlotForm
    formset: Any = SlotRows
    checks_class = SlotChecks
    fields = (
        "position",
        "question",
        "draw",
        "level",
        "times",
        "max_mark",
        "version",
        "asks",
    )
    readonly_fields = ("asks",)
    limit = ROWS_LIMIT
    verbose_name = gettext_lazy("place")
    verbose_name_plural = gettext_lazy("questions")
    intro = gettext_lazy(
        "A place asks one question, or draws one from a bank, a topic and a level, a different one "
        "for each student. No question is drawn twice."
    )

    @admin.display(description=gettext_lazy("what it asks"))
    def asks(self, slot: Any) -> str:
        described: Callable[[], str] = slot.described
        return described()

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        made = forms.formset_factory(
            SlotForm,
            formset=SlotRows,
            extra=self.extra,
            can_delete=True,
            max_num=self.limit,
            absolute_max=self.limit + SLACK,
            validate_max=True,
        )
        shows_only = getattr(request, "shows_only", False)
        return type(made.__name__, (made,), {"by": user_of(request), "shows_only": shows_only})
