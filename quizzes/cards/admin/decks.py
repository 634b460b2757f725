"""Decks: a rule or a list of notes, written by whoever writes the bank."""

from __future__ import annotations

from typing import Any, ClassVar, cast

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from accounts.queries import user_of
from quizzes.bank.admin import filters
from quizzes.bank.admin.banked import BankedAdmin, BankedForm, TopicChoice
from quizzes.bank.admin.forms import area
from quizzes.bank.banks import DESCRIPTION_LIMIT
from quizzes.cards import decks
from quizzes.cards.drafts import DeckDraft
from quizzes.cards.models import Deck
from quizzes.material.models import Source


class DeckForm(BankedForm):
    places: ClassVar = {"material": "source"}
    description = forms.CharField(
        label=gettext_lazy("Description"),
        required=False,
        max_length=DESCRIPTION_LIMIT,
        widget=area(3),
    )
    source = forms.ModelChoiceField(
        Source.objects.none(),
        label=gettext_lazy("Every note of this text"),
        required=False,
        empty_label=gettext_lazy("None"),
    )
    topic = TopicChoice(
        label=gettext_lazy("or every note of this topic"), empty_label=gettext_lazy("None")
    )
    notes = forms.CharField(
        label=gettext_lazy("or these notes"),
        required=False,
        max_length=200_000,
        widget=area(6),
        help_text=gettext_lazy("One note per line, by name, in the order they are shown."),
    )

    class Meta:
        labels: ClassVar = {"slug": gettext_lazy("Name in addresses and files")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        texts = cast(forms.ModelChoiceField, self.fields["source"])
        texts.queryset = Source.objects.visible_to(self.by).order_by("title")

    def initial_of(self, instance: Deck | None) -> dict[str, Any]:
        if instance is None:
            return {}
        chosen = instance.chosen.order_by("position").values_list("note__slug", flat=True)
        return {"topic": instance.topic, "notes": "\n".join(chosen)}

    def draft(self) -> DeckDraft:
        """Return what the form says. Call after is_valid."""
        values = self.cleaned_data
        source, topic = values["source"], values["topic"]
        return DeckDraft(
            slug=values["slug"],
            title=values["title"],
            description=values["description"],
            material=source.slug if source else "",
            topic=topic.slug if topic else "",
            notes=tuple(filter(None, map(str.strip, values["notes"].splitlines()))),
        )


@admin.register(Deck)
class DeckAdmin(BankedAdmin):
    form = DeckForm
    fieldsets = (
        (None, {"fields": ("bank", "title", "slug", "description")}),
        (
            gettext_lazy("Its notes"),
            {
                "fields": ("source", "topic", "notes"),
                "description": gettext_lazy(
                    "A deck of a text or of a topic is never behind what the bank holds. Choose "
                    "one, or list notes."
                ),
            },
        ),
    )
    add_title = gettext_lazy("Add a deck")
    saved_words = gettext_lazy("Deck saved.")
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

    def write(
        self, *, by: User, form: Any, formsets: list[Any], obj: Any, request: HttpRequest
    ) -> Deck:
        if obj is None:
            return decks.create_deck(
                bank=form.in_bank, draft=form.draft(), by=by, now=timezone.now()
            )
        return decks.change_deck(deck=obj, draft=form.draft(), by=by)
