"""Devices an account has been signed in from before.

Each failed sign-in counts against the account, so a stranger who keeps guessing could keep its
owner out. A device that was signed in before therefore has a count of its own. The cookie holds
a random name of the device and a keyed mark for each account, and says nothing to anyone else.
"""

from __future__ import annotations

import re
import secrets

from django.utils.crypto import constant_time_compare, salted_hmac

MOST_ACCOUNTS = 6
MAX_AGE = 180 * 24 * 3600
_COOKIE = re.compile(rf"[\w-]{{22}}(\.[0-9a-f]{{32}}){{1,{MOST_ACCOUNTS}}}", re.ASCII)


def _mark(device: str, user_id: int) -> str:
    keyed = salted_hmac("accounts.device", f"{device}:{user_id}", algorithm="sha256")
    return keyed.hexdigest()[:32]


def _read(cookie: str) -> tuple[str, list[str]]:
    if not _COOKIE.fullmatch(cookie):
        return secrets.token_urlsafe(16), []
    device, *marks = cookie.split(".")
    return device, marks


def name_if_known(cookie: str, user_id: int) -> str | None:
    """Return the name of the device when the account was signed in from it before."""
    device, marks = _read(cookie)
    mark = _mark(device, user_id)
    return device if any(constant_time_compare(mark, other) for other in marks) else None


def remember(cookie: str, user_id: int) -> str:
    """Return the cookie with this account added; the account longest unused goes first."""
    device, marks = _read(cookie)
    mark = _mark(device, user_id)
    kept = [mark, *(other for other in marks if other != mark)]
    return ".".join([device, *kept[:MOST_ACCOUNTS]])
