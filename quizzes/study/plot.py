"""The geometry of the plot of scores, as SVG attributes. Pure: numbers in, text out.

Across it is per cent of the width, down it is CSS pixels in the frame and 0 to 100 in the nested
drawing of lines. Attributes are strings, so that no decimal comma of a language reaches them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

HEIGHT = 150  # pixels between 0 % and 100 %
TOP = 20  # pixels above 100 %, for the label of a dot
MARGIN = 2.0  # per cent kept free on either side, so that no dot is cut


@dataclass(frozen=True, slots=True)
class Point:
    """One score: percent 0 to 100, and the line it belongs to."""

    at: datetime
    percent: float
    line: int


@dataclass(frozen=True, slots=True)
class Dot:
    x: str
    y: str
    label_y: str
    anchor: str
    last: bool


@dataclass(frozen=True, slots=True)
class Plot:
    """Dots in the order of the points, and one path for each line of two or more."""

    dots: list[Dot]
    paths: list[str]
    first: datetime
    last: datetime


def plot(points: Sequence[Point]) -> Plot | None:
    """Return where each score is drawn, oldest first; None without scores."""
    if not points:
        return None
    first, last = points[0].at, points[-1].at
    places = [(_across(point.at, first, last), _down(point.percent)) for point in points]
    lines: dict[int, list[tuple[float, float]]] = {}
    for point, place in zip(points, places, strict=True):
        lines.setdefault(point.line, []).append(place)
    return Plot(
        dots=[_dot(x, y, last=index == len(places) - 1) for index, (x, y) in enumerate(places)],
        paths=[_path(line) for line in lines.values() if len(line) > 1],
        first=first,
        last=last,
    )


def height_at(percent: float) -> str:
    """Return how far down a percentage is drawn, in pixels of the frame."""
    return f"{TOP + HEIGHT * _down(percent) / 100:.1f}"


def _across(at: datetime, first: datetime, last: datetime) -> float:
    length = (last - first).total_seconds()
    share = (at - first).total_seconds() / length if length else 1.0
    return MARGIN + (100 - 2 * MARGIN) * share


def _down(percent: float) -> float:
    return 100 - min(100.0, max(0.0, percent))


def _dot(x: float, y: float, *, last: bool) -> Dot:
    down = TOP + HEIGHT * y / 100
    return Dot(
        x=f"{x:.2f}%",
        y=f"{down:.1f}",
        label_y=f"{down - 11:.1f}",
        anchor="end" if x > 90 else "start" if x < 10 else "middle",
        last=last,
    )


def _path(places: Sequence[tuple[float, float]]) -> str:
    return "M" + "L".join(f"{x:.2f} {y:.2f}" for x, y in places)
