"""Search within a text, the weakest passages first, and the way back to an answer."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from quizzes.bank.drafts import AnchorDraft
from quizzes.bank.models import QuestionAnchor
from quizzes.reader.searching import search
from tests import make

SignIn = Callable[[User], Client]
PAST = timezone.now() - timedelta(days=2)
PASSAGES = [("a", 1, "Ketamine blocks. KETAMINE acts."), ("b", 2, "No drug."), ("c", 3, "ketamine")]


def test_it_finds_words_whatever_their_capitals_and_goes_round() -> None:
    found = search(PASSAGES, "ketamine", 3)
    assert found
    assert [(hit.key, hit.number) for hit in found.hits] == [("a", 1), ("a", 2), ("c", 3)]
    numbers = [one.number for one in (found.previous, found.here, found.next) if one]
    assert numbers == [2, 3, 1]
    assert [(hit.position, count) for hit, count in found.passages] == [(1, 2), (3, 1)]


@pytest.mark.parametrize("q", ["", "k", " k ", "("])
def test_it_does_not_search_for_next_to_nothing(q: str) -> None:
    assert search(PASSAGES, q, 1) is None


@pytest.mark.parametrize(("q", "count"), [("(a+)+$", 0), ("blocks. ketamine", 1), ("zz", 0)])
def test_it_takes_what_is_typed_for_words_alone(q: str, count: int) -> None:
    found = search(PASSAGES, q, 99)
    assert (found.count if found else None) == count


def test_the_page_marks_what_was_found_for_everybody(cora: User) -> None:
    text = make.source(owner=cora)
    shown = Client().get(f"/read/{text.slug}/", {"q": "the", "hit": "2"}).content.decode()
    assert "2 of 3" in shown
    assert '<mark class="hit on" id="hit-2">the</mark>n rises' in shown
    assert '<mark class="hit" id="hit-1">the</mark>' in shown
    shown = Client().get(f"/read/{text.slug}/", {"q": "<script>"}).content.decode()
    assert "“&lt;script&gt;” was not found in this text." in shown


def test_the_weakest_passage_comes_first_and_of_equals_the_oldest_answer(
    signed_in: SignIn, ada: User, cora: User
) -> None:
    text, bank = make.source(owner=cora), make.bank(cora)
    anchors = {
        "first-act": "blocks the NMDA receptor",
        "fading": "the benefit fades",
        "nothing-asked": "Nobody",
    }
    asked = {
        key: make.question(bank, anchors=(AnchorDraft(text.slug, key, quote),))
        for key, quote in anchors.items()
    }
    for key, right, days in (("first-act", False, 1), ("fading", False, 3)):
        quiz = make.quiz(cora, [asked[key]])
        make.finished(ada, quiz, right=right, now=PAST - timedelta(days=days))
    shown = signed_in(ada).get(f"/read/{text.slug}/").content.decode()
    for key, level, rank in (("fading", 1, 1), ("first-act", 1, 2), ("nothing-asked", 0, 3)):
        assert f'id="{key}" data-m="{level}" data-rank="{rank}"' in shown
    assert 'href="#fading" data-weakest="1"' in shown


def test_from_feedback_there_is_a_way_back_to_ones_own_answer_alone(
    signed_in: SignIn, ada: User, ben: User, cora: User
) -> None:
    text = make.source(owner=cora)
    quiz = make.quiz(cora, [make.question(make.bank(cora), anchored_in=text)])
    attempt = make.finished(ada, quiz, now=PAST)
    anchor = QuestionAnchor.objects.get()
    link = f"/read/{text.slug}/?mark={anchor.pk}&amp;from={attempt.pk}-1#first-act"
    assert link in signed_in(ada).get(f"/attempts/{attempt.pk}/review/").content.decode()
    path = f"/read/{text.slug}/?from={attempt.pk}-1"
    back = f'href="/attempts/{attempt.pk}/review/#q1"'
    assert back in signed_in(ada).get(path).content.decode()
    for client in (signed_in(ben), Client()):
        assert 'data-key="b"' not in client.get(path).content.decode()
    for broken in ("x", "1-", "-1", f"{attempt.pk}-x", "9" * 30 + "-1"):
        shown = signed_in(ada).get(f"/read/{text.slug}/", {"from": broken}).content.decode()
        assert 'data-key="b"' not in shown
