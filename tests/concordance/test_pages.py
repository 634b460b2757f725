"""The page of the concordance, and what is next to a passage."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client

from accounts.models import User
from quizzes.concordance.drafts import ClaimDraft, LinkDraft
from quizzes.concordance.models import Claim
from quizzes.concordance.queries import concordance, links_on
from quizzes.concordance.services import change_link, create_link, delete_link
from tests import make

pytestmark = pytest.mark.django_db
SignIn = Callable[[User], Client]


def text_of(reply: Any) -> str:
    return " ".join(reply.content.decode().split())


def test_it_shows_what_texts_say_and_narrows_it(cora: User, ada: User, signed_in: SignIn) -> None:
    bank, one, two, three = make.bank(cora), *(make.source() for _ in range(3))
    make.link(bank, one, two, title="Where they part")
    make.link(bank, two, three, title="Where they meet", relation="agree", topic="safety")
    client = signed_in(ada)
    page = text_of(client.get("/concordance/"))
    claim = Claim.objects.first()
    for words in (
        "Where they part",
        "Where they meet",
        "Contradict 1",
        f"{one.title} says so.",
        "“blocks the NMDA receptor”",
        f"/read/{one.slug}/?mark=claim-{claim.pk}#first-act",
        "<p>Look twice.</p>",
    ):
        assert words in page
    for narrowed, shown in (
        ("relation=contradict", True),
        ("relation=agree", False),
        ("topic=mechanism", True),
        ("topic=safety", False),
        (f"material={one.slug}", True),
        (f"material={three.slug}", False),
    ):
        found = text_of(client.get(f"/concordance/?{narrowed}"))
        assert ("Where they part" in found, "Where they meet" in found) == (shown, not shown)
        assert "1 of 2 points" in found
    assert "disagree" in text_of(client.get("/concordance/?relation=contradict"))
    assert "No matches" in text_of(client.get("/concordance/?relation=scope&topic=%00"))


def test_it_shows_no_link_of_an_exam_only_bank_or_a_hidden_text(
    cora: User, dana: User, ada: User
) -> None:
    one, two = make.source(), make.source()
    make.link(make.bank(cora, use="exam"), one, two)
    hidden = make.source(owner=cora)
    make.link(make.bank(cora), one, hidden)
    assert concordance(cora).total == 2
    assert concordance(ada).total == 1
    hidden.edition = None
    hidden.save(update_fields=["edition"])
    for user in (ada, dana, AnonymousUser()):
        assert concordance(user).total == 0


def test_it_gives_the_other_claims_beside_a_passage(
    cora: User, ada: User, django_assert_num_queries: Any
) -> None:
    bank, one, two = make.bank(cora), make.source(), make.source()
    make.link(bank, one, two)
    make.link(bank, one, two)
    passages = list(one.edition.passages.order_by("position").values_list("pk", flat=True))
    with django_assert_num_queries(2):
        found = links_on(passages, ada)
    assert set(found) == {passages[0]}
    assert [[claim.title for claim in link.claims] for link in found[passages[0]]] == [
        [two.title],
        [two.title],
    ]
    assert links_on(passages, AnonymousUser()) == {}


def test_it_lets_only_editors_of_the_bank_write(cora: User, dana: User) -> None:
    bank, one, two = make.bank(cora), make.source(), make.source()
    link = make.link(bank, one, two)
    draft = LinkDraft("x", "X", "agree", ())
    with pytest.raises(PermissionDenied):
        create_link(bank=bank, draft=draft, by=dana, now=make.NOON)
    with pytest.raises(PermissionDenied):
        change_link(link=link, draft=draft, by=dana)
    with pytest.raises(PermissionDenied):
        delete_link(link=link, by=dana)
    delete_link(link=link, by=cora)


def test_it_refuses_a_link_with_every_reason_at_its_place(cora: User) -> None:
    bank, one = make.bank(cora), make.source()
    claims = (
        ClaimDraft(one.slug, "first-act", "says no such thing", "It says so."),
        ClaimDraft(one.slug, "no-such", "blocks", ""),
    )
    draft = LinkDraft("a b", " ", "differ", claims)
    with pytest.raises(ValidationError) as error:
        create_link(bank=bank, draft=draft, by=cora, now=make.NOON)
    places = {"slug", "title", "relation", "claims.0.quote", "claims.1.passage", "claims.1.says"}
    assert set(error.value.message_dict) == places
    one_claim = LinkDraft("a", "A", "agree", claims[:1])
    with pytest.raises(ValidationError, match="at least two claims"):
        create_link(bank=bank, draft=one_claim, by=cora, now=make.NOON)
