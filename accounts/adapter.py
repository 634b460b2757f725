"""Where this site differs from django-allauth's ways."""

from __future__ import annotations

import time
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.internal import ratelimit
from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from accounts import devices, services, tasks
from accounts.models import User
from accounts.queries import find_user
from accounts.rules import normalise_email, normalise_login

MISMATCH = _("Wrong username or e-mail, or wrong password.")


class AccountAdapter(DefaultAccountAdapter):
    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "username_password_mismatch": MISMATCH,
        "email_password_mismatch": MISMATCH,
        "username_taken": _("This username is taken."),
        "too_many_login_attempts": _(
            "Too many sign-ins failed. Wait five minutes, then try again."
        ),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return settings.SIGN_UP

    def clean_username(self, username: str, shallow: bool = False) -> str:
        login = normalise_login(username)
        User._meta.get_field("login").run_validators(login)
        if not shallow and User.objects.filter(login=login).exists():
            raise self.validation_error("username_taken")
        return login

    def clean_email(self, email: str) -> str:
        cleaned = normalise_email(email) or ""
        if cleaned:
            User._meta.get_field("email").run_validators(cleaned)
        return cleaned

    def save_user(self, request: HttpRequest, user: User, form: Any, commit: bool = True) -> User:
        user.login = form.cleaned_data["username"]
        user.email = form.cleaned_data.get("email") or None
        user.name = form.cleaned_data["name"]
        user.time_zone = form.cleaned_data["time_zone"]
        user.set_password(form.cleaned_data["password1"])
        user.save()
        return user

    def set_password(self, user: User, password: str) -> None:
        services.set_password(user=user, password=password)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        message = self.render_mail(
            template_prefix, email, {"email": email, "site": settings.BASE_URL, **context}
        )
        tasks.send_mail.enqueue(subject=message.subject, body=message.body, to=email)

    def send_notification_mail(
        self,
        template_prefix: str,
        user: User,
        context: dict[str, Any] | None = None,
        email: str | None = None,
    ) -> None:
        address = email or user.email
        if address:
            super().send_notification_mail(template_prefix, user, context, address)

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Count the try: by the name typed, in its one spelling, or by a device known to it."""
        identifier = str(credentials.get("username") or credentials.get("email") or "")
        count = self._count_of(request, identifier)
        by_address = count["action"] == "login_failed" and self._failures_of_address(request)
        self._login_failed_rl_usage = not by_address and ratelimit.consume(
            request, app="allauth.account", **count
        )
        if not self._login_failed_rl_usage:
            raise self.validation_error("too_many_login_attempts")

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        key = self._address_key(request)
        cache.set(key, cache.get(key, 0) + 1, 60)

    def _failures_of_address(self, request: HttpRequest) -> bool:
        """Whether too many sign-ins from this address failed within the minute.

        Counted without a lock, and only when one failed: a class behind one address would
        otherwise wait in line for the count, and the last in the line be turned away.
        """
        return cache.get(self._address_key(request), 0) >= settings.FAILURES_PER_ADDRESS

    def _address_key(self, request: HttpRequest) -> str:
        return f"sign-in-failures:{self.get_client_ip(request)}:{int(time.time() // 60)}"

    def _count_of(self, request: HttpRequest, identifier: str) -> dict[str, str]:
        cookie = request.COOKIES.get(settings.DEVICE_COOKIE_NAME)
        if cookie and (user := find_user(identifier)):
            device = devices.name_if_known(cookie, user.pk)
            if device:
                return {"action": "login_failed_known", "key": f"{device}:{user.pk}"}
        name = normalise_email(identifier) if "@" in identifier else normalise_login(identifier)
        # A lone surrogate cannot be counted as it is, nor can it name anyone.
        key = (name or "").encode("utf-8", "replace").decode()
        return {"action": "login_failed", "key": key}

    def login(self, request: HttpRequest, user: User) -> None:
        super().login(request, user)
        if user.is_staff:
            request.session["staff_since"] = request.session["staff_seen"] = int(time.time())

    def post_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponse:
        """Remember the device, so that nobody else's guesses keep this user out."""
        response: HttpResponse = super().post_login(request, user, **kwargs)
        response.set_cookie(
            settings.DEVICE_COOKIE_NAME,
            devices.remember(request.COOKIES.get(settings.DEVICE_COOKIE_NAME, ""), user.pk),
            max_age=devices.MAX_AGE,
            secure=settings.SESSION_COOKIE_SECURE,
            httponly=True,
            samesite="Lax",
        )
        return response
