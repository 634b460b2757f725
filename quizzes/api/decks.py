"""Decks and the cards in them, as their pages show them. What is due comes with memory."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.shortcuts import get_object_or_404
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from quizzes.api.base import View
from quizzes.api.fields import Output
from quizzes.api.schema import operation
from quizzes.cards import queries
from quizzes.cards.models import Deck


class DeckOut(Output):
    slug = serializers.SlugField()
    title = serializers.CharField()
    description = serializers.CharField()
    material = serializers.CharField(allow_null=True, help_text="The text whose cards these are.")
    topic = serializers.CharField(allow_null=True, help_text="The topic whose cards these are.")
    cards = serializers.IntegerField()


class CitedOut(Output):
    material = serializers.CharField()
    key = serializers.CharField()
    quote = serializers.CharField()
    url = serializers.CharField()


class CardOut(Output):
    id = serializers.IntegerField()
    kind = serializers.CharField()
    front = serializers.CharField(help_text="Sanitised HTML.")
    back = serializers.CharField(help_text="Sanitised HTML.")
    extra = serializers.CharField(help_text="Sanitised HTML.")
    caution = serializers.CharField(help_text="Sanitised HTML.")
    topic = serializers.CharField()
    passages = CitedOut(many=True)


class DecksView(View):
    @operation("list_decks", "The decks that hold cards for the caller", gives=DeckOut, pages=True)
    def get(self, request: Request) -> Response:
        return self.page(DeckOut, queries.decks_of(self.user), self._shaped)

    def _shaped(self, found: list[queries.ShownDeck]) -> Sequence[dict[str, Any]]:
        return [
            {
                "slug": one.deck.slug,
                "title": one.deck.title,
                "description": one.deck.description,
                "material": one.deck.source.slug if one.deck.source else None,
                "topic": one.deck.topic.slug if one.deck.topic else None,
                "cards": one.cards,
            }
            for one in found
        ]


class DeckCardsView(View):
    @operation(
        "list_cards", "The cards of a deck, both sides", gives=CardOut, pages=True, found=True
    )
    def get(self, request: Request, slug: str) -> Response:
        deck = get_object_or_404(Deck.objects.visible_to(self.user), slug=slug)
        cards = queries.cards_in(deck, self.user).select_related("note__topic")
        return self.page(CardOut, cards, self._shaped)

    def _shaped(self, cards: list[Any]) -> Sequence[dict[str, Any]]:
        return [
            {
                "id": one.id,
                "kind": one.kind,
                "front": one.front_html,
                "back": one.back_html,
                "extra": one.extra_html,
                "caution": one.caution_html,
                "topic": one.topic,
                "passages": [
                    {
                        "material": cited.material,
                        "key": cited.passage,
                        "quote": cited.quote,
                        "url": cited.url,
                    }
                    for cited in one.cited
                ],
            }
            for one in queries.shown(cards, self.user)
        ]
