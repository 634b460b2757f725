"""Today: what is in progress, what can be taken, what came of the last attempts."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.study_day import study_day
from quizzes.assessments import draws
from quizzes.assessments.models import Mode, Quiz, QuizState
from quizzes.attempts.grading.notices import notices
from quizzes.attempts.models import Attempt
from quizzes.attempts.question_reports.models import Report
from quizzes.reader.change_notices import changes_for
from quizzes.study.quiz_list import QuizEntry, quiz_list
from quizzes.study.scores import scores_of
from quizzes.study.source_list import source_list, with_words

SHOWN = 5
RUNNING = 3
WEAKEST = 3
LOOKED_AT = 50  # of an author's own quizzes
NEVER = datetime.max.replace(tzinfo=UTC)


def today_page(user: User, *, now: datetime, last_read: str = "") -> dict[str, Any]:
    """Return what the user's day begins with, in a number of queries that does not grow.

    Args:
        last_read: the slug of the text opened last; ignored when it may not be read any more.
    """
    scores = scores_of(user, now=now, newest=SHOWN)
    shelf = quiz_list(user, scores.standings, now=now)
    library, weak = source_list(user, now=now)
    running = _running(shelf, now)
    return {
        "now": now,
        "day": study_day(now, user),
        "greeting": _greeting(now.astimezone(ZoneInfo(user.time_zone)).hour),
        "running": running[:RUNNING],
        "more_running": running[RUNNING:],
        "quizzes": sorted(
            (one for one in shelf if one.can_start or not one.has_opened), key=_urgency
        )[:SHOWN],
        "recent": scores.scored(scores.finished[: -SHOWN - 1 : -1], now=now),
        "last_read": next((text for text in library if text.source.slug == last_read), None),
        "sources": library,
        "weak": with_words(weak[:WEAKEST]),
        "replies": list(
            Report.objects.visible_to(user)
            .untold()
            .select_related("question__attempt__quiz")[:SHOWN]
        ),
        "changes": changes_for(user, now=now),
        "corrected": notices(user, now=now),
        "lacking": _lacking(user, now) if user.is_staff else [],
    }


def _greeting(hour: int) -> str:
    if 5 <= hour < 12:
        return _("Good morning")
    return _("Good afternoon") if 12 <= hour < 18 else _("Good evening")


def _lacking(user: User, now: datetime) -> list[dict[str, Any]]:
    """Return the user's own open quizzes of which a slot is not filled, the newest first."""
    not_over = Q(closes_at=None) | Q(closes_at__gt=now)
    own = Quiz.objects.editable_by(user).filter(not_over, owner=user, state=QuizState.PUBLISHED)
    quizzes = list(own.order_by("-pk")[:LOOKED_AT])
    found = draws.notices_of(quizzes)
    return [{"quiz": one, "notices": found[one.pk]} for one in quizzes if found[one.pk]][:SHOWN]


def _running(shelf: Iterable[QuizEntry], now: datetime) -> list[dict[str, Any]]:
    """Attempts to go on with: what ends first comes first, then what was begun last."""
    found = [one.open_attempt for one in shelf if one.open_attempt is not None]
    found = [attempt for attempt in found if _can_go_on(attempt, now)]
    found.sort(key=lambda attempt: attempt.started_at, reverse=True)
    found.sort(key=lambda attempt: attempt.deadline or NEVER)
    return [{"attempt": one, "seconds_left": _seconds_left(one, now)} for one in found]


def _can_go_on(attempt: Attempt, now: datetime) -> bool:
    return attempt.deadline is None or now < attempt.deadline


def _seconds_left(attempt: Attempt, now: datetime) -> float | None:
    return None if attempt.deadline is None else (attempt.deadline - now).total_seconds()


def _urgency(quiz_entry: QuizEntry) -> tuple[Any, ...]:
    """What closes first comes first, then practice, then what was never tried."""
    return (
        quiz_entry.terms.closes_at or NEVER,
        not quiz_entry.has_opened,
        quiz_entry.quiz.mode == Mode.EXAM,
        quiz_entry.standing is not None,
        quiz_entry.quiz.title,
    )
