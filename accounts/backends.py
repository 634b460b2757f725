"""Who may sign in, and what a role may do.

A role's permissions follow from its name and from where a model lives, not from rows of the
permission table: those rows come into being only after all migrations, and a grant that must be
loaded can be forgotten. Which objects are meant is for `visible_to(user)` to say.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from django.apps import apps
from django.http import HttpRequest

from accounts.models import User
from accounts.passwords import MAX_BYTES
from accounts.queries import find_user
from accounts.rules import is_storable
from quizzes.db.compiled_queries import compiled_query

EDUCATORS_SUBJECTS = (
    "quizzes.material.",
    "quizzes.importing.",
    "quizzes.bank.",
    "quizzes.assessments.",
    "quizzes.cards.",
    "quizzes.concordance.",
)


_user = compiled_query(lambda pk: User.objects.filter(pk=pk))


@cache
def permissions_of_admins() -> frozenset[str]:
    return frozenset(_permissions(apps.get_models()))


@cache
def permissions_of_educators() -> frozenset[str]:
    models = apps.get_app_config("quizzes").get_models()
    return frozenset(_permissions(m for m in models if m.__module__.startswith(EDUCATORS_SUBJECTS)))


def _permissions(models: Any) -> set[str]:
    return {
        f"{model._meta.app_label}.{action}_{model._meta.model_name}"
        for model in models
        for action in model._meta.default_permissions
    }


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
            return set(permissions_of_admins())
        if user_obj.is_educator:
            return set(permissions_of_educators())
        return set()
