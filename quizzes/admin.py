"""Table of contents: Django finds the admin pages of every subject here, in reading order."""

from quizzes.assessments.admin import QuizAdmin
from quizzes.authoring.admin import QuestionAdmin
from quizzes.bank.admin import QuestionBankAdmin
from quizzes.cards.admin import DeckAdmin, NoteAdmin
from quizzes.concordance.admin import ConcordanceLinkAdmin
from quizzes.importing.admin import ImportProposalAdmin
from quizzes.material.admin import SourceAdmin

__all__ = [
    "ConcordanceLinkAdmin",
    "DeckAdmin",
    "ImportProposalAdmin",
    "NoteAdmin",
    "QuestionAdmin",
    "QuestionBankAdmin",
    "QuizAdmin",
    "SourceAdmin",
]
