"""When an attempt may begin and must end, and when results come. Pure: no models, no clock."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

# Answers on their way when time runs out are accepted for this long and marked late.
GRACE = timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class Terms:
    """The dates and limits of a quiz in effect for one student.

    `closes_at` is the quiz's own close: nobody starts an attempt after it. `ends_at` is the close
    for an attempt begun before it, later where a student is granted more time.
    """

    opens_at: datetime | None
    closes_at: datetime | None
    ends_at: datetime | None
    time_limit_s: int | None
    attempts_allowed: int  # 0 = unlimited

    @property
    def time_limit(self) -> timedelta | None:
        return None if self.time_limit_s is None else timedelta(seconds=self.time_limit_s)

    def is_open(self, now: datetime) -> bool:
        """Whether an attempt may be started at `now`."""
        return self.has_opened(now) and (self.closes_at is None or now < self.closes_at)

    def has_opened(self, now: datetime) -> bool:
        return self.opens_at is None or now >= self.opens_at

    def deadline(self, started_at: datetime) -> datetime | None:
        """Return the earlier of the time limit and the close; None when there is neither."""
        limit_ends = None if self.time_limit is None else started_at + self.time_limit
        ends = [end for end in (limit_ends, self.ends_at) if end is not None]
        return min(ends) if ends else None

    def attempts_left(self, used: int) -> int | None:
        """Return how many attempts are left; None when there is no limit."""
        return max(0, self.attempts_allowed - used) if self.attempts_allowed else None


def terms(
    *,
    opens_at: datetime | None,
    closes_at: datetime | None,
    time_limit_s: int | None,
    attempts_allowed: int,
    time_factor: Decimal,
    extra_attempts: int,
) -> Terms:
    """Return the terms after a student's accommodation.

    Args:
        time_factor: at least 1; 1.5 means 50 per cent more time.
        extra_attempts: added to a limited number of attempts.

    The limit is multiplied and rounded up to whole seconds, and an attempt begun before the close
    may run on after it by as many seconds as the limit gained. A window without a limit stays as
    it is.
    """
    limit = None if time_limit_s is None else math.ceil(time_limit_s * time_factor)
    ends_at = closes_at
    if closes_at is not None and time_limit_s is not None and limit is not None:
        ends_at = closes_at + timedelta(seconds=limit - time_limit_s)
    return Terms(
        opens_at=opens_at,
        closes_at=closes_at,
        ends_at=ends_at,
        time_limit_s=limit,
        attempts_allowed=attempts_allowed + extra_attempts if attempts_allowed else 0,
    )


def results_at(closes_at: datetime | None, time_limit_s: int | None) -> datetime | None:
    """Return when results that wait for the close come: the same moment for everybody, so that
    nobody can infer who was granted more time. None when the quiz never closes.

    It is the close plus the time limit. Results then wait for anybody still taking the quiz, see
    attempts.disclosure.
    """
    if closes_at is None:
        return None
    return closes_at + timedelta(seconds=time_limit_s or 0)


def ends_no_earlier(stored: datetime | None, derived: datetime | None) -> bool:
    """Whether an attempt that may run until `stored` loses nothing by running until `derived`."""
    return derived is None or (stored is not None and derived >= stored)
