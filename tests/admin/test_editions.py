"""Editions in the admin site: what changed, the quotes to decide about, publishing."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from quizzes.bank.drafts import AnchorDraft, OptionDraft
from quizzes.bank.models import Question, QuestionAnchor, QuestionBank
from quizzes.cards.drafts import NoteDraft
from quizzes.cards.models import Note
from quizzes.cards.services import create_note
from quizzes.concordance.drafts import ClaimDraft, LinkDraft
from quizzes.concordance.models import ConcordanceLink
from quizzes.concordance.services import create_link
from quizzes.material.models import AnchorReview, Edition, Source
from tests import make
from tests.admin.conftest import SignedIn, form_shown

SOURCES = "/admin/quizzes/source/"
TEXT = """---
title: On sleep
---
## Why we sleep

Sleep clears the brain of waste. It takes 7 hours in most adults. {#clearing}

Memories settle at night. Naps help, too. {#memory}
"""


@pytest.fixture
def source(educator: Client) -> Source:
    educator.post(f"{SOURCES}add/", {"slug": "sleep", "document": TEXT})
    return Source.objects.get()


@pytest.fixture
def question(source: Source, bank: QuestionBank) -> Question:
    return make.question(bank, anchors=(AnchorDraft("sleep", "clearing", "It takes 7 hours"),))


def change(client: Client, source: Source, old: str, new: str) -> Any:
    address = f"{SOURCES}{source.pk}/change/"
    fields = form_shown(client, address)
    return client.post(
        address, fields | {"document": fields["document"].replace(old, new)}, follow=True
    )


def edition_page(source: Source, number: int = 2) -> str:
    return f"{SOURCES}{source.pk}/editions/{number}/"


def test_it_holds_a_text_shows_what_changed_and_publishes_once_decided(
    educator: Client, source: Source, question: Question
) -> None:
    response = change(educator, source, "7 hours", "8 hours")
    page = response.content.decode()
    assert response.redirect_chain[-1][0] == edition_page(source)
    assert "a number changed" in page
    assert "<del>" in page
    assert "8</ins>" in page
    assert "Publish this edition" not in page
    refused = educator.post(edition_page(source), {"do": "publish"}, follow=True)
    assert "Not published: quotes to decide about: 1." in refused.content.decode()
    review = AnchorReview.objects.get()
    educator.post(edition_page(source), {"review": review.pk, "decision": "accepted"})
    page = educator.get(edition_page(source)).content.decode()
    assert "1 of 1 decided" in page
    assert "Publish this edition" in page
    done = educator.post(edition_page(source), {"do": "publish"}, follow=True).content.decode()
    assert "Readers see edition 2. Quotes: 0 kept, 0 moved, 1 changed, 0 lost." in done
    assert QuestionAnchor.objects.get().quote == "It takes 8 hours"
    source.refresh_from_db()
    assert source.edition is not None
    assert source.edition.number == 2


def test_it_shows_readers_the_earlier_text_while_quotes_wait(
    educator: Client, source: Source, question: Question
) -> None:
    change(educator, source, "7 hours", "8 hours")
    assert "7 hours" in educator.get("/read/sleep/").content.decode()
    form = educator.get(f"{SOURCES}{source.pk}/change/").content.decode()
    assert "Edition 2 is a draft." in form
    assert "8 hours" in form
    assert "1 quote" in educator.get("/teach/").content.decode()


def test_it_picks_other_words_of_the_new_text(
    educator: Client, source: Source, question: Question
) -> None:
    change(educator, source, "It takes 7 hours in most adults.", "Most adults need rest.")
    review = AnchorReview.objects.get()
    found = educator.get(edition_page(source), {"pick": review.pk, "find": "adults need"})
    assert 'name="pick" value="clearing 33 55"' in found.content.decode()
    educator.post(edition_page(source), {"review": review.pk, "pick": "clearing 33 55"})
    review.refresh_from_db()
    assert (review.decision, review.words) == ("picked", "Most adults need rest.")
    educator.post(edition_page(source), {"review": review.pk, "decision": ""})
    review.refresh_from_db()
    assert review.decision == ""
    for wrong in ("clearing 1", "none 1 2", "clearing x y"):
        answer = educator.post(edition_page(source), {"review": review.pk, "pick": wrong})
        assert answer.status_code in {302, 404}
    review.refresh_from_db()
    assert review.decision == ""


def test_it_throws_a_draft_away(educator: Client, source: Source, question: Question) -> None:
    change(educator, source, "7 hours", "8 hours")
    educator.post(edition_page(source), {"do": "discard"})
    assert Edition.objects.count() == 1
    assert educator.get(edition_page(source)).status_code == 404


def test_it_shows_editions_to_those_who_may_change_the_text_alone(
    educator: Client, source: Source, question: Question, dana: User, signed_in: SignedIn
) -> None:
    change(educator, source, "7 hours", "8 hours")
    assert signed_in(dana).get(edition_page(source)).status_code == 404
    assert signed_in(dana).post(edition_page(source), {"do": "discard"}).status_code == 404
    assert educator.get(edition_page(source, 3)).status_code == 404
    assert Edition.objects.count() == 2


def test_it_does_not_tell_what_others_ask(educator: Client, source: Source, dana: User) -> None:
    anchor = AnchorDraft("sleep", "clearing", "It takes 7 hours")
    make.question(make.bank(dana), stem="What is the secret of sleep?", anchors=(anchor,))
    page = change(educator, source, "7 hours", "8 hours").content.decode()
    assert "It belongs to others." in page
    assert "secret" not in page


def test_it_shows_a_queue_in_as_many_queries_whatever_its_length(
    educator: Client,
    source: Source,
    bank: QuestionBank,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    anchor = AnchorDraft("sleep", "clearing", "It takes 7 hours")
    for _ in range(6):
        make.question(bank, anchors=(anchor,))
    change(educator, source, "7 hours", "8 hours")
    with django_assert_num_queries(13):
        educator.get(edition_page(source))
    AnchorReview.objects.filter(pk__gt=AnchorReview.objects.earliest("pk").pk).delete()
    with django_assert_num_queries(13):
        educator.get(edition_page(source))


def test_it_decides_at_once_about_quotes_of_the_same_words(
    educator: Client, source: Source, bank: QuestionBank
) -> None:
    same = AnchorDraft("sleep", "clearing", "It takes 7 hours")
    for _ in range(3):
        make.question(bank, anchors=(same,))
    make.question(bank, anchors=(AnchorDraft("sleep", "clearing", "7 hours in most adults"),))
    change(educator, source, "7 hours", "8 hours")
    first = AnchorReview.objects.filter(old_words=same.quote).earliest("pk")
    page = educator.get(edition_page(source)).content.decode()
    assert page.count("Decide alike about 2 more quotes of these words") == 3
    educator.post(edition_page(source), {"review": first.pk, "decision": "accepted", "alike": "1"})
    decided = AnchorReview.objects.filter(decision="accepted")
    assert set(decided.values_list("old_words", flat=True)) == {same.quote}
    assert decided.count() == 3
    page = educator.get(edition_page(source)).content.decode()
    assert "3 of 4 decided" in page
    assert "Decide alike" not in page


def test_it_asks_about_cards_and_claims_as_about_questions(
    educator: Client, source: Source, bank: QuestionBank, cora: User
) -> None:
    words = ("sleep", "clearing", "It takes 7 hours")
    fields = {"front": "How long is sleep?", "back": "7 hours"}
    note = NoteDraft("basic", fields, anchors=(AnchorDraft(*words),))
    create_note(bank=bank, draft=note, author=cora, now=make.NOON)
    claims = (ClaimDraft(*words, "Sleep is long."), ClaimDraft(*words, "Sleep lasts."))
    create_link(
        bank=bank, draft=LinkDraft("l", "On length", "agree", claims), by=cora, now=make.NOON
    )
    page = change(educator, source, "7 hours", "8 hours").content.decode()
    assert page.count("a number changed") == 3
    assert "How long is sleep?" in page
    assert "On length" in page
    for review in AnchorReview.objects.all():
        educator.post(edition_page(source), {"review": review.pk, "decision": "changed"})
    educator.post(edition_page(source), {"do": "publish"})
    assert Note.objects.get().paused_at is not None
    assert ConcordanceLink.objects.get().paused_at is not None


@pytest.mark.parametrize(
    ("new", "classes"),
    [
        ("Sleep takes 7 hours", "button default"),
        ("It takes 8 hours", "button"),
        ("It takes 7 minutes", "button"),
        ("It never takes 7 hours", "button"),
    ],
)
def test_it_offers_first_what_is_proposed_unless_it_may_say_something_else(
    educator: Client, source: Source, question: Question, new: str, classes: str
) -> None:
    page = change(educator, source, "It takes 7 hours", new).content.decode()
    button = next(tag for tag in re.findall("<button[^>]*>", page) if 'value="accepted"' in tag)
    assert f'class="{classes}"' in button
    assert ("Read both before you quote them." in page) == (classes == "button")


def test_it_tells_which_option_quotes_the_words(
    educator: Client, source: Source, bank: QuestionBank, dana: User
) -> None:
    words = AnchorDraft("sleep", "clearing", "It takes 7 hours")
    of_option = replace(words, option=0)
    options = (
        OptionDraft("Seven _hours_", Decimal(1), "So it says."),
        OptionDraft("Two", rationale="Few."),
    )
    make.question(bank, options=options, anchors=(words, of_option))
    make.question(make.bank(dana), options=options, anchors=(of_option,))
    page = change(educator, source, "7 hours", "8 hours").content.decode()
    assert page.count('class="rowcard review"') == 3
    assert page.count("· option “Seven hours”") == 1


def test_it_says_that_the_reader_shows_another_edition(
    educator: Client, source: Source, question: Question
) -> None:
    assert "Open in the reader" in educator.get(edition_page(source, 1)).content.decode()
    page = change(educator, source, "7 hours", "8 hours").content.decode()
    assert "Open edition 1, which readers see" in page
    assert "Open in the reader" not in page
