"""Changing one's e-mail: only whoever reads the new mailbox can."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.core import mail
from django.test import Client

from accounts.models import User

PASSWORD = "a password for the tests"
LINK = re.compile(r"/accounts/email/confirm/\S+")

pytestmark = pytest.mark.usefixtures("mail_now")


@pytest.fixture
def client(ada: User, enter: Callable) -> Client:
    """Ada's browser, just after she confirmed her password."""
    browser, _status, _page = enter("ada")
    browser.post("/accounts/reauthenticate/", {"password": PASSWORD})
    return browser


def ask(client: Client, email: str) -> str:
    return client.post("/accounts/email/", {"email": email}, follow=True).content.decode()


def link() -> str:
    found = LINK.search(mail.outbox[-1].body)
    assert found
    return found[0]


def test_it_changes_when_the_link_is_followed(client: Client, ada: User) -> None:
    ask(client, "New@example.org")
    assert mail.outbox[-1].to == ["new@example.org"]
    ada.refresh_from_db()
    assert ada.email == "ada@example.org"
    where = link()
    Client().get(where)
    ada.refresh_from_db()
    assert ada.email == "ada@example.org"
    assert Client().post(where).status_code == 302
    ada.refresh_from_db()
    assert ada.email == "new@example.org"
    assert mail.outbox[-1].to == ["ada@example.org"]


def test_it_asks_for_the_password_first(ada: User, enter: Callable) -> None:
    browser, _status, _page = enter("ada")
    response = browser.get("/accounts/email/")
    assert response["Location"].startswith("/accounts/reauthenticate/")
    response = browser.post("/accounts/email/", {"email": "new@example.org"})
    assert response["Location"].startswith("/accounts/reauthenticate/")
    assert mail.outbox == []


def test_it_does_not_tell_which_addresses_are_taken(client: Client, ben: User) -> None:
    client.get("/accounts/settings/")
    pages = [
        re.sub(r'value="[^"]+"|nonce="[^"]*"', "", ask(client, email))
        for email in ("ben@example.org", "free@example.org")
    ]
    assert pages[0] == pages[1]
    assert [message.to for message in mail.outbox] == [["free@example.org"]]


def test_it_takes_over_nobody_who_came_first(client: Client, ada: User, ben: User) -> None:
    ask(client, "new@example.org")
    User.objects.filter(pk=ben.pk).update(email="new@example.org")
    assert Client().post(link()).status_code == 200
    ada.refresh_from_db()
    assert ada.email == "ada@example.org"


def test_it_takes_a_link_once_and_only_the_latest_state(client: Client, ada: User) -> None:
    ask(client, "one@example.org")
    first = link()
    ask(client, "two@example.org")
    second = link()
    Client().post(second)
    Client().post(first)
    Client().post(second)
    ada.refresh_from_db()
    assert ada.email == "two@example.org"


@pytest.mark.parametrize("key", ["x", "a:b:c", "%00", "é", "W10:1abc:xyz", "x" * 5000])
def test_it_refuses_a_forged_link(db: None, key: str) -> None:
    assert Client().post(f"/accounts/email/confirm/{key}/").status_code in {200, 404}


@pytest.mark.parametrize(
    "email", ["", "x", "a\0@example.org", "ada@example.org", "a" * 300 + "@b.ch"]
)
def test_it_refuses_what_is_no_new_address(client: Client, email: str) -> None:
    assert 'role="alert"' in ask(client, email)
    assert mail.outbox == []


def test_it_frees_the_old_address(client: Client, settings: object) -> None:
    settings.SIGN_UP = True  # type: ignore[attr-defined]
    ask(client, "new@example.org")
    Client().post(link())
    form = {
        "username": "eve",
        "email": "ada@example.org",
        "password1": "correct horse battery",
        "password2": "correct horse battery",
    }
    assert Client().post("/accounts/signup/", form).status_code == 302
