"""A form of fields with rows of anchors below it, for whatever quotes texts but is no question."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, QueryDict

from accounts.queries import user_of
from quizzes.bank.admin import anchors
from quizzes.bank.admin.anchors import PlacedAnchor, placed, shown_quotes
from quizzes.bank.admin.forms import Plain, RowForm, Rows
from quizzes.bank.drafts import AnchorDraft
from quizzes.bank.models import QuestionBank
from quizzes.material.admin.base import OwnRowsAdmin

if TYPE_CHECKING:
    from accounts.models import User

SAVE, FIND, ANCHOR = "_save", "_find", "_anchor"
# Where an error of a place stands in a row, when it is not a field of the same name.
ROW_FIELDS = {"material": "quote", "passage": "quote", "prefix": "quote", "": "quote"}


class AnchoredForm:
    """The two halves of one form, with every error of the services at its field."""

    def __init__(self, *, form: Plain, rows: Rows, user: User) -> None:
        self.form, self.rows, self.user = form, rows, user

    def is_valid(self) -> bool:
        return all([self.form.is_valid(), self.rows.is_valid()])

    def filled(self) -> list[RowForm]:
        """Return the rows that quote something. Call after is_valid."""
        return list(self.rows.filled().values())

    def clear_errors(self) -> None:
        """Show no errors: the author asked for something else than saving."""
        self.is_valid()
        self.form.clear_errors()
        self.rows.clear_errors()
        for row in self.rows.forms:
            cast(RowForm, row).clear_errors()

    def refuse(self, error: ValidationError) -> None:
        """Put every sentence at its field, or in its row ("anchors.0.quote")."""
        found = error.message_dict if hasattr(error, "error_dict") else {"": error.messages}
        for place, messages in found.items():
            name, _dot, rest = place.partition(".")
            index, _dot, field = rest.partition(".")
            if name in ("anchors", "claims") and index.isdigit():
                row = self.filled()[int(index)]
                field = ROW_FIELDS.get(field, field)
                row.add_error(field if field in row.fields else None, cast(Any, messages))
            else:
                field = rest if name == "fields" else name
                known = field in self.form.fields
                self.form.add_error(field if known else None, cast(Any, messages))

    def problems(self) -> list[tuple[str, str, str]]:
        """Return what is wrong as (id of the field, its label, sentence)."""
        if not self.form.is_bound:
            return []
        parts: list[forms.Form] = [self.form, *self.rows.forms]
        found = [("", "", str(one)) for part in parts for one in part.non_field_errors()]
        found += [("anchors", "", str(one)) for one in self.rows.non_form_errors()]
        return found + [
            (field.id_for_label, str(field.label), str(one))
            for part in parts
            for field in part
            for one in field.errors
        ]

    def anchor_rows(self) -> Iterator[tuple[forms.Form, PlacedAnchor | None]]:
        """Yield each row with the passage it quotes."""
        quotes = shown_quotes(self.rows.forms)
        found = placed(self.user, quotes)
        for row, quote in zip(self.rows.forms, quotes, strict=True):
            yield row, found.get(quote)


def posted(request: HttpRequest, user: User) -> QueryDict | None:
    """Return what was posted, with the row that a pressed sentence of the search adds."""
    if request.method != "POST":
        return None
    data = request.POST.copy()
    if SAVE not in data and ANCHOR in data:
        anchors.add_row(data, str(data[ANCHOR]), user)
    anchors.keep_telling(data, user)
    return data


def search_of(request: HttpRequest, user: User) -> dict[str, Any]:
    """Return what the page shows of the search for a passage."""
    data: Mapping[str, Any] = request.POST
    wanted = str(data.get("find", ""))
    searched = FIND in data
    return {
        "find": wanted,
        "find_role": data.get("find-role", "supports"),
        "searched": searched,
        "found": anchors.search(user, wanted) if searched else [],
    }


def initial_rows(drafts: tuple[AnchorDraft, ...]) -> list[dict[str, str]]:
    """Return anchors as the rows start from them."""
    return [
        {
            "role": one.role,
            "quote": one.quote,
            "material": one.material,
            "passage": one.passage,
            "before": one.prefix,
        }
        for one in drafts
    ]


def anchor_of(row: RowForm) -> AnchorDraft:
    """Return the anchor that a row says."""
    values = row.cleaned_data
    return AnchorDraft(
        material=values.get("material", ""),
        passage=values.get("passage", ""),
        quote=values.get("quote", ""),
        role=values.get("role") or "supports",
        prefix=values.get("before", ""),
    )


def chosen_bank(request: HttpRequest) -> QuestionBank | None:
    """Return the bank named, or the only one there is."""
    banks = list(QuestionBank.objects.editable_by(user_of(request)).order_by("title"))
    named = request.POST.get("bank") or request.GET.get("bank")
    if named is None:
        return banks[0] if len(banks) == 1 else None
    return next((one for one in banks if one.slug == named), None)


def choose_bank(model_admin: OwnRowsAdmin, request: HttpRequest, title: str) -> HttpResponse:
    """Ask in which bank something new is written."""
    banks = QuestionBank.objects.editable_by(user_of(request)).order_by("title")
    return model_admin.page(request, "choose_bank.html", title=title, banks=banks)
