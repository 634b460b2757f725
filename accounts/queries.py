"""Questions about people that other parts of the site ask."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

from accounts.models import Accommodation, User
from accounts.rules import is_storable, normalise_email, normalise_login
from quizzes.db.compiled_queries import compiled_query

NO_ACCOMMODATION = (Decimal("1.00"), 0)


def user_of(request: HttpRequest) -> User:
    """Return the signed-in user, in a view that lets nobody else in."""
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user


_accommodation = compiled_query(
    lambda user: Accommodation.objects.filter(user=user).values_list(
        "time_factor", "extra_attempts"
    )
)


def accommodation_for(user: User) -> tuple[Decimal, int]:
    """Return the user's time factor and extra attempts, in one query."""
    return next((tuple(row) for row in _accommodation(user.pk)), NO_ACCOMMODATION)


def accommodations_of(user_ids: Iterable[int]) -> dict[int, tuple[Decimal, int]]:
    """Return factor and extra attempts of all who are granted some, in one query."""
    rows = Accommodation.objects.filter(user_id__in=list(user_ids))
    return {
        user_id: (factor, extra)
        for user_id, factor, extra in rows.values_list("user_id", "time_factor", "extra_attempts")
    }


def find_user(identifier: str) -> User | None:
    """Return whom a login or an e-mail names. A login has no “@”, so nothing is ambiguous."""
    if not is_storable(identifier) or len(identifier) > 320:
        return None
    if "@" in identifier:
        return User.objects.filter(email=normalise_email(identifier)).first()
    return User.objects.filter(login=normalise_login(identifier)).first()


def has_second_factor(user: User) -> bool:
    return Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).exists()


def lacks_second_factor(user: User) -> bool:
    """Whether the user is staff who must set up a second factor before doing anything else."""
    return settings.SECOND_FACTOR_FOR_STAFF and user.is_staff and not has_second_factor(user)
