"""When an attempt may begin and must end. Pure: no models, no clock."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from quizzes.assessments.models import Quiz

# Answers on their way when the time ran out are taken for this long, and marked late.
GRACE = timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class Terms:
    """The dates and limits of a quiz in effect for one student."""

    opens_at: datetime | None
    closes_at: datetime | None
    time_limit: timedelta | None
    attempts_allowed: int  # 0 = as many as one likes

    def is_open(self, now: datetime) -> bool:
        """Whether an attempt may be started at `now`."""
        return self.has_opened(now) and (self.closes_at is None or now < self.closes_at)

    def has_opened(self, now: datetime) -> bool:
        return self.opens_at is None or now >= self.opens_at

    def deadline(self, started_at: datetime) -> datetime | None:
        """Return the earlier of the time limit and the close; None when there is neither."""
        ends = [end for end in (self._limit_ends(started_at), self.closes_at) if end is not None]
        return min(ends) if ends else None

    def attempts_left(self, used: int) -> int | None:
        """Return how many attempts are left; None when there is no limit."""
        return max(0, self.attempts_allowed - used) if self.attempts_allowed else None

    def _limit_ends(self, started_at: datetime) -> datetime | None:
        return None if self.time_limit is None else started_at + self.time_limit


def terms(
    *,
    opens_at: datetime | None,
    closes_at: datetime | None,
    time_limit_s: int | None,
    attempts_allowed: int,
    time_factor: Decimal = Decimal(1),
    extra_attempts: int = 0,
) -> Terms:
    """Return the terms after a student's accommodation.

    Args:
        time_factor: 1.5 for half as much time again, at least 1.
        extra_attempts: added to a limited number of attempts.

    The close moves by as much time as the limit gains, so that a late start loses nothing of it.
    Without a time limit the whole window, if it has a beginning, is stretched by the factor.
    """
    extra = time_factor - 1
    limit = None if time_limit_s is None else timedelta(seconds=float(time_limit_s * time_factor))
    if closes_at is not None and extra > 0:
        if time_limit_s is not None:
            closes_at += timedelta(seconds=float(time_limit_s * extra))
        elif opens_at is not None:
            closes_at += (closes_at - opens_at) * float(extra)
    return Terms(
        opens_at=opens_at,
        closes_at=closes_at,
        time_limit=limit,
        attempts_allowed=attempts_allowed + extra_attempts if attempts_allowed else 0,
    )


def final_close(quiz: Quiz, max_time_factor: Decimal) -> datetime | None:
    """Return when nobody's answer at `quiz` is taken any more: its close with the largest time
    factor on the site, and the grace after it."""
    closes_at = terms(
        opens_at=quiz.opens_at,
        closes_at=quiz.closes_at,
        time_limit_s=quiz.time_limit_s,
        attempts_allowed=0,
        time_factor=max_time_factor,
    ).closes_at
    return None if closes_at is None else closes_at + GRACE


def later(stored: datetime | None, derived: datetime | None) -> datetime | None:
    """Return the more generous of two deadlines: an open attempt never loses time."""
    return None if stored is None or derived is None else max(stored, derived)
