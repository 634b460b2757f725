"""What the tests of accounts share: the sign-in page, mail at once, and the second factor."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value
from django.core.cache import cache
from django.test import Client
from pytest_django import Settings

from accounts.models import User

PASSWORD = "a password for the tests"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


@pytest.fixture
def enter() -> Callable[..., tuple[Client, int, str]]:
    """Post the sign-in form as a browser would; return the client, the status and the page."""

    def enter(
        login: str, password: str = PASSWORD, *, client: Client | None = None, **data: str
    ) -> tuple[Client, int, str]:
        browser = client or Client()
        form = {"login": login, "password": password, **data}
        response = browser.post("/accounts/login/", form)
        return browser, response.status_code, response.content.decode()

    return enter


@pytest.fixture
def mail_now(settings: Settings) -> None:
    """Run tasks where they are asked for, so that mail is in the outbox at once."""
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}


@pytest.fixture
def required(settings: Settings) -> None:
    """The site as it runs in earnest: staff need a second factor."""
    settings.SECOND_FACTOR_FOR_STAFF = True


@pytest.fixture
def with_totp() -> Callable[[User], list[str]]:
    """Give the user an authenticator app; return the recovery codes."""

    def give(user: User) -> list[str]:
        TOTP.activate(user, SECRET)
        return RecoveryCodes.activate(user).generate_codes()

    return give


@pytest.fixture
def totp_code() -> Callable[[], str]:
    """Return the code the app shows; a new moment for each call, since a code counts once."""

    def code() -> str:
        import time

        cache.clear()
        return format_hotp_value(hotp_value(SECRET, int(time.time()) // 30))

    return code
