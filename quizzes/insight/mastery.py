"""What a reader's answers say of a passage, and how a text is drawn as its lines. Pure.

Until cards give a memory, mastery is the share of right answers among a reader's own, each question
counted once, by its newest answer.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

WORDS = (
    gettext_lazy("Not yet answered"),
    gettext_lazy("Fragile"),
    gettext_lazy("Learning"),
    gettext_lazy("Solid"),
    gettext_lazy("Mastered"),
)
SOLID, MASTERED = 3, 4
CHARS_PER_MINUTE = 1_200  # about 200 words
# Lines of a spine that fit next to a row and on a phone; every passage also takes a gap.
SPINE_TICKS, SPINE_GAP = 47, 0.45


@dataclass(frozen=True, slots=True)
class Mastery:
    """How many questions a passage has, and how many the reader has answered and got right."""

    questions: int = 0
    answered: int = 0
    right: int = 0

    @property
    def level(self) -> int | None:
        """Return 0 to 4 by the ramp of docs/design.md; None where nothing is asked.

        A passage is mastered only when every question on it has been answered.
        """
        if not self.questions:
            return None
        if not self.answered:
            return 0
        share = 100 * self.right / self.answered
        if share < 60:
            return 1
        if share < 80:
            return 2
        return MASTERED if share >= 95 and self.answered == self.questions else SOLID

    @property
    def word(self) -> str:
        return _("No questions") if self.level is None else str(WORDS[self.level])

    @property
    def evidence(self) -> str:
        """The answers behind the word; empty when there are none."""
        if not self.answered:
            return ""
        return _("%(right)d of %(answered)d right") % {
            "right": self.right,
            "answered": self.answered,
        }

    @property
    def share(self) -> float:
        """Right answers among those given; answers still to come rank between."""
        return self.right / self.answered if self.answered else 0.5


def minutes(characters: int) -> int:
    """Return how long reading takes, at least a minute."""
    return max(1, round(characters / CHARS_PER_MINUTE))


def tick_of(texts: Iterable[Sequence[int]]) -> float:
    """Return how many characters a tick stands for, one for all texts, so that the longest fits.

    Args:
        texts: the lengths of each text's passages.
    """
    tick = 60.0  # a line of print
    for lengths in texts:
        room = max(SPINE_TICKS - SPINE_GAP * len(lengths), len(lengths))
        while sum(width(length, tick) for length in lengths) > room:
            tick *= 1.1
    return tick


def width(characters: int, tick: float) -> int:
    """Return the width class, 1 to 9, of a passage in a spine."""
    return min(9, max(1, round(characters / tick)))


def in_words(levels: Sequence[int | None]) -> str:
    """Return what a spine shows, for those who do not see it."""
    counts = Counter(levels)
    total = ngettext("%d passage", "%d passages", len(levels)) % len(levels)
    parts = [
        f"{counts[level]} {str(WORDS[level]).lower()}" for level in (4, 3, 2, 1, 0) if counts[level]
    ]
    if counts[None]:
        parts.append(_("%d without questions") % counts[None])
    return f"{total}: {', '.join(parts)}" if parts else total
