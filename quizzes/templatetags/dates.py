"""Dates and lengths of time in the words of a person.

Dates are put in the time zone of the reader: stand inside `{% timezone request.user.time_zone %}`.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from django import template
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.study_day import study_day

if TYPE_CHECKING:
    from accounts.models import User

register = template.Library()

DAYS_IN_A_WEEK = 7


@register.filter
def day(value: datetime, now: datetime) -> str:
    """“today”, “Thursday, in 2 days” inside a week, “Mon 20 April” beyond, with another year."""
    return _words(timezone.localtime(value).date(), timezone.localtime(now).date())


@register.simple_tag
def studied(value: datetime, user: User, now: datetime) -> str:
    """The study day of a moment in the same words, seen from the user's study day now."""
    return _words(study_day(value, user), study_day(now, user))


def _words(there: date, here: date) -> str:
    days = (there - here).days
    near = {0: _("today"), 1: _("tomorrow"), -1: _("yesterday")}
    if days in near:
        return near[days]
    if 0 < days < DAYS_IN_A_WEEK:
        return ngettext("%(weekday)s, in %(days)d day", "%(weekday)s, in %(days)d days", days) % {
            "weekday": date_format(there, "l"),
            "days": days,
        }
    if -DAYS_IN_A_WEEK < days < 0:
        return ngettext(
            "%(weekday)s, %(days)d day ago", "%(weekday)s, %(days)d days ago", -days
        ) % {"weekday": date_format(there, "l"), "days": -days}
    return date_format(there, "D j F" if there.year == here.year else "D j F Y")


@register.filter
def clock(value: datetime) -> str:
    """The time of day: “10:58”."""
    return timezone.localtime(value).strftime("%H:%M")


@register.filter
def moment(value: datetime, now: datetime) -> str:
    """Day and time of day: “today at 10:58”, “Thursday, in 2 days, at 09:00”."""
    words = day(value, now)
    glue = _("%(day)s, at %(time)s") if "," in words else _("%(day)s at %(time)s")
    return glue % {"day": words, "time": clock(value)}


@register.filter
def duration(value: timedelta | float | None) -> str:
    """A length of time or a number of seconds: “37 min 30 s”, “1 h 30 min”, “21 min”."""
    if value is None:
        return ""
    seconds = round(value.total_seconds() if isinstance(value, timedelta) else value)
    hours, rest = divmod(seconds, 3600)
    minutes, seconds = divmod(rest, 60)
    parts = []
    if hours:
        parts.append(_("%(n)d h") % {"n": hours})
    if minutes:
        parts.append(_("%(n)d min") % {"n": minutes})
    if (seconds and not hours) or not parts:
        parts.append(_("%(n)d s") % {"n": seconds})
    return " ".join(parts)
