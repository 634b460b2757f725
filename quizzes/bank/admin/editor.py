"""A question's whole form: from a draft to its fields, and back with every error at its field."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from quizzes.bank.admin.anchors import PlacedAnchor, placed, shown_quotes
from quizzes.bank.admin.forms import (
    HUNDRED,
    RIGHT,
    AnchorForm,
    AnchorRows,
    ChangeForm,
    DetailsForm,
    HintRows,
    OptionForm,
    OptionRows,
    Plain,
    RowForm,
    Rows,
    WordingForm,
    params_form,
    percent,
)
from quizzes.bank.drafts import DEFAULT_PENALTY, AnchorDraft, OptionDraft, QuestionDraft
from quizzes.bank.models import QuestionBank
from quizzes.question_types.base import QuestionType, option_key

if TYPE_CHECKING:
    from django.http import QueryDict

    from accounts.models import User

SPARE_OPTIONS, USUAL_OPTIONS = 2, 4
# Where an error of a place stands in the form, when it is not a field of the same name.
OPTION_FIELDS = {"fraction": "worth", "": "text"}
ANCHOR_FIELDS = {"material": "quote", "passage": "quote", "prefix": "quote", "option": "settles"}


class Editor:
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
        start = _initial(kind, draft)
        quoted = [dict(quote)] if quote else start["anchors"]
        self.wording = WordingForm(data, initial={**start["wording"], "based_on": based_on})
        self.details = DetailsForm(data, initial=start["details"], bank=bank)
        self.params = params_form(kind)(data, prefix="params", initial=start["params"])
        self.change = ChangeForm(data)
        self.options = cast(Rows, OptionRows(data, prefix="options", initial=start["options"]))
        self.hints = cast(Rows, HintRows(data, prefix="hints", initial=start["hints"]))
        self.anchors = cast(Rows, AnchorRows(data, prefix="anchors", initial=quoted))

    # Reading

    def parts(self) -> list[Plain]:
        rows = (*self.options.forms, *self.anchors.forms, *self.hints.forms)
        return [self.wording, self.params, *rows, self.details, self.change]

    def is_valid(self) -> bool:
        sets = [one.is_valid() for one in (self.options, self.anchors, self.hints)]
        return all([*sets, *(one.is_valid() for one in self.parts())])

    def draft(self) -> QuestionDraft:
        """Return what the form says; what could not be read is left out. Call after is_valid."""
        wording, details = self.wording.cleaned_data, self.details.cleaned_data
        options = self._options()
        places = {index: place for place, index in enumerate(options)}
        penalty = wording.get("penalty")
        return QuestionDraft(
            type=self.kind.slug,
            stem=wording.get("stem", ""),
            options=tuple(
                OptionDraft(
                    text=row.cleaned_data.get("text", ""),
                    fraction=row.fraction,
                    rationale=row.cleaned_data.get("rationale", ""),
                    pinned=row.cleaned_data.get("pinned", False),
                )
                for row in options.values()
            ),
            params=self._params(),
            explanation=wording.get("explanation", ""),
            caution=wording.get("caution", ""),
            hints=tuple(row.cleaned_data["text"] for row in self._hints().values()),
            penalty=DEFAULT_PENALTY if penalty is None else penalty / HUNDRED,
            anchors=tuple(_anchor(row, places) for row in self._anchors().values()),
            slug=details.get("slug") or (self.draft_before.slug if self.draft_before else ""),
            topic=details.get("topic", ""),
            level=details.get("level", "recall"),
            tags=details.get("tags", ()),
            waivers=details.get("waive", ()),
            title=details.get("title", ""),
            external_id=details.get("external_id", ""),
        )

    def _options(self) -> dict[int, OptionForm]:
        return cast("dict[int, OptionForm]", self.options.filled())

    def _hints(self) -> dict[int, RowForm]:
        return {i: row for i, row in self.hints.filled().items() if "text" in row.cleaned_data}

    def _anchors(self) -> dict[int, AnchorForm]:
        return cast("dict[int, AnchorForm]", self.anchors.filled())

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

    def refuse(self, error: ValidationError) -> None:
        """Put every sentence of the services at its field."""
        found = error.message_dict if hasattr(error, "error_dict") else {"": error.messages}
        for place, messages in found.items():
            self._refuse_at(place, list(messages))

    def _refuse_at(self, place: str, messages: list[str]) -> None:
        name, _dot, rest = place.partition(".")
        index, _dot, field = rest.partition(".")
        sets: dict[str, tuple[Rows, dict[int, Any], dict[str, str]]] = {
            "options": (self.options, self._options(), OPTION_FIELDS),
            "anchors": (self.anchors, self._anchors(), ANCHOR_FIELDS),
            "hints": (self.hints, self._hints(), {"": "text"}),
        }
        if name in sets:
            rows, filled, names = sets[name]
            row = list(filled.values())[int(index)] if index.isdigit() else None
            if row is None:
                rows.non_form_errors().extend(messages)
            else:
                row.add_errors(names.get(field, field), messages)
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
        for rows in (self.options, self.anchors, self.hints):
            rows.clear_errors()

    def problems(self) -> list[tuple[str, str, str]]:
        """Return what is wrong as (id of the field, its label, sentence)."""
        found: list[tuple[str, str, str]] = []
        for form in self.parts() if self.wording.is_bound else []:
            found += [("", "", str(one)) for one in form.non_field_errors()]
            for field in form:
                label = f"{field.label} {_number(form)}".strip()
                found += [(field.id_for_label, label, str(one)) for one in field.errors]
        for rows, anchor in (
            (self.options, "options"),
            (self.anchors, "anchors"),
            (self.hints, "hints"),
        ):
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


def _initial(kind: QuestionType, draft: QuestionDraft | None) -> dict[str, Any]:
    """Return what each form starts from, spare rows included."""
    blank = {"worth": RIGHT} if kind.new_options_are_right else {}
    if draft is None:
        options: list[dict[str, Any]] = [{"text": text} for text in kind.option_texts]
        if not options and kind.max_options:
            options = [
                dict(blank)
                for _row in range(max(kind.min_options, min(USUAL_OPTIONS, kind.max_options)))
            ]
        empty = {"penalty": percent(DEFAULT_PENALTY)}
        return {
            "wording": empty,
            "details": {},
            "params": {},
            "options": options,
            "hints": [{}],
            "anchors": [],
        }
    spare = 0 if kind.option_texts else min(SPARE_OPTIONS, kind.max_options - len(draft.options))
    return {
        "wording": {
            "stem": draft.stem,
            "explanation": draft.explanation,
            "caution": draft.caution,
            "penalty": percent(draft.penalty),
        },
        "details": {
            "topic": draft.topic,
            "level": draft.level,
            "tags": ", ".join(draft.tags),
            "slug": draft.slug,
            "title": draft.title,
            "external_id": draft.external_id,
            "waive": "\n".join(f"{one.finding}: {one.reason}" for one in draft.waivers),
        },
        "params": dict(draft.params),
        "options": [
            {
                "text": one.text,
                "rationale": one.rationale,
                "pinned": one.pinned,
                **OptionForm.initial_worth(one.fraction),
            }
            for one in draft.options
        ]
        + [dict(blank) for _row in range(spare)],
        "hints": [*({"text": hint} for hint in draft.hints), {}],
        "anchors": [
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
    }


def _anchor(row: AnchorForm, places: Mapping[int, int]) -> AnchorDraft:
    values = row.cleaned_data
    settles = values.get("settles", "")
    option = None
    if settles:
        # An option that was removed has no place; -1 is refused by the services in plain words.
        option = places.get(int(settles), -1) if settles.isdigit() else -1
    return AnchorDraft(
        material=values.get("material", ""),
        passage=values.get("passage", ""),
        quote=values.get("quote", ""),
        role=values.get("role") or "supports",
        option=option,
        prefix=values.get("before", ""),
    )


def _number(form: forms.Form) -> str:
    """The place of a row as people count: “options-2” is option C, “hints-0” hint 1."""
    prefix, _dash, index = (form.prefix or "").rpartition("-")
    if not index.isdigit():
        return ""
    return option_key(int(index)).upper() if prefix == "options" else str(int(index) + 1)
