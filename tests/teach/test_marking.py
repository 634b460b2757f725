"""Marking by a person: who may, what is stored, what is refused."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from quizzes.assessments.models import Quiz
from quizzes.attempts import services
from quizzes.attempts.models import Attempt, AttemptQuestion, Grade, Response
from quizzes.attempts.taking.saving import Change
from tests import make

SignIn = Callable[[User], Client]
NOW = timezone.now() - timedelta(days=1)


@pytest.fixture
def quiz(cora: User) -> Quiz:
    quiz = make.quiz(cora, [make.question(make.bank(cora), type="essay")], title="The essay")
    quiz.slots.update(max_mark=4)
    return quiz


def handed_in(user: User, quiz: Quiz, text: str = "It blocks a receptor.") -> Response:
    attempt = make.attempt(user, quiz, now=NOW)
    services.save_answers(
        user_id=user.pk,
        attempt_id=attempt.pk,
        changes=[Change(1, {"text": text}, 2, False, 0)],
        now=NOW,
    )
    services.finish(attempt_id=attempt.pk, now=NOW)
    return Response.objects.get(question__attempt=attempt)


def post(client: Client, response: Response, **fields: Any) -> Any:
    fields = {"mark": "3", "seen": str(response.grades.count())} | fields
    return client.post(f"/teach/marking/{response.pk}/", fields)


def test_the_queue_holds_what_waits_at_own_quizzes(
    signed_in: SignIn, ada: User, cora: User, dana: User, quiz: Quiz
) -> None:
    response = handed_in(ada, quiz)
    page = signed_in(cora).get("/teach/marking/").content.decode()
    assert f"/teach/marking/{response.pk}/" in page
    assert "Ada Osei" in page
    for query in ("", f"?quiz={quiz.slug}"):
        foreign = signed_in(dana).get(f"/teach/marking/{query}").content.decode()
        assert "Nothing to mark" in foreign
        assert "The essay" not in foreign


def test_a_quiz_that_no_database_could_hold_is_none_of_theirs(
    signed_in: SignIn, ada: User, cora: User, quiz: Quiz
) -> None:
    response = handed_in(ada, quiz)
    client = signed_in(cora)
    assert client.get("/teach/marking/?quiz=%00no").status_code == 200
    assert client.get("/teach/marking/?show=marked&quiz=%00").status_code == 200
    assert client.get(f"/teach/marking/{response.pk}/?quiz=%00no").status_code == 200


def test_a_foreign_answer_looks_like_a_missing_one(
    signed_in: SignIn, ada: User, cora: User, dana: User, quiz: Quiz
) -> None:
    response = handed_in(ada, quiz)
    for user in (ada, dana):
        client = signed_in(user)
        assert client.get(f"/teach/marking/{response.pk}/").status_code == 404
        assert post(client, response).status_code == 404
    assert signed_in(cora).get("/teach/marking/999999/").status_code == 404
    assert signed_in(cora).get(f"/teach/marking/{'9' * 18}/").status_code == 404
    assert Client().get(f"/teach/marking/{response.pk}/").status_code == 302
    assert Grade.objects.filter(fraction__isnull=False).count() == 0


def test_an_open_attempt_cannot_be_marked(
    signed_in: SignIn, ada: User, cora: User, quiz: Quiz
) -> None:
    response = handed_in(ada, quiz)
    Attempt.objects.update(state="in_progress", finished_at=None)
    assert signed_in(cora).get(f"/teach/marking/{response.pk}/").status_code == 404


def test_the_page_shows_rubric_and_answer_as_plain_text(
    signed_in: SignIn, ada: User, cora: User, quiz: Quiz
) -> None:
    response = handed_in(ada, quiz, "First.\n\n<script>alert(1)</script> **bold**")
    page = signed_in(cora).get(f"/teach/marking/{response.pk}/").content.decode()
    assert "One mark for each point." in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt; **bold**" in page
    assert "0 to 4" in page
    assert "Why the mark changes" not in page


def test_a_mark_in_points_becomes_the_grade(
    signed_in: SignIn, ada: User, cora: User, quiz: Quiz
) -> None:
    response = handed_in(ada, quiz)
    reply = post(signed_in(cora), response, mark="3", feedback="**Good**, but say which.")
    assert reply.headers["Location"] == "/teach/marking/"
    grade = response.grades.latest("number")
    assert (grade.fraction, grade.grader) == (Decimal("0.75"), cora)
    assert "<strong>Good</strong>" in grade.feedback_html
    attempt = Attempt.objects.get()
    assert (attempt.score, attempt.needs_marking) == (Decimal(3), False)
    assert AttemptQuestion.objects.get().state == "finished"


def test_it_goes_on_to_the_next_answer(
    signed_in: SignIn, ada: User, ben: User, cora: User, quiz: Quiz
) -> None:
    first, second = handed_in(ada, quiz), handed_in(ben, quiz)
    client = signed_in(cora)
    page = client.get(f"/teach/marking/{first.pk}/").content.decode()
    assert f'rel="next" href="/teach/marking/{second.pk}/"' in page
    assert 'rel="prev"' not in page
    assert post(client, first).headers["Location"] == f"/teach/marking/{second.pk}/"


@pytest.mark.parametrize(
    "mark", ["", "5", "-1", "NaN", "Infinity", "1e999", "3,5x", "٣x", "x" * 1000, "1\0"]
)
def test_a_mark_that_is_none_is_refused(
    signed_in: SignIn, ada: User, cora: User, quiz: Quiz, mark: str
) -> None:
    response = handed_in(ada, quiz)
    reply = post(signed_in(cora), response, mark=mark, feedback="Kept as typed")
    assert reply.status_code == 400
    assert "Kept as typed" in reply.content.decode()
    assert response.grades.count() == 1


@pytest.mark.parametrize("feedback", ["a\0b", "x" * 10_001])
def test_feedback_that_cannot_be_stored_is_refused(
    signed_in: SignIn, ada: User, cora: User, quiz: Quiz, feedback: str
) -> None:
    response = handed_in(ada, quiz)
    assert post(signed_in(cora), response, feedback=feedback).status_code == 400
    assert response.grades.count() == 1


def test_a_new_mark_needs_a_reason_and_leaves_the_old_one(
    signed_in: SignIn, ada: User, cora: User, quiz: Quiz
) -> None:
    response = handed_in(ada, quiz)
    client = signed_in(cora)
    post(client, response, mark="1")
    assert "Why the mark changes" in client.get(f"/teach/marking/{response.pk}/").content.decode()
    assert post(client, response, mark="2").status_code == 400
    assert post(client, response, mark="2", reason="Overlooked a point").status_code == 302
    marks = list(response.grades.order_by("number").values_list("fraction", "reason"))
    assert marks == [
        (None, ""),
        (Decimal("0.25"), ""),
        (Decimal("0.5"), "Overlooked a point"),
    ]
    assert Attempt.objects.get().score == 2
    assert "by Cora Lind" in client.get("/teach/marking/?show=marked").content.decode()


def test_a_mark_is_not_piled_on_one_that_was_not_seen(
    signed_in: SignIn, ada: User, cora: User, root: User, quiz: Quiz
) -> None:
    response = handed_in(ada, quiz)
    post(signed_in(cora), response, mark="1")
    reply = post(signed_in(root), response, mark="4", reason="Mine", seen="1")
    assert reply.status_code == 400
    assert "in the meantime" in reply.content.decode()
    assert Attempt.objects.get().score == 1


def test_only_the_last_try_can_be_marked(
    signed_in: SignIn, ada: User, cora: User, quiz: Quiz
) -> None:
    response = handed_in(ada, quiz)
    Response.objects.create(
        question=response.question, number=2, sequence=2, answer={"text": "x"}, submitted_at=NOW
    )
    assert signed_in(cora).get(f"/teach/marking/{response.pk}/").status_code == 404


def test_its_queries_do_not_grow(
    signed_in: SignIn, ada: User, cora: User, quiz: Quiz, django_assert_num_queries: Any
) -> None:
    response = handed_in(ada, quiz)
    client = signed_in(cora)
    mark = f"/teach/marking/{response.pk}/"
    client.get(mark)
    with django_assert_num_queries(11):
        client.get(mark)
    with django_assert_num_queries(5):
        client.get("/teach/marking/")
    for number in range(12):
        handed_in(User.objects.create_user(f"s{number}"), quiz)
    with django_assert_num_queries(11):
        client.get(mark)
    with django_assert_num_queries(5):
        client.get("/teach/marking/")
