"""Reading attempts for pages and the API, in a constant number of queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

from quizzes.attempts.disclosure import AttemptReview
from quizzes.attempts.grading import percent as percent
from quizzes.attempts.grading.fold import Try, counted_try
from quizzes.attempts.grading.tries import is_by_hand
from quizzes.attempts.models import Attempt, AttemptQuestion, Grade, Save
from quizzes.attempts.question_review import ReviewedSlot, question_context, review_context
from quizzes.attempts.rows import Row
from quizzes.bank.content_cache import anchors_of, contents_of
from quizzes.bank.corrections.keys import keys_of
from quizzes.db.compiled_queries import compiled_query

_COLUMNS = (
    "pk",
    "slot",
    "version_id",
    "version__question_id",
    "version__question__type",
    "version__question__topic__title",
    "order",
    "max_mark",
    "sequence",
    "state",
    "answer",
    "confidence",
    "flagged",
    "tries",
    "dropped",
    "version__correction",
)


_stored = compiled_query(
    lambda attempt: (
        AttemptQuestion.objects.filter(attempt=attempt).order_by("slot").values_list(*_COLUMNS)
    )
)
_newest_grades = compiled_query(
    lambda attempt: (
        Grade.objects.filter(response__question__attempt=attempt)
        .order_by("response__number", "number")
        .values_list(
            "response__question",
            "response",
            "response__number",
            "response__answer",
            "raw_fraction",
            "fraction",
            "number",
            "correction",
            "ruleset",
            "feedback",
            "feedback_html",
        )
    )
)


def rows_of(attempt: Attempt, *, graded: bool) -> list[Row]:
    """Return the questions of an attempt in order; if `graded`, with grades (one more query)."""
    stored = _stored(attempt.pk)
    grades = _grades(attempt) if graded else {}
    rows = []
    for pk, slot, version, question, kind, topic, *rest in stored:
        row = Row(pk, slot, version, question, kind, topic or "", *rest)
        rows.append(replace(row, **grades[pk]) if pk in grades else row)
    return rows


def _grades(attempt: Attempt) -> dict[int, dict[str, Any]]:
    """Return, per question, the worth of its best try; `response_id` is the last's, for markers."""
    tries: dict[int, dict[int, Try]] = defaultdict(dict)
    words: dict[int, tuple[str, str]] = {}
    for question, response, number, answer, raw, fraction, grade, *rest in _newest_grades(
        attempt.pk
    ):
        correction, ruleset, feedback, html = rest
        by_hand = is_by_hand(ruleset, grade)
        tries[question][response] = Try(
            response, number, answer, raw, fraction, grade, correction, by_hand
        )
        words[response] = (feedback, html)
    found = {}
    for question, by_response in tries.items():
        ordered = list(by_response.values())
        counted = counted_try(ordered)
        if counted is not None:
            feedback, html = words[counted.response_id]
            values_of: dict[str, Any] = {
                "graded": True,
                "response_id": ordered[-1].response_id,
                "raw_fraction": counted.raw,
                "fraction": counted.fraction,
                "remark": "" if html else feedback,
                "feedback_html": html,
            }
            if attempt.finished_at is not None:
                values_of["answer"] = counted.answer
            found[question] = values_of
    return found


def question_contexts(rows: Sequence[Row]) -> list[dict[str, Any]]:
    """Return every question as a student sees it while answering."""
    contents = contents_of([row.version_id for row in rows])
    return [question_context(row, contents[row.version_id].arranged(row.order)) for row in rows]


def reviewed_questions(
    rows: Sequence[Row],
    review: AttemptReview,
    of_page: Callable[[Row], dict[str, Any]] = lambda _row: {},
) -> list[ReviewedSlot]:
    """Return every question that may be seen, each with what `review` allows of it, and with the
    fields that `of_page` adds."""
    allowed = [(row, review.of_question(row.question_id)) for row in rows]
    allowed = [(row, shown) for row, shown in allowed if shown.attempt]
    keys = keys_of({row.version_id: row.correction_id for row, _ in allowed})
    explained = [row.version_id for row, shown in allowed if shown.general_feedback]
    anchors = anchors_of(explained) if explained else {}
    return [
        review_context(
            row,
            keys[row.version_id].content.arranged(row.order),
            shown,
            anchors.get(row.version_id, []) if shown.general_feedback else (),
            total=len(allowed),
            **of_page(row),
        )
        for row, shown in allowed
    ]


def seconds_per_question(attempt: Attempt) -> dict[int, int]:
    """Return, per slot, the seconds spent before its saves.

    A save is charged the time since the previous save in any slot, or since the start: the time
    spent on a question ends with the change made there.
    """
    spent: dict[int, float] = {}
    before = attempt.started_at
    saves = (
        Save.objects.filter(question__attempt=attempt)
        .order_by("saved_at", "pk")
        .values_list("question__slot", "saved_at")
    )
    for slot, saved_at in saves:
        spent[slot] = spent.get(slot, 0.0) + max(timedelta(0), saved_at - before).total_seconds()
        before = max(before, saved_at)
    return {slot: round(seconds) for slot, seconds in spent.items()}


def by_topic(questions: Iterable[ReviewedSlot]) -> list[dict[str, Any]]:
    """Return marks and right answers per topic, weakest first; the marks must be shown."""
    topics: dict[str, dict[str, Any]] = {}
    for one in questions:
        if one.verdict is None:
            continue
        topic = topics.setdefault(
            one.topic, {"title": one.topic, "right": 0, "asked": 0, "verdicts": []}
        )
        topic["asked"] += 1
        topic["right"] += one.verdict == "right"
        topic["verdicts"].append(one.verdict)
    return sorted(
        topics.values(), key=lambda topic: (topic["right"] / topic["asked"], topic["title"])
    )


def time_taken(attempt: Attempt) -> timedelta | None:
    """Return how long a finished attempt lasted."""
    return None if attempt.finished_at is None else attempt.finished_at - attempt.started_at


def most_missed_passages(misses: Iterable[ReviewedSlot], limit: int = 3) -> list[dict[str, Any]]:
    """Return the passages that explain the missed questions, those that explain most first."""
    found: dict[tuple[str, str], dict[str, Any]] = {}
    for one in misses:
        for quote in one.passages:
            if quote.role != "supports" or quote.option_id is not None:
                continue
            entry = found.setdefault(
                (quote.material, quote.passage), {"passage": quote, "slots": []}
            )
            if one.slot not in entry["slots"]:
                entry["slots"].append(one.slot)
    return sorted(found.values(), key=lambda entry: -len(entry["slots"]))[:limit]


def by_confidence(questions: Iterable[ReviewedSlot]) -> list[dict[str, Any]]:
    """Return, per confidence from 1 to 3, how many answers there were and how many were right."""
    levels = {level: {"level": level, "n": 0, "right": 0} for level in (1, 2, 3)}
    for one in questions:
        if one.confidence and one.verdict in ("right", "part", "wrong"):
            levels[one.confidence]["n"] += 1
            levels[one.confidence]["right"] += one.verdict == "right"
    return [level for level in levels.values() if level["n"]]
