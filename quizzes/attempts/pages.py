"""What each page of taking a quiz shows, as plain values for its template."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from accounts.models import User
from quizzes.assessments import review_options
from quizzes.assessments.models import Quiz
from quizzes.assessments.review_options import ReviewOptions
from quizzes.attempts import behaviours, queries
from quizzes.attempts.models import OPEN_STATES, AnswerState, Attempt
from quizzes.attempts.reviewing import Row
from quizzes.attempts.saving import STALE, Change, Outcome
from quizzes.attempts.services import shown_at, terms_for

ANSWERED = (AnswerState.COMPLETE, AnswerState.FINISHED, AnswerState.NEEDS_MARKING)


def quiz_page(quiz: Quiz, user: User, *, now: datetime) -> dict[str, Any]:
    """The quiz before it is taken: terms in effect, and the student's attempts at it."""
    terms = terms_for(user, quiz)
    attempts = list(Attempt.objects.filter(user=user, quiz=quiz).order_by("-number"))
    for attempt in attempts:
        attempt.quiz = quiz
    counting = [one for one in reversed(attempts) if not one.preview and one.finished_at]
    history = [_history_line(one, now=now) for one in attempts if one.finished_at]
    told = [line["percent"] for line in reversed(history) if line["percent"] is not None]
    return {
        "quiz": quiz,
        "terms": terms,
        "open_attempt": next((one for one in attempts if one.state in OPEN_STATES), None),
        "attempts_left": terms.attempts_left(sum(not one.preview for one in attempts)),
        "is_open": terms.is_open(now),
        "has_opened": terms.has_opened(now),
        "question_count": quiz.slots.count(),
        "history": history,
        "finished_count": len(counting),
        "best": max(told, default=None),
        "last": told[-1] if told else None,
        "average": sum(told) / len(told) if told else None,
        "may_edit": user.is_staff and Quiz.objects.editable_by(user).filter(pk=quiz.pk).exists(),
    }


def _history_line(attempt: Attempt, *, now: datetime) -> dict[str, Any]:
    tells = shown_at(attempt, now=now).marks
    return {
        "attempt": attempt,
        "score": attempt.score if tells else None,
        "percent": queries.percent(attempt.score, attempt.max_score) if tells else None,
        "taken": queries.time_taken(attempt),
    }


def attempt_page(
    attempt: Attempt,
    *,
    now: datetime,
    only: int | None = None,
    refused: Sequence[Outcome] = (),
    typed: Mapping[int, Change] | None = None,
) -> dict[str, Any]:
    """The attempt as it is taken.

    Args:
        only: the one slot to return, for a page that replaces a single question.
        refused: saves that were not taken; their questions show what was typed instead.
        typed: what the form held, by slot.
    """
    quiz = attempt.quiz
    checkable = behaviours.may_check(quiz.behaviour)
    rows = queries.rows_of(attempt, graded=checkable)
    if only is not None:
        rows = [row for row in rows if row.slot == only]
    rows = _with_typed(rows, refused, typed or {})
    during = review_options.at(quiz.review, review_options.DURING)
    feedback = _feedback(rows, during) if checkable else {}
    questions = queries.asked_questions(rows)
    messages = {one.slot: one.message for one in refused if one.message}
    for question in questions:
        question["feedback"] = feedback.get(question["slot"])
        question["refused"] = messages.get(question["slot"])
        question["checkable"] = (
            checkable and not question["locked"] and not question["graded_by_person"]
        )
        question["answered"] = question["state"] in ANSWERED
    return {
        "attempt": attempt,
        "quiz": quiz,
        "questions": questions,
        "total": len(questions),
        "answered": sum(question["answered"] for question in questions),
        "flagged": sum(question["flagged"] for question in questions),
        "checkable": checkable,
        "seconds_left": None if attempt.deadline is None else _seconds(attempt.deadline, now),
        "server_time": now,
    }


def _seconds(deadline: datetime, now: datetime) -> int:
    return max(0, round((deadline - now).total_seconds()))


def _with_typed(
    rows: Sequence[Row], refused: Sequence[Outcome], typed: Mapping[int, Change]
) -> list[Row]:
    """Put what was typed in place of what is stored, where a save was refused as stale."""
    stale = {one.slot for one in refused if one.status == STALE}
    return [
        replace(
            row,
            answer=typed[row.slot].answer,
            confidence=typed[row.slot].confidence,
            flagged=typed[row.slot].flagged,
        )
        if row.slot in stale
        else row
        for row in rows
    ]


def _feedback(rows: Sequence[Row], during: ReviewOptions) -> dict[int, Any]:
    """Return what may be told of the questions that have been checked, by slot."""
    checked = [row for row in rows if row.graded and row.state == AnswerState.FINISHED]
    return {one.slot: one for one in queries.told_questions(checked, during)} if checked else {}


def summary_page(attempt: Attempt, *, now: datetime) -> dict[str, Any]:
    """What is answered, open and flagged."""
    rows = queries.rows_of(attempt, graded=False)
    return {
        "attempt": attempt,
        "quiz": attempt.quiz,
        "questions": [
            {
                "slot": row.slot,
                "answered": row.state in ANSWERED,
                "invalid": row.state == AnswerState.INVALID,
                "flagged": row.flagged,
            }
            for row in rows
        ],
        "total": len(rows),
        "answered": sum(row.state in ANSWERED for row in rows),
        "open_slots": [row.slot for row in rows if row.state not in ANSWERED],
        "flagged_slots": [row.slot for row in rows if row.flagged],
        "seconds_left": None if attempt.deadline is None else _seconds(attempt.deadline, now),
    }


def result_page(attempt: Attempt, shown: ReviewOptions) -> dict[str, Any]:
    """The score, by topic and by time, and how sure the student was; as far as may be told."""
    rows = queries.rows_of(attempt, graded=shown.correctness or shown.marks)
    told = queries.told_questions(rows, shown)
    seconds = queries.seconds_per_question(attempt)
    percent = queries.percent(attempt.score, attempt.max_score) if shown.marks else None
    misses = [one for one in told if one.verdict in ("wrong", "part", "unanswered")]
    return {
        "attempt": attempt,
        "quiz": attempt.quiz,
        "shown": shown,
        "questions": told,
        "score": attempt.score if shown.marks else None,
        "percent": percent,
        "passed": None
        if percent is None or attempt.quiz.pass_mark is None or attempt.needs_marking
        else percent >= attempt.quiz.pass_mark,
        "right": sum(one.verdict == "right" for one in told) if shown.correctness else None,
        "total": len(rows),
        "answered": sum(row.answer is not None for row in rows),
        "topics": queries.by_topic(told),
        "times": [
            {"slot": row.slot, "seconds": seconds.get(row.slot, 0), "verdict": one.verdict}
            for row, one in zip(rows, told, strict=False)
        ],
        "taken": queries.time_taken(attempt),
        "misses": misses,
        "reread": queries.most_missed_passages(misses),
        "confidence": queries.by_confidence(told),
    }


def review_page(attempt: Attempt, shown: ReviewOptions) -> dict[str, Any]:
    """Every question with what may be told of it."""
    rows = queries.rows_of(attempt, graded=True)
    return {
        "attempt": attempt,
        "quiz": attempt.quiz,
        "shown": shown,
        "questions": queries.told_questions(rows, shown),
        "score": attempt.score if shown.marks else None,
        "percent": queries.percent(attempt.score, attempt.max_score) if shown.marks else None,
    }
