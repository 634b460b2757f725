"""A student's scores, as far as they may be told."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from accounts.models import User
from quizzes.assessments.models import Quiz
from quizzes.attempts.disclosure import VisibleReview, visible_review
from quizzes.attempts.models import Attempt


@dataclass(frozen=True, slots=True)
class Scored:
    """A finished attempt; score and percent are None while they may not be told.

    While a person has still to mark part of it, the score is not final and counts nowhere.
    """

    attempt: Attempt
    score: Decimal | None
    percent: Decimal | None

    @property
    def is_final(self) -> bool:
        return self.percent is not None and not self.attempt.needs_marking


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a student stands at one quiz; numbers are percent, None while nothing is told."""

    quiz: Quiz
    attempts: int
    best: Decimal | None
    last: Decimal | None
    average: Decimal | None
    newest: Scored


def scored(user: User, *, now: datetime) -> list[Scored]:
    """Return the user's finished attempts that count, oldest first; five queries at most."""
    attempts = list(
        Attempt.objects.filter(user=user)
        .at_quizzes()
        .without_previews()
        .finished()
        .select_related("quiz")
        .order_by("finished_at", "pk")
    )
    review = visible_review(attempts, user, now)
    return [_scored(attempt, review) for attempt in attempts]


def _scored(attempt: Attempt, review: VisibleReview) -> Scored:
    return Scored(attempt, review.score(attempt), review.percent(attempt))


def standings(attempts: Iterable[Scored]) -> list[Standing]:
    """Return one line a quiz, the quiz tried last first."""
    by_quiz: dict[int, list[Scored]] = {}
    for one in attempts:
        by_quiz.setdefault(one.attempt.quiz_id, []).append(one)
    lines = [_standing(found) for found in by_quiz.values()]
    return sorted(lines, key=lambda line: line.newest.attempt.finished_at, reverse=True)  # type: ignore[arg-type,return-value]


def _standing(attempts: Sequence[Scored]) -> Standing:
    told = [one.percent for one in attempts if one.is_final and one.percent is not None]
    return Standing(
        quiz=attempts[-1].attempt.quiz,
        attempts=len(attempts),
        best=max(told, default=None),
        last=told[-1] if told else None,
        average=sum(told, start=Decimal(0)) / len(told) if told else None,
        newest=attempts[-1],
    )
