"""Table of contents: banks, and the questions in them."""

from quizzes.bank.models.banks import QuestionBank, QuestionBankQuerySet, Tag, Topic, Use
from quizzes.bank.models.questions import (
    READ_ONLY_STATES,
    AnchorRole,
    Level,
    Option,
    Question,
    QuestionAnchor,
    QuestionQuerySet,
    QuestionVersion,
    VersionState,
)

__all__ = [
    "READ_ONLY_STATES",
    "AnchorRole",
    "Level",
    "Option",
    "Question",
    "QuestionAnchor",
    "QuestionBank",
    "QuestionBankQuerySet",
    "QuestionQuerySet",
    "QuestionVersion",
    "Tag",
    "Topic",
    "Use",
    "VersionState",
]
