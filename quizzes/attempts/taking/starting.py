"""Starting an attempt: at most one open attempt per student and quiz, even under concurrency."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.db.models import Count, Max, Q

from accounts.models import User
from accounts.queries import NO_ACCOMMODATION
from quizzes.assessments.models import Quiz
from quizzes.assessments.revisions import freeze
from quizzes.assessments.terms import terms_for, terms_with
from quizzes.assessments.timing import Terms
from quizzes.attempts.disclosure import embargoed_questions, gives_feedback_before_close
from quizzes.attempts.errors import NoAttemptsLeft, NotOpen
from quizzes.attempts.models import OPEN_STATES, AnswerState, Attempt, AttemptQuestion
from quizzes.attempts.taking import question_selection
from quizzes.attempts.taking.finishing import finish
from quizzes.attempts.taking.terms import set_terms
from quizzes.db.bulk_insert import insert
from quizzes.db.compiled_queries import compiled_query

_ATTEMPT = (
    "user_id",
    "quiz_id",
    "number",
    "preview",
    "state",
    "seed",
    "started_at",
    "opens_at",
    "closes_at",
    "time_limit_s",
    "deadline",
    "max_score",
    "needs_marking",
)
_COLUMNS = (
    "attempt_id",
    "slot",
    "quiz_slot_id",
    "version_id",
    "order",
    "max_mark",
    "sequence",
    "state",
    "flagged",
    "tries",
)


def start_attempt(
    *, user: User, quiz: Quiz, now: datetime, preview: bool = False
) -> tuple[Attempt, bool]:
    """Return the student's open attempt at `quiz`, and whether this call started it.

    A preview is an educator's attempt at a quiz of theirs: it has no limits and never counts.

    Raises:
        NotOpen: before the opening, or after the quiz's own close.
        NoAttemptsLeft: every attempt allowed has been used.
        NotEnoughQuestions: the quiz cannot be filled.
    """
    standing = _standing(user, quiz)
    if standing.open is not None and not standing.open.is_over(now):
        return standing.open, False
    if not preview:
        # First without accommodation; it is looked up only for students this would refuse.
        try:
            _refuse(terms_with(quiz, *NO_ACCOMMODATION), standing, now)
        except NoAttemptsLeft:
            _refuse(terms_for(user, quiz), standing, now)
    # Drawing reads a lot and writes nothing, so it happens before the lock is taken.
    seed = secrets.randbits(62)
    embargo = (
        embargoed_questions(user.pk, shown_in=quiz.pk, now=now)
        if gives_feedback_before_close(quiz) and not preview
        else frozenset()
    )
    paper = question_selection.fill(quiz, seed=seed, embargo=embargo)
    with transaction.atomic():
        _lock(user.pk)
        # Read under the lock that granting more time takes first.
        terms = terms_for(user, quiz)
        standing = _standing(user, quiz)
        if standing.open is not None:
            if not standing.open.is_over(now):
                return standing.open, False
            finish(attempt_id=standing.open.pk, now=now)
        if not preview:
            _refuse(terms, standing, now)
        # Until the revision is frozen, its slots may have changed since the draw.
        while (drawn := paper[0].slot.revision).frozen_at is None and not freeze(
            quiz.pk, drawn.pk, now=None if preview else now
        ):
            paper = question_selection.fill(quiz, seed=seed, embargo=embargo)
        attempt = Attempt(
            user=user,
            quiz=quiz,
            number=standing.last_number + 1,
            preview=preview,
            seed=seed,
            started_at=now,
            max_score=sum((one.max_mark for one in paper), start=Decimal(0)),
        )
        if not preview:
            set_terms(attempt, terms)
        row = [getattr(attempt, name) for name in _ATTEMPT]
        (attempt.pk,) = insert(Attempt, _ATTEMPT, [row])
        insert(
            AttemptQuestion,
            _COLUMNS,
            [
                (
                    attempt.pk,
                    slot,
                    one.slot.pk,
                    one.version_id,
                    list(one.order),
                    one.max_mark,
                    0,
                    AnswerState.TODO.value,
                    False,
                    0,
                )
                for slot, one in enumerate(paper, start=1)
            ],
        )
    return attempt, True


@dataclass(frozen=True, slots=True)
class _Standing:
    """A student's history at a quiz, in a fixed number of values."""

    last_number: int
    used: int
    open: Attempt | None


_counts = compiled_query(
    lambda user, quiz: (
        Attempt.objects.filter(user=user, quiz=quiz)
        .order_by()
        .values("quiz")
        .annotate(
            last_number=Max("number"),
            used=Count("pk", filter=Q(preview=False)),
            open=Count("pk", filter=Q(state__in=OPEN_STATES)),
        )
        .values_list("last_number", "used", "open")
    )
)
_lock = compiled_query(
    lambda pk: User.objects.select_for_update(no_key=True).filter(pk=pk).values_list("pk")
)


def _standing(user: User, quiz: Quiz) -> _Standing:
    last_number, used, open_ones = next(iter(_counts(user.pk, quiz.pk)), (0, 0, 0))
    found = Attempt.objects.filter(user=user, quiz=quiz).open().first() if open_ones else None
    return _Standing(last_number, used, found)


def _refuse(terms: Terms, standing: _Standing, now: datetime) -> None:
    if not terms.is_open(now):
        raise NotOpen(terms.opens_at, terms.closes_at)
    if terms.attempts_left(standing.used) == 0:
        raise NoAttemptsLeft
