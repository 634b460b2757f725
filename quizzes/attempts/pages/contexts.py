"""What each page of taking a quiz shows, as plain values for its template."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from django.urls import reverse
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from accounts.models import User
from quizzes.assessments.models import Quiz
from quizzes.attempts import behaviours, queries
from quizzes.attempts.disclosure import AttemptReview, VisibleReview, visible_review
from quizzes.attempts.models import OPEN_STATES, AnswerState, Attempt
from quizzes.attempts.rows import Row
from quizzes.attempts.services import terms_for
from quizzes.attempts.taking.saving import STALE, Change, Outcome
from quizzes.bank.content_cache import contents_of
from quizzes.question_types.rendering import fragment

OVER = (AnswerState.FINISHED, AnswerState.NEEDS_MARKING)
ANSWERED = (AnswerState.COMPLETE, *OVER)


def quiz_page(quiz: Quiz, user: User, *, now: datetime) -> dict[str, Any]:
    """The quiz before it is taken: the terms in effect and the student's attempts at it."""
    terms = terms_for(user, quiz)
    attempts = list(Attempt.objects.filter(user=user, quiz=quiz).order_by("-number"))
    for attempt in attempts:
        attempt.quiz = quiz
    without_previews = [one for one in reversed(attempts) if not one.preview and one.finished_at]
    review = visible_review(attempts, user, now)
    history = [_history_line(one, review) for one in attempts if one.finished_at]
    reviewed = [line["percent"] for line in reversed(history) if line["percent"] is not None]
    attempts_left = terms.attempts_left(sum(not one.preview for one in attempts))
    return {
        "quiz": quiz,
        "now": now,
        "terms": terms,
        "extra_percent": _extra_percent(quiz, terms.time_limit),
        "open_attempt": next((one for one in attempts if one.state in OPEN_STATES), None),
        "attempts_left": attempts_left,
        # A start that cannot be undone must not happen by accident.
        "asks_first": terms.time_limit is not None and attempts_left is not None,
        "is_open": terms.is_open(now),
        "has_opened": terms.has_opened(now),
        "question_count": quiz.slots.asked().count(),
        "history": history,
        "finished_count": len(without_previews),
        "counted": review.counted_percent(quiz.grading_method, without_previews),
        "best": max(reviewed, default=None),
        "last": reviewed[-1] if reviewed else None,
        "average": sum(reviewed) / len(reviewed) if reviewed else None,
        "may_edit": user.is_staff and Quiz.objects.editable_by(user).filter(pk=quiz.pk).exists(),
    }


def _extra_percent(quiz: Quiz, time_limit: timedelta | None) -> int:
    """Return by how many per cent the student's time exceeds the quiz's own."""
    if time_limit is None or not quiz.time_limit_s:
        return 0
    return max(0, round((time_limit.total_seconds() / quiz.time_limit_s - 1) * 100))


def _label(questions: Sequence[dict[str, Any]], attempt: Attempt, total: int) -> None:
    """Give every question its labels as text, so that translations are looked up once."""
    heading, name = _("Question %(n)s of %(total)s"), _("Question %(n)s")
    answered, todo, flagged = _("answered"), _("not answered"), _("flagged")
    check_url = reverse("quizzes:check", args=[attempt.pk, 0])
    report_url = reverse("quizzes:report", args=[attempt.pk, 0])
    for question in questions:
        n = str(question["slot"])
        words = [name % {"n": n}, answered if question["answered"] else todo]
        if question["flagged"]:
            words.append(flagged)
        question |= {
            "n": n,
            "heading": heading % {"n": n, "total": total},
            "label": ", ".join(words),
            "check_url": check_url.replace("/0/", f"/{n}/"),
            "report_url": report_url.replace("/0/", f"/{n}/"),
        }


