"""What the pages after submitting show, as plain values for their templates."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from quizzes.attempts import queries
from quizzes.attempts.disclosure import visible_review
from quizzes.attempts.grading import notices
from quizzes.attempts.grading.notices import CorrectionShown
from quizzes.attempts.models import Attempt
from quizzes.attempts.pages import charts
from quizzes.attempts.rows import Row
from quizzes.question_types.rendering import fragment
from quizzes.templatetags.dates import day

SURE, GUESSED = 3, 1
OVERCONFIDENT, LUCKY = Decimal("0.8"), Decimal("0.6")


def result_page(attempt: Attempt, viewer: User, *, now: datetime) -> dict[str, Any]:
    """The score by topic and time, and how sure the student was, as far as it may be shown."""
    quiz = attempt.quiz
    earlier = _attempt_before(attempt)
    visible = visible_review([attempt, *earlier], viewer, now)
    review = visible[attempt.pk]
    shown = review.options
    rows = queries.rows_of(attempt, graded=shown.correctness or shown.marks)
    reviewed = queries.reviewed_questions(rows, review)
    seconds = queries.seconds_per_question(attempt)
    verdicts = {one.slot: one.verdict for one in reviewed}
    percent = visible.percent(attempt)
    before = None if percent is None else next(map(visible.percent, earlier), None)
    misses = [one for one in reviewed if one.verdict in charts.MISSED]
    confidence = queries.by_confidence(reviewed)
    return {
        "attempt": attempt,
        "quiz": quiz,
        "now": now,
        "shown": shown,
        "more": review.next,
        "holds": bool(review.embargoed),
        "questions": reviewed,
        "score": visible.score(attempt),
        "percent": percent,
        "passed": None
        if percent is None or quiz.pass_mark is None or attempt.needs_marking
        else percent >= quiz.pass_mark,
        "scale": None
        if percent is None
        else charts.scale(percent, pass_mark=quiz.pass_mark, before=before),
        "right": sum(one.verdict == "right" for one in reviewed) if shown.correctness else None,
        "waiting": sum(one.verdict == "waiting" for one in reviewed),
        "total": len(rows),
        "answered": sum(row.answer is not None for row in rows),
        "topics": [
            topic | {"segments": charts.segments(topic["verdicts"])}
            for topic in queries.by_topic(reviewed)
        ],
        "times": charts.time_chart(
            [
                {
                    "slot": row.slot,
                    "seconds": seconds.get(row.slot, 0),
                    "verdict": verdicts.get(row.slot),
                }
                for row in rows
            ]
        ),
        "taken": queries.time_taken(attempt),
        # A late attempt is finished exactly at its deadline.
        "timed_out": attempt.deadline is not None and attempt.finished_at == attempt.deadline,
        "misses": misses,
        "reread": queries.most_missed_passages(misses),
        "confidence": [
            level | {"segments": charts.segments(["right"] * level["right"] + [""] * _wrong(level))}
            for level in confidence
        ],
        "calibration": _calibration(confidence),
    }


def review_page(
    attempt: Attempt, viewer: User, *, now: datetime, corrects: Collection[int] = ()
) -> dict[str, Any]:
    """Every question with what may be shown of it; the student may report each.

    Args:
        corrects: the questions whose key the viewer may correct. For people with rights to the quiz
            each question also links to the form for marking it.
    """
    own = attempt.user_id == viewer.pk
    visible = visible_review([attempt], viewer, now)
    review = visible[attempt.pk]
    rows = queries.rows_of(attempt, graded=True)
    corrections = notices.corrections_shown(attempt, rows, review)
    marks = attempt.finished_at is not None and visible.sees_all(attempt)

    def of_page(row: Row) -> dict[str, Any]:
        return {
            "corrections": _dated(corrections.get(row.slot, ()), viewer.time_zone, now),
            "mark_url": _mark_url(row) if marks else "",
            "correct_url": _correct_url(row, corrects),
        }

    questions = queries.reviewed_questions(rows, review, of_page)
    return {
        "attempt": attempt,
        "has_news": any(one.is_new for found in corrections.values() for one in found),
        "quiz": attempt.quiz,
        "now": now,
        "shown": review.options,
        "more": review.next,
        "holds": bool(review.embargoed),
        "questions": questions,
        "grid": fragment("attempt/_reviewed_grid.jinja", questions=questions),
        "reviewed": fragment(
            "attempt/_reviewed.jinja",
            questions=questions,
            attempt_id=attempt.pk,
            report_url=reverse("quizzes:report", args=[attempt.pk, 0])[:-2] if own else "",
        ),
        "score": visible.score(attempt),
        "percent": visible.percent(attempt),
    }


def _attempt_before(attempt: Attempt) -> list[Attempt]:
    """Return the student's attempt at the quiz before this one, if there is one."""
    before = list(
        Attempt.objects.finished()
        .without_previews()
        .filter(user=attempt.user_id, quiz=attempt.quiz_id, number__lt=attempt.number)
        .order_by("-number")[:1]
    )
    for one in before:
        one.quiz = attempt.quiz
    return before


def _dated(
    corrections: Sequence[CorrectionShown], zone: str, now: datetime
) -> list[CorrectionShown]:
    if not corrections:
        return []
    with timezone.override(zone):
        return [replace(one, day=day(one.at, now)) for one in corrections]


def _mark_url(row: Row) -> str:
    return "" if row.response_id is None else reverse("quizzes:mark", args=[row.response_id])


def _correct_url(row: Row, corrects: Collection[int]) -> str:
    if row.question_id not in corrects:
        return ""
    url = reverse("quizzes:correct_question", args=[row.question_id])
    return f"{url}?version={row.version_id}"


def _wrong(level: dict[str, Any]) -> int:
    return level["n"] - level["right"]


def _calibration(levels: Sequence[dict[str, Any]]) -> str:
    """Return how well the student's confidence fitted: over, under, fits, or none."""
    shares = {one["level"]: Decimal(one["right"]) / one["n"] for one in levels if one["n"] > 1}
    if not shares:
        return ""
    if shares.get(SURE, Decimal(1)) < OVERCONFIDENT:
        return "over"
    return "under" if shares.get(GUESSED, Decimal(0)) >= LUCKY else "fits"
