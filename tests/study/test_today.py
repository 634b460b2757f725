"""The front page of visitors, and what a student's day begins with."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from quizzes.material.models import Audience
from quizzes.study.dashboard import today_page
from tests import make

SignIn = Callable[[User], Client]
PAST = timezone.now() - timedelta(days=2)


def today(client: Client) -> str:
    response = client.get("/")
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


def test_visitors_see_the_front_page_with_public_texts(db: None) -> None:
    make.source(title="Open text")
    make.source(title="Members text", audience=Audience.SIGNED_IN)
    html = today(Client())
    assert "Sign in" in html
    assert "Open text" in html
    assert "Members text" not in html


def test_it_greets_by_the_users_own_clock(ada: User) -> None:
    noon_in_utc = make.NOON
    ada.time_zone = "Pacific/Auckland"
    assert today_page(ada, now=noon_in_utc)["greeting"] == "Good evening"
    ada.time_zone = "America/New_York"
    assert today_page(ada, now=noon_in_utc)["greeting"] == "Good morning"


def test_it_leads_back_to_open_attempts(
    signed_in: SignIn, ada: User, ben: User, cora: User
) -> None:
    quiz = make.quiz(cora, [make.question(make.bank(cora)) for _ in range(3)], time_limit_s=3600)
    now = timezone.now()
    attempt = make.attempt(ada, quiz, now=now)
    make.answers(attempt, slots=[1], now=now)
    html = today(signed_in(ada))
    assert f'href="/attempts/{attempt.pk}/"' in html
    assert "1 of 3 answered" in html
    assert "min left" in html or "1 h left" in html
    assert f"/attempts/{attempt.pk}/" not in today(signed_in(ben))


def test_it_names_three_attempts_and_folds_the_rest(
    signed_in: SignIn, ada: User, cora: User
) -> None:
    asked = [make.question(make.bank(cora))]
    now = timezone.now()
    begun = [
        make.attempt(ada, make.quiz(cora, asked), now=now - timedelta(minutes=30 - minutes))
        for minutes in range(4)
    ]
    timed = make.attempt(ada, make.quiz(cora, asked, time_limit_s=3600), now=now)
    shown, folded = today(signed_in(ada)).split("2 more in progress")
    named = [timed, *reversed(begun)]
    places = [shown.index(f'href="/attempts/{one.pk}/"') for one in named[:3]]
    assert places == sorted(places)
    assert all(f'href="/attempts/{one.pk}/"' in folded for one in named[3:])
    make.services.finish(attempt_id=begun[0].pk, now=now)
    make.services.finish(attempt_id=begun[1].pk, now=now)
    assert "more in progress" not in today(signed_in(ada))


def test_an_attempt_whose_time_is_up_cannot_be_gone_on_with(ada: User, cora: User) -> None:
    quiz = make.quiz(cora, [make.question(make.bank(cora))], time_limit_s=600)
    make.attempt(ada, quiz, now=make.NOON)
    assert today_page(ada, now=make.NOON + timedelta(minutes=5))["running"] != []
    assert today_page(ada, now=make.NOON + timedelta(minutes=11))["running"] == []


def test_it_offers_what_closes_first_and_nothing_that_is_used_up(ada: User, cora: User) -> None:
    asked = [make.question(make.bank(cora))]
    make.quiz(cora, asked, title="Any time")
    make.quiz(cora, asked, title="Next week", closes_at=make.NOON + timedelta(days=7))
    make.quiz(cora, asked, title="Over", closes_at=make.NOON - timedelta(days=7))
    make.quiz(cora, asked, title="Exam", mode="exam")
    make.quiz(cora, asked, title="Later", opens_at=make.NOON + timedelta(days=1))
    used = make.quiz(cora, asked, title="Used up", attempts_allowed=1)
    make.finished(ada, used)
    page = today_page(ada, now=make.NOON + timedelta(hours=1))
    titles = [paper.quiz.title for paper in page["quizzes"]]
    assert titles == ["Next week", "Any time", "Exam", "Later"]


def test_it_shows_the_last_results_as_far_as_they_may_be_told(
    signed_in: SignIn, ada: User, cora: User
) -> None:
    asked = [make.question(make.bank(cora))]
    make.finished(ada, make.quiz(cora, asked, title="Told"), right=False, now=PAST)
    exam = make.quiz(cora, asked, mode="exam", closes_at=timezone.now() + timedelta(days=1))
    make.finished(ada, exam, now=PAST)
    essay = make.quiz(cora, [make.question(make.bank(cora), type="essay")])
    make.finished(ada, essay, now=PAST)
    html = today(signed_in(ada))
    assert '<span class="strong">0%' in html
    assert "available later" in html
    assert "to be marked" in html
    assert "100%" not in html


def test_it_names_the_passages_that_went_wrong(signed_in: SignIn, ada: User, cora: User) -> None:
    text = make.source(title="The text")
    quiz = make.quiz(cora, [make.question(make.bank(cora), anchored_in=text)])
    assert "Weakest passages" not in today(signed_in(ada))
    make.finished(ada, quiz, right=False, now=PAST)
    html = today(signed_in(ada))
    assert f'href="/read/{text.slug}/#first-act"' in html
    assert "Fragile" in html


def test_a_text_read_last_that_is_gone_is_forgotten(ada: User) -> None:
    assert today_page(ada, now=make.NOON, last_read="no-such-text")["last_read"] is None


@pytest.mark.parametrize("path", ["/", "/library/", "/progress/"])
def test_pages_are_read_only(signed_in: SignIn, ada: User, path: str) -> None:
    assert signed_in(ada).post(path).status_code == 405


def test_its_queries_do_not_grow(
    signed_in: SignIn, ada: User, cora: User, django_assert_num_queries: Any
) -> None:
    bank = make.bank(cora)

    def fill(number: int) -> None:
        for _ in range(number):
            quiz = make.quiz(
                cora,
                [make.question(bank, anchored_in=make.source())],
                closes_at=timezone.now() + timedelta(days=1),
            )
            make.finished(ada, quiz, right=False, now=PAST)
            make.attempt(ada, quiz, now=timezone.now())
        make.finished(
            ada,
            make.quiz(cora, [make.question(bank, anchored_in=make.source())]),
            right=False,
            now=PAST,
        )

    client = signed_in(ada)
    fill(1)
    today(client)
    with django_assert_num_queries(22):
        today(client)
    fill(5)
    today(client)  # counts what has changed
    with django_assert_num_queries(22):
        today(client)
