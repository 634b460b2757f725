"""A question's whole form: from a draft to its fields, and back with every error at its field."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from quizzes.authoring.forms import (
    HUNDRED,
    NAMES,
    RIGHT,
    WORTH,
    WRITTEN,
    WRONG,
    ChangeForm,
    HintRows,
    OptionForm,
    OptionRows,
    QuestionDetailsForm,
    WordingForm,
    percent,
)
from quizzes.bank import schema
from quizzes.bank.admin.anchors import PlacedAnchor, placed, shown_quotes
from quizzes.bank.admin.forms import AnchorRows, Plain, Rows
from quizzes.bank.drafts import AnchorDraft, OptionDraft, QuestionDraft
from quizzes.bank.models import QuestionBank
from quizzes.question_types.base import QuestionType, option_key

if TYPE_CHECKING:
    from django.http import QueryDict

    from accounts.models import User

SPARE_OPTIONS, USUAL_OPTIONS = 2, 4
# Where an error of a place stands in the form, when it is not a field of the same name.
OPTION_FIELDS = {"fraction": "worth", "": "text"}
ANCHOR_FIELDS = {"material": "quote", "passage": "quote", "prefix": "quote", "option": "settles"}
ROW_FIELDS = {"options": OPTION_FIELDS, "anchors": ANCHOR_FIELDS, "hints": {"": "text"}}


@dataclass(slots=True)
class Start:
    """What the parts of a form start from."""

    wording: dict[str, Any] = field(default_factory=dict)
    details: dict[str, Any] = field(default_factory=dict)
    params: dict[str, Any] = field(default_factory=dict)
    options: list[dict[str, Any]] = field(default_factory=list)
    hints: list[dict[str, Any]] = field(default_factory=list)
    anchors: list[dict[str, Any]] = field(default_factory=list)


class QuestionForm:
    """The forms of one question of a type in a bank, unbound (`draft`) or bound (`data`).

    A question that begins with the text has its first anchor in `quote`.
    """

    def __init__(
        self,
        *,
        kind: QuestionType,
        bank: QuestionBank,
        user: User,
        data: QueryDict | None = None,
        draft: QuestionDraft | None = None,
        based_on: str = "",
        quote: Mapping[str, str] | None = None,
    ) -> None:
        self.kind, self.bank, self.user = kind, bank, user
        self.draft_before = draft
        start = _initial(kind, draft) if data is None else Start()
        if quote:
            start.anchors = [dict(quote)]
        self.wording = WordingForm(data, initial={**start.wording, "based_on": based_on})
        self.details = QuestionDetailsForm(data, initial=start.details, bank=bank)
        fields = {name: make() for name, make in kind.params_fields.items()}
        params = type("ParamsForm", (Plain,), fields)
        self.params: Plain = params(data, prefix="params", initial=start.params)
        self.change = ChangeForm(data)
        self.options = cast(Rows, OptionRows(data, prefix="options", initial=start.options))
        self.hints = cast(Rows, HintRows(data, prefix="hints", initial=start.hints))
        self.anchors = cast(Rows, AnchorRows(data, prefix="anchors", initial=start.anchors))
        self.sets = {"options": self.options, "anchors": self.anchors, "hints": self.hints}

    # Reading

    def parts(self) -> list[Plain]:
        rows = (*self.options.forms, *self.anchors.forms, *self.hints.forms)
        return [self.wording, self.params, *rows, self.details, self.change]

    def is_valid(self) -> bool:
        parts: tuple[Any, ...] = (
            *self.sets.values(),
            self.wording,
            self.params,
            self.details,
            self.change,
        )
        valid = [one.is_valid() for one in parts]
        return all(valid)

    def draft(self) -> QuestionDraft:
        """Return what the form says; what could not be read is left out. Call after is_valid."""
        wording, details = self.wording.cleaned_data, self.details.cleaned_data
        options, anchors, hints = (one.filled() for one in self.sets.values())
        places = {str(index): place for place, index in enumerate(options)}
        plain: dict[str, Any] = {}
        for one in WRITTEN:
            # Shares are written in percent; what is left empty is as usual.
            value = wording.get(one.name)
            if value is None:
                value = one.default
            elif isinstance(value, Decimal):
                value = value / HUNDRED
            plain[one.name] = value
        return QuestionDraft(
            **plain,
            type=self.kind.slug,
            options=tuple(_option(row.cleaned_data) for row in options.values()),
            params=self._params(),
            hints=tuple(row.cleaned_data.get("text", "") for row in hints.values()),
            anchors=tuple(_anchor(row.cleaned_data, places) for row in anchors.values()),
            slug=details.get("slug") or (self.draft_before.slug if self.draft_before else ""),
            topic=details.get("topic", ""),
            level=details.get("level", "recall"),
            tags=details.get("tags", ()),
            waivers=details.get("waive", ()),
            **{one.name: details.get(one.name, one.default) for one in NAMES},
        )

    def _params(self) -> dict[str, Any]:
        """Return the settings; those never touched stay left out, or as they were: 30 not "30"."""
        before: Mapping[str, Any] = self.draft_before.params if self.draft_before else {}
        found = {}
        for name, value in self.params.cleaned_data.items():
            field = self.params.fields[name]
            if name in before and field.prepare_value(before[name]) == field.prepare_value(value):
                found[name] = before[name]
            elif name in before or value not in (None, "", [], {}, field.initial):
                found[name] = value
        return found

    # Errors

    def add_errors(self, error: ValidationError) -> None:
        """Put every sentence of the services at its field."""
        found = error.message_dict if hasattr(error, "error_dict") else {"": error.messages}
        for place, messages in found.items():
            self._add_at(place, list(messages))

    def _add_at(self, place: str, messages: list[str]) -> None:
        name, _dot, rest = place.partition(".")
        index, _dot, field = rest.partition(".")
        if name in self.sets:
            rows = self.sets[name]
            if index.isdigit():
                row = list(rows.filled().values())[int(index)]
                row.add_errors(ROW_FIELDS[name].get(field, field), messages)
            else:
                rows.non_form_errors().extend(messages)
        elif name == "params":
            self.params.add_errors(rest, messages)
        elif name == "change_note":
            self.change.add_errors("note", messages)
        elif name in self.details.fields:
            self.details.add_errors(name, messages)
        else:
            self.wording.add_errors(name, messages)

    def clear_errors(self) -> None:
        """Show no errors: the author asked for something else than saving."""
        self.is_valid()
        for form in self.parts():
            form.clear_errors()
        for rows in self.sets.values():
            rows.clear_errors()

    def problems(self) -> list[tuple[str, str, str]]:
        """Return what is wrong as (id of the field, its label, sentence)."""
        found: list[tuple[str, str, str]] = []
        for form in self.parts() if self.wording.is_bound else []:
            found += [("", "", str(one)) for one in form.non_field_errors()]
            for bound in form:
                label = f"{bound.label} {_number(form)}".strip()
                found += [(bound.id_for_label, label, str(one)) for one in bound.errors]
        for anchor, rows in self.sets.items():
            if rows.is_bound:
                found += [(anchor, "", str(one)) for one in rows.non_form_errors()]
        return found

    # Showing

    def option_rows(self) -> Iterator[tuple[str, forms.Form]]:
        for index, form in enumerate(self.options.forms):
            yield option_key(index).upper(), form

    def anchor_rows(self) -> Iterator[tuple[forms.Form, PlacedAnchor | None]]:
        """Yield each anchor with its passage; the choice of what it settles names the options."""
        quotes = shown_quotes(self.anchors.forms)
        found = placed(self.user, quotes)
        for form, quote in zip(self.anchors.forms, quotes, strict=True):
            form.fields["settles"].widget = forms.Select(choices=self.settles())
            yield form, found.get(quote)

    def settles(self) -> list[tuple[str, str]]:
        """Return what an anchor may settle: the question, or an option by the index of its row."""
        named = [("", _("the question"))]
        for index, (key, form) in enumerate(self.option_rows()):
            text = " ".join(str(form["text"].value() or "").split())[:60]
            if text:
                words = _("option %(key)s: %(text)s") % {"key": key, "text": text}
                named.append((str(index), words))
        return named


def _initial(kind: QuestionType, draft: QuestionDraft | None) -> Start:
    """Return what an unbound form starts from, spare rows included."""
    blank = {"worth": RIGHT} if kind.new_options_are_right else {}
    if draft is None:
        options: list[dict[str, Any]] = [{"text": text} for text in kind.option_texts]
        if not options and kind.max_options:
            count = max(kind.min_options, min(USUAL_OPTIONS, kind.max_options))
            options = [dict(blank) for _row in range(count)]
        wording = {one.name: _shown(one.default) for one in WRITTEN}
        return Start(wording=wording, options=options, hints=[{}])
    spare = 0 if kind.option_texts else min(SPARE_OPTIONS, kind.max_options - len(draft.options))
    return Start(
        wording={one.name: _shown(getattr(draft, one.name)) for one in WRITTEN},
        details={
            "topic": draft.topic,
            "level": draft.level,
            "tags": ", ".join(draft.tags),
            "slug": draft.slug,
            **schema.values_of(draft, NAMES),
            "waive": "\n".join(f"{one.finding}: {one.reason}" for one in draft.waivers),
        },
        params=dict(draft.params),
        options=[
            {
                "text": one.text,
                "rationale": one.rationale,
                "pinned": one.pinned,
                **OptionForm.initial_worth(one.fraction),
            }
            for one in draft.options
        ]
        + [dict(blank) for _row in range(spare)],
        hints=[*({"text": hint} for hint in draft.hints), {}],
        anchors=[
            {
                "settles": "" if one.option is None else str(one.option),
                "role": one.role,
                "quote": one.quote,
                "material": one.material,
                "passage": one.passage,
                "before": one.prefix,
            }
            for one in draft.anchors
        ],
    )


def _shown(value: Any) -> Any:
    return percent(value) if isinstance(value, Decimal) else value


def _option(values: Mapping[str, Any]) -> OptionDraft:
    worth = values.get("worth") or WRONG
    share = (values.get("share") or Decimal(0)) / HUNDRED
    return OptionDraft(
        text=values.get("text", ""),
        fraction=WORTH.get(worth, share),
        rationale=values.get("rationale", ""),
        pinned=values.get("pinned", False),
    )


def _anchor(values: Mapping[str, Any], places: Mapping[str, int]) -> AnchorDraft:
    settles = values.get("settles", "")
    return AnchorDraft(
        material=values.get("material", ""),
        passage=values.get("passage", ""),
        quote=values.get("quote", ""),
        role=values.get("role") or "supports",
        # An option that was removed has no place; -1 is refused by the services in plain words.
        option=places.get(settles, -1) if settles else None,
        prefix=values.get("before", ""),
    )


def _number(form: forms.Form) -> str:
    """The place of a row as people count: “options-2” is option C, “hints-0” hint 1."""
    prefix, _dash, index = (form.prefix or "").rpartition("-")
    if not index.isdigit():
        return ""
    return option_key(int(index)).upper() if prefix == "options" else str(int(index) + 1)
