"""What can be done with attempts; each verb has its own file."""

from quizzes.assessments.terms import terms_for, terms_with
from quizzes.attempts.disclosure import release_due_responses, visible_review
from quizzes.attempts.grading.marking import mark_response
from quizzes.attempts.taking.checking import NothingToCheck, check_answer
from quizzes.attempts.taking.finishing import close_overdue_attempts, finish
from quizzes.attempts.taking.saving import save_answers
from quizzes.attempts.taking.starting import start_attempt

__all__ = [
    "NothingToCheck",
    "check_answer",
    "close_overdue_attempts",
    "finish",
    "mark_response",
    "release_due_responses",
    "save_answers",
    "start_attempt",
    "terms_for",
    "terms_with",
    "visible_review",
]
