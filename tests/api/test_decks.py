"""Decks and cards for programs."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from rest_framework.test import APIClient

from accounts.models import User
from tests import make

pytestmark = pytest.mark.django_db
Api = Callable[[User | None], APIClient]


def test_it_lists_decks_and_their_cards(api: Api, ada: User, cora: User) -> None:
    bank, source = make.bank(cora), make.source()
    note = make.note(bank, anchored_in=source, kind="reversed", fields={"front": "A", "back": "B"})
    make.deck(bank, slug="acting", title="Acting", topic="", material=source.slug)
    found = api(ada).get("/api/v1/decks/").json()
    assert found["results"] == [
        {
            "slug": "acting",
            "title": "Acting",
            "description": "",
            "material": source.slug,
            "topic": None,
            "cards": 2,
        }
    ]
    cards = api(ada).get("/api/v1/decks/acting/cards/?page_size=1").json()
    assert (cards["count"], len(cards["results"])) == (2, 1)
    card = cards["results"][0]
    assert (card["kind"], card["front"], card["back"]) == ("reversed", "<p>A</p>", "<p>B</p>")
    assert card["passages"] == [
        {
            "material": source.slug,
            "key": "first-act",
            "quote": "blocks the NMDA receptor",
            "url": f"/read/{source.slug}/?mark=card-{note.anchors.get().pk}#first-act",
        }
    ]


def test_it_tells_nothing_of_an_exam_only_bank(api: Api, ada: User, dana: User, cora: User) -> None:
    bank = make.bank(cora, use="exam")
    make.note(bank)
    make.deck(bank, slug="secret")
    assert api(cora).get("/api/v1/decks/").json()["count"] == 1
    for user in (ada, dana):
        assert api(user).get("/api/v1/decks/").json()["count"] == 0
        for slug in ("secret", "no-such"):
            assert api(user).get(f"/api/v1/decks/{slug}/cards/").status_code == 404
    assert api(None).get("/api/v1/decks/").status_code == 401
