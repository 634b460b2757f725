"""What every page knows about the site without asking the database."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest


def site(request: HttpRequest) -> dict[str, bool]:
    return {"demo": settings.DEMO, "signup_open": settings.SIGN_UP}
