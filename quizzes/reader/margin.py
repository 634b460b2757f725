"""What the margin of a text shows: the reader's mastery, or to educators how the text is asked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from quizzes.insight import mastery
from quizzes.insight.difficulty import (
    DIFFICULTY_NUMBERS,
    DIFFICULTY_WORDS,
    EASY,
    Difficulty,
    difficulties,
)
from quizzes.insight.mastery import Mastery
from quizzes.material.models import Source
from quizzes.reader.coverage_levels import COVERAGE_NUMBERS, COVERAGE_WORDS, FULL, Cover, covers

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User

MASTERY, DIFFICULTY, COVERAGE = "mastery", "difficulty", "coverage"


@dataclass(frozen=True, slots=True)
class MarginLevel:
    """A passage's rule in the margin: a level, its word, and what it rests on.

    Without a level nothing is known, which is a thin plain rule and never looks fine.
    """

    level: int | None
    word: str
    evidence: str = ""
    faint: bool = False  # too few answers to lean on
    is_gap: bool = False  # neither asked nor deliberately left out
    order: float | None = None  # the least is the passage to go to first; None: not to go to


def unanswered() -> MarginLevel:
    """Return how hard a passage is found that nobody has been asked about."""
    return MarginLevel(
        None, _("No answers"), _("Nobody has answered at a first attempt at your quizzes.")
    )


def views(user: User | AnonymousUser) -> list[tuple[str, str]]:
    """Return what the margin can show this reader, with its name; empty without a choice."""
    if not (user.is_authenticated and user.is_educator):
        return []
    return [
        (MASTERY, _("My mastery")),
        (DIFFICULTY, _("Class difficulty")),
        (COVERAGE, _("Coverage")),
    ]


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the legend: a level, its word, and the numbers it stands for."""

    level: int | None
    word: str
    numbers: str = ""


def legend(view: str) -> list[Entry]:
    """Return the levels of a view with their words; what educators see, with its numbers."""
    if view == COVERAGE:
        words = zip(COVERAGE_WORDS, COVERAGE_NUMBERS, strict=True)
        levels = [Entry(level, str(word), n) for level, (word, n) in enumerate(words)]
        return [*levels, Entry(None, _("Not asked, on purpose"))]
    if view == DIFFICULTY:
        words = zip(DIFFICULTY_WORDS[1:], DIFFICULTY_NUMBERS, strict=True)
        levels = [Entry(level, str(word), n) for level, (word, n) in enumerate(words, start=1)]
        return [*levels, Entry(None, str(DIFFICULTY_WORDS[0]))]
    return [Entry(level, str(word)) for level, word in enumerate(mastery.WORDS)]


def counted(view: str) -> str:
    """Return what the numbers of a legend count; "" where it has none."""
    names = {COVERAGE: _("Questions and cards:"), DIFFICULTY: _("Right at the first attempt:")}
    return names.get(view, "")


@dataclass(frozen=True, slots=True)
class First:
    """How the way to the passages that want it most is named."""

    link: str
    title: str
    keys: str


def first(view: str) -> First:
    if view == COVERAGE:
        return First(
            _("Least asked first"),
            _("Least asked passages"),
            _("Next, previous of the least asked passages"),
        )
    if view == DIFFICULTY:
        return First(
            _("Hardest first"), _("Hardest passages"), _("Next, previous of the hardest passages")
        )
    return First(
        _("Weakest first"), _("Weakest passages"), _("Next, previous of the weakest passages")
    )


def levels(
    view: str, source: Source, user: User, keys: Collection[str], *, now: datetime
) -> Mapping[str, MarginLevel] | None:
    """Return by passage what a view of educators shows; None where the view is mastery."""
    if view == COVERAGE:
        return {key: _of_cover(one) for key, one in covers(source, user).items()}
    if view == DIFFICULTY:
        found = difficulties(source, user, keys)
        return {key: _of_difficulty(one) for key, one in found.items()}
    return None


def of_mastery(state: Mastery) -> MarginLevel:
    return MarginLevel(state.level, state.word, state.evidence)


def _of_cover(one: Cover) -> MarginLevel:
    order = None if one.level in {None, FULL} else one.asked
    return MarginLevel(one.level, one.word, one.evidence, is_gap=one.is_gap, order=order)


def _of_difficulty(one: Difficulty) -> MarginLevel:
    order = None if one.level in {None, EASY} else one.percent
    return MarginLevel(one.level, one.word, one.evidence, faint=one.is_faint, order=order)


def in_words(view: str, passages: Sequence[MarginLevel]) -> str:
    """Return what a spine shows, for those who do not see it."""
    if view == MASTERY:
        return mastery.in_words([one.level for one in passages])
    counts = Counter((one.level is None, -(one.level or 0), one.word.lower()) for one in passages)
    total = ngettext("%d passage", "%d passages", len(passages)) % len(passages)
    parts = [f"{count} {word}" for (_none, _level, word), count in sorted(counts.items()) if word]
    return f"{total}: {', '.join(parts)}" if parts else total
