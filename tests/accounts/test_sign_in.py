"""Signing in: one door, one message, one count for each account."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable
from unittest.mock import patch

import pytest
from django.test import Client
from pytest_django import Settings

from accounts.models import User

Enter = Callable[..., tuple[Client, int, str]]

TOKENS = re.compile(
    r'name="csrfmiddlewaretoken" value="[^"]+"|name="login" value="[^"]*"|nonce="[^"]*"'
)
TOO_MANY = "Too many sign-ins failed"


@pytest.mark.parametrize(
    "typed", ["ada", "ADA", " ada ", "ａｄａ", "ada@example.org", "Ada@Example.ORG"]
)
def test_it_signs_in_by_login_or_email_in_any_spelling(enter: Enter, ada: User, typed: str) -> None:
    client, status, _page = enter(typed)
    assert status == 302
    assert client.get("/accounts/settings/").status_code == 200


@pytest.mark.parametrize("typed", ["ada", "nobody", "ada@example.org", "nobody@example.org"])
def test_it_refuses_a_wrong_password_and_an_unknown_name_alike(
    enter: Enter, ada: User, typed: str
) -> None:
    client, status, page = enter(typed, "not the password at all")
    assert status == 200
    assert "Wrong username" in page
    assert client.get("/accounts/settings/").status_code == 302


def test_it_answers_alike_for_known_unknown_and_disabled_names(
    enter: Enter, ada: User, ben: User
) -> None:
    User.objects.filter(pk=ben.pk).update(is_active=False)
    pages = {
        TOKENS.sub("", enter(name, "wrong wrong wrong wrong")[2])
        for name in ("ada", "ben", "nobody", "ada@example.org", "none@example.org")
    }
    assert len(pages) == 1


@pytest.mark.parametrize("typed", ["ada", "ada@example.org", "nobody", "nobody@example.org"])
def test_it_hashes_once_whatever_was_typed(enter: Enter, ada: User, typed: str) -> None:
    with (
        patch.object(User, "check_password", autospec=True, return_value=False) as checked,
        patch.object(User, "set_password", autospec=True) as hashed,
    ):
        enter(typed, "wrong wrong wrong wrong")
    assert checked.call_count + hashed.call_count == 1


def test_it_takes_one_letter_however_the_keyboard_sends_it(enter: Enter, ada: User) -> None:
    ada.set_password("caf\u00e9 and a long tail")
    ada.save()
    assert enter("ada", "cafe\u0301 and a long tail")[1] == 302


def test_it_refuses_a_disabled_user_who_knows_the_password(enter: Enter, ada: User) -> None:
    User.objects.filter(pk=ada.pk).update(is_active=False)
    client, _status, _page = enter("ada")
    assert client.get("/accounts/settings/").status_code == 302


def test_it_evaluates_at_most_ten_guesses_for_an_account(enter: Enter, ada: User) -> None:
    cases = itertools.product("aA", "dD", "aA")
    names = ["".join(letters) for letters in cases] + ["ａda", "aｄa", " ada", "ada ", "ᵃda"]
    mails = ["ada@example.org", "ADA@example.org", "ada@EXAMPLE.org", "ａda@example.org"]
    with patch.object(User, "check_password", autospec=True, return_value=False) as checked:
        for number, name in enumerate((names + mails) * 6):
            forged = {"HTTP_X_FORWARDED_FOR": f"10.0.0.{number}"}
            enter(name, "wrong wrong wrong wrong", client=Client(**forged))
    assert checked.call_count <= 10


def test_it_counts_tries_of_unknown_names_too(enter: Enter, db: None) -> None:
    pages = [enter("nobody", "wrong wrong wrong wrong")[2] for _ in range(6)]
    assert TOO_MANY not in pages[4]
    assert TOO_MANY in pages[5]


def test_it_refuses_even_the_right_password_after_too_many(enter: Enter, ada: User) -> None:
    for _ in range(5):
        enter("ada", "wrong wrong wrong wrong")
    assert TOO_MANY in enter("ada")[2]


def test_it_lets_the_owner_in_from_a_known_device_while_a_stranger_guesses(
    enter: Enter, ada: User
) -> None:
    known, status, _page = enter("ada")
    assert status == 302
    known.post("/accounts/logout/")
    for name in ("ada", "ada@example.org"):
        for _ in range(8):
            enter(name, "wrong wrong wrong wrong")
    assert TOO_MANY in enter("ada")[2]
    assert enter("ada", client=known)[1] == 302


def test_it_counts_failures_on_a_known_device_too(enter: Enter, ada: User) -> None:
    known, _status, _page = enter("ada")
    known.post("/accounts/logout/")
    pages = [enter("ada", "wrong wrong wrong", client=known)[2] for _ in range(6)]
    assert TOO_MANY in pages[5]


def test_it_takes_a_forged_device_cookie_for_none(
    enter: Enter, ada: User, settings: Settings
) -> None:
    for _ in range(5):
        enter("ada", "wrong wrong wrong wrong")
    for cookie in ("x", "a" * 22 + "." + "0" * 32, "é.ö", "." * 200, "a" * 22 + ".0" * 5000):
        client = Client()
        client.cookies[settings.DEVICE_COOKIE_NAME] = cookie
        assert TOO_MANY in enter("ada", client=client)[2]


def test_it_lets_a_class_behind_one_address_in(enter: Enter, db: None) -> None:
    students = [User.objects.create_user(f"s{n}", None, "a long password") for n in range(40)]
    assert all(enter(one.login, "a long password")[1] == 302 for one in students)


def test_it_stops_an_address_that_tries_name_after_name(
    enter: Enter, ada: User, settings: Settings
) -> None:
    settings.FAILURES_PER_ADDRESS = 3
    pages = [enter(f"name{number}", "wrong wrong wrong")[2] for number in range(4)]
    assert [TOO_MANY in page for page in pages] == [False, False, False, True]
    assert enter("ada", client=Client(REMOTE_ADDR="10.9.8.7"))[1] == 302


def test_it_makes_a_new_session_key(enter: Enter, ada: User, settings: Settings) -> None:
    client = Client()
    session = client.session
    session["before"] = 1
    session.save()
    client.cookies[settings.SESSION_COOKIE_NAME] = before = session.session_key
    enter("ada", client=client)
    assert client.cookies[settings.SESSION_COOKIE_NAME].value != before


def test_it_sets_only_cookies_scripts_cannot_read(
    enter: Enter, ada: User, settings: Settings
) -> None:
    client = Client()
    client.get("/accounts/login/")
    enter("ada", client=client)
    names = {settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME, settings.DEVICE_COOKIE_NAME}
    assert set(client.cookies) == names
    assert all(cookie["httponly"] for cookie in client.cookies.values())
    assert all(cookie["samesite"] == "Lax" for cookie in client.cookies.values())


def test_it_does_not_lead_to_another_site(enter: Enter, ada: User) -> None:
    response = Client().post(
        "/accounts/login/?next=https://evil.example/",
        {"login": "ada", "password": "a password for the tests", "next": "//evil.example/"},
    )
    assert response["Location"] == "/"


@pytest.mark.parametrize("path", ["/admin/login/", "/admin/", "/admin/accounts/user/"])
def test_it_is_the_only_door_to_the_admin_site(db: None, path: str) -> None:
    response = Client().get(path, follow=True)
    assert response.redirect_chain[-1][0].startswith("/accounts/login/")


def test_it_takes_no_password_at_the_admin_sites_own_door(root: User) -> None:
    client = Client()
    form = {"username": "root", "password": "a password for the tests"}
    client.post("/admin/login/", form)
    assert client.get("/accounts/settings/").status_code == 302
