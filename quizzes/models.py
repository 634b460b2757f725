"""Table of contents: Django finds the models of every subject here, in reading order."""

from quizzes.api.models import IdempotencyKey
from quizzes.assessments.models import Quiz, QuizRevision, Slot
from quizzes.attempts.models import (
    Attempt,
    AttemptQuestion,
    Grade,
    GradePart,
    MarkChange,
    Response,
    Save,
)
from quizzes.attempts.question_reports.models import Report
from quizzes.bank.corrections.models import KeyCorrection
from quizzes.bank.media.models import Media
from quizzes.bank.models import (
    Option,
    Question,
    QuestionAnchor,
    QuestionBank,
    QuestionVersion,
    Tag,
    Topic,
)
from quizzes.bank.not_asked.models import NotAsked
from quizzes.cards.models import Card, CardAnchor, Deck, DeckNote, Note
from quizzes.classes.models import Class, Membership
from quizzes.concordance.models import Claim, ConcordanceLink
from quizzes.importing.models import ImportProposal
from quizzes.insight.models import BankCounts, IncomingAnswer, QuestionRecord, StudentCounts
from quizzes.interchange.models import LoadedItem
from quizzes.material.models import Edition, Passage, Section, Source
from quizzes.reader.models import Annotation

__all__ = [
    "Annotation",
    "Attempt",
    "AttemptQuestion",
    "BankCounts",
    "Card",
    "CardAnchor",
    "Claim",
    "Class",
    "ConcordanceLink",
    "Deck",
    "DeckNote",
    "Edition",
    "Grade",
    "GradePart",
    "IdempotencyKey",
    "ImportProposal",
    "IncomingAnswer",
    "KeyCorrection",
    "LoadedItem",
    "MarkChange",
    "Media",
    "Membership",
    "NotAsked",
    "Note",
    "Option",
    "Passage",
    "Question",
    "QuestionAnchor",
    "QuestionBank",
    "QuestionRecord",
    "QuestionVersion",
    "Quiz",
    "QuizRevision",
    "Report",
    "Response",
    "Save",
    "Section",
    "Slot",
    "Source",
    "StudentCounts",
    "Tag",
    "Topic",
]
