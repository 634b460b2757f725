"""The parts of a question's form. Their help texts teach the craft of writing questions.

Nothing is required here: what a question needs is for its type and for bank.services to say, so
that a half-written question can be previewed and searched for passages.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any, cast

from django import forms
from django.forms.utils import ErrorDict, ErrorList
from django.utils.translation import gettext_lazy as _

from quizzes.bank.drafts import Waiver
from quizzes.bank.models import AnchorRole, Level, QuestionBank
from quizzes.bank.validation import (
    ANCHORS_LIMIT,
    HINTS_LIMIT,
    LINE_LIMIT,
    NAME_LENGTH,
    OPTIONS_LIMIT,
    SLUG_LENGTH,
    TEXT_LIMIT,
    TITLE_LENGTH,
)
from quizzes.question_types.base import QuestionType

RIGHT, WRONG, PART = "right", "wrong", "part"
WORTH = {RIGHT: Decimal(1), WRONG: Decimal(0)}
HUNDRED = Decimal(100)


def area(rows: int, **attrs: Any) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows, **attrs})


class Plain(forms.Form):
    """A form whose fields are all optional and whose labels carry no colon."""

    use_required_attribute = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)

    def add_errors(self, field: str, messages: list[str]) -> None:
        """Show sentences at a field; at the whole form where it has no such field."""
        self.add_error(field if field in self.fields else None, cast(Any, messages))

    def clear_errors(self) -> None:
        """Show no errors: the author asked for something else than saving."""
        self._errors = ErrorDict()


class WordingForm(Plain):
    stem = forms.CharField(
        label=_("Question"),
        required=False,
        max_length=TEXT_LIMIT,
        strip=False,
        widget=area(5),
        help_text=_(
            "One idea, from one passage. Put the whole problem here and end with a question: with "
            "the options covered, a prepared reader can still answer. Where a source is contested, "
            "name it (“According to …”). Markdown works; maths stands between dollar signs."
        ),
    )
    explanation = forms.CharField(
        label=_("Explanation"),
        required=False,
        max_length=TEXT_LIMIT,
        strip=False,
        widget=area(4),
        help_text=_("Shown after answering: why the right answer is right, in a few sentences."),
    )
    caution = forms.CharField(
        label=_("Read with care"),
        required=False,
        max_length=LINE_LIMIT,
        strip=False,
        widget=area(2),
        help_text=_(
            "Where the source claims more than is established, hedges, or is disputed: what a "
            "careful reader should know, in one sentence. Otherwise leave it empty."
        ),
    )
    penalty = forms.DecimalField(
        label=_("Taken off for each wrong try, in percent"),
        required=False,
        min_value=0,
        max_value=100,
        max_digits=9,
        decimal_places=5,
        help_text=_("Counts only in quizzes that allow several tries."),
    )
    based_on = forms.CharField(required=False, max_length=80, widget=forms.HiddenInput)


class DetailsForm(Plain):
    topic = forms.ChoiceField(label=_("Topic"), required=False)
    level = forms.ChoiceField(
        label=_("Level"),
        choices=Level,
        initial=Level.RECALL,
        help_text=_(
            "Recall: name it. Understanding: explain it, tell it apart. Application: a short case, "
            "or what a reader should doubt. A third of a bank or more stands above recall."
        ),
    )
    tags = forms.CharField(
        label=_("Tags"),
        required=False,
        max_length=1_300,
        help_text=_("Words to find the question by, with commas between them."),
    )
    slug = forms.SlugField(
        label=_("Name in addresses and files"),
        required=False,
        max_length=SLUG_LENGTH,
        help_text=_("Made of the question's first words when left empty."),
    )
    title = forms.CharField(
        label=_("Title"),
        required=False,
        max_length=TITLE_LENGTH,
        help_text=_("For lists of authors. Left empty, the question's first words are shown."),
    )
    external_id = forms.CharField(
        label=_("Name in another system"),
        required=False,
        max_length=NAME_LENGTH,
        help_text=_("By which a system that it came from, or goes to, knows it."),
    )
    waive = forms.CharField(
        label=_("Advice that may stand"),
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

    def clean_tags(self) -> tuple[str, ...]:
        names = (" ".join(name.split()) for name in self.cleaned_data["tags"].split(","))
        return tuple(sorted({name for name in names if name}))

    def clean_waive(self) -> tuple[Waiver, ...]:
        lines = [line for line in self.cleaned_data["waive"].splitlines() if line.strip()]
        parts = [line.partition(":") for line in lines]
        return tuple(Waiver(name.strip(), reason.strip()) for name, _colon, reason in parts)


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
            "Tick when the fact itself is another now. What students learned of it starts anew."
        ),
    )


class RowForm(Plain):
    """A row of a list that can be removed; a blank row is no row."""

    blank_when: tuple[str, ...] = ()

    def is_blank(self) -> bool:
        values = self.cleaned_data
        return bool(values.get("DELETE")) or not any(values.get(name) for name in self.blank_when)


class OptionForm(RowForm):
    blank_when = ("text", "rationale")
    text = forms.CharField(
        label=_("Text"), required=False, max_length=LINE_LIMIT, widget=area(1, **{"data-grow": ""})
    )
    worth = forms.ChoiceField(
        label=_("Is"),
        required=False,
        initial=WRONG,
        choices=[(WRONG, _("Wrong")), (RIGHT, _("Right")), (PART, _("Worth a share"))],
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

    @property
    def fraction(self) -> Decimal:
        worth = self.cleaned_data.get("worth") or WRONG
        if worth in WORTH:
            return WORTH[worth]
        return (self.cleaned_data.get("share") or Decimal(0)) / HUNDRED

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
        return {index: form for index, form in enumerate(self.forms) if not form.is_blank()}


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


OptionRows = rows_of(OptionForm, OPTIONS_LIMIT)
HintRows = rows_of(HintForm, HINTS_LIMIT)
AnchorRows = rows_of(AnchorForm, ANCHORS_LIMIT)


def params_form(kind: QuestionType) -> type[Plain]:
    """Return a form of what this type lets its author set."""
    fields = {name: make() for name, make in kind.params_fields.items()}
    return type("ParamsForm", (Plain,), fields)


def percent(fraction: Decimal) -> Decimal:
    """A fraction in percent without idle zeros: 0.3333333 → 33.33333, 0.5 → 50."""
    exact = (fraction * HUNDRED).normalize()
    return exact.quantize(Decimal(1)) if exact == exact.to_integral_value() else exact
