"""The educators' pages for notes and decks."""

from quizzes.cards.admin.decks import DeckAdmin
from quizzes.cards.admin.notes import NoteAdmin

__all__ = ["DeckAdmin", "NoteAdmin"]
