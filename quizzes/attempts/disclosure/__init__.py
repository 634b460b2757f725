"""What of attempts may be shown, to whom and when. Everything outside asks here; see README.md."""

from quizzes.attempts.disclosure.embargo import embargoed_questions
from quizzes.attempts.disclosure.events import send_graded, send_new_grades
from quizzes.attempts.disclosure.explained import explained_versions
from quizzes.attempts.disclosure.moments import (
    correct_at_check,
    correct_at_submission,
    gives_feedback_before_close,
    shown_alike_since,
)
from quizzes.attempts.disclosure.next_disclosure import WHEN, NextDisclosure
from quizzes.attempts.disclosure.release import release, release_due_responses
from quizzes.attempts.disclosure.review import (
    AttemptReview,
    VisibleReview,
    shown_to_students,
    visible_review,
)

__all__ = [
    "WHEN",
    "AttemptReview",
    "NextDisclosure",
    "VisibleReview",
    "correct_at_check",
    "correct_at_submission",
    "embargoed_questions",
    "explained_versions",
    "gives_feedback_before_close",
    "release",
    "release_due_responses",
    "send_graded",
    "send_new_grades",
    "shown_alike_since",
    "shown_to_students",
    "visible_review",
]
