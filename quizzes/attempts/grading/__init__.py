"""From an answer to a grade and from grades to a score; marking by hand and regrading."""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any

import structlog

from quizzes.question_types import registry
from quizzes.question_types.base import Content, Grade

FIVE_PLACES = Decimal("0.00001")
logger = structlog.get_logger(__name__)


def grade(type_slug: str, content: Content, answer: dict[str, Any] | None) -> Grade:
    """Grade `answer`; a grader that fails leaves the answer to a person, never a zero."""
    try:
        return registry.get(type_slug).grade(content, answer)
    except Exception:
        logger.exception("grader_failed", question_type=type_slug)
        return Grade(fraction=None)


def mark(fraction: Decimal | None, max_mark: Decimal) -> Decimal | None:
    """Return fraction × max_mark to five decimals, rounded half to even."""
    if fraction is None:
        return None
    return (fraction * max_mark).quantize(FIVE_PLACES, rounding=ROUND_HALF_EVEN)


def percent(score: Decimal | None, max_score: Decimal) -> Decimal | None:
    """Return score as a percentage of max_score; None without a score or a maximum."""
    if score is None or not max_score:
        return None
    return score / max_score * 100
