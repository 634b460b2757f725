"""What ends a session, and that it ends with the very next request."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from django.test import Client
from knox.models import AuthToken
from pytest_django import Settings

from accounts import services
from accounts.models import User

Enter = Callable[..., tuple[Client, int, str]]
PASSWORD = "a password for the tests"
NEW = "another long password"


def is_in(client: Client) -> bool:
    return client.get("/accounts/settings/").status_code == 200


def test_signing_out_ends_it_on_the_server(enter: Enter, ada: User, settings: Settings) -> None:
    client, _status, _page = enter("ada")
    cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
    client.post("/accounts/logout/")
    replay = Client()
    replay.cookies[settings.SESSION_COOKIE_NAME] = cookie
    assert not is_in(replay)


def test_disabling_ends_it(enter: Enter, ada: User, root: User) -> None:
    client, _status, _page = enter("ada")
    assert is_in(client)
    services.set_active(user=ada, active=False, by=root)
    assert not is_in(client)
    services.set_active(user=ada, active=True, by=root)
    assert not is_in(client)


def test_a_change_of_roles_ends_it(enter: Enter, cora: User, root: User) -> None:
    client, _status, _page = enter("cora")
    services.set_roles(user=cora, roles=["student"], by=root)
    assert not is_in(client)


def test_a_new_password_ends_the_others_only(enter: Enter, ada: User) -> None:
    here, _status, _page = enter("ada")
    elsewhere, _status, _page = enter("ada")
    token = AuthToken.objects.create(user=ada)[1]
    form = {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW}
    assert here.post("/accounts/password/change/", form).status_code == 302
    assert is_in(here)
    assert not is_in(elsewhere)
    assert token
    assert not AuthToken.objects.exists()


def test_a_person_can_end_the_others(enter: Enter, ada: User) -> None:
    here, _status, _page = enter("ada")
    elsewhere, _status, _page = enter("ada")
    assert here.get("/accounts/sessions/").status_code == 200
    here.post("/accounts/sessions/")
    assert is_in(here)
    assert not is_in(elsewhere)


def test_a_new_second_factor_ends_the_others(
    enter: Enter, ada: User, totp_code: Callable, with_totp: Callable
) -> None:
    elsewhere, _status, _page = enter("ada")
    here, _status, _page = enter("ada")
    here.post("/accounts/reauthenticate/", {"password": PASSWORD})
    here.get("/accounts/2fa/totp/activate/")
    session = here.session
    session["mfa.totp.secret"] = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
    session.save()
    response = here.post("/accounts/2fa/totp/activate/", {"code": totp_code()})
    assert response.status_code == 302
    assert is_in(here)
    assert not is_in(elsewhere)


@pytest.mark.parametrize("mark", ["staff_seen", "staff_since"])
def test_a_staff_session_ends_when_left_alone_or_old(enter: Enter, cora: User, mark: str) -> None:
    client, _status, _page = enter("cora")
    assert is_in(client)
    session = client.session
    session[mark] = int(time.time()) - (31 * 60 if mark == "staff_seen" else 13 * 3600)
    session.save()
    assert not is_in(client)


def test_a_staff_session_goes_on_while_used(enter: Enter, cora: User) -> None:
    client, _status, _page = enter("cora")
    session = client.session
    session["staff_seen"] = int(time.time()) - 29 * 60
    session.save()
    assert is_in(client)
    assert client.session["staff_seen"] >= int(time.time()) - 5


def test_an_api_call_in_a_session_left_alone_is_told_so(enter: Enter, cora: User) -> None:
    client, _status, _page = enter("cora")
    session = client.session
    session["staff_seen"] = 0
    session.save()
    assert client.get("/api/v1/session/").status_code == 401


def test_a_students_session_outlasts_an_exam(enter: Enter, ada: User) -> None:
    client, _status, _page = enter("ada", remember="on")
    assert client.session.get_expiry_age() > 7 * 24 * 3600
    assert is_in(client)
    assert "staff_seen" not in client.session
