"""The parts of forms that questions share with notes and others: details, rows, anchors."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.forms.utils import ErrorDict, ErrorList
from django.utils.translation import gettext_lazy as _

from quizzes.bank.drafts import Waiver
from quizzes.bank.models import AnchorRole, Level, QuestionBank
from quizzes.bank.validation import (
    ANCHORS_LIMIT,
    SLUG_LENGTH,
)


def area(rows: int, **attrs: Any) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows, **attrs})


class Plain(forms.Form):
    """A form whose fields are all optional."""

    use_required_attribute = False

    def add_errors(self, field: str, messages: list[str]) -> None:
        """Show sentences at a field; at the whole form where it has no such field."""
        self.add_error(field if field in self.fields else None, cast(Any, messages))

    def clear_errors(self) -> None:
        """Show no errors: the author asked for something else than saving."""
        self._errors = ErrorDict()


class DetailsForm(Plain):
    topic = forms.ChoiceField(label=_("Topic"), required=False)
    level = forms.ChoiceField(
        label=_("Level"),
        choices=Level,
        initial=Level.RECALL,
        help_text=_(
            "Recall: name it. Understanding: explain it, tell it apart. Application: a short case, "
            "or what a reader should doubt. At least a third of a bank should be above recall."
        ),
    )
    tags = forms.CharField(
        label=_("Tags"),
        required=False,
        max_length=1_300,
        help_text=_("Words to find the question by, separated by commas."),
    )
    slug = forms.SlugField(
        label=_("Name in addresses and files"),
        required=False,
        max_length=SLUG_LENGTH,
        help_text=_("Leave empty to make it from the first words of the question."),
    )
    waive = forms.CharField(
        label=_("Waived advice"),
        required=False,
        max_length=10_000,
        widget=area(2, **{"data-grow": "", "spellcheck": "true"}),
        help_text=_(
            "A finding a line, with the reason, as in “clang: the word is part of a name”. The "
            "name of a finding stands behind it."
        ),
    )

    def __init__(self, *args: Any, bank: QuestionBank, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        topics = bank.topics.select_related("parent").order_by("position", "title")
        field = cast(forms.ChoiceField, self.fields["topic"])
        field.choices = [("", _("No topic"))] + [
            (topic.slug, f"{topic.parent.title} › {topic.title}" if topic.parent else topic.title)
            for topic in topics
        ]
        self.known_tags = list(bank.tags.order_by("name").values_list("name", flat=True)[:200])

    def clean(self) -> dict[str, Any]:
        """Cut the lists, which are written as texts."""
        values = self.cleaned_data
        tags = (" ".join(name.split()) for name in values.get("tags", "").split(","))
        lines = (line for line in values.get("waive", "").splitlines() if line.strip())
        waivers = (
            (name.strip(), why.strip()) for name, _c, why in (x.partition(":") for x in lines)
        )
        values["tags"] = tuple(sorted({name for name in tags if name}))
        values["waive"] = tuple(Waiver(name, why) for name, why in waivers)
        return values


class RowForm(Plain):
    """A row of a list that can be removed; a blank row is no row."""

    blank_when: tuple[str, ...] = ()


class AnchorForm(RowForm):
    """Words of a passage; `settles` is the row of an option, "" for the whole question."""

    blank_when = ("quote", "material")
    settles = forms.CharField(label=_("Settles"), required=False, max_length=4)
    role = forms.ChoiceField(
        label=_("The passage"),
        required=False,
        initial=AnchorRole.SUPPORTS,
        choices=[
            (AnchorRole.SUPPORTS, _("shows that it is right")),
            (AnchorRole.REFUTES, _("shows that it is wrong")),
        ],
    )
    quote = forms.CharField(
        label=_("The words that settle it"),
        required=False,
        max_length=2_000,
        widget=area(2, **{"data-grow": ""}),
    )
    material = forms.CharField(required=False, max_length=80, widget=forms.HiddenInput)
    passage = forms.CharField(required=False, max_length=80, widget=forms.HiddenInput)
    before = forms.CharField(required=False, max_length=2_000, widget=forms.HiddenInput)


class Rows(forms.BaseFormSet):
    """Rows in order; every row may be left blank."""

    def add_fields(self, form: forms.Form, index: int | None) -> None:
        super().add_fields(form, index)
        form.fields["DELETE"].label = _("Remove")

    def clear_errors(self) -> None:
        self._non_form_errors = ErrorList()

    def filled(self) -> dict[int, RowForm]:
        """Return the rows that hold something by their index. Call after is_valid."""
        found = {}
        for index, form in enumerate(self.forms):
            said = form.cleaned_data
            if not said.get("DELETE") and any(said.get(name) for name in form.blank_when):
                found[index] = form
        return found


def rows_of(form: type[RowForm], limit: int) -> type[forms.BaseFormSet]:
    return forms.formset_factory(
        form,
        formset=Rows,
        extra=0,
        can_delete=True,
        max_num=limit,
        absolute_max=limit + 10,
        validate_max=True,
    )


AnchorRows = rows_of(AnchorForm, ANCHORS_LIMIT)
