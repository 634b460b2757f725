"""Which column of a quiz's review options applies, and which are still to come. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from quizzes.assessments import review_options, timing
from quizzes.assessments.results import DatedQuiz
from quizzes.assessments.review_options import AFTER_CLOSE, DURING, JUST_AFTER, LATER, ReviewOptions
from quizzes.attempts import behaviours


class QuizFacts(DatedQuiz, Protocol):
    """What this module needs of a quiz."""

    @property
    def behaviour(self) -> str: ...
    @property
    def review(self) -> Mapping[str, list[str]]: ...


@dataclass(frozen=True, slots=True)
class Rules:
    """The review options of one quiz at one moment.

    Attributes:
        results_at: when results that wait for the close come; None when it never closes.
        still_in_progress: whether somebody is still taking the quiz after that moment.
    """

    review: Mapping[str, list[str]]
    behaviour: str
    closes_at: datetime | None
    results_at: datetime | None
    still_in_progress: bool

    def column(self, finished_at: datetime | None, now: datetime) -> str:
        """Return which column applies to an attempt finished at `finished_at`."""
        closes_at = None if self.still_in_progress else self.results_at
        return review_options.moment(finished_at=finished_at, closes_at=closes_at, now=now)

    def at(self, column: str) -> ReviewOptions:
        return review_options.at(self.review, column)

    def columns_to_come(self, column: str) -> list[str]:
        """Return the columns that will apply to a finished attempt later."""
        later = [LATER] if column == JUST_AFTER else []
        if self.results_at is not None and column != AFTER_CLOSE:
            later.append(AFTER_CLOSE)
        return later

    @property
    def gives_feedback(self) -> bool:
        """Whether a check in an open attempt shows whether the answer is right."""
        return behaviours.may_check(self.behaviour) and self.at(DURING).correctness


def rules_of(quiz: QuizFacts, *, still_in_progress: bool) -> Rules:
    return Rules(
        review=quiz.review,
        behaviour=quiz.behaviour,
        closes_at=quiz.closes_at,
        results_at=timing.results_at(quiz.closes_at, quiz.time_limit_s),
        still_in_progress=still_in_progress,
    )


def gives_feedback_before_close(quiz: QuizFacts) -> bool:
    """Whether `quiz` shows right answers before it has closed for everybody."""
    rules = rules_of(quiz, still_in_progress=False)
    at_once = rules.at(JUST_AFTER)
    return at_once.correctness or at_once.right_answer or rules.gives_feedback


def correct_at_submission(quiz: QuizFacts) -> bool:
    """Whether right answers are shown as soon as an attempt at `quiz` is submitted."""
    return review_options.at(quiz.review, JUST_AFTER).correctness


def correct_at_check(quiz: QuizFacts) -> bool:
    """Whether a check at `quiz` shows whether the answer is right."""
    return review_options.at(quiz.review, DURING).correctness


def shown_alike_since(now: datetime) -> datetime:
    """Return the moment that divides the finished attempts at one quiz: all those finished after it
    are shown alike, and so are all those before, apart from embargoes."""
    return now - review_options.JUST_AFTER_LASTS
