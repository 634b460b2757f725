"""What one attempt keeps from the student's others.

While an exam asks a question, and until its answer is told, nothing else that the student opens may
tell of it: new practice leaves it out, older practice does not check it, no review explains it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import Exists, OuterRef, Q

from quizzes.assessments import review_options
from quizzes.assessments.models import Quiz
from quizzes.attempts import behaviours
from quizzes.attempts.models import OPEN_STATES, AttemptQuestion, Response
from quizzes.prepared import prepared

_asked = prepared(
    lambda user: (
        AttemptQuestion.objects.filter(attempt__user=user, attempt__preview=False)
        .filter(
            Q(attempt__state__in=OPEN_STATES)
            | Exists(Response.objects.filter(question=OuterRef("pk"), released_at=None))
        )
        .order_by()
        .values_list(
            "attempt",
            "version__question",
            "attempt__finished_at",
            "attempt__quiz__behaviour",
            "attempt__quiz__review",
        )
    )
)


def held_from(user_id: int, *, beside: int | None = None) -> frozenset[int]:
    """Return the questions that a student's open or unreleased attempts keep; one query.

    Attempts that tell at every check keep nothing.

    Args:
        beside: the attempt that asks; it keeps nothing from itself.
    """
    return frozenset(
        question
        for attempt, question, finished_at, behaviour, review in _asked(user_id)
        if attempt != beside and (finished_at or not _tells_during(behaviour, review))
    )


def tells_early(quiz: Quiz) -> bool:
    """Whether `quiz` tells what was right before it has closed for everybody."""
    at_once = review_options.at(quiz.review, review_options.JUST_AFTER)
    return at_once.correctness or at_once.right_answer or _tells_during(quiz.behaviour, quiz.review)


def _tells_during(behaviour: str, review: Mapping[str, Any]) -> bool:
    during = review_options.at(review, review_options.DURING)
    return behaviours.may_check(behaviour) and during.correctness
