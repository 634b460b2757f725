"""Reading the tries of attempts, and writing grades: one insert per table, however many."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple

from quizzes.attempts.grading.fold import Folded, GradedQuestion, Try, fold
from quizzes.attempts.models import AttemptQuestion, Grade, GradePart, Ruleset
from quizzes.db.bulk_insert import insert
from quizzes.db.compiled_queries import compiled_query
from quizzes.question_types.base import Part

_COLUMNS = (
    "response__question",
    "response",
    "response__number",
    "response__answer",
    "raw_fraction",
    "fraction",
    "number",
    "correction",
    "ruleset",
)
_grades_of_attempt = compiled_query(
    lambda attempt: (
        Grade.objects.filter(response__question__attempt=attempt)
        .order_by("response__number", "number")
        .values_list(*_COLUMNS)
    )
)


class NewGrade(NamedTuple):
    """A grade that is not stored yet."""

    response_id: int
    number: int
    raw: Decimal | None
    fraction: Decimal | None
    parts: Sequence[Part]
    feedback: str
    correction_id: int | None


def tries_of(attempt_id: int) -> dict[int, list[Try]]:
    """Return the tries of an attempt's questions that have any, in order; one query."""
    return _by_question(_grades_of_attempt(attempt_id))


def tries_of_questions(question_ids: Iterable[int]) -> dict[int, list[Try]]:
    """Return the tries of questions of many attempts; one query."""
    return _by_question(_grades(response__question__in=list(question_ids)))


def folded(attempt_ids: Iterable[int]) -> dict[int, Folded]:
    """Return the totals of attempts, computed from their grades; two queries."""
    ids = list(attempt_ids)
    tries = _by_question(_grades(response__question__attempt__in=ids))
    questions: dict[int, list[GradedQuestion]] = defaultdict(list)
    rows = AttemptQuestion.objects.filter(attempt__in=ids).order_by("attempt_id", "slot")
    for attempt, pk, most, dropped in rows.values_list("attempt", "pk", "max_mark", "dropped"):
        questions[attempt].append(GradedQuestion(tries.get(pk, []), most, dropped))
    return {attempt: fold(found) for attempt, found in questions.items()}


def insert_grades(grades: Sequence[NewGrade], *, now: datetime) -> None:
    """Insert machine grades and their parts."""
    ids = insert(
        Grade,
        (
            "response_id",
            "number",
            "raw_fraction",
            "fraction",
            "ruleset",
            "correction_id",
            "feedback",
            "feedback_html",
            "reason",
            "graded_at",
        ),
        [
            (
                one.response_id,
                one.number,
                one.raw,
                one.fraction,
                Ruleset.FIRST.value,
                one.correction_id,
                one.feedback,
                "",
                "",
                now,
            )
            for one in grades
        ],
    )
    insert(
        GradePart,
        ("grade_id", "key", "classification", "fraction", "option_id"),
        [
            (pk, part.key, part.classification, part.fraction, part.option_id)
            for pk, one in zip(ids, grades, strict=True)
            for part in one.parts
        ],
    )


def is_by_hand(ruleset: str, grade_number: int) -> bool:
    """Whether a person gave the grade. Before rulesets had names, those were the later ones."""
    return ruleset == Ruleset.HAND or (ruleset == Ruleset.LEGACY and grade_number > 1)


def _grades(**filters: Any) -> Iterable[tuple[Any, ...]]:
    found = Grade.objects.filter(**filters).order_by("response__number", "number")
    return found.values_list(*_COLUMNS)


def _by_question(rows: Iterable[tuple[Any, ...]]) -> dict[int, list[Try]]:
    found: dict[int, dict[int, Try]] = defaultdict(dict)
    for question, response, number, answer, raw, fraction, grade, correction, ruleset in rows:
        by_hand = is_by_hand(ruleset, grade)
        found[question][response] = Try(
            response, number, answer, raw, fraction, grade, correction, by_hand
        )
    return {question: list(tries.values()) for question, tries in found.items()}
