"""Decks: a rule or a list of notes, written by whoever writes the bank."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from accounts.queries import user_of
from quizzes.bank.admin import filters
from quizzes.bank.admin.anchor_formset import SAVE, choose_bank, chosen_bank
from quizzes.bank.admin.forms import Plain, area
from quizzes.bank.banks import DESCRIPTION_LIMIT
from quizzes.bank.models import QuestionBank
from quizzes.cards import decks
from quizzes.cards.drafts import DeckDraft
from quizzes.cards.models import Deck
from quizzes.cards.stored_drafts import deck_draft
from quizzes.material.admin.base import AuthoringAdmin
from quizzes.material.models import Source


class DeckForm(Plain):
    title = forms.CharField(label=gettext_lazy("Title"), required=False, max_length=200)
    slug = forms.SlugField(
        label=gettext_lazy("Name in addresses and files"), required=False, max_length=80
    )
    description = forms.CharField(
        label=gettext_lazy("Description"),
        required=False,
        max_length=DESCRIPTION_LIMIT,
        widget=area(3),
    )
    material = forms.ChoiceField(
        label=gettext_lazy("Every note of this text"),
        required=False,
        help_text=gettext_lazy(
            "A deck of a text or of a topic is never behind what the bank holds. Choose one, or "
            "list notes below."
        ),
    )
    topic = forms.ChoiceField(label=gettext_lazy("or every note of this topic"), required=False)
    notes = forms.CharField(
        label=gettext_lazy("or these notes"),
        required=False,
        max_length=200_000,
        widget=area(6),
        help_text=gettext_lazy("One note per line, by name, in the order they are shown."),
    )

    def __init__(self, *args: Any, bank: QuestionBank, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        texts = Source.objects.visible_to(user).order_by("title").values_list("slug", "title")
        topics = bank.topics.order_by("position", "title").values_list("slug", "title")
        for name, found in (("material", texts), ("topic", topics)):
            field = cast(forms.ChoiceField, self.fields[name])
            field.choices = [("", _("None")), *found]

    def clean_notes(self) -> tuple[str, ...]:
        return tuple(filter(None, map(str.strip, self.cleaned_data["notes"].splitlines())))

    def refuse(self, error: ValidationError) -> None:
        """Put every sentence of the services at its field."""
        for place, found in error.message_dict.items():
            name = place.partition(".")[0]
            self.add_error(name if name in self.fields else None, cast(Any, found))

    def problems(self) -> list[tuple[str, str, str]]:
        """Return what is wrong as (id of the field, its label, sentence)."""
        found = [("", "", str(one)) for one in self.non_field_errors()]
        return found + [
            (field.id_for_label, str(field.label), str(one))
            for field in self
            for one in field.errors
        ]


@admin.register(Deck)
class DeckAdmin(AuthoringAdmin):
    list_display = ("title", "bank", "rule")
    list_filter = (filters.BankFilter,)
    list_select_related = ("bank", "source", "topic")
    ordering = ("title",)
    search_fields = ("title", "slug")
    actions = None

    @admin.display(description=gettext_lazy("its notes"))
    def rule(self, deck: Deck) -> str:
        if deck.source is not None:
            return _("of the text “%(title)s”") % {"title": deck.source.title}
        if deck.topic is not None:
            return _("of the topic “%(title)s”") % {"title": deck.topic.title}
        return _("chosen")

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A deck holds nothing of its own: its notes and cards stay."""
        return obj is not None and self.has_change_permission(request, obj)

    def delete_model(self, request: HttpRequest, obj: Deck) -> None:
        decks.delete_deck(deck=obj, by=user_of(request), now=timezone.now())

    def get_deleted_objects(
        self, objs: Any, request: HttpRequest
    ) -> tuple[list[Any], dict[str, int], set[str], list[Any]]:
        return [str(one) for one in objs], {_("decks"): len(objs)}, set(), []

    def edit(self, request: HttpRequest, obj: Deck | None) -> HttpResponse:
        user = user_of(request)
        bank = obj.bank if obj else chosen_bank(request)
        if bank is None:
            return choose_bank(self, request, _("Add a deck"))
        data = request.POST if request.method == "POST" else None
        form = DeckForm(data, initial=_initial(obj), bank=bank, user=user)
        if data is not None and SAVE in data and form.is_valid():
            try:
                deck = _save(form, bank, obj, user)
            except ValidationError as error:
                form.refuse(error)
            else:
                return self.saved(request, deck, _("Deck saved."), is_new=obj is None)
        return self.page(
            request,
            "deck/form.html",
            title=obj.title if obj else _("Add a deck"),
            obj=obj,
            bank=bank,
            form=form,
            problems=form.problems() if form.is_bound else [],
        )


def _initial(deck: Deck | None) -> dict[str, str]:
    if deck is None:
        return {}
    draft = deck_draft(deck)
    return {
        "title": draft.title,
        "slug": draft.slug,
        "description": draft.description,
        "material": draft.material,
        "topic": draft.topic,
        "notes": "\n".join(draft.notes),
    }


def _save(form: DeckForm, bank: QuestionBank, deck: Deck | None, user: User) -> Deck:
    draft = DeckDraft(**form.cleaned_data)
    if deck is None:
        return decks.create_deck(bank=bank, draft=draft, by=user, now=timezone.now())
    return decks.change_deck(deck=deck, draft=draft, by=user)
