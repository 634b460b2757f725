"""Starting, reading, checking, submitting and reviewing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Accommodation, User
from quizzes.assessments import review_options
from quizzes.assessments.models import Quiz
from quizzes.attempts import services
from quizzes.attempts.models import Attempt
from tests import make
from tests.api.conftest import Caller

pytestmark = pytest.mark.django_db
Callers = Callable[[Any], Caller]


def answer(caller: Caller, attempt: int, slot: int, value: Any, sequence: int = 0) -> None:
    sent = {"answer": value, "confidence": 3, "flagged": False, "sequence": sequence}
    assert caller.put(f"/attempts/{attempt}/answers/{slot}/", sent).status_code == 200


# Start


def test_it_starts_an_attempt_once(program: Callers, ada: User, quiz: Quiz) -> None:
    caller = program(ada)
    started = caller.post(f"/quizzes/{quiz.slug}/attempts/", {})
    assert started.status_code == 201
    attempt = started.json()
    assert attempt["quiz"] == quiz.slug
    assert (attempt["number"], attempt["state"]) == (1, "in_progress")
    assert attempt["deadline"] is None
    assert attempt["started_at"].endswith("Z")
    assert attempt["server_time"].endswith("Z")
    question = attempt["questions"][0]
    assert list(question) == [
        "slot", "type", "stem", "options", "params", "max_mark", "flagged", "confidence",
        "sequence", "answer", "state",
    ]  # fmt: skip
    assert question["options"][0] == {"key": "a", "text": "Dopamine reuptake"}
    assert (question["max_mark"], question["sequence"], question["answer"]) == (1.0, 0, None)
    again = caller.post(f"/quizzes/{quiz.slug}/attempts/")
    assert (again.status_code, again.json()["id"]) == (200, attempt["id"])
    assert Attempt.objects.count() == 1


@pytest.mark.parametrize("sent", [{"assignment": 7}, {"assignment": "x"}, {"score": 1}, [], "x"])
def test_it_starts_nothing_by_a_wrong_body(
    sent: Any, program: Callers, ada: User, quiz: Quiz
) -> None:
    assert program(ada).post(f"/quizzes/{quiz.slug}/attempts/", sent).status_code == 400
    assert not Attempt.objects.exists()


def test_it_says_when_a_quiz_opens(program: Callers, ada: User, cora: User, quiz: Quiz) -> None:
    quiz.opens_at = timezone.now() + timedelta(days=1)
    quiz.save()
    reply = program(ada).post(f"/quizzes/{quiz.slug}/attempts/")
    assert reply.status_code == 409
    refusal = reply.json()
    assert (refusal["code"], refusal["closes_at"]) == ("not_open", None)
    assert refusal["opens_at"].endswith("Z")


def test_it_says_when_no_attempt_is_left(program: Callers, ada: User, quiz: Quiz) -> None:
    quiz.attempts_allowed = 1
    quiz.save()
    make.finished(ada, quiz)
    reply = program(ada).post(f"/quizzes/{quiz.slug}/attempts/")
    assert (reply.status_code, reply.json()) == (409, {"code": "limit"})


def test_it_starts_a_preview_for_those_who_may_edit(
    program: Callers, cora: User, quiz: Quiz
) -> None:
    quiz.closes_at = timezone.now() - timedelta(days=1)
    quiz.save()
    assert program(cora).post(f"/quizzes/{quiz.slug}/attempts/").json()["preview"] is True


def test_it_starts_no_draft_and_nothing_unknown(program: Callers, ada: User, quiz: Quiz) -> None:
    quiz.state = "draft"
    quiz.save()
    assert program(ada).post(f"/quizzes/{quiz.slug}/attempts/").status_code == 404
    assert program(ada).post("/quizzes/nothing/attempts/").status_code == 404
    assert program(None).post(f"/quizzes/{quiz.slug}/attempts/").status_code == 401


def test_it_honours_an_accommodation(program: Callers, ada: User, quiz: Quiz) -> None:
    quiz.time_limit_s = 600
    quiz.save()
    Accommodation.objects.create(user=ada, time_factor=Decimal("1.5"))
    attempt = program(ada).post(f"/quizzes/{quiz.slug}/attempts/").json()
    stored = Attempt.objects.get(pk=attempt["id"])
    assert stored.deadline == stored.started_at + timedelta(seconds=900)


# List and read


def test_it_lists_own_attempts_newest_first(
    program: Callers, ada: User, ben: User, quiz: Quiz
) -> None:
    make.finished(ada, quiz)
    make.attempt(ada, quiz, now=make.NOON + timedelta(hours=1))
    make.attempt(ben, quiz)
    listed = program(ada).get("/attempts/").json()
    assert (listed["count"], listed["next"], listed["previous"]) == (2, None, None)
    assert [one["number"] for one in listed["results"]] == [2, 1]
    assert listed["results"][1]["score"] == 3.0
    assert listed["results"][0]["score"] is None


def test_it_pages_lists(program: Callers, ada: User, quiz: Quiz) -> None:
    for hour in range(3):
        make.finished(ada, quiz, now=make.NOON + timedelta(hours=hour))
    caller = program(ada)
    first = caller.get("/attempts/?page_size=2").json()
    assert (first["count"], len(first["results"])) == (3, 2)
    assert "page=2" in first["next"]
    second = caller.get("/attempts/?page_size=2&page=2").json()
    assert (len(second["results"]), second["next"]) == (1, None)
    assert caller.get("/attempts/?page=9").status_code == 404
    for wrong in (
        "page=0",
        "page=x",
        "page=-1",
        "page=1e3",
        "page_size=101",
        "page_size=0",
        "page=" + "9" * 99,
    ):
        assert caller.get(f"/attempts/?{wrong}").status_code == 400


def test_it_tells_a_score_when_the_options_do(
    program: Callers, ada: User, cora: User, quiz: Quiz
) -> None:
    quiz.review = review_options.preset("exam")
    quiz.save()
    attempt = make.finished(ada, quiz)
    line = program(ada).get("/attempts/").json()["results"][0]
    assert (line["score"], line["max_score"]) == (None, 3.0)
    assert program(ada).get(f"/attempts/{attempt.pk}/").json()["score"] is None
    assert program(cora).get(f"/attempts/{attempt.pk}/").json()["score"] == 3.0


def test_it_hides_the_questions_again_when_the_options_do(
    program: Callers, ada: User, quiz: Quiz
) -> None:
    quiz.review = {"during": ["attempt"]}
    quiz.save()
    attempt = make.attempt(ada, quiz)
    assert program(ada).get(f"/attempts/{attempt.pk}/").json()["questions"]
    services.finish(attempt_id=attempt.pk, now=make.NOON)
    assert program(ada).get(f"/attempts/{attempt.pk}/").json()["questions"] is None
    review = program(ada).get(f"/attempts/{attempt.pk}/review/").json()
    assert (review["questions"], review["score"], review["max_score"]) == (None, None, None)


@pytest.mark.parametrize("route", ["", "review/"])
def test_it_shows_attempts_to_owner_and_teacher_alone(
    route: str, program: Callers, ada: User, ben: User, cora: User, dana: User, quiz: Quiz
) -> None:
    attempt = make.finished(ada, quiz)
    for user, status in ((ada, 200), (cora, 200), (ben, 404), (dana, 404), (None, 401)):
        assert program(user).get(f"/attempts/{attempt.pk}/{route}").status_code == status


# Check


def test_it_checks_a_saved_answer_and_repeats_the_reply(
    program: Callers, ada: User, taken: Attempt
) -> None:
    caller = program(ada)
    answer(caller, taken.pk, 1, {"choice": "a"})
    reply = caller.post(f"/attempts/{taken.pk}/check/1/")
    assert reply.status_code == 200
    assert reply.json() == {
        "state": "finished",
        "tries_left": 0,
        "hint": None,
        "fraction": 0.0,
        "correct": False,
        "rationale": "That is another drug.",
        "sequence": 1,
    }
    assert caller.post(f"/attempts/{taken.pk}/check/1/", {}).json() == reply.json()
    assert taken.questions.get(slot=1).responses.count() == 1


def test_it_checks_nothing_that_is_not_answered(
    program: Callers, ada: User, taken: Attempt
) -> None:
    reply = program(ada).post(f"/attempts/{taken.pk}/check/1/").json()
    assert (reply["state"], reply["tries_left"]) == ("todo", 1)
    assert [reply[name] for name in ("hint", "fraction", "correct", "rationale")] == [None] * 4


def test_it_tells_of_a_check_only_what_the_options_allow(
    program: Callers, ada: User, quiz: Quiz, taken: Attempt
) -> None:
    quiz.review = {"during": ["attempt"]}
    quiz.save()
    caller = program(ada)
    answer(caller, taken.pk, 1, {"choice": "a"})
    reply = caller.post(f"/attempts/{taken.pk}/check/1/").json()
    assert [reply[name] for name in ("hint", "fraction", "correct", "rationale")] == [None] * 4


def test_it_checks_nothing_before_the_end_of_an_exam(
    program: Callers, ada: User, quiz: Quiz, taken: Attempt
) -> None:
    quiz.behaviour = "deferred"
    quiz.save()
    reply = program(ada).post(f"/attempts/{taken.pk}/check/1/")
    assert (reply.status_code, reply.json()["code"]) == (409, "not_open")


def test_it_checks_nothing_after_the_end(program: Callers, ada: User, taken: Attempt) -> None:
    services.finish(attempt_id=taken.pk, now=make.NOON)
    Attempt.objects.filter(pk=taken.pk).update(deadline=make.NOON)
    reply = program(ada).post(f"/attempts/{taken.pk}/check/1/")
    assert reply.status_code in (200, 409)  # an answer graded at the end may be sent again
    assert taken.questions.get(slot=1).responses.count() == 1


@pytest.mark.parametrize("route", ["check/1/", "submit/"])
def test_it_lets_only_the_student_act(
    route: str, program: Callers, ben: User, cora: User, root: User, taken: Attempt
) -> None:
    for user, status in ((ben, 404), (cora, 404), (root, 404), (None, 401)):
        assert program(user).post(f"/attempts/{taken.pk}/{route}").status_code == status
    assert program(ben).post(f"/attempts/{taken.pk + 99}/{route}").status_code == 404
    taken.refresh_from_db()
    assert taken.finished_at is None


@pytest.mark.parametrize("route", ["check/1/", "submit/"])
def test_it_binds_no_field_of_the_server(
    route: str, program: Callers, ada: User, taken: Attempt
) -> None:
    for field in ("score", "state", "finished_at", "fraction", "user", "tries"):
        reply = program(ada).post(f"/attempts/{taken.pk}/{route}", {field: 1})
        assert (reply.status_code, list(reply.json())) == (400, [field])


# Submit


def test_it_hands_in_and_repeats_the_reply(program: Callers, ada: User, taken: Attempt) -> None:
    caller = program(ada)
    answer(caller, taken.pk, 1, {"choice": "b"})
    reply = caller.post(f"/attempts/{taken.pk}/submit/")
    assert (reply.status_code, reply.json()) == (
        200,
        {"state": "finished", "score": 1.0, "max_score": 3.0},
    )
    assert caller.post(f"/attempts/{taken.pk}/submit/").content == reply.content
    assert taken.questions.get(slot=1).responses.get().grades.count() == 1


def test_it_repeats_the_same_reply_when_more_may_be_told_later(
    program: Callers, ada: User, quiz: Quiz, taken: Attempt
) -> None:
    quiz.review = review_options.preset("exam")
    quiz.closes_at = timezone.now() + timedelta(days=1)
    quiz.save()
    reply = program(ada).post(f"/attempts/{taken.pk}/submit/")
    assert reply.json() == {"state": "finished", "score": None, "max_score": 3.0}
    quiz.closes_at = timezone.now() - timedelta(minutes=1)
    quiz.opens_at = quiz.closes_at - timedelta(days=1)
    Quiz.objects.filter(pk=quiz.pk).update(closes_at=timezone.now() + timedelta(seconds=1))
    assert program(ada).post(f"/attempts/{taken.pk}/submit/").content == reply.content


# Review


def test_it_reviews_with_the_passages_that_settle_it(
    program: Callers, ada: User, quiz: Quiz
) -> None:
    attempt = make.finished(ada, quiz, right=False)
    review = program(ada).get(f"/attempts/{attempt.pk}/review/").json()
    assert {name: review[name] for name in ("id", "quiz", "state", "max_score")} == {
        "id": attempt.pk, "quiz": quiz.slug, "state": "finished", "max_score": 3.0,
    }  # fmt: skip
    first = review["questions"][0]
    assert first["answer"] == {"choice": "a"}
    assert first["correct_answer"] == {"choice": "b"}
    assert (first["fraction"], first["mark"], first["max_mark"]) == (0.0, 0.0, 1.0)
    assert first["options"][1] == {
        "key": "b",
        "text": "NMDA receptor",
        "fraction": 1.0,
        "rationale": "It is the target.",
    }
    assert "The receptor is blocked first." in first["explanation"]
    passage = first["passages"][0]
    assert (passage["key"], passage["quote"]) == ("first-act", "blocks the NMDA receptor")
    assert passage["url"] == f"/read/{passage['material']}/#first-act"


def test_it_reviews_nothing_before_the_end(program: Callers, ada: User, taken: Attempt) -> None:
    reply = program(ada).get(f"/attempts/{taken.pk}/review/")
    assert (reply.status_code, reply.json()["code"]) == (409, "not_open")


def test_it_nulls_what_the_options_hide(program: Callers, ada: User, quiz: Quiz) -> None:
    quiz.review = {moment: ["attempt"] for moment in review_options.MOMENTS}
    quiz.save()
    attempt = make.finished(ada, quiz)
    review = program(ada).get(f"/attempts/{attempt.pk}/review/").json()
    assert (review["score"], review["max_score"]) == (None, None)
    for question in review["questions"]:
        for name in (
            "verdict", "fraction", "mark", "max_mark", "correct_answer", "explanation", "caution",
            "feedback", "rubric", "passages",
        ):  # fmt: skip
            assert question[name] is None, name
        for option in question["options"]:
            assert (option["fraction"], option["rationale"]) == (None, None)


# What it costs


def long_quiz(cora: User, count: int, **fields: Any) -> Quiz:
    bank, text = make.bank(cora), make.source(owner=cora)
    kinds = ("single_choice", "multiple_choice", "short_answer", "numeric", "true_false", "essay")
    asked = [
        make.question(bank, type=kinds[n % 6], anchored_in=text, slug=f"q{n}") for n in range(count)
    ]
    return make.quiz(cora, asked, **fields)


def statements(act: Callable[[], Any]) -> int:
    with CaptureQueriesContext(connection) as queries:
        reply = act()
    assert reply.status_code == 200, reply.content
    return len(queries)


@pytest.mark.parametrize("count", [5, 50])
@pytest.mark.parametrize("caller", ["program", "script"])
def test_it_costs_a_constant_number_of_statements(
    count: int, caller: str, request: Any, ada: User, cora: User
) -> None:
    attempt = make.attempt(ada, long_quiz(cora, count))
    make.answers(attempt)
    call = request.getfixturevalue(caller)(ada)
    assert statements(lambda: call.get(f"/attempts/{attempt.pk}/")) <= 7
    assert statements(lambda: call.post(f"/attempts/{attempt.pk}/submit/", {})) <= 22
    assert statements(lambda: call.get(f"/attempts/{attempt.pk}/review/")) <= 10


def test_it_lists_attempts_in_a_constant_number_of_statements(
    program: Callers, ada: User, cora: User
) -> None:
    caller = program(ada)

    def add(count: int) -> None:
        for _ in range(count):
            closes = timezone.now() + timedelta(days=3)
            make.finished(ada, long_quiz(cora, 2, closes_at=closes), now=timezone.now())

    add(2)
    few = statements(lambda: caller.get("/attempts/"))
    add(8)
    assert statements(lambda: caller.get("/attempts/")) == few <= 6
