"""What can be done with attempts; each verb stands in a file of its own."""

from quizzes.attempts.checking import check_answer
from quizzes.attempts.finishing import close_overdue_attempts, extend, finish
from quizzes.attempts.marking import mark_response
from quizzes.attempts.releasing import release_due_responses, shown_at
from quizzes.attempts.saving import save_answers
from quizzes.attempts.starting import start_attempt, terms_for, terms_with

__all__ = [
    "check_answer",
    "close_overdue_attempts",
    "extend",
    "finish",
    "mark_response",
    "release_due_responses",
    "save_answers",
    "shown_at",
    "start_attempt",
    "terms_for",
    "terms_with",
]
