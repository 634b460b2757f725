"""What one attempt keeps from the student's others.

While an exam asks a question, and until its answer is told, nothing else that the student opens may
tell of it: new practice leaves it out, older practice does not check it, no review explains it, and
the score of what is handed in meanwhile is kept back.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import Exists, OuterRef, Q

from quizzes.assessments import review_options
from quizzes.assessments.models import Quiz
from quizzes.assessments.review_options import ReviewOptions
from quizzes.attempts import behaviours
from quizzes.attempts.models import OPEN_STATES, Attempt, AttemptQuestion, Response
from quizzes.db.compiled_queries import prepared

_asked = prepared(
    lambda user: (
        AttemptQuestion.objects.filter(attempt__user=user, attempt__preview=False)
        .filter(
            Q(attempt__state__in=OPEN_STATES)
            | Exists(Response.objects.filter(question=OuterRef("pk"), released_at=None))
        )
        .order_by()
        .values_list(
            "version__question",
            "attempt",
            "attempt__quiz",
            "attempt__started_at",
            "attempt__finished_at",
            "attempt__quiz__behaviour",
            "attempt__quiz__review",
        )
    )
)


class Keeper(NamedTuple):
    """An attempt that keeps a question."""

    attempt: int
    quiz: int
    started_at: datetime


Held = Mapping[int, Sequence[Keeper]]
NOTHING_HELD: Held = {}


def held_from(user_id: int, *, beside: int | None = None) -> Held:
    """Return the questions that a student's open or unreleased attempts keep, each with those
    attempts; one query.

    Attempts that tell at every check keep nothing.

    Args:
        beside: the attempt that asks; it keeps nothing from itself.
    """
    held: dict[int, list[Keeper]] = defaultdict(list)
    for question, attempt, quiz, started_at, finished_at, behaviour, review in _asked(user_id):
        if attempt != beside and (finished_at or not _tells_during(behaviour, review)):
            held[question].append(Keeper(attempt, quiz, started_at))
    return dict(held)


def without_held_score(
    attempt: Attempt, shown: ReviewOptions, questions: Iterable[int], held: Held
) -> ReviewOptions:
    """Return `shown` without the marks of an attempt whose score would tell how a kept question
    came out: one handed in after another quiz had begun to ask it. An older score is known already.

    Args:
        questions: what the attempt asks.
    """
    if attempt.finished_at is None:
        return shown
    for question in questions:
        for keeper in held.get(question, ()):
            if keeper.quiz != attempt.quiz_id and keeper.started_at < attempt.finished_at:
                return replace(shown, marks=False)
    return shown


def questions_held(attempts: Sequence[Attempt], held: Held) -> dict[int, list[int]]:
    """Return by attempt those of its questions that are held; one query, none when nothing is."""
    found: dict[int, list[int]] = defaultdict(list)
    if held:
        rows = AttemptQuestion.objects.filter(
            attempt__in=[one.pk for one in attempts], version__question__in=held
        )
        for attempt, question in rows.order_by().values_list("attempt", "version__question"):
            found[attempt].append(question)
    return found


def tells_early(quiz: Quiz) -> bool:
    """Whether `quiz` tells what was right before it has closed for everybody."""
    at_once = review_options.at(quiz.review, review_options.JUST_AFTER)
    return at_once.correctness or at_once.right_answer or _tells_during(quiz.behaviour, quiz.review)


def _tells_during(behaviour: str, review: Mapping[str, Any]) -> bool:
    during = review_options.at(review, review_options.DURING)
    return behaviours.may_check(behaviour) and during.correctness
