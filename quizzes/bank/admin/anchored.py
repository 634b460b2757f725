"""Django's form of what quotes texts, with its quotes as inline rows and the search for more."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar, cast

from django import forms
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.queries import user_of
from quizzes.bank.admin.anchor_formset import posted, search_of
from quizzes.bank.admin.anchors import PlacedAnchor, placed, shown_quotes
from quizzes.bank.admin.banked import BankedAdmin
from quizzes.bank.admin.forms import AnchorForm
from quizzes.bank.admin.rows import RowsInline
from quizzes.bank.drafts import AnchorDraft
from quizzes.bank.validation import ANCHORS_LIMIT
from quizzes.material.admin.service_admin import ServiceForm, ServiceFormSet


class QuoteForm(AnchorForm, ServiceForm):
    """A quote of something that has no options."""

    settles = None  # type: ignore[assignment]


class QuoteRows(ServiceFormSet):
    """Quotes with their passages.

    The service writes them anew each time, so a row has no number of its own: it is what it says.
    """

    place = "anchors"
    places: ClassVar = {"material": "quote", "passage": "quote", "prefix": "quote", "": "quote"}

    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        none_by_number = cast(type[Model], self.model)._default_manager.none()
        super().__init__(*args, **{**kwargs, "queryset": none_by_number})
        self.by = by
        self.extra = len(self.initial_extra or ())

    @classmethod
    def get_default_prefix(cls) -> str:
        return "anchors"

    def initial_form_count(self) -> int:
        return 0

    def filled(self) -> list[forms.ModelForm]:
        return [
            form
            for form in self.forms
            if (said := form.cleaned_data)
            and not said.get("DELETE")
            and any(said.get(name) for name in AnchorForm.blank_when)
        ]

    def placed_rows(self) -> Iterator[tuple[forms.ModelForm, PlacedAnchor | None]]:
        """Yield each row with the passage it quotes; two queries."""
        quotes = shown_quotes(cast(list[forms.Form], self.forms))
        found = placed(self.by, quotes)
        for row, quote in zip(self.forms, quotes, strict=True):
            yield row, found.get(quote)

    def add_fields(self, form: Any, index: int | None) -> None:
        super().add_fields(form, index)
        form.fields["DELETE"].label = _("Remove")


class QuotesInline(RowsInline):
    form = QuoteForm
    formset = QuoteRows
    template = "admin/quizzes/quotes.html"
    limit = ANCHORS_LIMIT
    extra = 0
    fields = ("role", "quote")

    @property
    def media(self) -> forms.Media:
        """Without the script that copies an empty row: the search adds rows."""
        return forms.Media()

    def rows_of(self, obj: Any) -> list[dict[str, str]]:
        """Return the rows of what is stored, as they start."""
        raise NotImplementedError


class AnchoredAdmin(BankedAdmin):
    """Something in a bank with one inline of quotes. Its other buttons search, and add a row."""

    has_other_buttons = True

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method == "POST":
            request.POST = posted(request, user_of(request))  # type: ignore[assignment]
        return super().changeform_view(request, *args, **kwargs)

    def get_formset_kwargs(
        self, request: HttpRequest, obj: Any, inline: Any, prefix: str
    ) -> dict[str, Any]:
        found = super().get_formset_kwargs(request, obj, inline, prefix)
        if request.method != "POST" and obj.pk:
            found["initial"] = inline.rows_of(obj)
        return {**found, "by": user_of(request)}

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        own = search_of(request, user_of(request))
        return super().render_change_form(request, context | own, *args, **kwargs)


def quoted(values: dict[str, Any]) -> AnchorDraft:
    """Return the anchor that a row says."""
    return AnchorDraft(
        material=values.get("material", ""),
        passage=values.get("passage", ""),
        quote=values.get("quote", ""),
        role=values.get("role") or "supports",
        prefix=values.get("before", ""),
    )
