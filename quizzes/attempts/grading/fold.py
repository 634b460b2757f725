"""The one fold from grades to a score: finishing, marking and correcting all call it. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any, NamedTuple

from quizzes.attempts import behaviours
from quizzes.attempts.grading import FIVE_PLACES, mark

# The marks earned on a dropped question stay as a bonus, up to the maximum score.
DROPPED_KEEPS_ITS_MARK = True


@dataclass(frozen=True, slots=True)
class Try:
    """One response with its newest grade."""

    response_id: int
    number: int
    answer: dict[str, Any] | None
    raw: Decimal | None
    fraction: Decimal | None
    grade_number: int = 1
    correction_id: int | None = None
    by_hand: bool = False

    @property
    def is_wrong(self) -> bool:
        """Whether it costs later tries the penalty. Old grades may lack a raw fraction."""
        return not behaviours.is_right(self.fraction if self.raw is None else self.raw)


class GradedQuestion(NamedTuple):
    """What is known of one question of an attempt."""

    tries: Sequence[Try]
    max_mark: Decimal
    dropped: bool = False


class Folded(NamedTuple):
    score: Decimal
    max_score: Decimal
    needs_marking: bool


def counted_try(tries: Sequence[Try]) -> Try | None:
    """Return the try that counts: the best, the last among equals; or simply the last if a person
    has marked it or still has to. Tries come in order."""
    if not tries:
        return None
    last = tries[-1]
    if last.by_hand or last.fraction is None:
        return last
    graded = [one for one in tries if one.fraction is not None]
    return max(graded, key=lambda one: (one.fraction, one.number))


def fold(questions: Iterable[GradedQuestion]) -> Folded:
    """Return score and maximum score of an attempt, and whether a person still has to mark it.

    The score is never below zero. A dropped question counts in neither score nor maximum.
    """
    total, most, bonus = Decimal(0), Decimal(0), Decimal(0)
    waits = False
    for one in questions:
        counted = counted_try(one.tries)
        fraction = None if counted is None else counted.fraction
        points = mark(fraction, one.max_mark) or Decimal(0)
        if one.dropped:
            bonus += max(Decimal(0), points)
            continue
        waits = waits or fraction is None
        total += points
        most += one.max_mark
    if DROPPED_KEEPS_ITS_MARK and bonus:
        total = max(total, min(most, total + bonus))
    total = max(Decimal(0), total).quantize(FIVE_PLACES, rounding=ROUND_HALF_EVEN)
    return Folded(total, most, waits)
