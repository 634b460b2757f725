"""What a text is asked about: each passage asked so often, deliberately not asked, or a gap."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.models import User
from quizzes.bank.models import QuestionBank
from quizzes.insight.coverage import coverage_of
from quizzes.material.models import Source

COVERAGE_WORDS = (
    gettext_lazy("Gap"),
    gettext_lazy("Thin"),
    gettext_lazy("Fair"),
    gettext_lazy("Good"),
    gettext_lazy("Full"),
)
FULL = 4  # the level
_FLOORS = ((FULL, 5), (3, 3), (2, 2), (1, 1))  # questions and cards from which a level is reached
COVERAGE_NUMBERS = ("0", "1", "2", "3–4", "5+")


@dataclass(frozen=True, slots=True)
class Cover:
    """How many questions and cards ask about a passage, and why none if it is left out."""

    questions: int
    cards: int = 0
    reason: str = ""

    @property
    def asked(self) -> int:
        return self.questions + self.cards

    @property
    def is_gap(self) -> bool:
        return not self.asked and not self.reason

    @property
    def level(self) -> int | None:
        """0 for a gap to 4; None where nothing is to be asked."""
        if self.reason and not self.asked:
            return None
        for level, floor in _FLOORS:
            if self.asked >= floor:
                return level
        return 0

    @property
    def word(self) -> str:
        return _("Not asked") if self.level is None else str(COVERAGE_WORDS[self.level])

    @property
    def evidence(self) -> str:
        if self.level is None:
            return self.reason
        if not self.asked:
            return _("Nothing asks about this passage.")
        questions = ngettext("%d question", "%d questions", self.questions) % self.questions
        if not self.cards:
            return questions
        return f"{questions}, " + ngettext("%d card", "%d cards", self.cards) % self.cards


def covers(source: Source, user: User) -> dict[str, Cover]:
    """Return by passage how the banks for practice and the user's own cover it; five queries.

    What other banks keep for exams is counted for nobody but those who may change them.
    """
    banks = QuestionBank.objects.open_for_practice() | QuestionBank.objects.filter(
        pk__in=QuestionBank.objects.editable_by(user).values("pk")
    )
    texts = coverage_of(Source.objects.filter(pk=source.pk), banks)
    return {
        one.key: Cover(one.questions, one.cards, one.reason)
        for text in texts
        for one in text.passages()
    }
