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
from quizzes.db.compiled_queries import compiled_query

_asked = compiled_query(
    lambda user: (
        AttemptQuestion.objects.filter(
            attempt__user=user, attempt__preview=False, attempt__may_withhold=True
        )
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


class EmbargoSource(NamedTuple):
    """An attempt that keeps a question."""

    attempt: int
    quiz: int
    started_at: datetime


Embargo = Mapping[int, Sequence[EmbargoSource]]
NO_EMBARGO: Embargo = {}


def embargoed_questions(user_id: int, *, asking: int | None = None) -> Embargo:
    """Return the questions that a student's open or unreleased attempts keep, each with those
    attempts; one query.

    Attempts that tell at every check keep nothing.

    Args:
        beside: the attempt that asks; it keeps nothing from itself.
    """
    embargo: dict[int, list[EmbargoSource]] = defaultdict(list)
    for question, attempt, quiz, started_at, finished_at, behaviour, review in _asked(user_id):
        if attempt != asking and (finished_at or not _gives_feedback_during(behaviour, review)):
            embargo[question].append(EmbargoSource(attempt, quiz, started_at))
    return dict(embargo)


def without_embargoed_score(
    attempt: Attempt, shown: ReviewOptions, questions: Iterable[int], embargo: Embargo
) -> ReviewOptions:
    """Return `shown` without the marks of an attempt whose score would tell how a kept question
    came out: one handed in after another quiz had begun to ask it. An older score is known already.

    Args:
        questions: what the attempt asks.
    """
    if attempt.finished_at is None:
        return shown
    for question in questions:
        for keeper in embargo.get(question, ()):
            if keeper.quiz != attempt.quiz_id and keeper.started_at < attempt.finished_at:
                return replace(shown, marks=False)
    return shown


def embargoed_in(attempts: Sequence[Attempt], embargo: Embargo) -> dict[int, list[int]]:
    """Return by attempt those of its questions that are held; one query, none when nothing is."""
    found: dict[int, list[int]] = defaultdict(list)
    if embargo:
        rows = AttemptQuestion.objects.filter(
            attempt__in=[one.pk for one in attempts], version__question__in=embargo
        )
        for attempt, question in rows.order_by().values_list("attempt", "version__question"):
            found[attempt].append(question)
    return found


def gives_feedback_before_close(quiz: Quiz) -> bool:
    """Whether `quiz` tells what was right before it has closed for everybody."""
    at_once = review_options.at(quiz.review, review_options.JUST_AFTER)
    return (
        at_once.correctness
        or at_once.right_answer
        or _gives_feedback_during(quiz.behaviour, quiz.review)
    )


def _gives_feedback_during(behaviour: str, review: Mapping[str, Any]) -> bool:
    during = review_options.at(review, review_options.DURING)
    return behaviours.may_check(behaviour) and during.correctness
