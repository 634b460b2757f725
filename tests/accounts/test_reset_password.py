"""Choosing a new password by mail, without telling who has an account."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.core import mail
from django.test import Client
from django_tasks_db.models import DBTaskResult
from pytest_django import DjangoAssertNumQueries, Settings

from accounts.models import User

NEW = "another long password"
LINK = re.compile(r"/accounts/password/reset/key/\S+")
KNOWN = ("ada@example.org", "Ada@EXAMPLE.org", "ben@example.org", "nobody@example.org")


def ask(email: str) -> tuple[Client, str]:
    client = Client()
    response = client.post("/accounts/password/reset/", {"email": email}, follow=True)
    return client, response.content.decode()


def link_in_mail() -> str:
    found = LINK.search(mail.outbox[-1].body)
    assert found
    return found[0]


def choose(link: str, password: str = NEW) -> Client:
    client = Client()
    form = client.get(link, follow=True)
    if form.redirect_chain:
        where = form.redirect_chain[-1][0]
        client.post(where, {"password1": password, "password2": password})
    return client


@pytest.mark.usefixtures("mail_now")
def test_it_leads_from_the_mail_to_a_new_password(ada: User, enter: Callable) -> None:
    ask("Ada@example.org")
    assert mail.outbox[-1].to == ["ada@example.org"]
    choose(link_in_mail())
    assert enter("ada", NEW)[1] == 302
    assert enter("ada")[1] == 200


@pytest.mark.usefixtures("mail_now")
def test_it_takes_a_link_once(ada: User, enter: Callable) -> None:
    ask("ada@example.org")
    link = link_in_mail()
    choose(link)
    choose(link, "yet another long password")
    assert enter("ada", NEW)[1] == 302


@pytest.mark.usefixtures("mail_now")
def test_it_builds_the_link_from_the_settings(ada: User, settings: Settings) -> None:
    Client(HTTP_HOST="localhost").post("/accounts/password/reset/", {"email": "ada@example.org"})
    assert f"{settings.BASE_URL}/accounts/password/reset/key/" in mail.outbox[-1].body


@pytest.mark.usefixtures("mail_now")
def test_it_sends_nothing_to_strangers_and_disabled_users(ada: User, ben: User) -> None:
    User.objects.filter(pk=ben.pk).update(is_active=False)
    ask("ben@example.org")
    ask("nobody@example.org")
    assert mail.outbox == []


def test_it_answers_alike_whoever_asks(ada: User, ben: User) -> None:
    User.objects.filter(pk=ben.pk).update(is_active=False)
    pages = {re.sub(r'value="[^"]+"|nonce="[^"]*"', "", ask(email)[1]) for email in KNOWN}
    assert len(pages) == 1


def test_it_does_the_same_work_whoever_asks(
    ada: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    counts = set()
    for email in KNOWN:
        client = Client()
        with django_assert_num_queries(1) as asked:
            client.post("/accounts/password/reset/", {"email": email})
        counts.add(len(asked))
    assert counts == {1}
    assert DBTaskResult.objects.count() == len(KNOWN)


def test_it_keeps_no_link_among_the_tasks(ada: User) -> None:
    ask("ada@example.org")
    assert DBTaskResult.objects.get().args_kwargs["kwargs"] == {"email": "ada@example.org"}


@pytest.mark.usefixtures("mail_now")
def test_it_stops_flooding_a_mailbox(ada: User) -> None:
    for _ in range(9):
        ask("ada@example.org")
    assert len(mail.outbox) == 5


@pytest.mark.usefixtures("mail_now", "required")
def test_it_does_not_go_past_the_second_factor(
    cora: User, enter: Callable, with_totp: Callable
) -> None:
    with_totp(cora)
    ask("cora@example.org")
    client = choose(link_in_mail())
    assert client.get("/accounts/settings/").status_code == 302
    client, _status, _page = enter("cora", NEW)
    assert client.get("/accounts/settings/").status_code == 302


@pytest.mark.usefixtures("mail_now")
@pytest.mark.parametrize(
    "key", ["x-y", "0-set-password", "zzzzzzzzzzzzz-abc", "zzzzzzzzzzzzzzzz-abc", "1-%00", "1-é"]
)
def test_it_refuses_a_forged_link(ada: User, key: str) -> None:
    response = Client().get(f"/accounts/password/reset/key/{key}/", follow=True)
    assert response.status_code in {200, 404}
    assert "password1" not in response.content.decode()


@pytest.mark.parametrize(
    "password", ["short", "passwordpassword", "passage-passage", "ada@example.org"]
)
@pytest.mark.usefixtures("mail_now")
def test_it_refuses_a_weak_new_password(ada: User, enter: Callable, password: str) -> None:
    ask("ada@example.org")
    choose(link_in_mail(), password)
    assert enter("ada")[1] == 302
