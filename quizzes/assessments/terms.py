"""The one resolver of the dates and limits in effect for a student."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from accounts.queries import accommodation_for
from quizzes.assessments.models import Quiz
from quizzes.assessments.timing import Terms, terms

if TYPE_CHECKING:
    from accounts.models import User


def terms_for(user: User, quiz: Quiz, assignment: None = None) -> Terms:
    """Return the terms of `quiz` in effect for `user`; one query.

    Args:
        assignment: the assignment under which it is taken; there are none yet.
    """
    return terms_with(quiz, *accommodation_for(user))


def terms_with(quiz: Quiz, factor: Decimal, extra: int) -> Terms:
    """Return the terms of `quiz` under an accommodation that is already known."""
    return terms(
        opens_at=quiz.opens_at,
        closes_at=quiz.closes_at,
        time_limit_s=quiz.time_limit_s,
        attempts_allowed=quiz.attempts_allowed,
        time_factor=factor,
        extra_attempts=extra,
    )
