"""What answers say of a passage, and how a text is drawn."""

from __future__ import annotations

import pytest

from quizzes.insight import mastery
from quizzes.insight.mastery import Mastery


@pytest.mark.parametrize(
    ("questions", "answered", "right", "level"),
    [
        (0, 0, 0, None),
        (3, 0, 0, 0),
        (5, 5, 0, 1),
        (10, 10, 5, 1),
        (10, 10, 6, 2),
        (10, 10, 7, 2),
        (10, 10, 8, 3),
        (10, 10, 9, 3),
        (10, 10, 10, 4),
        (10, 9, 9, 3),  # one is still to be answered
    ],
)
def test_it_follows_the_ramp(questions: int, answered: int, right: int, level: int | None) -> None:
    assert Mastery(questions, answered, right).level == level


def test_it_says_what_it_rests_on() -> None:
    assert Mastery(6, 3, 1).evidence == "1 of 3 right"


def test_the_longest_text_fits_and_one_tick_serves_all() -> None:
    long, short = [400] * 40, [400] * 4
    tick = mastery.tick_of([short, long])
    assert sum(mastery.width(length, tick) for length in long) <= 47
    assert mastery.width(400, tick) == 1


def test_it_says_what_the_spine_shows() -> None:
    assert mastery.in_words([4, 0, None, None]) == (
        "4 passages: 1 mastered, 1 not yet answered, 2 without questions"
    )


def test_reading_takes_at_least_a_minute() -> None:
    assert mastery.minutes(10) == 1
    assert mastery.minutes(6_000) == 5
