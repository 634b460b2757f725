"""Table of contents: banks, and the questions in them."""

from quizzes.bank.models.banks import (
    BankKind,
    QuestionBank,
    QuestionBankQuerySet,
    Tag,
    Topic,
    TopicQuerySet,
    Use,
)
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
    in_use,
)

__all__ = [
    "READ_ONLY_STATES",
    "AnchorRole",
    "BankKind",
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
    "TopicQuerySet",
    "Use",
    "VersionState",
    "in_use",
]
