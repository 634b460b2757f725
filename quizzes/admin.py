"""Table of contents: Django finds the admin pages of every subject here, in reading order."""

from quizzes.assessments.admin import QuizAdmin
from quizzes.bank.admin import QuestionAdmin, QuestionBankAdmin
from quizzes.material.admin import SourceAdmin

__all__ = ["QuestionAdmin", "QuestionBankAdmin", "QuizAdmin", "SourceAdmin"]
