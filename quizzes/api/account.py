"""Signing in with a token, and one's own account."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth.models import update_last_login
from django.db import transaction
from django.middleware.csrf import get_token
from django.utils import timezone
from django.utils.translation import gettext as _
from knox.models import AuthToken
from rest_framework import serializers, status
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed, Throttled
from rest_framework.permissions import AllowAny, BasePermission
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import services
from accounts.models import User
from accounts.rules import ROLES
from quizzes.api.authentication import IsSignedIn, Token
from quizzes.api.base import View
from quizzes.api.fields import Input, Moment, Output, Text, Whole
from quizzes.api.schema import operation

TOKENS_KEPT = 10  # per user; signing in once more ends the oldest
TOKEN_LASTS = timedelta(days=14)


class Credentials(Input):
    email = Text(max_length=320, help_text="The e-mail or the login.")
    password = Text(max_length=4096)
    code = Text(max_length=64, required=False, allow_blank=True, help_text="Of the second factor.")


class NewToken(Output):
    token = serializers.CharField()
    expiry = Moment()


class TokenView(View):
    def get_authenticators(self) -> list[BaseAuthentication]:
        """A token is asked for without one, and ended by itself; a session has none to end."""
        ends = self.request is not None and self.request.method == "DELETE"
        return [Token()] if ends else []

    def get_permissions(self) -> list[BasePermission]:
        return [IsSignedIn()] if self.request.method == "DELETE" else [AllowAny()]

    @operation("create_token", "Sign in", takes=Credentials, gives=NewToken, anonymous=True)
    def post(self, request: Request) -> Response:
        given = self.read(Credentials)
        try:
            user = services.authenticate_for_token(
                request._request,
                identifier=given["email"],
                password=given["password"],
                code=given.get("code", ""),
            )
        except services.TooManyAttemptsError as error:
            raise Throttled(error.retry_after_s) from error
        if user is None:
            raise AuthenticationFailed(_("Wrong username or e-mail, or wrong password."))
        token, expiry = _new_token(user, now=timezone.now())
        return self.reply(NewToken, {"token": token, "expiry": expiry})

    @operation("delete_token", "Revoke the token of this call", status=204)
    def delete(self, request: Request) -> Response:
        request.auth.delete()
        return Response(status=status.HTTP_204_NO_CONTENT)


@transaction.atomic
def _new_token(user: User, *, now: datetime) -> tuple[str, datetime]:
    """Make a token that lasts as long as a session would; expired and surplus ones go."""
    AuthToken.objects.filter(user=user, expiry__lt=now).delete()
    newest = AuthToken.objects.filter(user=user).order_by("-created", "pk")
    kept = list(newest.values_list("pk", flat=True)[: TOKENS_KEPT - 1])
    AuthToken.objects.filter(user=user).exclude(pk__in=kept).delete()
    lasts = timedelta(seconds=settings.STAFF_SESSION_AGE) if user.is_staff else TOKEN_LASTS
    made, token = AuthToken.objects.create(user, expiry=lasts)
    update_last_login(User, user)
    return token, made.expiry


class SessionInfo(Output):
    user_id = serializers.IntegerField()
    csrf = serializers.CharField()


class SessionView(View):
    @operation("read_session", "Whose session this is, for scripts of the pages", gives=SessionInfo)
    def get(self, request: Request) -> Response:
        csrf = get_token(request._request)
        return self.reply(SessionInfo, {"user_id": self.user.pk, "csrf": csrf})


class Me(Output):
    id = serializers.IntegerField()
    login = serializers.CharField()
    email = serializers.EmailField(allow_null=True)
    name = serializers.CharField()
    roles = serializers.ListField(child=serializers.ChoiceField(choices=ROLES))
    time_zone = serializers.CharField()
    day_starts_at = serializers.IntegerField()


class MeChange(Input):
    """Login, e-mail and roles are changed elsewhere."""

    name = Text(max_length=150, allow_blank=True, required=False)
    time_zone = Text(max_length=64, required=False)
    day_starts_at = Whole(min_value=0, max_value=23, required=False)


class MeView(View):
    @operation("read_me", "One's own account", gives=Me)
    def get(self, request: Request) -> Response:
        return self.reply(Me, self.user)

    @operation("change_me", "Change name, time zone and start of the day", takes=MeChange, gives=Me)
    def patch(self, request: Request) -> Response:
        given: dict[str, Any] = self.read(MeChange)
        user = self.user
        if given:
            user = services.save_settings(user=user, **given)
        return self.reply(Me, user)
