"""Signing up, where it is open."""

from __future__ import annotations

import pytest
from django.test import Client
from pytest_django import Settings

from accounts.models import User

FORM = {
    "username": "Eve",
    "name": "Eve Adams",
    "email": "Eve@Example.org",
    "password1": "correct horse battery",
    "password2": "correct horse battery",
}


@pytest.fixture
def _open(settings: Settings) -> None:
    settings.SIGN_UP = True


@pytest.mark.usefixtures("_open")
def test_it_makes_a_student_and_signs_them_in(db: None) -> None:
    client = Client()
    assert client.post("/accounts/signup/", FORM).status_code == 302
    eve = User.objects.get(login="eve")
    assert (eve.email, eve.name, eve.roles) == ("eve@example.org", "Eve Adams", ("student",))
    assert not (eve.is_staff)
    assert not (eve.is_superuser)
    assert client.get("/accounts/settings/").status_code == 200


@pytest.mark.usefixtures("_open")
def test_it_needs_no_email(db: None) -> None:
    for login in ("eve", "adam"):
        form = FORM | {"username": login, "email": ""}
        assert Client().post("/accounts/signup/", form).status_code == 302
    assert User.objects.filter(email=None).count() == 2


@pytest.mark.usefixtures("_open")
@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("username", "ada"),
        ("username", "ADA"),
        ("username", "ａda"),
        ("username", "eve@example.org"),
        ("username", "a b"),
        ("username", "a\u200bda"),
        ("username", "x" * 151),
        ("username", "ß" * 80),
        ("email", "ada@example.org"),
        ("email", "ADA@EXAMPLE.ORG"),
        ("email", "ad\u0131@example.org"),
        ("email", "a" * 250 + "@example.org"),
        ("name", "x" * 151),
        ("name", "Eve\nAdams"),
        ("password1", "short"),
        ("password2", "something else entirely"),
    ],
)
def test_it_refuses_what_cannot_be_stored_or_is_taken(ada: User, field: str, value: str) -> None:
    response = Client().post("/accounts/signup/", FORM | {field: value})
    assert response.status_code == 200
    assert User.objects.count() == 1


@pytest.mark.usefixtures("_open")
@pytest.mark.parametrize(
    ("told", "kept"),
    [
        ("Europe/Vienna", "Europe/Vienna"),
        ("Mars/Olympus", "UTC"),
        ("../../etc/passwd", "UTC"),
        ("", "UTC"),
    ],
)
def test_it_takes_the_browsers_time_zone_where_it_is_one(db: None, told: str, kept: str) -> None:
    assert Client().post("/accounts/signup/", FORM | {"time_zone": told}).status_code == 302
    assert User.objects.get(login="eve").time_zone == kept


@pytest.mark.usefixtures("_open")
def test_it_binds_nothing_but_its_own_fields(db: None) -> None:
    forged = {"is_staff": "1", "is_superuser": "1", "roles": "admin", "groups": "3", "id": "7"}
    Client().post("/accounts/signup/", FORM | forged)
    eve = User.objects.get(login="eve")
    assert not (eve.is_staff)
    assert not (eve.is_superuser)
    assert not (eve.groups.exists())


def test_it_makes_nobody_when_closed(db: None, settings: Settings) -> None:
    settings.SIGN_UP = False
    client = Client()
    client.post("/accounts/signup/", FORM)
    assert not User.objects.exists()
    assert "password1" not in client.get("/accounts/signup/").content.decode()
