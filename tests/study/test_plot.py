"""The geometry of the plot of scores."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from quizzes.study.plot import Point, height_at, plot

START = datetime(2026, 3, 2, tzinfo=UTC)


def test_it_draws_nothing_without_scores() -> None:
    assert plot([]) is None


def test_it_puts_full_marks_at_the_top_and_time_from_left_to_right() -> None:
    drawn = plot([Point(START, 0, 1), Point(START + timedelta(days=3), 100, 1)])
    assert drawn is not None
    assert [dot.x for dot in drawn.dots] == ["2.00%", "98.00%"]
    assert [dot.y for dot in drawn.dots] == [height_at(0), height_at(100)] == ["170.0", "20.0"]
    assert drawn.paths == ["M2.00 100.00L98.00 0.00"]
    assert [dot.last for dot in drawn.dots] == [False, True]


def test_it_joins_only_what_belongs_together() -> None:
    later = START + timedelta(days=1)
    drawn = plot([Point(START, 40, 1), Point(later, 50, 2), Point(later, 60, 1)])
    assert drawn is not None
    assert len(drawn.paths) == 1


def test_a_single_score_stands_at_the_end() -> None:
    drawn = plot([Point(START, 55, 1)])
    assert drawn is not None
    assert drawn.dots[0].x == "98.00%"
    assert drawn.paths == []
