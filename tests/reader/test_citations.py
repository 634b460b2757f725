"""The words that a card or a claim quotes, marked in the reader for whoever may see them."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from accounts.models import User
from tests import make

pytestmark = pytest.mark.django_db
SignIn = Callable[[User], Client]


def test_it_marks_what_a_card_or_a_claim_quotes(cora: User, ada: User, signed_in: SignIn) -> None:
    bank, one, two = make.bank(cora), make.source(), make.source()
    card = make.note(bank, anchored_in=one).anchors.get()
    claim = make.link(bank, one, two).claims.order_by("position")[0]
    client = signed_in(ada)
    for mark, shown in (
        (f"card-{card.pk}", True),
        (f"claim-{claim.pk}", True),
        (f"card-{10**30}", False),
        ("card-x", False),
        ("other-1", False),
    ):
        page = client.get(f"/read/{one.slug}/?mark={mark}").content.decode()
        assert ("<mark>blocks the NMDA receptor</mark>" in page) == shown, mark


def test_it_marks_nothing_of_an_exam_only_bank(cora: User, ada: User, signed_in: SignIn) -> None:
    bank, text = make.bank(cora, use="exam"), make.source()
    card = make.note(bank, anchored_in=text).anchors.get()
    address = f"/read/{text.slug}/?mark=card-{card.pk}"
    assert "<mark>" in signed_in(cora).get(address).content.decode()
    assert "<mark>" not in signed_in(ada).get(address).content.decode()
