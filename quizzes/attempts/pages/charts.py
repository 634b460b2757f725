"""The geometry of the result page's drawings, as SVG attributes. Pure: numbers in, text out.

Attributes are strings, because a number in a template gets the reader's decimal comma, which no
browser draws. Horizontal units are per cent of the width, vertical ones CSS pixels.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from statistics import median
from typing import Any

TIME_TOP, TIME_FOOT = 20, 120
LABELS_AT_MOST = 10
LABEL_ROOM = 20  # per cent, on a phone
MISSED = ("wrong", "part", "unanswered")


@dataclass(frozen=True, slots=True)
class Bar:
    """One question's time; `middle` and `above` place its labels."""

    slot: int
    seconds: int
    verdict: str | None
    missed: bool
    numbered: bool
    x: str
    middle: str
    width: str
    y: str
    above: str
    height: str


@dataclass(frozen=True, slots=True)
class Line:
    seconds: int
    y: str
    label_y: str


@dataclass(frozen=True, slots=True)
class TimeChart:
    bars: list[Bar]
    lines: list[Line]
    median: int
    missed_mean: int | None
    right_mean: int | None


def time_chart(times: Sequence[dict[str, Any]]) -> TimeChart | None:
    """Return the bars for `slot`, `seconds` and `verdict` of each question; None without times."""
    longest = max((one["seconds"] for one in times), default=0)
    if not longest:
        return None
    top = _round_up(longest)
    step = 100 / len(times)
    numbered = _numbered(times)
    bars = []
    for index, one in enumerate(times):
        height = one["seconds"] / top * (TIME_FOOT - TIME_TOP)
        missed = one["verdict"] in MISSED
        bars.append(
            Bar(
                slot=one["slot"],
                seconds=one["seconds"],
                verdict=one["verdict"],
                missed=missed,
                numbered=index in numbered,
                x=f"{index * step + step * 0.14:.2f}%",
                middle=f"{index * step + step / 2:.2f}%",
                width=f"{step * 0.72:.2f}%",
                y=f"{TIME_FOOT - height:.1f}",
                above=f"{TIME_FOOT - height - 5:.1f}",
                height=f"{height:.1f}",
            )
        )
    return TimeChart(
        bars=bars,
        lines=[_line(seconds, top) for seconds in (top // 2, top)],
        median=round(median(one["seconds"] for one in times)),
        missed_mean=_mean([bar.seconds for bar in bars if bar.missed]),
        right_mean=_mean([bar.seconds for bar in bars if bar.verdict == "right"]),
    )


def _numbered(times: Sequence[dict[str, Any]]) -> set[int]:
    """Return which bars carry their number: missed ones first, the others where there is room."""
    apart = -(-len(times) // LABELS_AT_MOST)
    missed = [index for index, one in enumerate(times) if one["verdict"] in MISSED]
    chosen: set[int] = set()
    for index in [*missed, *range(0, len(times), apart), len(times) - 1]:
        if all(abs(index - other) >= apart for other in chosen):
            chosen.add(index)
    return chosen


def _line(seconds: int, top: int) -> Line:
    y = TIME_FOOT - seconds / top * (TIME_FOOT - TIME_TOP)
    return Line(seconds, f"{y:.1f}", f"{y - 4:.1f}")


def _round_up(seconds: int) -> int:
    """Return the next round length of time, for the top of a scale."""
    for step in (10, 20, 30, 60, 120, 240, 300, 600, 1200, 1800, 3600, 7200):
        if seconds <= step:
            return step
    return -(-seconds // 7200) * 7200


def _mean(values: Sequence[int]) -> int | None:
    return round(sum(values) / len(values)) if values else None


def segments(verdicts: Sequence[str]) -> list[dict[str, str]]:
    """Return a row of boxes, the right ones first and filled."""
    step = 100 / len(verdicts)
    gap = min(0.4, step / 10)
    right = sum(verdict == "right" for verdict in verdicts)
    return [
        {
            "x": f"{index * step + gap:.2f}%",
            "width": f"{step - 2 * gap:.2f}%",
            "class": "bar1" if index < right else "hollow",
        }
        for index in range(len(verdicts))
    ]


def scale(percent: Decimal, **marks: Decimal | None) -> dict[str, dict[str, Any]]:
    """Return where the score and other marks lie from 0 to 100, on which side their labels fit, and
    whether they are far enough `apart` from the score to have one."""
    places: dict[str, dict[str, Any]] = {}
    for name, value in {"score": percent, **marks}.items():
        if value is not None:
            at = min(Decimal(100), max(Decimal(0), value))
            anchor = "start" if at < 12 else "end" if at > 88 else "middle"
            places[name] = {
                "x": f"{at:.2f}%",
                "anchor": anchor,
                "value": f"{value:.0f}",
                "apart": abs(at - percent) >= LABEL_ROOM,
            }
    return places
