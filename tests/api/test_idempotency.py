"""Repeating a POST with its Idempotency-Key."""

from __future__ import annotations

import http.client
import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import User
from quizzes.api import idempotency
from quizzes.api.models import IdempotencyKey
from quizzes.api.urls import urlpatterns
from quizzes.assessments.models import Quiz
from quizzes.attempts.models import Attempt
from quizzes.bank.models import QuestionBank
from tests.api.conftest import Caller
from tests.operations.site import new_site
from tests.races.school import served

Callers = Callable[[Any], Caller]
KEY = {"Idempotency-Key": "7b9f-1"}
BANK = {"slug": "mine", "title": "Mine"}


@pytest.mark.django_db
def test_it_does_once_and_replies_alike(program: Callers, cora: User) -> None:
    caller = program(cora)
    first = caller.post("/banks/", BANK, **KEY)
    again = caller.post("/banks/", BANK, **KEY)
    assert first.status_code == again.status_code == 201
    assert first.content == again.content
    assert caller.post("/banks/", BANK).status_code == 400


@pytest.mark.django_db
def test_it_starts_one_attempt_and_still_says_started(
    program: Callers, ada: User, quiz: Quiz
) -> None:
    caller = program(ada)
    replies = [caller.post(f"/quizzes/{quiz.slug}/attempts/", {}, **KEY) for _ in range(3)]
    assert {reply.status_code for reply in replies} == {201}
    assert len({reply.content for reply in replies}) == 1
    assert Attempt.objects.count() == 1


@pytest.mark.django_db
def test_it_refuses_a_key_reused_for_another_call(program: Callers, cora: User) -> None:
    caller = program(cora)
    caller.post("/banks/", BANK, **KEY)
    other = caller.post("/banks/", BANK | {"title": "Other"}, **KEY)
    assert (other.status_code, list(other.json())) == (422, ["Idempotency-Key"])
    assert caller.post("/quizzes/", BANK, **KEY).status_code == 422
    assert QuestionBank.objects.get().title == "Mine"


@pytest.mark.django_db
def test_it_tells_nobody_the_reply_to_another(program: Callers, cora: User, dana: User) -> None:
    program(cora).post("/banks/", BANK, **KEY)
    reply = program(dana).post("/banks/", BANK | {"slug": "hers"}, **KEY)
    assert (reply.status_code, reply.json()["slug"]) == (201, "hers")


@pytest.mark.django_db
def test_it_lets_a_refused_call_try_again(program: Callers, cora: User) -> None:
    caller = program(cora)
    assert caller.post("/banks/", {"slug": "mine"}, **KEY).status_code == 400
    assert not IdempotencyKey.objects.exists()
    assert caller.post("/banks/", BANK, **KEY).status_code == 201


@pytest.mark.django_db
@pytest.mark.parametrize("key", ["", "a b", "x" * 256, "é", "a\tb"])
def test_it_refuses_a_key_that_is_none(key: str, program: Callers, cora: User) -> None:
    reply = program(cora).post("/banks/", BANK, **{"Idempotency-Key": key})
    assert reply.status_code == 400
    assert not QuestionBank.objects.exists()


@pytest.mark.django_db
def test_it_forgets_keys_after_a_month(program: Callers, cora: User) -> None:
    program(cora).post("/banks/", BANK, **KEY)
    now = timezone.now()
    assert idempotency.prune(now=now + timedelta(days=29)) == 0
    assert idempotency.prune(now=now + timedelta(days=31)) == 1


EDUCATOR = """
from knox.models import AuthToken
from accounts.models import EDUCATOR, User
from accounts.services import set_roles
cora = User.objects.create_user("cora", None)
set_roles(user=cora, roles=[EDUCATOR], by=None)
print(AuthToken.objects.create(cora)[1])
"""


@pytest.mark.race
def test_it_does_once_what_two_processes_are_sent_at_once(tmp_path: Path) -> None:
    with new_site(tmp_path / "data") as site:
        site.environment["DEMO"] = "1"  # staff need no second factor there
        token = site.python(EDUCATOR).splitlines()[-1]
        with served(site) as (port, _kill):
            for number in range(5):
                sent = json.dumps({"slug": f"bank-{number}", "title": "Bank"})
                headers = {
                    "Authorization": f"Token {token}",
                    "Content-Type": "application/json",
                    "Idempotency-Key": f"key-{number}",
                }
                with ThreadPoolExecutor(8) as pool:
                    replies = list(pool.map(lambda call: post(port, *call), [(sent, headers)] * 8))
                assert {status for status, _ in replies} == {201}
                assert len({content for _, content in replies}) == 1
        count = "from quizzes.bank.models import QuestionBank; print(QuestionBank.objects.count())"
        assert site.python(count).splitlines()[-1] == "5"


def post(port: int, body: str, headers: dict[str, str]) -> tuple[int, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    connection.request("POST", "/api/v1/banks/", body, headers)
    response = connection.getresponse()
    reply = response.status, response.read()
    connection.close()
    return reply


def test_it_is_heeded_by_every_post_but_signing_in() -> None:
    posts = {
        pattern.name: pattern.callback.cls.post
        for pattern in urlpatterns
        if hasattr(getattr(pattern.callback, "cls", None), "post")
    }
    assert {name for name, post in posts.items() if not hasattr(post, "idempotent")} == {"token"}
