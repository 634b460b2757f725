"""When more of an attempt will be shown. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from quizzes.assessments import review_options
from quizzes.assessments.review_options import LATER, ReviewOptions
from quizzes.attempts.disclosure.moments import Rules

SOON, CLOSE, EVERYONE, NEVER = WHEN = ("soon", "close", "everyone", "never")
# Shown or not, this reveals nothing about the results.
_BESIDES = {"max_marks"}


@dataclass(frozen=True, slots=True)
class NextDisclosure:
    """When more is shown, and what.

    Attributes:
        when: SOON, two minutes after submitting; CLOSE, once the quiz has closed and everyone has
            finished; EVERYONE, it has closed and somebody may still be taking it; NEVER.
        at: a date that reveals nothing about others: of the submission, or the quiz's own close.
    """

    when: str
    at: datetime | None
    score: bool
    answers: bool


def next_disclosure(
    rules: Rules, shown: ReviewOptions, finished_at: datetime | None, *, now: datetime
) -> NextDisclosure | None:
    """Return when more is shown of an attempt finished then; None when nothing is withheld."""
    withheld = {item for item in review_options.ITEMS if not getattr(shown, item)} - _BESIDES
    if not withheld or finished_at is None:
        return None
    for column in rules.columns_to_come(rules.column(finished_at, now)):
        then = rules.at(column)
        if gained := {item for item in withheld if getattr(then, item)}:
            when, at = _when(rules, column, finished_at, now)
            answers = bool(gained & {"right_answer", "general_feedback"})
            return NextDisclosure(when, at, "marks" in gained, answers)
    return NextDisclosure(NEVER, None, "marks" in withheld, "right_answer" in withheld)


def _when(
    rules: Rules, column: str, finished_at: datetime, now: datetime
) -> tuple[str, datetime | None]:
    if column == LATER:
        return SOON, finished_at + review_options.JUST_AFTER_LASTS
    if rules.closes_at is not None and now < rules.closes_at:
        return CLOSE, rules.closes_at
    return EVERYONE, None
