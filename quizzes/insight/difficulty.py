"""How hard a class finds each passage: the share right among first answers in first attempts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.models import User
from quizzes.assessments.models import Quiz
from quizzes.attempts import behaviours
from quizzes.attempts.models import AttemptState, Grade
from quizzes.bank.models import QuestionAnchor
from quizzes.material.models import Source

DIFFICULTY_WORDS = (
    gettext_lazy("Too few answers"),
    gettext_lazy("Easy"),
    gettext_lazy("Moderate"),
    gettext_lazy("Hard"),
    gettext_lazy("Very hard"),
)
# Fewer answers than that say nothing, and fewer than the second little.
HIDDEN_BELOW, FAINT_BELOW = 10, 30
_FLOORS = (80, 65, 50)  # percent right and up
DIFFICULTY_NUMBERS = ("80%+", "65–79%", "50–64%", "0–49%")
EASY = 1  # the level


@dataclass(frozen=True, slots=True)
class Difficulty:
    """Answers about one passage, each student's first to each question, and how many were right."""

    answers: int
    right: int

    @property
    def percent(self) -> float:
        return 100 * self.right / self.answers

    @property
    def level(self) -> int | None:
        if self.answers < HIDDEN_BELOW:
            return None
        for level, floor in enumerate(_FLOORS, start=EASY):
            if self.percent >= floor:
                return level
        return 4

    @property
    def word(self) -> str:
        return str(DIFFICULTY_WORDS[self.level or 0])

    @property
    def evidence(self) -> str:
        if self.level is None:
            return ngettext("%d answer", "%d answers", self.answers) % self.answers
        return _("%(percent)d%% right, n = %(n)d") % {
            "percent": round(self.percent),
            "n": self.answers,
        }

    @property
    def is_faint(self) -> bool:
        return self.answers < FAINT_BELOW


def difficulties(source: Source, user: User, keys: Collection[str] = ()) -> dict[str, Difficulty]:
    """Return by passage what first attempts at the user's own quizzes say of it; two queries.

    Previews never count, nor what was answered next to the text.

    Args:
        keys: the passages to look at; all when empty.
    """
    anchors = QuestionAnchor.objects.filter(edition=source.edition_id, option=None)
    if keys:
        anchors = anchors.filter(passage__key__in=keys)
    passages: dict[int, set[str]] = defaultdict(set)
    for version, key in anchors.values_list("version", "passage__key"):
        passages[version].add(key)
    later = Grade.objects.filter(response=OuterRef("response"), number__gt=OuterRef("number"))
    rows = (
        Grade.objects.filter(
            ~Exists(later),
            fraction__isnull=False,
            response__number=1,
            response__question__version__in=anchors.values("version"),
            response__question__attempt__number=1,
            response__question__attempt__preview=False,
            response__question__attempt__state=AttemptState.FINISHED,
            response__question__attempt__quiz__in=Quiz.objects.editable_by(user).values("pk"),
        )
        .values_list("response__question__version")
        .annotate(n=Count("pk"), right=Count("pk", filter=Q(fraction__gt=behaviours.RIGHT)))
        .order_by()
    )
    counts: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for version, n, right in rows:
        for key in passages[version]:
            counts[key][0] += n
            counts[key][1] += right
    return {key: Difficulty(n, right) for key, (n, right) in counts.items()}
