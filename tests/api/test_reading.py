"""Materials and quizzes, as those who study see them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Accommodation, User
from quizzes.assessments.models import Quiz
from tests import make
from tests.api.conftest import Caller

pytestmark = pytest.mark.django_db
Callers = Callable[[Any], Caller]


def statements(act: Callable[[], Any]) -> int:
    with CaptureQueriesContext(connection) as queries:
        reply = act()
    assert reply.status_code == 200, reply.content
    return len(queries)


def test_it_lists_texts_with_what_is_asked_on_them(program: Callers, ada: User, quiz: Quiz) -> None:
    listed = program(ada).get("/materials/").json()
    assert listed["count"] == 1
    text = listed["results"][0]
    assert (text["passages"], text["questions"]) == (3, 3)
    assert text["slug"].startswith("text-")


def test_it_reads_a_text_by_its_passages(program: Callers, ada: User, quiz: Quiz) -> None:
    caller = program(ada)
    slug = caller.get("/materials/").json()["results"][0]["slug"]
    text = caller.get(f"/materials/{slug}/").json()
    assert (text["edition"], text["questions"]) == (1, 3)
    section = text["sections"][0]
    assert (section["title"], section["slug"]) == ("How it acts", "how-it-acts")
    first, _, last = section["passages"]
    assert first["text"].startswith("<p>Ketamine blocks")
    assert first["plain"].startswith("Ketamine blocks")
    assert (first["key"], first["position"], first["questions"]) == ("first-act", 1, 3)
    assert first["mastery"] is None
    assert last["questions"] == 0
    assert first["url"] == f"/read/{slug}/#first-act"


def test_it_counts_no_question_that_an_exam_keeps(program: Callers, ada: User, cora: User) -> None:
    text = make.source(owner=cora)
    make.question(make.bank(cora, use="exam"), anchored_in=text)
    listed = program(ada).get(f"/materials/{text.slug}/").json()
    assert listed["questions"] == 0


def test_it_shows_unpublished_texts_to_editors_alone(
    program: Callers, ada: User, cora: User, dana: User
) -> None:
    draft = make.source(owner=cora, published=False)
    assert program(cora).get(f"/materials/{draft.slug}/").json()["sections"] == []
    for user, status in ((ada, 404), (dana, 404), (None, 401)):
        assert program(user).get(f"/materials/{draft.slug}/").status_code == status
    assert program(ada).get("/materials/").json()["count"] == 0


def test_it_tells_the_terms_in_effect_for_the_caller(
    program: Callers, ada: User, ben: User, quiz: Quiz
) -> None:
    quiz.time_limit_s, quiz.attempts_allowed = 600, 2
    quiz.opens_at = datetime(2026, 1, 1, tzinfo=UTC)
    quiz.closes_at = datetime(2026, 6, 1, tzinfo=UTC)
    quiz.save()
    Accommodation.objects.create(user=ada, time_factor=Decimal("1.25"), extra_attempts=1)
    make.finished(ada, quiz)
    told = program(ada).get(f"/quizzes/{quiz.slug}/").json()
    assert (told["time_limit_s"], told["attempts_allowed"], told["attempts_left"]) == (750, 3, 2)
    assert told["closes_at"] == "2026-06-01T00:02:30Z"
    assert (told["question_count"], told["max_mark"], told["mode"]) == (3, 3.0, "practice")
    assert told["paper"] is None
    plain = program(ben).get("/quizzes/").json()["results"][0]
    assert (plain["time_limit_s"], plain["attempts_left"]) == (600, 2)
    assert plain["closes_at"] == "2026-06-01T00:00:00Z"
    assert "paper" not in plain


def test_it_nulls_limits_that_are_not_there(program: Callers, ada: User, quiz: Quiz) -> None:
    told = program(ada).get(f"/quizzes/{quiz.slug}/").json()
    for name in ("time_limit_s", "attempts_left", "opens_at", "closes_at", "pass_mark"):
        assert told[name] is None


@pytest.mark.parametrize("fields", [{"state": "draft"}, {"audience": "assigned"}])
def test_it_shows_quizzes_by_audience(
    fields: dict[str, str], program: Callers, ada: User, cora: User, dana: User, quiz: Quiz
) -> None:
    Quiz.objects.update(**fields)
    for user, status in ((cora, 200), (ada, 404), (dana, 404), (None, 401)):
        assert program(user).get(f"/quizzes/{quiz.slug}/").status_code == status
    assert program(ada).get("/quizzes/").json()["count"] == 0


@pytest.mark.parametrize("path", ["/quizzes/", "/materials/"])
def test_it_lists_in_a_constant_number_of_statements(
    path: str, program: Callers, ada: User, cora: User
) -> None:
    def add(count: int) -> None:
        for _ in range(count):
            bank, text = make.bank(cora), make.source(owner=cora)
            closes = timezone.now() + timedelta(days=1)
            asked = [make.question(bank, anchored_in=text) for _ in range(2)]
            make.quiz(cora, asked, closes_at=closes)

    caller = program(ada)
    add(2)
    caller.get(path)  # counts what has changed
    few = statements(lambda: caller.get(path))
    add(6)
    caller.get(path)
    assert statements(lambda: caller.get(path)) == few <= 8


def test_it_counts_slots_and_marks_apart_from_attempts(
    program: Callers, ada: User, quiz: Quiz
) -> None:
    quiz.slots.filter(position=1).update(max_mark=Decimal("2.5"))
    make.finished(ada, quiz)
    make.finished(ada, quiz, now=make.NOON + timedelta(days=1))
    told = program(ada).get(f"/quizzes/{quiz.slug}/").json()
    assert (told["question_count"], told["max_mark"]) == (3, 4.5)