def _history_line(attempt: Attempt, review: VisibleReview) -> dict[str, Any]:
    return {
        "attempt": attempt,
        "score": review.score(attempt),
        "percent": review.percent(attempt),
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
    """The page of an open attempt.

    Args:
        only: the one slot to return, for a page that replaces a single question.
        refused: saves that were not accepted; their questions show what was typed instead.
        typed: what the form held, by slot.
    """
    quiz = attempt.quiz
    checkable = behaviours.may_check(quiz.behaviour)
    every = queries.rows_of(attempt, graded=checkable)
    # Until something has been checked, nothing has to be withheld; a check asks on its own.
    asks = checkable and (only is not None or any(row.tries for row in every))
    visible = visible_review([attempt], attempt.user, now)
    during = visible.options(attempt)
    review = visible[attempt.pk] if asks else None
    embargoed = review.embargoed if review else frozenset()
    rows = [row for row in every if only in (None, row.slot)]
    rows = _with_typed(rows, refused, typed or {})
    reviewed = [row for row in rows if row.question_id not in embargoed]
    elsewhere = {row.slot for row in rows if row.question_id in embargoed}
    feedback = _feedback(reviewed, review) if review else {}
    tried = _tried(reviewed, quiz.behaviour) if checkable and during.correctness else {}
    questions = queries.question_contexts(rows)
    refusals = {one.slot: one for one in refused}
    for question in questions:
        question["feedback"] = feedback.get(question["slot"])
        question["tried"] = tried.get(question["slot"])
        question["refused"] = refusals.get(question["slot"])
        question["elsewhere"] = question["slot"] in elsewhere
        question["checkable"] = (
            checkable
            and not question["locked"]
            and not question["graded_by_person"]
            and not question["elsewhere"]
        )
        question["answered"] = question["state"] in ANSWERED
    _label(questions, attempt, len(every))
    shows_passages = during.general_feedback and checkable
    return {
        "attempt": attempt,
        "quiz": quiz,
        "asked": fragment(
            "attempt/_questions.jinja",
            questions=questions,
            attempt_id=attempt.pk,
            shows_passages=shows_passages,
            ask_confidence=quiz.ask_confidence,
        ),
        "grid": fragment("attempt/_grid.jinja", questions=questions),
        "total": len(every),
        "answered": sum(row.state in ANSWERED for row in every),
        "flagged": sum(row.flagged for row in every),
        "checkable": checkable,
        "shows_passages": shows_passages,
        "seconds_left": None if attempt.deadline is None else _seconds(attempt.deadline, now),
        "extra_percent": _extra_percent(quiz, _limit(attempt)),
        "time_limit": _limit(attempt),
        "queue_key": queue_key(attempt),
        "now": now,
    }


def queue_key(attempt: Attempt) -> str:
    """Return the key under which the browser keeps unsent answers; only this page contains it.

    What is left on a shared computer after signing out can then be read only by someone who may
    open the attempt again.
    """
    digest = salted_hmac("quizzes.attempts.queue", str(attempt.pk), algorithm="sha256").digest()
    return b64encode(digest).decode()


def _limit(attempt: Attempt) -> timedelta | None:
    return None if attempt.deadline is None else attempt.deadline - attempt.started_at


def _tried(rows: Sequence[Row], behaviour: str) -> dict[int, dict[str, Any]]:
    """Return, by slot, the hint and the tries left after a wrong try with more to come."""
    open_rows = [row for row in rows if row.tries and row.state not in OVER]
    contents = contents_of([row.version_id for row in open_rows]) if open_rows else {}
    found = {}
    for row in open_rows:
        hints = contents[row.version_id].hints
        found[row.slot] = {
            "left": behaviours.tries_allowed(behaviour, len(hints)) - row.tries,
            "hint": hints[row.tries - 1] if row.tries <= len(hints) else "",
        }
    return found


def _seconds(deadline: datetime, now: datetime) -> int:
    return max(0, round((deadline - now).total_seconds()))


def _with_typed(
    rows: Sequence[Row], refused: Sequence[Outcome], typed: Mapping[int, Change]
) -> list[Row]:
    """Show what was typed instead of what is stored where a save was refused as stale."""
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


def _feedback(rows: Sequence[Row], review: AttemptReview) -> dict[int, Any]:
    """Return what may be shown of the questions that have been checked, by slot."""
    checked = [row for row in rows if row.graded and row.state == AnswerState.FINISHED]
    return {one.slot: one for one in queries.reviewed_questions(checked, review)} if checked else {}


def summary_page(attempt: Attempt, *, now: datetime) -> dict[str, Any]:
    """Which questions are answered, unanswered and flagged."""
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
        "now": now,
    }
