"""Which words of a text a reader's reviews have told, so that they may be marked on it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import datetime
from decimal import Decimal

from django.db.models import Count, Exists, Max, Min, OuterRef, Q, Value

from accounts.models import User
from quizzes.assessments import review_options
from quizzes.assessments.models import Quiz
from quizzes.attempts import behaviours
from quizzes.attempts.disclosure.embargo import embargoed_questions
from quizzes.attempts.models import AnswerState, AttemptQuestion
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
    told = _told_versions(edition, user, keys, now=now)
    # Practice that is still open leads here from its own feedback; an exam lets nothing be marked.
    secret = embargoed_questions(user.pk) if marks else ()
    rows = QuestionAnchor.objects.filter(edition=edition).annotate(own=_is_own(user))
    if keys:
        rows = rows.filter(passage__key__in=keys)
    spans: dict[str, list[Span]] = defaultdict(list)
    for pk, version, own, passage, start, quote, question, option in rows.order_by(
        "pk"
    ).values_list(
        "pk",
        "version_id",
        "own",
        "passage__key",
        "start",
        "quote",
        "version__question_id",
        "option_id",
    ):
        if not own and version not in told:
            continue
        if pk in marks and question not in secret:
            spans[passage].append(Span(start, start + len(quote), "mark"))
        elif option is None and question not in embargo:
            spans[passage].append(Span(start, start + len(quote)))
    return spans


def _is_own(user: User) -> Exists | Value:
    """Whether an anchor is of a question in use that the user may change."""
    if not user.is_staff:
        return Value(False)
    own = QuestionBank.objects.editable_by(user).values("pk")
    return Exists(asked_versions().filter(pk=OuterRef("version"), question__bank__in=own))


def _told_versions(edition: int, user: User, keys: Collection[str], *, now: datetime) -> set[int]:
    """Return the versions anchored in this text whose passages a review of the user's tells now.

    Many attempts at one quiz count as two, its first finished and its last: what a review tells
    changes with the time since the finish alone.
    """
    anchored = QuestionAnchor.objects.filter(edition=edition)
    if keys:
        anchored = anchored.filter(passage__key__in=keys)
    rows = list(
        AttemptQuestion.objects.filter(attempt__user=user, version__in=anchored.values("version"))
        .values_list("version", "attempt__quiz")
        .annotate(
            first=Min("attempt__finished_at"),
            last=Max("attempt__finished_at"),
            checked=Count("pk", filter=Q(attempt__finished_at=None, state=AnswerState.FINISHED)),
        )
        .order_by()
    )
    quizzes = Quiz.objects.in_bulk({quiz for _, quiz, *_ in rows})
    most = max_time_factor()
    late = still_in_progress(quizzes.values(), most, now=now)
    together = defaultdict(list)  # all of one attempt are told of at once
    for version, *facts, checked in rows:
        together[*facts, checked > 0].append(version)
    return {
        version
        for (quiz, *finished, checked), versions in together.items()
        if _is_told(
            quizzes[quiz],
            {*finished} - {None},
            checked,
            max_time_factor=most,
            kept=quiz in late,
            now=now,
        )
        for version in versions
    }


def _is_told(
    quiz: Quiz,
    finished: Iterable[datetime],
    checked: bool,
    *,
    max_time_factor: Decimal,
    kept: bool,
    now: datetime,
) -> bool:
    if any(
        shown_with(quiz, at, max_time_factor, now=now, still_in_progress=kept).general_feedback
        for at in finished
    ):
        return True
    during = review_options.at(quiz.review, review_options.DURING)
    return checked and behaviours.may_check(quiz.behaviour) and during.general_feedback
