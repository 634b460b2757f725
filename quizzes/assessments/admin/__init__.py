"""The educators' pages for quizzes."""

from quizzes.assessments.admin.quizzes import QuizAdmin

__all__ = ["QuizAdmin"]
