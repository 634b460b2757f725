"""Users, as admins manage them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from tests.api.conftest import Caller

pytestmark = pytest.mark.django_db
Callers = Callable[[Any], Caller]


def test_it_lists_users(program: Callers, root: User, ada: User, cora: User) -> None:
    listed = program(root).get("/users/").json()
    assert [one["login"] for one in listed["results"]] == ["ada", "cora", "root"]
    assert [one["roles"] for one in listed["results"]] == [["student"], ["educator"], ["admin"]]
    assert set(listed["results"][0]) == {
        "id", "login", "email", "name", "roles", "active", "joined_at", "last_login",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("query", "logins"),
    [
        ("role=student", ["ada"]),
        ("role=educator", ["cora"]),
        ("active=false", []),
        ("search=osei", ["ada"]),
        ("search=example.org%20root", ["root"]),
        ("search=%25", []),
    ],
)
def test_it_finds_users(
    query: str, logins: list[str], program: Callers, root: User, ada: User, cora: User
) -> None:
    found = program(root).get(f"/users/?{query}").json()["results"]
    assert [one["login"] for one in found] == logins


@pytest.mark.parametrize("query", ["role=king", "active=1", "search=%00"])
def test_it_refuses_wrong_queries(query: str, program: Callers, root: User) -> None:
    assert program(root).get(f"/users/?{query}").status_code == 400


def test_it_invites(program: Callers, root: User) -> None:
    sent = {"login": "Eve", "email": "Eve@Example.org", "name": "Eve", "roles": ["educator"]}
    made = program(root).post("/users/", sent)
    assert made.status_code == 201
    eve = User.objects.get(login="eve")
    assert (eve.email, eve.is_staff, eve.has_usable_password()) == ("eve@example.org", True, False)
    assert made.json()["roles"] == ["educator"]
    assert program(root).get(f"/users/{eve.pk}/").json() == made.json()


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"login": "ada"}, "login"),
        ({"login": "a b"}, "login"),
        ({"email": "ada@example.org"}, "email"),
        ({"email": "nobody"}, "email"),
        ({"roles": []}, "roles"),
        ({"roles": ["king"]}, "roles"),
        ({"roles": "admin"}, "roles"),
        ({"is_superuser": True}, "is_superuser"),
        ({"password": "x"}, "password"),
    ],
)
def test_it_refuses_a_wrong_invitation(
    fields: dict[str, Any], field: str, program: Callers, root: User, ada: User
) -> None:
    sent = {"login": "eve", "email": None, "roles": ["student"]} | fields
    reply = program(root).post("/users/", sent)
    assert (reply.status_code, list(reply.json())) == (400, [field])
    assert User.objects.count() == 2


def test_it_deactivates_and_sets_roles(program: Callers, root: User, ada: User, cora: User) -> None:
    sessions = program(cora)
    changed = program(root).patch(f"/users/{cora.pk}/", {"roles": ["student"]})
    assert changed.json()["roles"] == ["student"]
    assert sessions.get("/me/").status_code == 401
    student = program(ada)
    assert program(root).patch(f"/users/{ada.pk}/", {"active": False}).json()["active"] is False
    assert student.get("/me/").status_code == 401
    assert program(root).patch(f"/users/{ada.pk}/", {"active": True}).json()["active"] is True


@pytest.mark.parametrize("sent", [{"active": False}, {"roles": ["student"]}])
def test_it_keeps_the_last_admin(sent: Any, program: Callers, root: User) -> None:
    reply = program(root).patch(f"/users/{root.pk}/", sent)
    assert (reply.status_code, list(reply.json())) == (400, list(sent))
    root.refresh_from_db()
    assert root.is_active


@pytest.mark.parametrize(
    "field",
    ["is_superuser", "is_staff", "login", "email", "password", "groups", "session_salt", "id"],
)
def test_it_binds_no_other_field(field: str, program: Callers, root: User, ada: User) -> None:
    before = User.objects.filter(pk=ada.pk).values().get()
    reply = program(root).patch(f"/users/{ada.pk}/", {field: 1})
    assert (reply.status_code, list(reply.json())) == (400, [field])
    assert User.objects.filter(pk=ada.pk).values().get() == before


def test_it_is_for_admins_alone(program: Callers, ada: User, cora: User, root: User) -> None:
    for user, listing, reading in ((None, 401, 401), (ada, 403, 404), (cora, 403, 404)):
        caller = program(user)
        assert caller.get("/users/").status_code == listing
        assert caller.post("/users/", {"login": "x", "roles": ["admin"]}).status_code == listing
        for pk in (ada.pk, root.pk, root.pk + 99):
            assert caller.get(f"/users/{pk}/").status_code == reading
            assert caller.patch(f"/users/{pk}/", {"roles": ["admin"]}).status_code == reading
    assert program(root).get(f"/users/{root.pk + 99}/").status_code == 404
    assert User.objects.with_role("admin").count() == 1


def test_it_lists_in_a_constant_number_of_statements(program: Callers, root: User) -> None:
    caller = program(root)
    counts = []
    for start in (0, 10):
        for number in range(start, start + 10):
            User.objects.create_user(f"u{number}")
        with CaptureQueriesContext(connection) as queries:
            assert caller.get("/users/").status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 5
