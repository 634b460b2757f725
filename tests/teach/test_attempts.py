"""What educators see of the attempts at their quizzes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from quizzes.assessments.models import Quiz
from quizzes.attempts import services
from tests import make

SignIn = Callable[[User], Client]
NOW = timezone.now() - timedelta(days=1)


@pytest.fixture
def quiz(cora: User) -> Quiz:
    return make.quiz(cora, [make.question(make.bank(cora))], title="Cora's quiz")


def text(client: Client, path: str, **query: Any) -> str:
    response = client.get(path, query)
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


@pytest.mark.parametrize("path", ["/teach/", "/teach/marking/"])
def test_role_only_pages_are_for_educators(
    signed_in: SignIn, ada: User, cora: User, root: User, path: str
) -> None:
    assert Client().get(path).status_code == 302
    assert signed_in(ada).get(path).status_code == 403
    assert signed_in(cora).get(path).status_code == 200
    assert signed_in(root).get(path).status_code == 200


def test_attempts_of_a_foreign_quiz_look_like_a_missing_one(
    signed_in: SignIn, ada: User, cora: User, dana: User, root: User, quiz: Quiz
) -> None:
    path = f"/teach/quizzes/{quiz.slug}/"
    for user, status in ((ada, 404), (dana, 404), (cora, 200), (root, 200)):
        assert signed_in(user).get(path).status_code == status
    assert signed_in(cora).get("/teach/quizzes/no-such-quiz/").status_code == 404
    assert Client().get(path).status_code == 302


def test_an_editor_who_was_named_sees_them_too(signed_in: SignIn, dana: User, quiz: Quiz) -> None:
    quiz.editors.add(dana)
    assert "Cora&#x27;s quiz" in text(signed_in(dana), "/teach/")
    assert signed_in(dana).get(f"/teach/quizzes/{quiz.slug}/").status_code == 200


def test_the_index_counts_only_own_quizzes_and_no_previews(
    signed_in: SignIn, ada: User, ben: User, cora: User, dana: User, quiz: Quiz
) -> None:
    make.finished(ada, quiz, now=NOW)
    make.attempt(ben, quiz, now=NOW)
    services.start_attempt(user=cora, quiz=quiz, now=NOW, preview=True)
    html = text(signed_in(cora), "/teach/")
    assert 'data-l="In progress">1<' in html
    assert 'data-l="Finished">1<' in html
    assert "Cora&#x27;s quiz" not in text(signed_in(dana), "/teach/")


def test_it_lists_students_with_score_and_state(
    signed_in: SignIn, ada: User, ben: User, cora: User, quiz: Quiz
) -> None:
    attempt = make.finished(ada, quiz, now=NOW)
    make.attempt(ben, quiz, now=NOW)
    html = text(signed_in(cora), f"/teach/quizzes/{quiz.slug}/")
    assert f'href="/attempts/{attempt.pk}/review/">Ada Osei</a>' in html
    assert "of 1, 100%" in html
    assert "in progress" in html
    assert "2 attempts" in html


def test_scores_of_an_exam_are_the_educators_to_see(
    signed_in: SignIn, ada: User, cora: User
) -> None:
    exam = make.quiz(
        cora,
        [make.question(make.bank(cora))],
        mode="exam",
        closes_at=timezone.now() + timedelta(days=1),
    )
    attempt = make.finished(ada, exam, now=NOW)
    client = signed_in(cora)
    assert "of 1, 100%" in text(client, f"/teach/quizzes/{exam.slug}/")
    assert client.get(f"/attempts/{attempt.pk}/review/").status_code == 200


def test_it_searches_and_filters(
    signed_in: SignIn, ada: User, ben: User, cora: User, quiz: Quiz
) -> None:
    make.finished(ada, quiz, now=NOW)
    make.attempt(ben, quiz, now=NOW)
    client, path = signed_in(cora), f"/teach/quizzes/{quiz.slug}/"
    found = text(client, path, q="OSEI ada")
    assert "Ada Osei" in found
    assert "Ben Diaz" not in found
    assert "Ben Diaz" in text(client, path, show="open")
    assert "Ada Osei" not in text(client, path, show="open")
    assert "Ben Diaz" not in text(client, path, show="finished")
    assert "No attempt matches" in text(client, path, show="marking")
    assert "2 attempts" in text(client, path, show="nonsense", q=" ")
    assert "No attempt matches" in text(client, path, q="%\0<script>")


@pytest.mark.parametrize("page", ["0", "-1", "x", "99999999999999999999"])
def test_any_page_number_leads_somewhere(
    signed_in: SignIn, cora: User, quiz: Quiz, page: str
) -> None:
    text(signed_in(cora), f"/teach/quizzes/{quiz.slug}/", page=page)


def test_it_turns_pages_and_its_queries_do_not_grow(
    signed_in: SignIn, cora: User, ada: User, quiz: Quiz, django_assert_num_queries: Any
) -> None:
    path = f"/teach/quizzes/{quiz.slug}/"
    client = signed_in(cora)
    make.finished(ada, quiz, now=NOW)
    text(client, path)
    with django_assert_num_queries(6):
        text(client, path)
    for number in range(51):
        user = User.objects.create_user(f"s{number}")
        make.attempt(user, quiz, now=NOW + timedelta(minutes=number))
    with django_assert_num_queries(6):
        first = text(client, path)
    assert "Page 1 of 2" in first
    assert "Ada Osei" not in first
    assert "Ada Osei" in text(client, path, page="2")
    with django_assert_num_queries(8):
        text(client, "/teach/")
