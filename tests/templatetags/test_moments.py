from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from quizzes.templatetags.dates import day, duration, moment

NOW = datetime(2026, 4, 14, 22, 30, tzinfo=UTC)  # a Tuesday


@pytest.mark.parametrize(
    ("hours", "words"),
    [
        (0, "today at 22:30"),
        (2, "tomorrow at 00:30"),
        (-24, "yesterday at 22:30"),
        (48, "Thursday, in 2 days, at 22:30"),
        (-72, "Saturday, 3 days ago, at 22:30"),
        (24 * 6, "Monday, in 6 days, at 22:30"),
        (24 * 7, "Tue 21 April at 22:30"),
        (24 * 300, "Mon 8 February 2027 at 22:30"),
    ],
)
def test_it_says_a_moment_as_a_person_would(hours, words):
    assert moment(NOW + timedelta(hours=hours), NOW) == words


def test_it_counts_days_where_the_reader_is():
    with timezone.override(ZoneInfo("Pacific/Auckland")):
        assert day(NOW + timedelta(hours=2), NOW) == "today"


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "0 s"),
        (48, "48 s"),
        (2250, "37 min 30 s"),
        (1260, "21 min"),
        (5400, "1 h 30 min"),
        (3601, "1 h"),
        (None, ""),
    ],
)
def test_it_says_a_length_of_time(seconds, words):
    assert duration(seconds) == words
    if seconds is not None:
        assert duration(timedelta(seconds=seconds)) == words
