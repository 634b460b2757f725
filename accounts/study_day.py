"""The day a user studies on: in their time zone, from the hour at which their day starts."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from accounts.models import User


def study_day(moment: datetime, user: User) -> date:
    """Return the study day to which a moment belongs for this user.

    What is studied before `day_starts_at` counts for the day before. The clock on the wall decides,
    so that a day on which the clocks change still starts at that hour.

    Args:
        moment: an aware time.
    """
    there = moment.astimezone(ZoneInfo(user.time_zone))
    early = there.hour < user.day_starts_at
    return there.date() - timedelta(days=early)
