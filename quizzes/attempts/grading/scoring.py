"""From an answer to a grade and from grades to a score. Reads content, writes nothing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any

import structlog

from quizzes.question_types import registry
from quizzes.question_types.base import Content, Grade

FIVE_PLACES = Decimal("0.00001")
logger = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class GradedSlot:
    """What one question of an attempt is worth now."""

    fraction: Decimal | None  # None while a person has still to mark it
    max_mark: Decimal


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


def score(marks: Iterable[GradedSlot]) -> Decimal:
    """Return the sum of the marks given so far, never below zero."""
    total = sum((mark(one.fraction, one.max_mark) or Decimal(0) for one in marks), start=Decimal(0))
    return max(Decimal(0), total).quantize(FIVE_PLACES, rounding=ROUND_HALF_EVEN)
