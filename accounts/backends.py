"""Who may sign in, and what a role may do.

A role's permissions are those of the table in rights.py, not rows of the permission table: those
rows come into being only after all migrations, and a grant that must be loaded can be forgotten.
Which rows are meant is for `visible_to(user)` to say.
"""

from __future__ import annotations

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from django.http import HttpRequest

from accounts.models import User
from accounts.passwords import MAX_BYTES
from accounts.queries import find_user
from accounts.rights import permissions_of
from accounts.rules import ADMIN, EDUCATOR, is_storable
from quizzes.db.compiled_queries import compiled_query

_user = compiled_query(lambda pk: User.objects.filter(pk=pk))


# Worked out once: every request to the admin site asks.
PERMISSIONS_OF_ADMINS = permissions_of(ADMIN)
PERMISSIONS_OF_EDUCATORS = permissions_of(EDUCATOR)


class RoleBackend(AuthenticationBackend):
    """Sign in by login or e-mail; permissions by role."""

    def authenticate(self, request: HttpRequest | None, **credentials: Any) -> User | None:
        """Return the user, or None. A value that cannot be a password is a wrong password."""
        password = credentials.get("password") or ""
        if not is_storable(password) or len(password.encode()) > MAX_BYTES:
            return None
        return super().authenticate(request, **credentials)

    def _authenticate(self, request: HttpRequest | None, **credentials: Any) -> User | None:
        """Check one password once, whatever was typed: the time taken names nobody."""
        identifier = credentials.get("username") or credentials.get("email") or ""
        return self._check_password(find_user(identifier), credentials["password"])

    def get_user(self, user_id: Any) -> User | None:
        """Return the user whom a session names, if still active."""
        user = next(iter(_user(user_id)), None)
        return user if user is not None and self.user_can_authenticate(user) else None

    def get_user_permissions(self, user_obj: Any, obj: Any = None) -> set[str]:
        return set()

    def get_group_permissions(self, user_obj: Any, obj: Any = None) -> set[str]:
        if not user_obj.is_active or user_obj.is_anonymous or obj is not None:
            return set()
        if user_obj.is_admin:
            return set(PERMISSIONS_OF_ADMINS)
        if user_obj.is_educator:
            return set(PERMISSIONS_OF_EDUCATORS)
        return set()
