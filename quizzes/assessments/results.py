"""When the results of a quiz that wait for its close are due, and whether anybody has seen them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext as _

from quizzes.assessments import review_options
from quizzes.assessments.models import Quiz
from quizzes.assessments.review_options import AFTER_CLOSE, LATER
from quizzes.assessments.timing import GRACE, results_at

if TYPE_CHECKING:
    from quizzes.assessments.drafts import QuizDraft


class DatedQuiz(Protocol):
    """What decides when the results of a quiz are due."""

    @property
    def pk(self) -> int: ...
    @property
    def closes_at(self) -> datetime | None: ...
    @property
    def time_limit_s(self) -> int | None: ...


def still_in_progress(quizzes: Iterable[DatedQuiz], *, now: datetime) -> set[int]:
    """Return the quizzes whose results are due while somebody is still taking them: time once given
    is not taken away, and results wait for it. One query, none before the close.
    """
    due = {quiz.pk for quiz in quizzes if are_due(quiz, now)}
    if not due:
        return set()
    writing = Quiz.objects.filter(
        Q(attempts__deadline=None) | Q(attempts__deadline__gt=now - GRACE),
        pk__in=due,
        attempts__finished_at=None,
        attempts__preview=False,
    )
    return set(writing.order_by().values_list("pk", flat=True))


def results_are_out(quiz: Quiz, *, now: datetime) -> bool:
    """Whether somebody may have seen results that waited for the quiz's close; three queries."""
    waits = review_options.at(quiz.review, AFTER_CLOSE) != review_options.at(quiz.review, LATER)
    if not waits or not are_due(quiz, now) or still_in_progress([quiz], now=now):
        return False
    finished = Q(attempts__preview=False, attempts__finished_at__isnull=False)
    return Quiz.objects.filter(finished, pk=quiz.pk).exists()


def are_due(quiz: DatedQuiz, now: datetime) -> bool:
    due = results_at(quiz.closes_at, quiz.time_limit_s)
    return due is not None and now >= due


def refuse_later_results(quiz: Quiz, draft: QuizDraft, *, now: datetime) -> None:
    """Refuse dates that would ask or hide again answers that students have seen.

    Raises: ValidationError at the field.
    """
    due = results_at(quiz.closes_at, quiz.time_limit_s)
    then = results_at(draft.closes_at, draft.time_limit_s)
    if due is None or (then is not None and then <= due) or not results_are_out(quiz, now=now):
        return
    if draft.closes_at != quiz.closes_at:
        message = _("The results of this quiz have been shown, so it cannot close later.")
        raise ValidationError({"closes_at": [message]})
    message = _("The results of this quiz have been shown, so its time cannot be longer.")
    raise ValidationError({"time_limit_s": [message]})
