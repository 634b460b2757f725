"""Who may change a text besides its owner."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from quizzes.material.models import Source

if TYPE_CHECKING:
    from accounts.models import User


@transaction.atomic
def set_editors(*, source: Source, editors: Collection[User], by: User) -> None:
    """Share a text with these educators alone.

    Raises: PermissionDenied unless it is theirs; ValidationError for who is no educator.
    """
    if not (by.is_admin or source.owner_id == by.pk):
        raise PermissionDenied
    Source.objects.select_for_update().get(pk=source.pk)
    for user in editors:
        if not user.is_educator:
            raise ValidationError(
                {"editors": [_("“%(user)s” is not an educator.") % {"user": user.login}]}
            )
    source.editors.set(user for user in editors if user.pk != source.owner_id)
