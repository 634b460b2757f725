"""Starting an attempt: one open attempt a student, whatever happens at once."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from django.db import transaction

from accounts.models import User
from accounts.queries import accommodation_for
from quizzes.assessments.models import Quiz
from quizzes.attempts import papers, timing
from quizzes.attempts.errors import NoAttemptsLeft, NotOpen
from quizzes.attempts.finishing import finish
from quizzes.attempts.models import OPEN_STATES, Attempt, AttemptQuestion


def terms_for(user: User, quiz: Quiz) -> timing.Terms:
    """Return the dates and limits of `quiz` in effect for `user`; one query."""
    return terms_with(quiz, *accommodation_for(user))


def terms_with(quiz: Quiz, factor: Decimal, extra: int) -> timing.Terms:
    """Return the terms of `quiz` under an accommodation that is already known."""
    return timing.terms(
        opens_at=quiz.opens_at,
        closes_at=quiz.closes_at,
        time_limit_s=quiz.time_limit_s,
        attempts_allowed=quiz.attempts_allowed,
        time_factor=factor,
        extra_attempts=extra,
    )


def start_attempt(
    *, user: User, quiz: Quiz, now: datetime, preview: bool = False
) -> tuple[Attempt, bool]:
    """Return the student's open attempt at `quiz`, and whether this call started it.

    A preview is an educator's try at an own quiz: it has no limits and never counts.

    Raises:
        NotOpen: before the opening or after the close in effect for the student.
        NoAttemptsLeft: every attempt allowed has been used.
        NotEnoughQuestions: the quiz cannot be filled.
    """
    earlier = _attempts(user, quiz)
    if (attempt := _open(earlier, now)) is not None:
        return attempt, False
    terms = terms_for(user, quiz)
    if not preview:
        _refuse(terms, earlier, now)
    # Drawing reads much and writes nothing, so it happens before the lock is taken.
    seed = secrets.randbits(62)
    paper = papers.fill(quiz, seed=seed)
    with transaction.atomic():
        User.objects.select_for_update(no_key=True).only("pk").get(pk=user.pk)
        earlier = _attempts(user, quiz)
        if (attempt := _open(earlier, now)) is not None:
            return attempt, False
        for attempt in earlier:
            if attempt.state in OPEN_STATES:
                finish(attempt_id=attempt.pk, now=now)
        if not preview:
            _refuse(terms, earlier, now)
        attempt = Attempt.objects.create(
            user=user,
            quiz=quiz,
            number=max((one.number for one in earlier), default=0) + 1,
            preview=preview,
            seed=seed,
            started_at=now,
            deadline=None if preview else terms.deadline(now),
            max_score=sum((one.max_mark for one in paper), start=Decimal(0)),
        )
        AttemptQuestion.objects.bulk_create(
            AttemptQuestion(
                attempt=attempt,
                slot=slot,
                version_id=one.version_id,
                order=list(one.order),
                max_mark=one.max_mark,
            )
            for slot, one in enumerate(paper, start=1)
        )
    return attempt, True


def _attempts(user: User, quiz: Quiz) -> list[Attempt]:
    return list(Attempt.objects.filter(user=user, quiz=quiz).order_by("number"))


def _open(attempts: Sequence[Attempt], now: datetime) -> Attempt | None:
    return next(
        (one for one in attempts if one.state in OPEN_STATES and not one.is_over(now)), None
    )


def _refuse(terms: timing.Terms, attempts: Sequence[Attempt], now: datetime) -> None:
    if not terms.is_open(now):
        raise NotOpen(terms.opens_at, terms.closes_at)
    if terms.attempts_left(sum(not one.preview for one in attempts)) == 0:
        raise NoAttemptsLeft
