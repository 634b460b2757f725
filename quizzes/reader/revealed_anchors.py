"""Which words of a text a reader's reviews have told, so that they may be marked on it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator
from datetime import datetime
from itertools import groupby
from operator import itemgetter
from typing import Any

from django.db.models import Q, QuerySet
from django.db.models.functions import Length

from accounts.models import User
from quizzes.assessments import review_options
from quizzes.assessments.models import Quiz
from quizzes.attempts import behaviours
from quizzes.attempts.disclosure.embargo import embargoed_questions
from quizzes.attempts.models import AnswerState, Attempt, AttemptQuestion
from quizzes.attempts.services import max_time_factor, shown_with, still_in_progress
from quizzes.bank.models import QuestionAnchor, QuestionBank
from quizzes.bank.queries import asked_versions
from quizzes.reader.highlighting import Span


def revealed_spans(
    edition: int,
    user: User,
    embargo: Collection[int],
    marks: Collection[int],
    *,
    now: datetime,
    keys: Collection[str] = (),
) -> dict[str, list[Span]]:
    """Return by passage the words that this reader's reviews have already shown.

    The words that settle a question give its answer away, so they are underlined only once a
    review has told them, and not while the question is being asked again; authors see all of
    theirs.

    Args:
        held: questions that are being asked.
        marks: anchors to mark instead of underlining them, unless an exam asks for them.
        keys: the passages to look at; all when empty.
    """
    told = _told_versions(user, now=now)
    rows = QuestionAnchor.objects.filter(Q(version__in=told) | _is_own(user), edition=edition)
    if keys:
        rows = rows.filter(passage__key__in=keys)
    spans: dict[str, list[Span]] = defaultdict(list)
    for key, found in _merged(rows.filter(option=None).exclude(version__question__in=embargo)):
        spans[key] += found
    if marks:
        # Practice that is still open leads here from its own feedback; an exam lets nothing be
        # marked.
        marked = rows.filter(pk__in=marks).exclude(
            version__question__in=embargoed_questions(user.pk)
        )
        for key, start, length in _places(marked):
            spans[key].append(Span(start, start + length, "mark"))
    return spans


def _merged(rows: QuerySet[QuestionAnchor]) -> Iterator[tuple[str, list[Span]]]:
    """Yield by passage the words under anchors, as few spans as cover them: a thousand questions
    may hang on the same sentence."""
    for key, places in groupby(_places(rows), itemgetter(0)):
        spans: list[Span] = []
        for _key, start, length in places:
            if spans and start < spans[-1].end:
                start, length = (
                    spans[-1].start,
                    max(spans[-1].end, start + length) - spans[-1].start,
                )
                spans.pop()
            spans.append(Span(start, start + length))
        yield key, spans


def _places(rows: QuerySet[QuestionAnchor]) -> Any:
    return (
        rows.order_by("passage__key", "start")
        .values_list("passage__key", "start", Length("quote"))
        .distinct()
    )


def _is_own(user: User) -> Q:
    """Whether an anchor is of a question in use that the user may change."""
    if not user.is_staff:
        return Q(pk=None)
    own = QuestionBank.objects.editable_by(user).values("pk")
    return Q(version__in=asked_versions().filter(question__bank__in=own).values("pk"))


def _told_versions(user: User, *, now: datetime) -> QuerySet[AttemptQuestion, Any]:
    """Return the versions whose passages a review of the user's tells now.

    What a review tells of finished attempts at one quiz differs with the minutes since alone.
    """
    quizzes = list(Quiz.objects.filter(pk__in=Attempt.objects.filter(user=user).values("quiz")))
    most = max_time_factor()
    late = still_in_progress(quizzes, most, now=now)
    just_after = now - review_options.JUST_AFTER_LASTS

    def telling(finished_at: datetime) -> list[int]:
        return [
            quiz.pk
            for quiz in quizzes
            if shown_with(
                quiz, finished_at, most, now=now, still_in_progress=quiz.pk in late
            ).general_feedback
        ]

    checked = [
        quiz.pk
        for quiz in quizzes
        if behaviours.may_check(quiz.behaviour)
        and review_options.at(quiz.review, review_options.DURING).general_feedback
    ]
    told = (
        Q(attempt__quiz__in=telling(just_after), attempt__finished_at__lte=just_after)
        | Q(attempt__quiz__in=telling(now), attempt__finished_at__gt=just_after)
        | Q(attempt__quiz__in=checked, attempt__finished_at=None, state=AnswerState.FINISHED)
    )
    return AttemptQuestion.objects.filter(told, attempt__user=user).order_by().values("version")
