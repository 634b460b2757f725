"""Which passwords are accepted."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from pytest_django import Settings

from accounts.models import User

GOOD = [
    "correct horse battery staple",
    "fifteen letters",
    "ünïcödé ïs wélcömé hérè",
    "Пятнадцать знаков",
    "十五文字以上の長いパスワードです",
    "😀😃😄😁😆😅😂🤣😊😇🙂🙃😉😌😍",
    " spaces at both ends ",
    "x" * 15 + "yz" * 2000,
    "0000 1111 2222 3333",
    "no-rules-at-all",
]
BAD = [
    "",
    "short",
    "fourteen chars",
    "passwordpassword",
    "PASSWORDpassword",
    "qwertyqwertyqwerty",
    "aaaaaaaaaaaaaaaaaaaa",
    "abababababababababab",
    "passage-passage-passage",
    "passage student demo",
    "passage-demo-quiz-admin",
    "12345678901234567890",
    "ada@example.org",
    "ada.lovelace.osei",
    "nul in the\0middle of it",
    "a lone \ud800 surrogate",
    "x" * 4097,
    "é" * 2049,
]


@pytest.fixture
def person() -> User:
    return User(login="ada.lovelace", email="ada@example.org", name="Ada Lovelace Osei")


@pytest.fixture(autouse=True)
def _in_earnest(settings: Settings) -> None:
    settings.PASSWORD_LENGTH = 15


@pytest.mark.parametrize("password", GOOD, ids=range(len(GOOD)))
def test_it_accepts_long_passwords_of_any_kind(person: User, password: str) -> None:
    validate_password(password, person)
    person.set_password(password)
    assert person.check_password(password)


@pytest.mark.parametrize("password", BAD, ids=range(len(BAD)))
def test_it_refuses_short_listed_and_unstorable_ones_quickly(person: User, password: str) -> None:
    started = time.perf_counter()
    with pytest.raises(ValidationError):
        validate_password(password, person)
    assert time.perf_counter() - started < 1


def test_it_asks_for_less_beside_a_second_factor(ada: User, with_totp: Callable) -> None:
    with pytest.raises(ValidationError):
        validate_password("nine long", ada)
    with_totp(ada)
    validate_password("nine long", ada)


def test_it_keeps_them_by_argon2(settings: Settings) -> None:
    settings.PASSWORD_HASHERS = ["accounts.passwords.Argon2"]
    assert make_password("x").startswith("argon2$argon2id$v=19$m=65536,t=3,p=4$")
