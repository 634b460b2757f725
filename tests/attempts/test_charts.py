from __future__ import annotations

from decimal import Decimal
from itertools import pairwise

import pytest

from quizzes.attempts.pages import charts


def times(*seconds, verdict="right"):
    return [
        {"slot": slot, "seconds": one, "verdict": verdict}
        for slot, one in enumerate(seconds, start=1)
    ]


def test_it_draws_no_times_where_there_are_none():
    assert charts.time_chart([]) is None
    assert charts.time_chart(times(0, 0)) is None


def test_it_fits_every_bar_between_axis_and_top():
    chart = charts.time_chart(times(5, 60, 300))
    assert [bar.height for bar in chart.bars] == ["1.7", "20.0", "100.0"]
    assert all(float(bar.y) + float(bar.height) == pytest.approx(120) for bar in chart.bars)
    assert chart.median == 60


def test_it_numbers_missed_questions_first_and_none_on_top_of_another():
    given = times(*[30] * 40)
    for slot in (7, 8, 30):
        given[slot - 1]["verdict"] = "wrong"
    numbered = [bar.slot for bar in charts.time_chart(given).bars if bar.numbered]
    assert {7, 30} <= set(numbered)
    assert 8 not in numbered
    assert all(right - left >= 4 for left, right in pairwise(numbered))


def test_it_compares_missed_with_right_ones():
    given = times(10, 10, 40)
    given[2]["verdict"] = "unanswered"
    chart = charts.time_chart(given)
    assert (chart.missed_mean, chart.right_mean) == (40, 10)


def test_it_keeps_labels_on_the_scale():
    places = charts.scale(Decimal(100), pass_mark=Decimal(60), before=Decimal(95))
    assert places["score"] == {"x": "100.00%", "anchor": "end", "value": "100", "apart": False}
    assert places["pass_mark"]["anchor"] == "middle"
    assert not places["before"]["apart"]
    assert "before" not in charts.scale(Decimal(50), before=None)


def test_it_draws_the_right_ones_first():
    boxes = charts.segments(["wrong", "right", "part"])
    assert [box["class"] for box in boxes] == ["bar1", "hollow", "hollow"]
