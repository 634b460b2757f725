"""A learner's own bank. QuestionBank.objects.owned_personally() is the only way to it."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.db import transaction

from quizzes.bank.field_errors import FieldErrors
from quizzes.bank.locks import random_slug
from quizzes.bank.models import BankKind, QuestionBank, Use

if TYPE_CHECKING:
    from accounts.models import User


@transaction.atomic
def create_personal_bank(*, owner: User, title: str, now: datetime) -> QuestionBank:
    """Add a bank of the owner's alone, whatever their role.

    Raises: PermissionDenied without an account; ValidationError for a title that is none.
    """
    if not owner.is_authenticated:
        raise PermissionDenied
    errors = FieldErrors()
    bank = QuestionBank(
        kind=BankKind.PERSONAL,
        owner=owner,
        slug=random_slug(),
        title=errors.line("title", title, 200),
        use=Use.PRACTICE,
        created_at=now,
    )
    errors.raise_if_any()
    bank.full_clean()
    bank.save()
    return bank
