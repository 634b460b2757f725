"""What can be done with attempts; each verb stands in a file of its own."""

from quizzes.attempts.disclosure.release import (
    max_time_factor,
    release_due_responses,
    shown_at,
    shown_in,
    shown_with,
    still_in_progress,
)
from quizzes.attempts.grading.marking import mark_response
from quizzes.attempts.taking.checking import NothingToCheck, check_answer
from quizzes.attempts.taking.finishing import close_overdue_attempts, extend, finish
from quizzes.attempts.taking.saving import save_answers
from quizzes.attempts.taking.starting import start_attempt, terms_for, terms_with

__all__ = [
    "NothingToCheck",
    "check_answer",
    "close_overdue_attempts",
    "extend",
    "finish",
    "mark_response",
    "max_time_factor",
    "release_due_responses",
    "save_answers",
    "shown_at",
    "shown_in",
    "shown_with",
    "start_attempt",
    "still_in_progress",
    "terms_for",
    "terms_with",
]
