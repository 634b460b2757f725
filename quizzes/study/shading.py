"""What the margin of a text shows: the reader's mastery, or to educators how the text is asked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from quizzes.material.models import Source
from quizzes.study import mastery
from quizzes.study.coverage import COVERAGE_WORDS, Cover, covers
from quizzes.study.difficulty import DIFFICULTY_WORDS, Difficulty, difficulties
from quizzes.study.mastery import Mastery

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User

MASTERY, DIFFICULTY, COVERAGE = "mastery", "difficulty", "coverage"


@dataclass(frozen=True, slots=True)
class Shade:
    """A passage's rule in the margin: a level, its word, and what it rests on.

    Without a level nothing is known, which is a thin plain rule and never looks fine.
    """

    level: int | None
    word: str
    evidence: str = ""
    faint: bool = False  # too few answers to lean on
    is_gap: bool = False  # neither asked nor deliberately left out


def unanswered() -> Shade:
    """Return how hard a passage is found that nobody has been asked about."""
    return Shade(
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


def legend(view: str) -> list[tuple[int, str]]:
    """Return the levels of a view with their words."""
    words = {DIFFICULTY: DIFFICULTY_WORDS, COVERAGE: COVERAGE_WORDS}.get(view, mastery.WORDS)
    first = 1 if view == DIFFICULTY else 0
    return [(level, str(word)) for level, word in enumerate(words) if level >= first]


def shades(
    view: str, source: Source, user: User, keys: Collection[str], *, now: datetime
) -> Mapping[str, Shade] | None:
    """Return by passage what a view of educators shows; None where the view is mastery."""
    if view == COVERAGE:
        return {key: _of_cover(one) for key, one in covers(source, user).items()}
    if view == DIFFICULTY:
        found = difficulties(source, user, keys)
        return {key: _of_difficulty(one) for key, one in found.items()}
    return None


def of_mastery(state: Mastery) -> Shade:
    return Shade(state.level, state.word, state.evidence)


def _of_cover(one: Cover) -> Shade:
    return Shade(one.level, one.word, one.evidence, is_gap=one.is_gap)


def _of_difficulty(one: Difficulty) -> Shade:
    return Shade(one.level, one.word, one.evidence, faint=one.is_faint)


def in_words(view: str, passages: Sequence[Shade]) -> str:
    """Return what a spine shows, for those who do not see it."""
    if view == MASTERY:
        return mastery.in_words([one.level for one in passages])
    counts = Counter((one.level is None, -(one.level or 0), one.word.lower()) for one in passages)
    total = ngettext("%d passage", "%d passages", len(passages)) % len(passages)
    parts = [f"{count} {word}" for (_none, _level, word), count in sorted(counts.items()) if word]
    return f"{total}: {', '.join(parts)}" if parts else total
