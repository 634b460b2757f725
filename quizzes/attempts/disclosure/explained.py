"""Which question versions a student's reviews explain now, passages and all."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import Count, Max, Min, Q, QuerySet

from quizzes.assessments.models import Quiz
from quizzes.assessments.results import still_in_progress
from quizzes.assessments.review_options import DURING
from quizzes.attempts import behaviours
from quizzes.attempts.disclosure.moments import Rules, rules_of
from quizzes.attempts.models import AnswerState, AttemptQuestion


def explained_versions(user_id: int, versions: QuerySet[Any, Any], *, now: datetime) -> set[int]:
    """Return those of `versions` whose explanation a review of this student's shows now; three
    queries at most. What is embargoed is for the caller to leave out.

    Many attempts at one quiz count as two, its first finished and its last: what a review shows
    changes with the time since the finish alone.
    """
    rows = list(
        AttemptQuestion.objects.filter(attempt__user=user_id, version__in=versions)
        .values_list("version", "attempt__quiz")
        .annotate(
            first=Min("attempt__finished_at"),
            last=Max("attempt__finished_at"),
            checked=Count("pk", filter=Q(attempt__finished_at=None, state=AnswerState.FINISHED)),
        )
        .order_by()
    )
    quizzes = Quiz.objects.in_bulk({quiz for _, quiz, *_ in rows})
    in_progress = still_in_progress(quizzes.values(), now=now)
    rules = {
        pk: rules_of(quiz, still_in_progress=pk in in_progress) for pk, quiz in quizzes.items()
    }
    together = defaultdict(list)  # all of one attempt are explained at once
    for version, *facts, checked in rows:
        together[*facts, checked > 0].append(version)
    return {
        version
        for (quiz, *finished, checked), found in together.items()
        if _is_explained(rules[quiz], {*finished} - {None}, checked, now)
        for version in found
    }


def _is_explained(rules: Rules, finished: Iterable[datetime], checked: bool, now: datetime) -> bool:
    if any(rules.at(rules.column(at, now)).general_feedback for at in finished):
        return True
    return checked and behaviours.may_check(rules.behaviour) and rules.at(DURING).general_feedback
