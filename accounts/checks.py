"""Demo users have a password that everybody knows: they must not be reached from outside."""

from __future__ import annotations

import ipaddress
from typing import Any

from django.conf import settings
from django.core import checks
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError

from accounts.models import User

DEMO_USERS = {"student": "Sam Student", "educator": "Eve Educator", "admin": "Alex Admin"}
DEMO_PASSWORD = "passage-demo"  # noqa: S105 - shown to everybody on the first page
DEMO_DOMAIN = "example.org"


def is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def demo_users_exist() -> bool:
    """Whether any demo user can be signed in as; a database not yet made holds none."""
    emails = [f"{login}@{DEMO_DOMAIN}" for login in DEMO_USERS]
    try:
        return User.objects.active().filter(email__in=emails).exists()
    except DatabaseError:
        return False


def refuse_unsafe_demo() -> None:
    """Stop a server that would let strangers in. Called before it starts to listen."""
    if is_loopback(settings.HOST):
        return
    if settings.DEMO:
        raise ImproperlyConfigured(
            f"DEMO=1 relaxes safeguards and is for this machine only; HOST is {settings.HOST}."
        )
    if demo_users_exist():
        raise ImproperlyConfigured(
            "The demo users exist, and their password is known to everybody: disable them in the "
            f"admin site before serving on HOST {settings.HOST}."
        )


@checks.register(checks.Tags.security, deploy=True)
def check_demo(app_configs: Any, **kwargs: Any) -> list[checks.CheckMessage]:
    errors: list[checks.CheckMessage] = []
    if settings.DEMO:
        errors.append(
            checks.Error(
                "DEMO=1 opens sign-up and relaxes passwords and second factors.",
                hint="Leave DEMO unset where others can reach the site.",
                id="accounts.E001",
            )
        )
    if demo_users_exist():
        errors.append(
            checks.Error(
                "The demo users exist, and their password is known to everybody.",
                hint="Disable student, educator and admin@example.org in the admin site.",
                id="accounts.E002",
            )
        )
    return errors
