"""The one embargo rule, case by case."""

from __future__ import annotations

from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from quizzes.assessments import review_options
from quizzes.attempts.disclosure.embargo import is_embargoed
from quizzes.attempts.disclosure.moments import rules_of
from tests.make import NOON

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
SHOWN = ["attempt", "correctness"]
NOT_SHOWN = ["attempt", "max_marks"]
OPEN, JUST_NOW, LONG_AGO = None, NOON - MINUTE, NOON - HOUR
BEFORE, AFTER = NOON - HOUR, NOON + HOUR  # when the quiz closes
NEVER = None


def embargoed(
    review: Any,
    finished_at: datetime | None,
    closes_at: datetime | None,
    *,
    behaviour: str = "deferred",
    still: bool = False,
    limit: int | None = None,
    preview: bool = False,
    shown_in: int | None = None,
) -> bool:
    matrix = review_options.preset(review) if isinstance(review, str) else review
    quiz: Any = SimpleNamespace(
        pk=1, review=matrix, behaviour=behaviour, closes_at=closes_at, time_limit_s=limit
    )
    return is_embargoed(
        rules_of(quiz, still_in_progress=still),
        quiz=1,
        preview=preview,
        finished_at=finished_at,
        shown_in=shown_in,
        now=NOON,
    )


@pytest.mark.parametrize(
    ("review", "finished_at", "closes_at", "options", "expected"),
    [
        # Open: embargoed unless a check gives feedback.
        ("exam", OPEN, AFTER, {}, True),
        ("exam", OPEN, NEVER, {}, True),
        ("self_test", OPEN, NEVER, {}, True),
        ("practice", OPEN, NEVER, {}, True),  # graded at the end: there is no check
        ("practice", OPEN, NEVER, {"behaviour": "immediate"}, False),
        ("practice", OPEN, NEVER, {"behaviour": "interactive"}, False),
        ("homework", OPEN, NEVER, {"behaviour": "immediate"}, True),  # its checks say nothing
        ("exam", OPEN, BEFORE, {}, True),  # written on after the close
        # Finished: embargoed while a later moment shows the result.
        ("exam", JUST_NOW, AFTER, {}, True),
        ("exam", LONG_AGO, AFTER, {}, True),
        ("exam", LONG_AGO, BEFORE, {}, False),
        ("exam", JUST_NOW, BEFORE, {}, False),
        ("exam", LONG_AGO, BEFORE, {"still": True}, True),
        ("exam", LONG_AGO, BEFORE, {"limit": 3601}, True),  # the limit of the last start runs
        ("exam", LONG_AGO, BEFORE, {"limit": 3600}, False),
        ("self_test", JUST_NOW, NEVER, {}, False),
        ("practice", JUST_NOW, AFTER, {}, False),
        ("homework", JUST_NOW, AFTER, {}, False),
        ({"later": SHOWN}, JUST_NOW, NEVER, {}, True),
        ({"later": SHOWN}, LONG_AGO, NEVER, {}, False),
        ({"just_after": NOT_SHOWN, "after_close": ["attempt", "marks"]}, LONG_AGO, AFTER, {}, True),
        ({"later": ["attempt", "marks"], "after_close": SHOWN}, LONG_AGO, AFTER, {}, True),
        # No later moment can show it: the embargo ends.
        ("exam", LONG_AGO, NEVER, {}, False),
        ({}, JUST_NOW, AFTER, {}, False),
        ({"just_after": SHOWN}, LONG_AGO, AFTER, {}, False),
        ({"after_close": NOT_SHOWN}, LONG_AGO, AFTER, {}, False),
        ({"after_close": ["correctness"]}, LONG_AGO, AFTER, {}, False),  # nothing without attempt
        # Whose attempt it is, and where the question would be shown.
        ("exam", OPEN, AFTER, {"preview": True}, False),
        ("exam", LONG_AGO, AFTER, {"preview": True}, False),
        ("exam", OPEN, AFTER, {"shown_in": 1}, False),
        ("exam", OPEN, AFTER, {"shown_in": 2}, True),
        ("exam", LONG_AGO, AFTER, {"shown_in": 1}, False),
        ("exam", LONG_AGO, AFTER, {"shown_in": 2}, True),
    ],
)
def test_it_embargoes_what_is_open_or_still_to_come(
    review: Any,
    finished_at: datetime | None,
    closes_at: datetime | None,
    options: dict[str, Any],
    expected: bool,
) -> None:
    assert embargoed(review, finished_at, closes_at, **options) == expected
