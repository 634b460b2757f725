"""Figures over scores, some of which may be withheld; a withheld score is None. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from quizzes.assessments.models import GradingMethod

FIVE_PLACES = Decimal("0.00001")


def counted(method: str, scores: Sequence[Decimal | None]) -> Decimal | None:
    """Return the score that counts, from finished attempts in order.

    None when there is no attempt, or while a score it needs is withheld: first and last need one
    score, best and average need all.
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
