"""When grading happens and what a try is worth. Pure: no models, no clock.

Question types decide what is right; a behaviour decides when it is shown. The rules are the
standard ones of the field: deferred feedback, immediate feedback, interactive with several tries.
"""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, Decimal

from quizzes.assessments.models import Behaviour
from quizzes.question_types.display.review import RIGHT

SEVEN_PLACES = Decimal("0.0000001")


def may_check(behaviour: str) -> bool:
    """Whether a student may have a single question graded before the end."""
    return behaviour in (Behaviour.IMMEDIATE, Behaviour.INTERACTIVE)


def tries_allowed(behaviour: str, hints: int) -> int:
    """Return how often a question may be checked: interactive gives one more try than hints."""
    return hints + 1 if behaviour == Behaviour.INTERACTIVE else 1


def is_right(fraction: Decimal | None) -> bool:
    return fraction is not None and fraction > RIGHT


def apply_penalty(
    fraction: Decimal | None, *, penalty: Decimal, tries_before: int
) -> Decimal | None:
    """Return what a try is worth after earlier tries: max(0, raw − penalty × tries)."""
    if fraction is None or tries_before == 0:
        return fraction
    return max(Decimal(0), fraction - penalty * tries_before).quantize(
        SEVEN_PLACES, rounding=ROUND_HALF_EVEN
    )


def is_final(*, fraction: Decimal | None, tries: int, allowed: int) -> bool:
    """Whether a question is over after `tries`: right, left to a person, or out of tries."""
    return fraction is None or is_right(fraction) or tries >= allowed
