"""The pages of cards: the decks, what a deck holds, and its cards flipped one by one."""

from __future__ import annotations

from typing import cast
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from accounts.models import User
from quizzes.cards import queries
from quizzes.cards.models import Deck

PER_PAGE = 30
QUERY_LENGTH = 100


@require_GET
@login_required
def decks(request: HttpRequest) -> HttpResponse:
    """All decks the user may study: by text, by theme, and chosen ones."""
    found = queries.decks_of(cast(User, request.user))
    groups = {
        "of_texts": [one for one in found if one.deck.source_id is not None],
        "of_topics": [one for one in found if one.deck.topic_id is not None],
        "chosen": [
            one for one in found if one.deck.source_id is None and one.deck.topic_id is None
        ],
    }
    return render(request, "cards/decks.html", {**groups, "count": len(found)})


@require_GET
@login_required
def deck(request: HttpRequest, slug: str) -> HttpResponse:
    """The cards of a deck, both sides, searched and narrowed by topic."""
    user, one = cast(User, request.user), _deck(request, slug)
    q, topic = _narrowed(request)
    page = Paginator(queries.cards_in(one, user, q=q, topic=topic), PER_PAGE).get_page(
        request.GET.get("page")
    )
    return render(
        request,
        "cards/deck.html",
        {
            "deck": one,
            "q": q,
            "topic": topic,
            "topics": queries.topics_in(one, user),
            "page": page,
            "cards": queries.shown(page.object_list, user),
            "query": _query(q, topic),
        },
    )


@require_GET
@login_required
def flip(request: HttpRequest, slug: str) -> HttpResponse:
    """One card of a deck: its front, and its back when asked for. Nothing is recorded."""
    user, one = cast(User, request.user), _deck(request, slug)
    q, topic = _narrowed(request)
    page = Paginator(queries.cards_in(one, user, q=q, topic=topic), 1).get_page(
        request.GET.get("card")
    )
    cards = queries.shown(page.object_list, user)
    return render(
        request,
        "cards/flip.html",
        {
            "deck": one,
            "page": page,
            "card": cards[0] if cards else None,
            "query": _query(q, topic),
            "back": request.GET.get("side") == "back",
        },
    )


def _deck(request: HttpRequest, slug: str) -> Deck:
    decks = Deck.objects.visible_to(cast(User, request.user)).select_related("source", "topic")
    return get_object_or_404(decks, slug=slug)


def _narrowed(request: HttpRequest) -> tuple[str, str]:
    """Return what is searched for, and the topic chosen."""
    q = request.GET.get("q", "").replace("\0", "")[:QUERY_LENGTH].strip()
    return q, request.GET.get("topic", "").replace("\0", "")[:QUERY_LENGTH]


def _query(q: str, topic: str) -> str:
    return urlencode({name: value for name, value in (("q", q), ("topic", topic)) if value})
