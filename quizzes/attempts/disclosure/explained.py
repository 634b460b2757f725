"""Which question versions a student's reviews explain now, including their passages."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from quizzes.assessments import review_options
from quizzes.assessments.models import Quiz
from quizzes.assessments.results import still_in_progress
from quizzes.attempts import behaviours
from quizzes.attempts.disclosure.moments import Rules, rules_of, shown_alike_since
from quizzes.attempts.models import AnswerState, Attempt, AttemptQuestion


def explained_versions(user_id: int, *, now: datetime) -> QuerySet[AttemptQuestion, Any]:
    """Return the versions whose explanation this student's reviews show now, for use in another
    query; two queries at most. The caller leaves out what is embargoed.

    The rule is evaluated twice per quiz, however many attempts there are.
    """
    quizzes = list(Quiz.objects.filter(pk__in=Attempt.objects.filter(user=user_id).values("quiz")))
    in_progress = still_in_progress(quizzes, now=now)
    rules = {one.pk: rules_of(one, still_in_progress=one.pk in in_progress) for one in quizzes}
    recent = shown_alike_since(now)

    def explaining(finished_at: datetime) -> list[int]:
        return [
            pk for pk, one in rules.items() if one.at(one.column(finished_at, now)).general_feedback
        ]

    checked = [pk for pk, one in rules.items() if _explains_at_check(one)]
    explained = (
        Q(attempt__quiz__in=explaining(recent), attempt__finished_at__lte=recent)
        | Q(attempt__quiz__in=explaining(now), attempt__finished_at__gt=recent)
        | Q(attempt__quiz__in=checked, attempt__finished_at=None, state=AnswerState.FINISHED)
    )
    rows = AttemptQuestion.objects.filter(explained, attempt__user=user_id)
    return rows.order_by().values("version")


def _explains_at_check(rules: Rules) -> bool:
    shown = rules.at(review_options.DURING)
    return behaviours.may_check(rules.behaviour) and shown.general_feedback
