"""Tokens, the session, one's own account."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone
from knox.models import AuthToken

from accounts import services
from accounts.models import User
from tests.api.conftest import Caller
from tests.conftest import PASSWORD

pytestmark = pytest.mark.django_db
Callers = Callable[[Any], Caller]


@pytest.mark.parametrize("name", ["ada@example.org", "ada", " ADA "])
def test_it_gives_a_token_for_mail_or_login(name: str, program: Callers, ada: User) -> None:
    reply = program(None).post("/auth/token/", {"email": name, "password": PASSWORD})
    assert reply.status_code == 200
    given = reply.json()
    assert set(given) == {"token", "expiry"}
    assert datetime.fromisoformat(given["expiry"]) > timezone.now() + timedelta(days=13)
    me = program(None).get("/me/", Authorization=f"Token {given['token']}")
    assert me.json()["login"] == "ada"
    ada.refresh_from_db()
    assert ada.last_login is not None


def test_it_gives_staff_a_token_for_a_working_day(program: Callers, cora: User) -> None:
    given = program(None).post("/auth/token/", {"email": "cora", "password": PASSWORD}).json()
    assert datetime.fromisoformat(given["expiry"]) < timezone.now() + timedelta(hours=13)


def test_it_refuses_wrong_credentials_all_alike(program: Callers, ada: User, ben: User) -> None:
    User.objects.filter(pk=ben.pk).update(is_active=False)
    replies = [
        program(None).post("/auth/token/", sent)
        for sent in (
            {"email": "ada", "password": "wrong"},
            {"email": "nobody", "password": PASSWORD},
            {"email": "ben", "password": PASSWORD},
        )
    ]
    assert {reply.status_code for reply in replies} == {401}
    assert len({reply.content for reply in replies}) == 1


@pytest.mark.parametrize(
    "sent",
    [
        {},
        {"email": "ada"},
        {"email": 1, "password": PASSWORD},
        {"email": "ada", "password": None},
        {"email": "ada", "password": PASSWORD, "is_staff": True},
        {"email": "ada", "password": PASSWORD, "code": 123456},
        {"email": "ada", "password": "x" * 5000},
        [],
    ],
)
def test_it_refuses_broken_credentials(sent: Any, program: Callers, ada: User) -> None:
    assert program(None).post("/auth/token/", sent).status_code == 400


def test_it_holds_guessing_and_says_how_long(program: Callers, ada: User) -> None:
    statuses = [
        program(None).post("/auth/token/", {"email": "ada", "password": f"{n}"}).status_code
        for n in range(6)
    ]
    assert statuses == [401] * 5 + [429]
    reply = program(None).post("/auth/token/", {"email": "ADA", "password": PASSWORD})
    assert (reply.status_code, reply["Retry-After"]) == (429, "300")


def test_it_keeps_a_bounded_number_of_tokens(program: Callers, ada: User) -> None:
    AuthToken.objects.create(ada, expiry=timedelta(seconds=-1))
    for _ in range(12):
        program(None).post("/auth/token/", {"email": "ada", "password": PASSWORD})
    assert AuthToken.objects.filter(user=ada).count() == 10
    assert not AuthToken.objects.filter(expiry__lt=timezone.now()).exists()


def test_it_revokes_the_token_of_the_call_alone(program: Callers, ada: User) -> None:
    one, other = program(ada), program(ada)
    assert one.delete("/auth/token/").status_code == 204
    assert one.get("/me/").status_code == 401
    assert other.get("/me/").status_code == 200


def test_it_revokes_nothing_for_a_session(script: Callers, ada: User) -> None:
    assert script(ada).delete("/auth/token/").status_code == 401


def test_it_ends_tokens_with_all_sessions(program: Callers, ada: User) -> None:
    caller = program(ada)
    services.end_sessions(user=ada)
    assert caller.get("/me/").status_code == 401


def test_it_tells_scripts_whose_session_it_is(script: Callers, program: Callers, ada: User) -> None:
    told = script(ada).get("/session/").json()
    assert told["user_id"] == ada.pk
    assert len(told["csrf"]) == 64
    assert program(None).get("/session/").status_code == 401


def test_it_tells_who_one_is(program: Callers, ada: User, cora: User) -> None:
    assert program(ada).get("/me/").json() == {
        "id": ada.pk,
        "login": "ada",
        "email": "ada@example.org",
        "name": "Ada Osei",
        "roles": ["student"],
        "time_zone": "UTC",
        "day_starts_at": 4,
    }
    assert program(cora).get("/me/").json()["roles"] == ["educator"]


def test_it_changes_name_zone_and_start_of_the_day(program: Callers, ada: User) -> None:
    sent = {"name": "Ada O.", "time_zone": "Europe/Berlin", "day_starts_at": 0}
    reply = program(ada).patch("/me/", sent)
    assert reply.status_code == 200
    assert {name: reply.json()[name] for name in sent} == sent
    ada.refresh_from_db()
    assert (ada.name, ada.time_zone, ada.day_starts_at) == ("Ada O.", "Europe/Berlin", 0)
    assert program(ada).patch("/me/", {}).status_code == 200


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("time_zone", "Mars/Olympus"),
        ("time_zone", "../../etc/passwd"),
        ("day_starts_at", 24),
        ("day_starts_at", True),
        ("day_starts_at", "4"),
        ("name", 5),
        ("name", "a\nb"),
        ("name", "x" * 151),
        ("roles", ["admin"]),
        ("is_staff", True),
        ("is_superuser", True),
        ("email", "other@example.org"),
        ("login", "other"),
        ("password", "x"),
        ("id", 1),
        ("session_salt", "x"),
    ],
)
def test_it_refuses_what_one_may_not_set(
    field: str, value: Any, program: Callers, ada: User
) -> None:
    before = User.objects.filter(pk=ada.pk).values().get()
    reply = program(ada).patch("/me/", {field: value})
    assert (reply.status_code, list(reply.json())) == (400, [field])
    assert User.objects.filter(pk=ada.pk).values().get() == before


def test_it_asks_scripts_for_their_token_against_forgery(script: Callers, ada: User) -> None:
    caller = script(ada)
    assert caller.patch("/me/", {"name": "A"}).status_code == 200
    caller.headers = {}
    assert caller.patch("/me/", {"name": "B"}).status_code == 403


def test_it_asks_staff_for_a_second_factor(
    program: Callers, script: Callers, cora: User, ada: User, settings: Any
) -> None:
    callers = (program(cora), script(cora))
    settings.SECOND_FACTOR_FOR_STAFF = True
    for caller in callers:
        assert caller.get("/me/").status_code == 403
    assert program(ada).get("/me/").status_code == 200


def test_it_speaks_json_of_what_is_not_there(program: Callers, ada: User) -> None:
    for path in (
        "/nothing/",
        "/me",
        "/attempts/x/",
        "/quizzes/%00/",
        "/attempts/" + "9" * 40 + "/",
    ):
        reply = program(ada).get(path)
        assert reply.status_code == 404
        assert reply["Content-Type"] == "application/json"
