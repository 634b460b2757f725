"""Who calls: a token in the Authorization header, or the session of the pages."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, cast

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from knox.auth import TokenAuthentication
from knox.models import AuthToken
from rest_framework import authentication, exceptions
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from accounts.models import User
from accounts.queries import lacks_second_factor

if TYPE_CHECKING:
    from rest_framework.views import APIView

_TOKEN = re.compile(rb"[0-9a-f]{64}")


class Token(TokenAuthentication):
    """`Authorization: Token …`, in one query, and only for what can be a token at all."""

    def authenticate_credentials(self, token: bytes) -> tuple[User, AuthToken]:
        if not _TOKEN.fullmatch(token):
            raise exceptions.AuthenticationFailed(_("The token is not valid."))
        found: tuple[User, AuthToken] = super().authenticate_credentials(token)
        return found

    def _cleanup_token(self, auth_token: AuthToken) -> bool:
        """Whether the token has expired. Expired ones are deleted when a new one is made."""
        return auth_token.expiry is not None and auth_token.expiry < timezone.now()


class Session(authentication.SessionAuthentication):
    """The session of the pages, with their token against forgery on every writing call."""

    def enforce_csrf(self, request: Request) -> None:
        refuse_forms(request)
        super().enforce_csrf(request)


def refuse_forms(request: HttpRequest | Request) -> None:
    """Refuse a body that a foreign page could send: Django would read it to look for the token.

    Raises UnsupportedMediaType.
    """
    if request.method in ("GET", "HEAD", "OPTIONS"):
        return  # nothing is read, so whatever type some server or client gives it is no matter
    if request.content_type not in (None, "", "application/json"):
        raise exceptions.UnsupportedMediaType(request.content_type)


def must_set_up_second_factor(user: Any, auth: object) -> bool:
    """Whether the caller is staff who must set up a second factor first.

    The middleware of accounts asks this of sessions; a token is asked here.
    """
    return auth is not None and user.is_authenticated and lacks_second_factor(user)


class IsSignedIn(BasePermission):
    """Signed in, by two factors where the site demands them of staff."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        if request.user is None or not request.user.is_authenticated:
            return False
        if must_set_up_second_factor(request.user, request.auth):
            raise exceptions.PermissionDenied(_("Set up a second factor first."))
        return True


class IsEducator(IsSignedIn):
    """For routes that name no object. Objects are fetched by what the user may see."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        return super().has_permission(request, view) and cast(User, request.user).is_educator


class IsAdmin(IsSignedIn):
    def has_permission(self, request: Request, view: APIView) -> bool:
        return super().has_permission(request, view) and cast(User, request.user).is_admin
