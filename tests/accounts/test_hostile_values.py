"""Hostile values at every form of an account: a page that says so, never an error."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from pytest_django import Settings

from accounts.models import User

PASSWORD = "a password for the tests"
URLENCODED = "application/x-www-form-urlencoded"

VALUES = [
    b"",
    b"%00",
    b"a%00b",
    b"%ED%A0%80",
    b"\xed\xa0\x80",
    b"\xff\xfe",
    b"%FF",
    b"%E2%80%AE",
    b"%EF%BF%BF",
    b"%F0%9F%98%80",
    b"NaN",
    b"Infinity",
    b"1e400",
    b"9223372036854775808",
    b"-1",
    b"9" * 5000,
    b"x" * 100_000,
    b"%C3%9F" * 5000,
    b"%C4%B0",
    b"[]",
    b"{}",
    b"null",
    b"true",
    b"%25s%25n",
    b"{{7*7}}",
    b"%3Cscript%3E",
    b"%27%20OR%201=1--",
    b"../../etc/passwd",
    b"%0D%0ASet-Cookie:%20a=b",
    b"a@b%0D%0ABcc:%20c@d.ch",
]

FORMS = {
    "/accounts/login/": ("login", "password", "next", "remember"),
    "/accounts/signup/": ("username", "name", "email", "password1", "password2"),
    "/accounts/password/reset/": ("email",),
    "/accounts/settings/": ("name", "time_zone", "day_starts_at"),
    "/accounts/email/": ("email",),
    "/accounts/password/change/": ("oldpassword", "password1", "password2"),
    "/accounts/reauthenticate/": ("password", "next"),
}
ANONYMOUS = {"/accounts/login/", "/accounts/signup/", "/accounts/password/reset/"}


@pytest.mark.parametrize("path", FORMS)
def test_it_answers_each_with_a_page(
    path: str, ada: User, enter: Callable, settings: Settings
) -> None:
    settings.SIGN_UP = True
    settings.ACCOUNT_RATE_LIMITS = False
    client = Client(raise_request_exception=False)
    if path not in ANONYMOUS:
        enter("ada", client=client)
        client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    for field in FORMS[path]:
        for value in VALUES:
            body = b"&".join(
                name.encode() + b"=" + (value if name == field else b"usual+long+value")
                for name in FORMS[path]
            )
            response = client.post(path, body, content_type=URLENCODED)
            assert response.status_code < 500, (field, value)
    ada.refresh_from_db()
    assert ada.check_password(PASSWORD)


@pytest.mark.parametrize(
    "query", [b"next=%00", b"next=//evil.example", b"next=%ED%A0%80", b"email=%00", b"next[]=1"]
)
def test_it_survives_hostile_queries(db: None, query: bytes) -> None:
    client = Client(raise_request_exception=False, QUERY_STRING=query.decode())
    for path in ANONYMOUS:
        assert client.get(path).status_code < 500


@pytest.mark.parametrize("session", ["x", "a" * 5000, "é", "\0", "' OR 1=1", "A" * 32])
def test_it_takes_a_forged_session_for_none(db: None, settings: Settings, session: str) -> None:
    client = Client(raise_request_exception=False)
    client.cookies[settings.SESSION_COOKIE_NAME] = session
    assert client.get("/accounts/settings/").status_code == 302


@pytest.mark.parametrize("query", ["q=%00", "q=%ED%A0%80", "q=" + "x" * 5000, "p=-1", "o=999.-1"])
def test_the_list_of_users_survives_too(root: User, signed_in: Callable, query: str) -> None:
    client = signed_in(root)
    client.raise_request_exception = False
    assert client.get(f"/admin/accounts/user/?{query}").status_code < 500


@pytest.mark.parametrize("pk", ["0", "-1", "9223372036854775808", "9" * 400, "x", "%00", "_5F"])
def test_the_page_of_a_user_survives_too(root: User, signed_in: Callable, pk: str) -> None:
    client = signed_in(root)
    client.raise_request_exception = False
    assert client.get(f"/admin/accounts/user/{pk}/change/").status_code < 500
