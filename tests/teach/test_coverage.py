"""The pages of coverage: what is asked of one's texts, and what is deliberately not."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from quizzes.bank.not_asked.models import NotAsked
from quizzes.material.models import Source
from tests import make

SignIn = Callable[[User], Client]


@pytest.fixture
def text(cora: User) -> Source:
    return make.source(owner=cora, slug="the-text", title="How it acts")


def test_it_shows_each_text_with_its_gaps(text: Source, cora: User, signed_in: SignIn) -> None:
    make.question(make.bank(cora), anchored_in=text)
    page = signed_in(cora).get("/teach/coverage/").content.decode()
    assert "How it acts" in page
    assert "<strong>2</strong>" in page
    page = signed_in(cora).get(f"/teach/coverage/{text.pk}/").content.decode()
    assert "1 asked · 0 deliberately not asked · 2 gaps" in page
    assert '<a href="/teach/" aria-current="true">' in page
    assert "asked once" in page
    assert "?anchor=the-text+fading+0+" in page


def test_it_notes_why_a_passage_is_not_asked_and_takes_the_note_away(
    text: Source, cora: User, signed_in: SignIn
) -> None:
    client, path = signed_in(cora), f"/teach/coverage/{text.pk}/"
    sent = {"passage": "fading", "reason": "It repeats what stands above."}
    reply = client.post(path, sent)
    assert (reply.status_code, reply["Location"]) == (302, f"{path}#fading")
    mark = NotAsked.objects.get()
    assert (mark.key, mark.author, mark.source) == ("fading", cora, text)
    page = client.get(path).content.decode()
    assert "Deliberately not asked: It repeats what stands above." in page
    client.post(path, {"passage": "fading", "clear": "1"})
    assert not NotAsked.objects.exists()


@pytest.mark.parametrize(
    "sent",
    [
        {},
        {"passage": "fading", "reason": " "},
        {"passage": "gone", "reason": "So."},
        {"passage": "a\0b", "reason": "So."},
        {"passage": "fading", "reason": "x" * 401},
    ],
)
def test_it_refuses_what_is_no_passage_or_no_reason(
    text: Source, cora: User, signed_in: SignIn, sent: dict[str, str]
) -> None:
    reply = signed_in(cora).post(f"/teach/coverage/{text.pk}/", sent, follow=True)
    assert reply.status_code == 200
    assert [message.level_tag for message in reply.context["messages"]] == ["error"] * len(
        list(reply.context["messages"])
    )
    assert not NotAsked.objects.exists()


def test_it_keeps_a_text_to_those_who_may_change_it(
    text: Source, cora: User, dana: User, ada: User, signed_in: SignIn
) -> None:
    path = f"/teach/coverage/{text.pk}/"
    sent = {"passage": "fading", "reason": "Mine now."}
    assert [signed_in(one).get(path).status_code for one in (cora, dana, ada)] == [200, 404, 404]
    assert signed_in(dana).post(path, sent).status_code == 404
    assert signed_in(ada).get("/teach/coverage/").status_code == 403
    assert "How it acts" not in signed_in(dana).get("/teach/coverage/").content.decode()
    assert not NotAsked.objects.exists()


def test_it_asks_as_many_queries_for_many_texts_as_for_one(
    text: Source, cora: User, signed_in: SignIn, django_assert_max_num_queries: Any
) -> None:
    for _number in range(4):
        make.source(owner=cora)
    client = signed_in(cora)
    with django_assert_max_num_queries(13):
        client.get("/teach/coverage/")
