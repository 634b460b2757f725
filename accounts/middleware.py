"""What a staff session must show: that it is not left alone, and that two factors opened it.

Whether a session is a staff session is found out once and kept in the session, so that a
student's request costs no query here. A change of roles ends all sessions, so it cannot be stale.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import SESSION_KEY, logout
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from accounts.queries import lacks_second_factor, user_of

SEEN_EVERY_S = 60


class StaffMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if SESSION_KEY in request.session and self._is_staff(request):
            refusal = self._left_alone(request, int(time.time())) or self._one_factor(request)
            if refusal is not None:
                return refusal
        return self.get_response(request)

    def _is_staff(self, request: HttpRequest) -> bool:
        if "is_staff" not in request.session:
            if not request.user.is_authenticated:
                return False
            request.session["is_staff"] = request.user.is_staff
        return request.session["is_staff"] and request.user.is_authenticated

    def _left_alone(self, request: HttpRequest, now: int) -> HttpResponse | None:
        session = request.session
        since = session.setdefault("staff_since", now)
        seen = session.setdefault("staff_seen", now)
        if now - seen > settings.STAFF_SESSION_IDLE or now - since > settings.STAFF_SESSION_AGE:
            logout(request)
            if _is_api(request):
                return JsonResponse(
                    {"detail": _("Your session has ended. Sign in again.")}, status=401
                )
            messages.info(
                request,
                _("You were signed out because staff sessions end when they are left idle."),
            )
            # What was posted is gone; lead back to the page it came from.
            return redirect_to_login(request.get_full_path() if request.method == "GET" else "/")
        if now - seen >= SEEN_EVERY_S:
            session["staff_seen"] = now
        return None

    def _one_factor(self, request: HttpRequest) -> HttpResponse | None:
        """Let staff without a second factor do nothing but set one up, where it is required."""
        if (
            not settings.SECOND_FACTOR_FOR_STAFF
            or request.session.get("second_factor")
            or request.path_info.startswith("/accounts/")
        ):
            return None
        if lacks_second_factor(user_of(request)):
            if _is_api(request):
                return JsonResponse({"detail": _("Set up a second factor first.")}, status=403)
            messages.warning(request, _("Staff need a second factor here. Set it up first."))
            return redirect("mfa_activate_totp")
        request.session["second_factor"] = True
        return None


def _is_api(request: HttpRequest) -> bool:
    return request.path_info.startswith("/api/")
