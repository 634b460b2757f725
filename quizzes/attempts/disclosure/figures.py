"""Figures over scores of which some may be withheld: None stands for a withheld one. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from quizzes.assessments.models import GradingMethod

FIVE_PLACES = Decimal("0.00001")


def counted(method: str, scores: Sequence[Decimal | None]) -> Decimal | None:
    """Return the score that counts, of finished attempts in order.

    None when there is no attempt, and while one that it needs is withheld: the first or the last
    needs itself alone, the best and the average need all.
    """
    if not scores:
        return None
    if method == GradingMethod.FIRST:
        return scores[0]
    if method == GradingMethod.LAST:
        return scores[-1]
    known = [score for score in scores if score is not None]
    if len(known) < len(scores):
        return None
    if method == GradingMethod.AVERAGE:
        return (sum(known, start=Decimal(0)) / len(known)).quantize(FIVE_PLACES)
    return max(known)
