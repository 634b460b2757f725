"""Signing in for an API token: the same counts, and one failure for everything."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from allauth.core import context
from django.test import RequestFactory

from accounts.models import User
from accounts.services import TooManyAttemptsError, authenticate_for_token

PASSWORD = "a password for the tests"


def ask(identifier: object, password: object = PASSWORD, code: object = "") -> User | None:
    request = RequestFactory().post("/api/v1/auth/token/")
    with context.request_context(request):
        return authenticate_for_token(request, identifier=identifier, password=password, code=code)


@pytest.mark.parametrize("identifier", ["ada", "ADA@example.org"])
def test_it_knows_a_user_by_login_or_email(ada: User, identifier: str) -> None:
    assert ask(identifier) == ada


def test_it_tells_nothing_about_who_exists(ada: User, ben: User) -> None:
    User.objects.filter(pk=ben.pk).update(is_active=False)
    assert [ask("ada", "wrong"), ask("ben"), ask("nobody")] == [None, None, None]


def test_it_asks_for_the_code(ada: User, with_totp: Callable, totp_code: Callable) -> None:
    with_totp(ada)
    assert ask("ada") is None
    assert ask("ada", code="000000") is None
    code = totp_code()
    assert ask("ada", code=code) == ada
    assert ask("ada", code=code) is None


def test_it_takes_a_recovery_code_once(ada: User, with_totp: Callable) -> None:
    code = with_totp(ada)[0]
    assert ask("ada", code=code) == ada
    assert ask("ada", code=code) is None


def test_it_counts_with_the_sign_in_page(ada: User, enter: Callable) -> None:
    for _ in range(5):
        enter("ada", "wrong wrong wrong wrong")
    with pytest.raises(TooManyAttemptsError):
        ask("ada")


def test_guessing_codes_is_slow(ada: User, with_totp: Callable) -> None:
    with_totp(ada)
    for _ in range(5):
        ask("ada", code="000000")
    with pytest.raises(TooManyAttemptsError):
        ask("ada", code="000000")


HOSTILE = ["", " ", "\0", "\ud800", "a\udfff@example.org", "x" * 100_000, None, 7, [], {}, True]


@pytest.mark.parametrize("value", HOSTILE, ids=range(len(HOSTILE)))
def test_a_hostile_value_is_a_wrong_value(ada: User, value: object) -> None:
    assert ask(value) is None
    assert ask("ada", value) is None
    if value not in ("", " "):
        assert ask("nobody", value, value) is None
