"""Reading attempts for pages and the API, in a number of queries that does not grow."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Any

from quizzes.assessments import review_options
from quizzes.assessments.models import GradingMethod, Quiz
from quizzes.assessments.review_options import ReviewOptions
from quizzes.attempts.disclosure.question_review import (
    ReviewedQuestion,
    Row,
    question_context,
    review_context,
)
from quizzes.attempts.models import Attempt, AttemptQuestion, Grade, Save
from quizzes.bank.content_cache import anchors_of, contents_of
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
        .values_list("response__question", "response", "fraction", "feedback", "feedback_html")
    )
)


def rows_of(attempt: Attempt, *, graded: bool) -> list[Row]:
    """Return the questions of an attempt in order; with their grades when `graded` (one more)."""
    stored = _stored(attempt.pk)
    grades = _grades(attempt) if graded else {}
    rows = []
    for pk, slot, version, question, kind, topic, *rest in stored:
        rows.append(
            Row(pk, slot, version, question, kind, topic or "", *rest, **grades.get(pk, {}))
        )
    return rows


def _grades(attempt: Attempt) -> dict[int, dict[str, Any]]:
    """Return per question its newest response's newest grade."""
    return {
        question: {
            "graded": True,
            "response_id": response,
            "fraction": fraction,
            "remark": "" if html else feedback,
            "feedback_html": html,
        }
        for question, response, fraction, feedback, html in _newest_grades(attempt.pk)
    }


def question_contexts(rows: Sequence[Row]) -> list[dict[str, Any]]:
    """Return every question as a student sees it while answering."""
    contents = contents_of([row.version_id for row in rows])
    return [question_context(row, contents[row.version_id].arranged(row.order)) for row in rows]


def reviewed_questions(
    rows: Sequence[Row], shown: ReviewOptions, embargo: Collection[int] = ()
) -> list[ReviewedQuestion]:
    """Return every question with what `shown` allows; nothing at all when it allows nothing.

    Args:
        held: questions of which no more is told than that they were asked, see holding.py.
    """
    if not shown.attempt:
        return []
    versions = [row.version_id for row in rows]
    contents = contents_of(versions)
    anchors = anchors_of(versions) if shown.general_feedback else {}
    return [
        review_context(
            row,
            contents[row.version_id].arranged(row.order),
            shown if row.question_id not in embargo else review_options.ASKED_ONLY,
            anchors.get(row.version_id, []) if row.question_id not in embargo else (),
        )
        for row in rows
    ]


def seconds_per_question(attempt: Attempt) -> dict[int, int]:
    """Return per slot the seconds that led to its saves.

    A save is charged the time since the save before it, or since the start, whichever slot that
    was in: what a person spends on a question ends with the change made there.
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


def by_topic(questions: Iterable[ReviewedQuestion]) -> list[dict[str, Any]]:
    """Return marks and right answers per topic, weakest first. Needs questions whose marks show."""
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


def counted_score(method: str, scores: Sequence[Decimal | None]) -> Decimal | None:
    """Return the score that counts, of finished attempts in order; None when there is none."""
    known = [score for score in scores if score is not None]
    if not known:
        return None
    if method == GradingMethod.AVERAGE:
        return (sum(known, start=Decimal(0)) / len(known)).quantize(Decimal("0.00001"))
    if method == GradingMethod.FIRST:
        return known[0]
    if method == GradingMethod.LAST:
        return known[-1]
    return max(known)


def counted_percent(quiz: Quiz, percents: Sequence[Decimal | None]) -> Decimal | None:
    """Return in percent what counts at the quiz, of the finished attempts in order.

    A percent is None while it is withheld or not fully marked. While an attempt is that the method
    needs, nothing is returned: what is left would be another figure under the same name.
    """
    needed = {GradingMethod.FIRST.value: percents[:1], GradingMethod.LAST.value: percents[-1:]}.get(
        quiz.grading_method, percents
    )
    return None if None in needed else counted_score(quiz.grading_method, needed)


def final_percent(attempt: Attempt, *, shows_marks: bool) -> Decimal | None:
    """Return an attempt's percent once it is fully marked and may be shown."""
    if not shows_marks or attempt.needs_marking:
        return None
    return percent(attempt.score, attempt.max_score)


def percent(score: Decimal | None, max_score: Decimal) -> Decimal | None:
    """Return score as percent of max_score, 0 when nothing could be scored."""
    if score is None:
        return None
    return score / max_score * 100 if max_score else Decimal(0)


def time_taken(attempt: Attempt) -> timedelta | None:
    """Return how long a finished attempt lasted."""
    return None if attempt.finished_at is None else attempt.finished_at - attempt.started_at


def most_missed_passages(
    misses: Iterable[ReviewedQuestion], limit: int = 3
) -> list[dict[str, Any]]:
    """Return the passages that settle most of the missed questions, most first."""
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


def by_confidence(questions: Iterable[ReviewedQuestion]) -> list[dict[str, Any]]:
    """Return per confidence given, 1 to 3, how many answers and how many of them were right."""
    levels = {level: {"level": level, "n": 0, "right": 0} for level in (1, 2, 3)}
    for one in questions:
        if one.confidence and one.verdict in ("right", "part", "wrong"):
            levels[one.confidence]["n"] += 1
            levels[one.confidence]["right"] += one.verdict == "right"
    return [level for level in levels.values() if level["n"]]
