"""The educators' pages for banks and questions."""

from quizzes.bank.admin.banks import QuestionBankAdmin
from quizzes.bank.admin.questions import QuestionAdmin

__all__ = ["QuestionAdmin", "QuestionBankAdmin"]
