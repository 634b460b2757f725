"""Nobody can infer from what a page shows, and when, that somebody else was granted more time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine

from accounts.models import Accommodation, User
from quizzes.assessments.models import Quiz
from quizzes.attempts import services
from quizzes.attempts.models import Attempt
from quizzes.bank.models import QuestionBank
from tests import make
from tests.security.test_twins import assert_equal, undone

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def bank(cora: User) -> QuestionBank:
    return make.bank(cora)


@pytest.fixture
def exam(cora: User, bank: QuestionBank) -> Quiz:
    """An exam of an hour that closes in an hour."""
    return make.quiz(
        cora,
        [make.question(bank)],
        mode="exam",
        opens_at=NOW - HOUR,
        closes_at=NOW + HOUR,
        time_limit_s=3600,
    )


def seen_by(client: Any, quiz: Quiz, attempt: Attempt, at: datetime) -> list[Any]:
    """Everything a student may open at that moment."""
    with time_machine.travel(at, tick=False):
        services.close_overdue_attempts(now=at)
        services.release_due_responses(now=at)
        pages = [f"/attempts/{attempt.pk}/{name}/" for name in ("result", "review")]
        pages += [f"/quizzes/{quiz.slug}/", "/", "/library/", "/progress/"]
        pages += ["/api/v1/attempts/", "/api/v1/quizzes/", f"/api/v1/quizzes/{quiz.slug}/"]
        pages += [f"/api/v1/attempts/{attempt.pk}/{name}" for name in ("", "review/")]
        return [client.get(page) for page in pages]


def test_more_time_for_one_person_delays_no_homework_of_others(
    ada: User, ben: User, cora: User, bank: QuestionBank
) -> None:
    Accommodation.objects.create(user=ben, time_factor="1.50")
    homework = make.quiz(
        cora,
        [make.question(bank)],
        mode="homework",
        opens_at=NOW - 14 * DAY,
        closes_at=NOW,
    )
    attempt = make.finished(ada, homework, now=NOW - DAY)
    assert not make.shown(attempt, now=NOW - timedelta(seconds=1)).right_answer
    assert make.shown(attempt, now=NOW).right_answer


@time_machine.travel(NOW, tick=False)
@pytest.mark.parametrize("after", [HOUR / 2, HOUR, 1.5 * HOUR, 2 * HOUR, 3 * HOUR])
def test_pages_are_the_same_whoever_has_more_time(
    ada: User, ben: User, exam: Quiz, signed_in: Any, after: timedelta
) -> None:
    """Ben has taken the exam, too, and submitted; with more time or without."""
    attempt = make.finished(ada, exam, now=NOW)
    client = signed_in(ada)
    client.get("/")

    def walk(factor: str) -> list[Any]:
        if factor:
            Accommodation.objects.create(user=ben, time_factor=factor)
        make.finished(ben, exam, now=NOW)
        return seen_by(client, exam, attempt, NOW + after)

    usual = undone(lambda: walk(""))
    for factor in ("1.50", "10.00"):
        assert_equal(usual, undone(lambda f=factor: walk(f)))


@time_machine.travel(NOW, tick=False)
def test_while_somebody_writes_on_no_date_says_until_when(
    ada: User, ben: User, exam: Quiz, signed_in: Any
) -> None:
    attempt = make.finished(ada, exam, now=NOW)
    client = signed_in(ada)
    client.get("/")

    def walk(factor: str) -> list[Any]:
        Accommodation.objects.create(user=ben, time_factor=factor)
        make.attempt(ben, exam, now=NOW)
        return seen_by(client, exam, attempt, NOW + 2.5 * HOUR)

    three, five = (undone(lambda f=factor: walk(f)) for factor in ("3.00", "5.00"))
    assert_equal(three, five)
    result = three[0].content.decode()
    assert "are shown when everyone has finished." in result
    reply = three[-1].json()
    assert reply["score"] is None
    assert reply["next_disclosure"] == {
        "when": "everyone",
        "at": None,
        "score": True,
        "answers": True,
    }
    # So it is said of the hour after the close in which everybody waits.
    waiting = seen_by(client, exam, attempt, NOW + 1.5 * HOUR)[0].content.decode()
    assert "are shown when everyone has finished." in waiting


@time_machine.travel(NOW, tick=False)
def test_before_the_close_the_quiz_s_own_is_named(
    ada: User, ben: User, exam: Quiz, signed_in: Any
) -> None:
    Accommodation.objects.create(user=ben, time_factor="1.50")
    make.attempt(ben, exam, now=NOW)
    attempt = make.finished(ada, exam, now=NOW)
    page = signed_in(ada).get(f"/attempts/{attempt.pk}/result/").content.decode()
    assert "are shown when this quiz has closed, today at 13:00, and everyone has finished" in page
    told = signed_in(ada).get(f"/api/v1/attempts/{attempt.pk}/review/").json()
    assert told["next_disclosure"]["at"] == "2026-03-02T13:00:00Z"
