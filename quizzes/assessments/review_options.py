"""What a student may see of an attempt, and when. Pure: no models, no clock.

Rows and columns follow the field's standard matrix (semantics of review options): during the
attempt, in the two minutes just after finishing, later while the quiz is open, after it has closed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime, timedelta

DURING, JUST_AFTER, LATER, AFTER_CLOSE = "during", "just_after", "later", "after_close"
MOMENTS = (DURING, JUST_AFTER, LATER, AFTER_CLOSE)
JUST_AFTER_LASTS = timedelta(minutes=2)


@dataclass(frozen=True, slots=True)
class ReviewOptions:
    """What is visible at one moment; everything is off by default."""

    attempt: bool = False
    correctness: bool = False
    max_marks: bool = False
    marks: bool = False
    specific_feedback: bool = False
    general_feedback: bool = False
    right_answer: bool = False


ITEMS = tuple(field.name for field in fields(ReviewOptions))
NOTHING = ReviewOptions()
ASKED_ONLY = ReviewOptions(attempt=True, max_marks=True)
EVERYTHING = ReviewOptions(**dict.fromkeys(ITEMS, True))

_ALL = list(ITEMS)
_PRESETS: dict[str, dict[str, list[str]]] = {
    # Practice shows everything at once: students learn most right after a wrong answer.
    "practice": {DURING: _ALL, JUST_AFTER: _ALL, LATER: _ALL, AFTER_CLOSE: _ALL},
    # Homework shows the marks on submitting, and the answers when nobody can submit any more.
    "homework": {
        DURING: ["attempt", "max_marks"],
        JUST_AFTER: ["attempt", "max_marks", "marks", "correctness"],
        LATER: ["attempt", "max_marks", "marks", "correctness"],
        AFTER_CLOSE: _ALL,
    },
    # A closed exam shows everything; an open one only what was answered.
    "exam": {
        DURING: ["attempt", "max_marks"],
        JUST_AFTER: ["attempt", "max_marks"],
        LATER: ["attempt", "max_marks"],
        AFTER_CLOSE: _ALL,
    },
    # An exam without a closing date is a self-test: it shows everything once submitted.
    "self_test": {
        DURING: ["attempt", "max_marks"],
        JUST_AFTER: _ALL,
        LATER: _ALL,
        AFTER_CLOSE: _ALL,
    },
}


def preset(name: str) -> dict[str, list[str]]:
    """Return a fresh copy of the matrix called `name`; raises KeyError for an unknown one."""
    return {moment: list(items) for moment, items in _PRESETS[name].items()}


def default_review() -> dict[str, list[str]]:
    """The matrix of a new quiz."""
    return preset("practice")


def problems(matrix: object) -> list[str]:
    """Return what is wrong with a stored or posted matrix, as sentences; empty if it is valid."""
    if not isinstance(matrix, Mapping):
        return ["The review options must be a table of moments."]
    found = [f"“{moment}” is not a moment." for moment in matrix if moment not in MOMENTS]
    for moment, items in matrix.items():
        if not isinstance(items, list) or any(item not in ITEMS for item in items):
            found.append(f"“{moment}” must list some of: {', '.join(ITEMS)}.")
    return found


def moment(*, finished_at: datetime | None, closes_at: datetime | None, now: datetime) -> str:
    """Return which column applies now; the close is tested first among the after-states."""
    if finished_at is None:
        return DURING
    if closes_at is not None and now >= closes_at:
        return AFTER_CLOSE
    if now < finished_at + JUST_AFTER_LASTS:
        return JUST_AFTER
    return LATER


def at(matrix: Mapping[str, list[str]], column: str) -> ReviewOptions:
    """Return what `column` of the matrix shows; without `attempt` it shows nothing."""
    shown = matrix.get(column, [])
    if "attempt" not in shown:
        return NOTHING
    return ReviewOptions(**{item: item in shown for item in ITEMS})
