"""What the pages after handing in show, as plain values for their templates."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils import timezone

from quizzes.assessments import review_options
from quizzes.assessments.review_options import ReviewOptions
from quizzes.attempts import queries
from quizzes.attempts.disclosure.embargo import NO_EMBARGO, Embargo, without_embargoed_score
from quizzes.attempts.disclosure.question_review import Row
from quizzes.attempts.disclosure.release import final_close
from quizzes.attempts.disclosure.text import heading
from quizzes.attempts.grading import notices
from quizzes.attempts.grading.notices import CorrectionShown
from quizzes.attempts.models import Attempt
from quizzes.attempts.pages import charts
from quizzes.question_types.rendering import fragment
from quizzes.templatetags.dates import day

SURE, GUESSED = 3, 1
OVERCONFIDENT, LUCKY = Decimal("0.8"), Decimal("0.6")


def result_page(
    attempt: Attempt, shown: ReviewOptions, *, now: datetime, embargo: Embargo = NO_EMBARGO
) -> dict[str, Any]:
    """The score, by topic and by time, and how sure the student was; as far as may be told."""
    quiz = attempt.quiz
    rows = queries.rows_of(attempt, graded=shown.correctness or shown.marks)
    embargoes = any(row.question_id in embargo for row in rows)
    shown = without_embargoed_score(attempt, shown, [row.question_id for row in rows], embargo)
    reviewed = queries.reviewed_questions(rows, shown, embargo)
    seconds = queries.seconds_per_question(attempt)
    verdicts = {one.slot: one.verdict for one in reviewed}
    percent = queries.percent(attempt.score, attempt.max_score) if shown.marks else None
    before = None if percent is None else _percent_before(attempt)
    misses = [one for one in reviewed if one.verdict in charts.MISSED]
    confidence = queries.by_confidence(reviewed)
    return {
        "attempt": attempt,
        "quiz": quiz,
        "now": now,
        "shown": shown,
        "more": None if embargoes else next_disclosure(attempt, shown, now=now),
        "holds": embargoes,
        "questions": reviewed,
        "score": attempt.score if shown.marks else None,
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
        # Whoever is late is finished at the deadline exactly.
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
    attempt: Attempt,
    shown: ReviewOptions,
    *,
    now: datetime,
    own: bool,
    embargo: Embargo = NO_EMBARGO,
    marks: bool = False,
    corrects: Collection[int] = (),
    zone: str = "UTC",
) -> dict[str, Any]:
    """Every question with what may be told of it; `own` offers the learner to report each.

    Args:
        marks: whether each question leads to the form in which a person marks it.
        corrects: the questions whose key the reader may correct.
        zone: the reader's time zone.
    """
    rows = queries.rows_of(attempt, graded=True)
    embargoes = any(row.question_id in embargo for row in rows)
    shown = without_embargoed_score(attempt, shown, [row.question_id for row in rows], embargo)
    reviewed = queries.reviewed_questions(rows, shown, embargo)
    corrections = notices.corrections_shown(attempt, rows, shown, embargo)
    questions = [
        replace(
            one,
            heading=heading(one, len(rows)),
            corrections=_dated(corrections.get(one.slot, ()), zone, now),
            mark_url=_mark_url(row) if marks else "",
            correct_url=_correct_url(row) if row.question_id in corrects else "",
        )
        for one, row in zip(reviewed, rows if reviewed else (), strict=True)
    ]
    return {
        "attempt": attempt,
        "has_news": any(one.is_new for found in corrections.values() for one in found),
        "quiz": attempt.quiz,
        "now": now,
        "shown": shown,
        "more": None if embargoes else next_disclosure(attempt, shown, now=now),
        "holds": embargoes,
        "questions": questions,
        "grid": fragment("attempt/_reviewed_grid.jinja", questions=questions),
        "reviewed": fragment(
            "attempt/_reviewed.jinja",
            questions=questions,
            attempt_id=attempt.pk,
            report_url=reverse("quizzes:report", args=[attempt.pk, 0])[:-2] if own else "",
        ),
        "score": attempt.score if shown.marks else None,
        "percent": queries.percent(attempt.score, attempt.max_score) if shown.marks else None,
    }


def next_disclosure(
    attempt: Attempt, shown: ReviewOptions, *, now: datetime
) -> dict[str, Any] | None:
    """Return from when more may be told than now, `at`, and what of it; None when nothing is held.

    `at` is None when what is held back is never told.
    """
    embargo = {item for item in review_options.ITEMS if not getattr(shown, item)}
    embargo -= {"overall_feedback", "max_marks"}
    if not embargo or attempt.finished_at is None:
        return None
    closes_at = final_close(attempt.quiz)
    moments = [
        (attempt.finished_at + review_options.JUST_AFTER_LASTS, review_options.LATER),
        (closes_at, review_options.AFTER_CLOSE),
    ]
    for at, column in moments:
        if at is None or at <= now:
            continue
        then = review_options.at(attempt.quiz.review, column)
        if gained := {item for item in embargo if getattr(then, item)}:
            return {
                "at": at,
                "score": "marks" in gained,
                "answers": bool(gained & {"right_answer", "general_feedback"}),
            }
    return {"at": None, "score": "marks" in embargo, "answers": "right_answer" in embargo}


def _percent_before(attempt: Attempt) -> Decimal | None:
    """Return the score of the student's attempt before this one."""
    before = (
        Attempt.objects.finished()
        .without_previews()
        .filter(user=attempt.user_id, quiz=attempt.quiz_id, number__lt=attempt.number)
        .order_by("-number")
        .only("score", "max_score")
        .first()
    )
    return queries.percent(before.score, before.max_score) if before else None


def _dated(
    corrections: Sequence[CorrectionShown], zone: str, now: datetime
) -> list[CorrectionShown]:
    with timezone.override(zone):
        return [replace(one, day=day(one.at, now)) for one in corrections]


def _mark_url(row: Row) -> str:
    return "" if row.response_id is None else reverse("quizzes:mark", args=[row.response_id])


def _correct_url(row: Row) -> str:
    url = reverse("quizzes:correct_question", args=[row.question_id])
    return f"{url}?version={row.version_id}"


def _wrong(level: dict[str, Any]) -> int:
    return level["n"] - level["right"]


def _calibration(levels: Sequence[dict[str, Any]]) -> str:
    """Return in one word how well the student's confidence fitted: over, under, fits, or none."""
    shares = {one["level"]: Decimal(one["right"]) / one["n"] for one in levels if one["n"] > 1}
    if not shares:
        return ""
    if shares.get(SURE, Decimal(1)) < OVERCONFIDENT:
        return "over"
    return "under" if shares.get(GUESSED, Decimal(0)) >= LUCKY else "fits"
