"""The pages of cards: decks, what they hold, and flipping; as people, by the addresses they use."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from quizzes.cards.queries import cards_on
from quizzes.material.models import Passage
from tests import make

pytestmark = pytest.mark.django_db
SignIn = Callable[[User], Client]


def queries(client: Client, url: str) -> int:
    with CaptureQueriesContext(
        connection,
    ) as found:
        assert client.get(url).status_code == 200
    return len(found)


def text_of(reply: Any) -> str:
    return " ".join(reply.content.decode().split())


def test_it_lists_decks_by_text_and_theme_with_their_cards(
    cora: User, ada: User, signed_in: SignIn
) -> None:
    bank, source = make.bank(cora), make.source()
    one = make.note(bank, anchored_in=source, kind="reversed")
    make.note(bank, topic="safety")
    make.deck(bank, title="Of the text", topic="", material=source.slug)
    make.deck(bank, title="Of the theme")
    make.deck(bank, title="Chosen ones", topic="", notes=(one.slug,))
    make.deck(bank, title="Nothing in it", topic="", notes=(make.note(bank).slug,))
    bank.notes.order_by("-pk").first().delete()
    page = text_of(signed_in(ada).get("/cards/"))
    for words in ("By text", "Of the text", "By theme", "Of the theme", "Chosen ones", "2 cards"):
        assert words in page
    assert "Nothing in it" not in page


def test_it_sends_visitors_to_sign_in(cora: User, client: Client) -> None:
    make.deck(make.bank(cora), slug="a-deck")
    for url in ("/cards/", "/cards/a-deck/", "/cards/a-deck/flip/", "/concordance/"):
        reply = client.get(url)
        assert (reply.status_code, reply["Location"]) == (302, f"/accounts/login/?next={url}")


def test_it_shows_nothing_of_an_exam_only_bank(
    cora: User, dana: User, ada: User, signed_in: SignIn
) -> None:
    bank = make.bank(cora, use="exam")
    make.note(bank)
    make.deck(bank, slug="secret", title="Secret deck")
    assert "Secret deck" in text_of(signed_in(cora).get("/cards/"))
    for user in (ada, dana):
        client = signed_in(user)
        assert "Secret deck" not in text_of(client.get("/cards/"))
        for url in ("/cards/secret/", "/cards/secret/flip/", "/cards/no-such/"):
            assert client.get(url).status_code == 404


def test_it_keeps_cards_of_a_text_in_writing_to_its_editors(
    cora: User, ada: User, signed_in: SignIn
) -> None:
    bank, source = make.bank(cora), make.source(owner=cora)
    make.note(bank, anchored_in=source)
    make.deck(bank, slug="theme")
    page = text_of(signed_in(ada).get("/cards/theme/"))
    assert "What is cue" in page
    source.edition = None
    source.save(update_fields=["edition"])
    assert "What is cue" not in text_of(signed_in(ada).get("/cards/theme/"))


def test_it_searches_both_sides_and_narrows_by_topic(
    cora: User, ada: User, signed_in: SignIn
) -> None:
    bank, source = make.bank(cora), make.source()
    fields = {"front": "Which receptor?", "back": "NMDA receptor"}
    make.note(bank, anchored_in=source, fields=fields, caution="Mind the hedge.")
    make.note(bank, anchored_in=source, topic="safety")
    make.deck(bank, slug="all", topic="", material=source.slug)
    client = signed_in(ada)
    both = text_of(client.get("/cards/all/"))
    assert "Flip 2 cards" in both
    assert "Mind the hedge." in both
    found = text_of(client.get("/cards/all/?q=nmda+WHICH&topic=mechanism"))
    assert "Flip 1 card" in found
    assert "?q=nmda+WHICH&amp;topic=mechanism" in found
    assert "What is cue" not in found
    assert "Which receptor" not in text_of(client.get("/cards/all/?topic=safety"))
    assert "No matches" in text_of(client.get("/cards/all/?q=dopamine"))
    for hostile in ("%00", "x" * 400, "%25", "'"):
        assert client.get(f"/cards/all/?q={hostile}&topic={hostile}&page=x").status_code == 200


def test_it_flips_one_card_after_the_other(cora: User, ada: User, signed_in: SignIn) -> None:
    bank, source = make.bank(cora), make.source()
    fields = {"front": "Which *receptor*?", "back": "NMDA"}
    note = make.note(bank, anchored_in=source, kind="reversed", fields=fields)
    make.note(bank)
    make.deck(bank, slug="theme")
    client = signed_in(ada)
    front = text_of(client.get("/cards/theme/flip/"))
    assert 'class="rev"' in front
    assert "1 of 3" in front
    assert "<p>Which <em>receptor</em>?</p>" in front
    assert 'href="?card=1&amp;side=back#answer"' in front
    assert 'rel="next" href="?card=2"' in front
    assert 'rel="prev"' not in front
    back = text_of(client.get("/cards/theme/flip/?card=1&side=back"))
    assert 'class="rev turned"' in back
    assert "Ketamine <mark>blocks the NMDA receptor</mark>. Glutamate" in back
    assert f"?mark=card-{note.anchors.get().pk}#first-act" in back
    # The two cards of one note do not follow each other.
    assert "What is cue" in text_of(client.get("/cards/theme/flip/?card=2"))
    last = text_of(client.get("/cards/theme/flip/?card=3"))
    assert "Back to the deck" in last
    assert 'rel="next"' not in last
    assert "3 of 3" in text_of(client.get("/cards/theme/flip/?card=99"))
    assert "1 of 3" in text_of(client.get("/cards/theme/flip/?card=x"))
    assert "No cards here" in text_of(client.get("/cards/theme/flip/?q=dopamine"))


def test_it_asks_the_database_as_often_whatever_there_is(
    cora: User, ada: User, signed_in: SignIn
) -> None:
    bank, source = make.bank(cora), make.source()
    client = signed_in(ada)
    client.get("/cards/")  # writes down once what the session is
    counts = []
    for _round in range(2):
        for number in range(3):
            make.note(bank, anchored_in=source, kind="reversed", topic=("safety", "")[number % 2])
            make.deck(bank, topic="", material=source.slug)
            make.deck(bank, topic="safety", slug=f"theme-{_round}-{number}")
        urls = ("/cards/", "/cards/theme-0-0/", "/cards/theme-0-0/flip/")
        counts.append([queries(client, url) for url in urls])
    assert counts[0] == counts[1]
    assert max(counts[0]) <= 8


def test_it_gives_the_cards_of_each_passage(
    cora: User, ada: User, django_assert_num_queries: Any
) -> None:
    bank, source, exam = make.bank(cora), make.source(), make.bank(cora, use="exam")
    make.note(bank, anchored_in=source, kind="reversed")
    make.note(exam, anchored_in=source)
    passages = list(Passage.objects.order_by("position").values_list("pk", flat=True))
    with django_assert_num_queries(2):
        found = cards_on(passages, ada)
    assert [len(found.get(pk, ())) for pk in passages] == [2, 0, 0]
    assert len(cards_on(passages, cora)[passages[0]]) == 3
    assert cards_on([], ada) == {}


def test_it_shows_keys_on_buttons_only_where_scripts_take_them() -> None:
    root = Path(__file__).resolve().parents[2] / "templates"
    files = [*root.rglob("*.html"), *root.rglob("*.jinja")]
    keys = [key for file in files for key in re.findall(r'<kbd class="([^"]*)"', file.read_text())]
    assert keys
    assert all("js-only" in key.split() for key in keys)
