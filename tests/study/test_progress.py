"""Progress: a student's scores over time, and quiz by quiz."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.test import Client
from django.utils import timezone

from accounts.models import User
from quizzes.attempts import services
from quizzes.study.history import progress_page
from tests import make

SignIn = Callable[[User], Client]
NOW = timezone.now()


def progress(client: Client, **query: Any) -> str:
    response = client.get("/progress/", query)
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


def test_visitors_are_led_to_the_sign_in() -> None:
    response = Client().get("/progress/")
    assert response.status_code == 302
    assert response.headers["Location"].startswith("/accounts/login/")


def test_it_says_what_would_be_here(signed_in: SignIn, ada: User) -> None:
    assert "No results yet" in progress(signed_in(ada))


def test_it_gives_best_last_and_average(signed_in: SignIn, ada: User, cora: User) -> None:
    quiz = make.quiz(cora, [make.question(make.bank(cora)) for _ in range(2)], title="The quiz")
    for days, slots in ((5, [1]), (4, [1, 2]), (3, [1])):
        attempt = make.attempt(ada, quiz, now=NOW - timedelta(days=days))
        make.answers(attempt, slots=slots, now=NOW - timedelta(days=days))
        services.finish(attempt_id=attempt.pk, now=NOW - timedelta(days=days))
    html = progress(signed_in(ada))
    assert 'data-l="Best">100%' in html
    assert 'data-l="Last">50%' in html
    assert 'data-l="Average">67%' in html
    assert "3 attempts, the first 50 percent, the last 50, the best 100." in html
    assert html.count('<circle class="dot"') == 3
    assert "Show as table" in html


def test_what_may_not_be_told_is_in_no_number(signed_in: SignIn, ada: User, cora: User) -> None:
    exam = make.quiz(
        cora, [make.question(make.bank(cora))], mode="exam", closes_at=NOW + timedelta(days=1)
    )
    make.finished(ada, exam, now=NOW - timedelta(days=1))
    html = progress(signed_in(ada))
    assert "available later" in html
    assert "100%" not in html
    assert '<circle class="dot"' not in html


def test_what_waits_for_marking_is_no_score_yet(ada: User, cora: User) -> None:
    bank = make.bank(cora)
    quiz = make.quiz(cora, [make.question(bank), make.question(bank, type="essay")])
    make.finished(ada, quiz, now=NOW - timedelta(days=1))
    page = progress_page(ada, now=NOW)
    assert page["plot"] is None
    assert page["lines"][0].best is None
    assert page["count"] == 1


def test_it_shows_one_quiz_with_its_pass_mark(signed_in: SignIn, ada: User, cora: User) -> None:
    asked = [make.question(make.bank(cora))]
    one = make.quiz(cora, asked, title="One", pass_mark=60)
    make.finished(ada, one, now=NOW - timedelta(days=2))
    make.finished(ada, make.quiz(cora, asked, title="Two"), now=NOW - timedelta(days=1))
    client = signed_in(ada)
    html = progress(client, quiz=one.slug)
    assert "Scores over time: One" in html
    assert "pass 60%" in html
    assert html.count('<circle class="dot"') == 1
    assert progress(client, quiz="no-such-quiz").count('<circle class="dot"') == 2


def test_what_the_last_minutes_tell_and_what_is_told_later_are_kept_apart(
    ada: User, cora: User
) -> None:
    quiz = make.quiz(cora, [make.question(make.bank(cora))])
    quiz.review["just_after"] = ["attempt", "correctness"]
    quiz.save()
    for minutes, right in ((20, True), (10, False), (1, True)):
        make.finished(ada, quiz, right=right, now=NOW - timedelta(minutes=minutes))
    (line,) = progress_page(ada, now=NOW)["lines"]
    assert (line.attempts, line.best, line.last, line.average) == (3, 100, 0, 50)
    assert line.newest.percent is None
    assert [one.percent for one in progress_page(ada, now=NOW)["attempts"]] == [None, 0, 100]
    (line,) = progress_page(ada, now=NOW + timedelta(minutes=2))["lines"]
    assert (line.best, line.last) == (100, 100)


def test_nobody_elses_attempts_and_no_previews_count(ada: User, ben: User, cora: User) -> None:
    quiz = make.quiz(cora, [make.question(make.bank(cora))])
    make.finished(ben, quiz, now=NOW - timedelta(days=1))
    preview, _ = services.start_attempt(user=cora, quiz=quiz, now=NOW, preview=True)
    services.finish(attempt_id=preview.pk, now=NOW)
    assert progress_page(ada, now=NOW)["count"] == 0
    assert progress_page(cora, now=NOW)["count"] == 0
    assert progress_page(ada, now=NOW, quiz=quiz.slug)["chosen"] is None


def test_its_queries_do_not_grow(
    signed_in: SignIn, ada: User, cora: User, django_assert_num_queries: Any
) -> None:
    bank = make.bank(cora)

    def fill(number: int) -> None:
        for day in range(number):
            quiz = make.quiz(cora, [make.question(bank)], closes_at=NOW + timedelta(days=1))
            make.finished(ada, quiz, now=NOW - timedelta(days=day + 1))

    client = signed_in(ada)
    fill(1)
    progress(client)
    with django_assert_num_queries(6):
        progress(client)
    fill(6)
    with django_assert_num_queries(6):
        progress(client)
