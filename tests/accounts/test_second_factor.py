"""The second factor: required of staff in earnest, a choice for everyone else."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from accounts.models import User
from accounts.queries import lacks_second_factor

SignedIn = Callable[[User], Client]
STAFF_PAGES = ("/admin/", "/admin/accounts/user/", "/teach/", "/", "/library/")


@pytest.mark.usefixtures("required")
def test_staff_without_it_are_led_to_set_it_up(cora: User, signed_in: SignedIn) -> None:
    client = signed_in(cora)
    for page in STAFF_PAGES:
        response = client.get(page)
        assert response.status_code == 302
        assert response["Location"] == "/accounts/2fa/totp/activate/"
    assert client.get("/accounts/settings/").status_code == 200


@pytest.mark.usefixtures("required")
@pytest.mark.parametrize("method", ["get", "post", "put", "patch", "delete"])
def test_the_api_refuses_staff_without_it(root: User, signed_in: SignedIn, method: str) -> None:
    response = getattr(signed_in(root), method)("/api/v1/users/")
    assert response.status_code == 403
    assert response.json()["detail"] == "Set up a second factor first."
    assert lacks_second_factor(root)


@pytest.mark.usefixtures("required")
def test_staff_with_it_go_on(
    cora: User, enter: Callable, with_totp: Callable, totp_code: Callable
) -> None:
    with_totp(cora)
    client, status, _page = enter("cora")
    assert status == 302
    assert client.get("/accounts/settings/").status_code == 302
    assert client.post("/accounts/2fa/authenticate/", {"code": totp_code()}).status_code == 302
    assert client.get("/admin/").status_code == 200


@pytest.mark.usefixtures("required")
def test_students_need_none(ada: User, signed_in: SignedIn) -> None:
    assert signed_in(ada).get("/accounts/settings/").status_code == 200
    assert not lacks_second_factor(ada)


def test_staff_of_a_demo_need_none(cora: User, signed_in: SignedIn) -> None:
    assert signed_in(cora).get("/admin/").status_code == 200


def test_a_code_counts_once(
    ada: User, enter: Callable, with_totp: Callable, totp_code: Callable
) -> None:
    with_totp(ada)
    code = totp_code()
    for expected in (302, 200):
        client, _status, _page = enter("ada")
        assert client.post("/accounts/2fa/authenticate/", {"code": code}).status_code == expected


def test_a_recovery_code_counts_once(ada: User, enter: Callable, with_totp: Callable) -> None:
    code = with_totp(ada)[0]
    for expected in (302, 200):
        client, _status, _page = enter("ada")
        assert client.post("/accounts/2fa/authenticate/", {"code": code}).status_code == expected


def test_guessing_codes_is_slow(
    ada: User, enter: Callable, with_totp: Callable, totp_code: Callable
) -> None:
    with_totp(ada)
    code = totp_code()
    client, _status, _page = enter("ada")
    for _ in range(6):
        client.post("/accounts/2fa/authenticate/", {"code": "000000"})
    assert client.post("/accounts/2fa/authenticate/", {"code": code}).status_code == 200


@pytest.mark.parametrize("code", ["", "a\0b", "é" * 5000, "1" * 100_000, "１２３４５６"])
def test_a_hostile_code_is_a_wrong_code(
    ada: User, enter: Callable, with_totp: Callable, code: str
) -> None:
    with_totp(ada)
    client, _status, _page = enter("ada")
    assert client.post("/accounts/2fa/authenticate/", {"code": code}).status_code == 200


@pytest.mark.usefixtures("required")
def test_an_admin_confirms_the_password_before_changing_people(
    root: User, ada: User, enter: Callable, with_totp: Callable, totp_code: Callable
) -> None:
    with_totp(root)
    client, _status, _page = enter("root")
    client.post("/accounts/2fa/authenticate/", {"code": totp_code()})
    form = {"action": "disable", "_selected_action": [ada.pk]}
    response = client.post("/admin/accounts/user/", form)
    assert response["Location"].startswith("/accounts/reauthenticate/")
    assert User.objects.get(pk=ada.pk).is_active
    again = {"password": "a password for the tests", "next": "/admin/accounts/user/"}
    client.post(response["Location"], again, follow=True)
    assert not User.objects.get(pk=ada.pk).is_active


def test_the_pages_of_the_second_factor_open(ada: User, enter: Callable) -> None:
    client, _status, _page = enter("ada")
    assert client.get("/accounts/2fa/").status_code == 200
    client.post("/accounts/reauthenticate/", {"password": "a password for the tests"})
    assert "<svg" in client.get("/accounts/2fa/totp/activate/").content.decode()
