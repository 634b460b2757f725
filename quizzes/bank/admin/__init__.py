"""The educators' pages for banks and questions."""

from quizzes.bank.admin.banks import QuestionBankAdmin
from quizzes.bank.admin.questions import QuestionList

__all__ = ["QuestionBankAdmin", "QuestionList"]
