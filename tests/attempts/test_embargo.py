"""What an exam that is being taken keeps out of practice, of checks and of reviews."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from quizzes.assessments import review_options
from quizzes.assessments.models import Quiz, Slot
from quizzes.attempts import services
from quizzes.attempts.models import Attempt
from quizzes.bank.models import Question
from tests import make

pytestmark = pytest.mark.django_db
SignIn = Callable[[User], Client]


@pytest.fixture
def asked(cora: User) -> list[Question]:
    bank = make.bank(cora)
    return [make.question(bank) for _ in range(3)]


@pytest.fixture
def exam(cora: User, asked: list[Question]) -> Quiz:
    return make.quiz(cora, asked[:2], mode="exam", closes_at=timezone.now() + timedelta(hours=1))


@pytest.fixture
def practice(cora: User, asked: list[Question]) -> Quiz:
    return make.quiz(cora, asked)


def questions_of(attempt: Attempt) -> set[int]:
    return set(attempt.questions.values_list("version__question", flat=True))


def check(client: Client, attempt: Attempt, slot: int) -> Any:
    path = f"/api/v1/attempts/{attempt.pk}"
    answer = make.answer_to(attempt.questions.get(slot=slot))
    client.put(f"{path}/answers/{slot}/", {"answer": answer, "sequence": 0}, "application/json")
    return client.post(f"{path}/check/{slot}/", {}, "application/json")


def test_new_practice_leaves_out_what_an_open_exam_asks(
    ada: User, ben: User, asked: list[Question], exam: Quiz, practice: Quiz
) -> None:
    make.attempt(ada, exam)
    assert questions_of(make.attempt(ada, practice)) == {asked[2].pk}
    assert questions_of(make.attempt(ben, practice)) == {one.pk for one in asked}


def test_it_is_asked_again_once_the_exam_has_been_told(
    ada: User, asked: list[Question], practice: Quiz, cora: User
) -> None:
    self_test = make.quiz(cora, asked[:2], mode="exam", review=review_options.preset("self_test"))
    sat = make.attempt(ada, self_test)
    services.finish(attempt_id=sat.pk, now=timezone.now())
    assert questions_of(make.attempt(ada, practice)) == {one.pk for one in asked}


def test_it_is_not_asked_while_the_exam_waits_to_be_told(
    ada: User, asked: list[Question], exam: Quiz, practice: Quiz
) -> None:
    sat = make.attempt(ada, exam)
    services.finish(attempt_id=sat.pk, now=timezone.now())
    assert questions_of(make.attempt(ada, practice)) == {asked[2].pk}


def test_a_draw_takes_another_question(
    ada: User, asked: list[Question], exam: Quiz, cora: User
) -> None:
    drawn = make.quiz(cora, [])
    Slot.objects.create(revision=drawn.revision, position=1, draw_bank=asked[0].bank)
    make.attempt(ada, exam)
    assert questions_of(make.attempt(ada, drawn)) == {asked[2].pk}


def test_it_says_so_when_nothing_is_left_to_practise(
    signed_in: SignIn, ada: User, asked: list[Question], exam: Quiz, cora: User
) -> None:
    same = make.quiz(cora, asked[:2])
    make.attempt(ada, exam)
    page = signed_in(ada).post(f"/quizzes/{same.slug}/start/", follow=True)
    assert "Submit that one first" in page.content.decode()
    assert not same.attempts.exists()
    reply = signed_in(ada).post(f"/api/v1/quizzes/{same.slug}/attempts/", {}, "application/json")
    assert (reply.status_code, reply.json()["code"]) == (409, "not_open")


def test_practice_begun_before_does_not_check_it(
    signed_in: SignIn, ada: User, asked: list[Question], exam: Quiz, practice: Quiz
) -> None:
    begun = make.attempt(ada, practice)
    make.attempt(ada, exam)
    client = signed_in(ada)
    slots = dict(begun.questions.values_list("version__question", "slot"))
    refused = check(client, begun, slots[asked[0].pk])
    assert (refused.status_code, refused.json()["code"]) == (409, "not_open")
    told = check(client, begun, slots[asked[2].pk])
    assert (told.status_code, told.json()["correct"]) == (200, True)
    page = client.get(f"/attempts/{begun.pk}/").content.decode()
    assert page.count("You have another attempt that asks this question.") == 2


def test_an_earlier_review_explains_it_again_only_after_the_exam(
    signed_in: SignIn, ada: User, asked: list[Question], practice: Quiz, cora: User
) -> None:
    make.finished(ada, practice)
    done = ada.attempts.get()
    client = signed_in(ada)
    path = f"/api/v1/attempts/{done.pk}/review/"

    def told() -> int:
        return sum(
            one["correct_answer"] is not None for one in client.get(path).json()["questions"]
        )

    assert told() == 3
    self_test = make.quiz(cora, asked[:2], mode="exam", review=review_options.preset("self_test"))
    sat = make.attempt(ada, self_test)
    assert told() == 1
    for page in ("review", "result"):
        text = client.get(f"/attempts/{done.pk}/{page}/").content.decode()
        assert "asked in another attempt of yours" in text
    services.finish(attempt_id=sat.pk, now=timezone.now())
    assert told() == 3


def test_practice_keeps_nothing_from_other_practice(
    ada: User, asked: list[Question], practice: Quiz, cora: User
) -> None:
    make.attempt(ada, practice)
    other = make.quiz(cora, asked)
    assert questions_of(make.attempt(ada, other)) == {one.pk for one in asked}


@pytest.mark.parametrize("scripted", [True, False])
def test_the_page_says_why_a_question_is_not_checked(
    signed_in: SignIn, ada: User, asked: list[Question], exam: Quiz, practice: Quiz, scripted: bool
) -> None:
    begun = make.attempt(ada, practice, now=timezone.now())
    make.attempt(ada, exam, now=timezone.now())
    slot = begun.questions.get(version__question=asked[0]).slot
    headers = {"X-Fragment": "question"} if scripted else {}
    make.answers(begun)
    reply = signed_in(ada).post(f"/attempts/{begun.pk}/check/{slot}/", headers=headers, follow=True)
    assert "You have another attempt that asks this question" in reply.content.decode()
    assert begun.questions.get(slot=slot).tries == 0


def test_a_score_that_would_tell_is_kept_back_wherever_it_stands(
    signed_in: SignIn, ada: User, asked: list[Question], practice: Quiz, cora: User
) -> None:
    now = timezone.now()
    before = make.finished(ada, practice, now=now - timedelta(minutes=2))
    begun = make.attempt(ada, practice, now=now - timedelta(minutes=1))
    self_test = make.quiz(cora, asked[:2], mode="exam", review=review_options.preset("self_test"))
    sat = make.attempt(ada, self_test, now=now)
    client = signed_in(ada)
    handed_in = client.post(f"/api/v1/attempts/{begun.pk}/submit/", {}, "application/json").json()
    assert (handed_in["score"], handed_in["state"]) == (None, "finished")

    def scores() -> dict[int, Any]:
        told = client.get("/api/v1/attempts/").json()["results"]
        return {one["id"]: one["score"] for one in told}

    assert (scores()[begun.pk], scores()[before.pk]) == (None, 3)
    for page in ("", "review/"):
        assert client.get(f"/api/v1/attempts/{begun.pk}/{page}").json()["score"] is None
    assert (
        "a score that would give it away"
        in client.get(f"/attempts/{begun.pk}/result/").content.decode()
    )
    services.finish(attempt_id=sat.pk, now=timezone.now())
    assert scores()[begun.pk] == 0
