"""From the outcomes that attempts send to one record per student and question.

The listener appends one set of rows to an inbox, so that a submission stays short. `work`, or the
student's next page, folds them. Folding reads the response and its newest grade as they are then:
folding once more, or in another order, gives the same records.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

import structlog
from django.db import connection, transaction
from django.db.models import BooleanField, Exists, ExpressionWrapper, OuterRef, Q, QuerySet

from quizzes.attempts.hooks import Regrading
from quizzes.attempts.models import Attempt, AttemptQuestion, Grade, Response
from quizzes.db.bulk_insert import places
from quizzes.insight import recount
from quizzes.insight.models import IncomingAnswer, QuestionRecord, StudentCounts

logger = structlog.get_logger(__name__)

AT_ONCE = 1000  # responses folded in one transaction
_ANSWER = (
    "first_response_id",
    "first_at",
    "first_fraction",
    "last_response_id",
    "last_version_id",
    "last_at",
    "last_fraction",
    "last_confidence",
    "last_blank",
)
_INSERT = f"""
INSERT INTO {IncomingAnswer._meta.db_table} (user_id, response_id)
SELECT attempt.user_id, response.id
FROM {Response._meta.db_table} response
JOIN {AttemptQuestion._meta.db_table} question ON question.id = response.question_id
JOIN {Attempt._meta.db_table} attempt ON attempt.id = question.attempt_id
WHERE response.id IN {{places}} AND response.outcome_sent_at IS NOT NULL
"""  # noqa: S608  names of tables alone


class Answer(NamedTuple):
    """A released response with its newest grade."""

    response: int
    question: int
    version: int
    at: datetime
    fraction: Decimal
    confidence: int | None
    blank: bool


def on_outcome(responses: Sequence[Response], *, now: datetime) -> None:
    """Put responses into the inbox whose results may now be shown to their students."""
    _append([one.pk for one in responses])


def on_regraded(changes: Sequence[Regrading], *, now: datetime) -> None:
    """Put regraded responses into the inbox; those whose outcome has not been sent are left out,
    since their result is read when it is."""
    _append([one.response_id for one in changes])


def _append(responses: Sequence[int]) -> None:
    """Insert a row for each of these responses whose outcome has been sent; one statement."""
    with connection.cursor() as cursor:
        cursor.execute(_INSERT.format(places=places(len(responses), 1)), responses)


def fold_waiting(*, limit: int = 200) -> int:
    """Fold the inbox of up to `limit` students; return how many. For `work`.

    One whose inbox cannot be folded does not keep the others waiting.
    """
    users = list(
        IncomingAnswer.objects.order_by("user").values_list("user", flat=True).distinct()[:limit]
    )
    for user in users:
        fold_if_possible(user)
    return len(users)


def fold_if_possible(user: int) -> None:
    """Fold a student's inbox; a failure is logged, and pages show what was known before."""
    try:
        fold(user)
    except Exception:
        logger.exception("folding_failed", user=user)


def fold(user: int) -> None:
    """Bring a student's records up to date with their inbox, and the counts with the records."""
    while _fold_some(user) == AT_ONCE:
        pass


@transaction.atomic
def _fold_some(user: int) -> int:
    # Whoever folds for the same student at the same moment waits here, and then finds less.
    incoming = dict(
        IncomingAnswer.objects.select_for_update()
        .filter(user=user)
        .order_by("pk")
        .values_list("pk", "response")[:AT_ONCE]
    )
    if incoming:
        answers = _answers(incoming.values())
        waiting = set(incoming.values()) - {one.response for one in answers}
        touched = _record(user, answers) | (_record_anew(user, waiting) if waiting else set())
        IncomingAnswer.objects.filter(pk__in=incoming).delete()
        recount.recount_passages(user, touched)
    return len(incoming)


def _record_anew(user: int, responses: Collection[int]) -> set[int]:
    """Record again what the questions of these responses were answered with; return the questions.

    They wait for a person once more, since a correction that graded them was withdrawn.
    """
    questions = set(
        Response.objects.filter(pk__in=responses).values_list(
            "question__version__question", flat=True
        )
    )
    records = QuestionRecord.objects.filter(user=user, question__in=questions)
    _empty(records)
    _record(user, _read(_own(user).filter(response__question__version__question__in=questions)))
    _drop_empty(records)
    return questions


def _answers(responses: Iterable[int]) -> list[Answer]:
    return _read(Grade.objects.filter(response__in=set(responses)))


def _own(user: int) -> QuerySet[Grade]:
    return Grade.objects.filter(
        response__question__attempt__user=user, response__question__attempt__preview=False
    )


def _read(grades: QuerySet[Grade]) -> list[Answer]:
    """Return the answers among whose gradings these are, each with the newest; not those whose
    newest leaves them to a person."""
    later = Grade.objects.filter(response=OuterRef("response"), number__gt=OuterRef("number"))
    rows = (
        grades.filter(
            ~Exists(later), fraction__isnull=False, response__outcome_sent_at__isnull=False
        )
        .annotate(blank=ExpressionWrapper(Q(response__answer__isnull=True), BooleanField()))
        .order_by()
        .values_list(
            "response",
            "response__question__version__question",
            "response__question__version",
            "response__submitted_at",
            "fraction",
            "response__confidence",
            "blank",
        )
    )
    return [Answer(*row) for row in rows]  # type: ignore[arg-type]  # no fraction is null here


def _record(user: int, answers: Collection[Answer]) -> set[int]:
    """Fold answers into the student's records; return the questions they are to."""
    questions = {one.question for one in answers}
    records = {
        one.question_id: one
        for one in QuestionRecord.objects.filter(user=user, question__in=questions)
    }
    for answer in answers:
        record = records.setdefault(
            answer.question, QuestionRecord(user_id=user, question_id=answer.question)
        )
        _merge(record, answer)
    for record in records.values():
        record.pk = None  # written by student and question, whether there is a row or not
    QuestionRecord.objects.bulk_create(
        records.values(),
        update_conflicts=True,
        unique_fields=["user", "question"],
        update_fields=list(_ANSWER),
        batch_size=500,
    )
    return questions


def _merge(record: QuestionRecord, answer: Answer) -> None:
    """Let an answer be the first, the newest, both or neither."""
    place = answer.at, answer.response
    first = record.first_at, record.first_response_id
    if record.first_response_id is None or place <= first:
        record.first_response_id, record.first_at = answer.response, answer.at
        record.first_fraction = answer.fraction
    last = record.last_at, record.last_response_id
    if record.last_response_id is None or place >= last:
        record.last_response_id, record.last_at = answer.response, answer.at
        record.last_version_id = answer.version
        record.last_fraction = answer.fraction
        record.last_confidence = answer.confidence
        record.last_blank = answer.blank


@transaction.atomic
def rebuild(user: int) -> None:
    """Make a student's records again from their responses; flags and notes stay."""
    waiting = IncomingAnswer.objects.select_for_update().filter(user=user).order_by("pk")
    IncomingAnswer.objects.filter(pk__in=[one.pk for one in waiting]).delete()
    records = QuestionRecord.objects.filter(user=user)
    _empty(records)
    StudentCounts.objects.filter(user=user).delete()
    _record(user, _read(_own(user)))
    _drop_empty(records)


def _empty(records: QuerySet[QuestionRecord]) -> None:
    records.update(**dict.fromkeys(_ANSWER[:-1]), last_blank=False)


def _drop_empty(records: QuerySet[QuestionRecord]) -> None:
    """Delete records without an answer, but for the student's own flags and notes."""
    records.filter(first_response=None, flagged=False, note="").delete()
