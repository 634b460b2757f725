"""Changing one's e-mail: a link goes to the new address, and only following it changes anything.

The page answers the same whether or not the new address is someone else's: nothing is looked up
while the person waits, and to an address that is taken nothing is sent.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.core import signing
from django.urls import reverse

from accounts.models import User

SALT = "accounts.email_change"
GOOD_FOR_S = 24 * 3600


@dataclass(frozen=True, slots=True)
class EmailChange:
    """What a link stands for. It goes stale once the address has changed in some other way."""

    user: User
    email: str


def link_for(user: User, email: str) -> str:
    key = signing.dumps([user.pk, user.email, email], salt=SALT)
    return settings.BASE_URL + reverse("accounts:email_confirm", args=[key])


def read(key: str) -> EmailChange | None:
    """Return what the key stands for, or None if it is forged, old, stale or taken by now."""
    try:
        user_id, before, email = signing.loads(key, salt=SALT, max_age=GOOD_FOR_S)
    except signing.BadSignature:
        return None
    user = User.objects.active().filter(pk=user_id, email=before).first()
    if user is None or User.objects.filter(email=email).exists():
        return None
    return EmailChange(user, email)
