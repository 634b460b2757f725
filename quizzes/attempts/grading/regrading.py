"""Regrading what was graded by a key that has been corrected since.

Finishing or checking an attempt brings its own tries up to date. All others are regraded in
batches, each in a transaction that also records its progress: after a crash the next round goes on
from there, and no response is graded twice by one correction.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from django.db import connection, transaction
from django.db.models import Exists, OuterRef, QuerySet

from quizzes.attempts.disclosure import send_new_grades, shown_to_students
from quizzes.attempts.grading import mark, percent
from quizzes.attempts.grading.anew import graded_anew, is_stale
from quizzes.attempts.grading.fold import Folded, Try, counted_try
from quizzes.attempts.grading.tries import (
    NewGrade,
    folded,
    insert_grades,
    tries_of_questions,
)
from quizzes.attempts.hooks import Regrading
from quizzes.attempts.models import (
    AnswerState,
    Attempt,
    AttemptQuestion,
    MarkChange,
    Response,
)
from quizzes.attempts.rows import Row
from quizzes.bank.corrections.keys import newest_keys_of
from quizzes.bank.corrections.models import KeyCorrection
from quizzes.bank.corrections.state import Key
from quizzes.db.bulk_insert import adapted, insert, places

AT_ONCE = 500  # by the person who corrects, while they wait
BATCH = 200


class _Regraded(NamedTuple):
    """A question of an attempt before and after."""

    question: AttemptQuestion
    before: list[Try]
    after: list[Try]
    was_dropped: bool


def bring_up_to_date(
    attempt: Attempt,
    questions: Iterable[Row],
    tries: Mapping[int, Sequence[Try]],
    keys: Mapping[int, Key],
    *,
    now: datetime,
) -> dict[int, list[Try]]:
    """Regrade what older keys have graded, in an attempt the caller has locked.

    Returns the tries of the questions concerned.
    """
    found: dict[int, list[Try]] = {}
    new: list[NewGrade] = []
    for one in questions:
        key, had = keys[one.version_id], tries.get(one.pk, ())
        if is_stale(had, key):
            found[one.pk], grades = graded_anew(
                one.type,
                one.order,
                had,
                key,
                full_marks=key.gives_full_marks(attempt.quiz_id),
            )
            new += grades
    if new:
        insert_grades(new, now=now)
        if not attempt.preview:
            _tell(((tries[pk], after) for pk, after in found.items()), now=now)
    return found


def regrade_due(*, now: datetime) -> int:
    """Regrade what corrections have left to do; return the number of attempt questions."""
    waiting = KeyCorrection.objects.filter(regraded_at__isnull=True).order_by("pk")
    done = 0
    for pk in list(waiting.values_list("pk", flat=True)):
        while batch := regrade_batch(pk, now=now):
            done += batch
    return done


def regrade_batch(correction_id: int, *, now: datetime, limit: int = BATCH) -> int:
    """Regrade the next batch of attempt questions; return how many, 0 when none are left.

    The correction's row is locked first, so that two workers take turns.
    """
    with transaction.atomic():
        correction = (
            KeyCorrection.objects.select_for_update(no_key=True, of=("self",))
            .select_related("version__question")
            .get(pk=correction_id)
        )
        if correction.regraded_at is not None:
            return 0
        questions = list(to_regrade(correction).filter(pk__gt=correction.regraded_to)[:limit])
        if questions:
            _regrade(correction, questions, now=now)
            correction.regraded_to = questions[-1].pk
        if len(questions) < limit:
            correction.regraded_at = now
        correction.save(update_fields=["regraded_to", "regraded_at"])
        return len(questions)


def to_regrade(correction: KeyCorrection) -> QuerySet[AttemptQuestion]:
    """Return the attempt questions that have a graded answer, in order."""
    found = AttemptQuestion.objects.filter(
        Exists(Response.objects.filter(question=OuterRef("pk"))), version=correction.version_id
    )
    if correction.quiz_id is not None:
        found = found.filter(attempt__quiz=correction.quiz_id)
    return found.order_by("pk")


def _regrade(
    correction: KeyCorrection, questions: Sequence[AttemptQuestion], *, now: datetime
) -> None:
    attempts = {
        one.pk: one
        for one in Attempt.objects.select_for_update(no_key=True, of=("self",))
        .select_related("quiz")
        .filter(pk__in={one.attempt_id for one in questions})
        .order_by("pk")
    }
    key = newest_keys_of([correction.version_id])[correction.version_id]
    type_slug = correction.version.question.type
    tries = tries_of_questions(one.pk for one in questions)
    changed: list[_Regraded] = []
    grades: list[NewGrade] = []
    for one in questions:
        had = tries.get(one.pk, [])
        quiz_id = attempts[one.attempt_id].quiz_id
        after, new = graded_anew(
            type_slug, one.order, had, key, full_marks=key.gives_full_marks(quiz_id)
        )
        grades += new
        was_dropped, one.dropped = one.dropped, key.is_dropped(quiz_id)
        changed.append(_Regraded(one, had, after, was_dropped))
    insert_grades(grades, now=now)
    real = [one for one in changed if not attempts[one.question.attempt_id].preview]
    _tell(((one.before, one.after) for one in real), now=now)
    _bring_scores_up_to_date(correction, attempts, changed, now=now)


def _tell(pairs: Iterable[tuple[Sequence[Try], Sequence[Try]]], *, now: datetime) -> None:
    """Report every response whose fraction has changed."""
    send_new_grades(
        [
            Regrading(after.response_id, before.fraction, after.fraction, after.grade_number)
            for had, has in pairs
            for before, after in zip(had, has, strict=True)
            if before.fraction != after.fraction
        ],
        now=now,
    )


def _bring_scores_up_to_date(
    correction: KeyCorrection,
    attempts: Mapping[int, Attempt],
    changed: Sequence[_Regraded],
    *,
    now: datetime,
) -> None:
    """Store the new results of questions and attempts, and the changes students may see."""
    moved_in = {
        one.question.attempt_id
        for one in changed
        if _differs(one) or one.was_dropped is not one.question.dropped
    }
    finished = {
        pk: one for pk, one in attempts.items() if one.finished_at is not None and pk in moved_in
    }
    for dropped in (True, False):
        moved = [
            one.question.pk
            for one in changed
            if one.question.dropped is dropped
            and one.was_dropped is not dropped
            and one.question.attempt_id in finished
        ]
        if moved:
            AttemptQuestion.objects.filter(pk__in=moved).update(dropped=dropped)
    settled = [
        one.question.pk
        for one in changed
        if one.question.state == AnswerState.NEEDS_MARKING and one.after[-1].fraction is not None
    ]
    if settled:
        AttemptQuestion.objects.filter(pk__in=settled).update(state=AnswerState.FINISHED)
    scores = folded(finished)
    _note_changes(correction, finished, scores, changed, now=now)
    _store_scores(scores)


def _store_scores(scores: Mapping[int, Folded]) -> None:
    """Update the attempts' figures in one statement."""
    if not scores:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "WITH new (id, score, max_score, needs_marking) AS (VALUES "
            + places(4, len(scores))
            + ") UPDATE quizzes_attempt SET score = CAST(new.score AS numeric),"
            " max_score = CAST(new.max_score AS numeric), needs_marking = new.needs_marking"
            " FROM new WHERE quizzes_attempt.id = new.id",
            [
                value
                for pk, one in scores.items()
                for value in (pk, adapted(one.score), adapted(one.max_score), one.needs_marking)
            ],
        )


def _note_changes(
    correction: KeyCorrection,
    attempts: Mapping[int, Attempt],
    scores: Mapping[int, Folded],
    changed: Sequence[_Regraded],
    *,
    now: datetime,
) -> None:
    """Record a change for each student whose mark differs now and who could see the old one."""
    by_attempt: dict[int, list[_Regraded]] = defaultdict(list)
    for one in changed:
        attempt = attempts.get(one.question.attempt_id)
        if attempt is not None and not attempt.preview and _differs(one):
            by_attempt[attempt.pk].append(one)
    could_see = shown_to_students([attempts[pk] for pk in by_attempt], now=now)
    insert(
        MarkChange,
        (
            "question_id",
            "correction_id",
            "user_id",
            "old_mark",
            "new_mark",
            "old_percent",
            "new_percent",
        ),
        [
            (
                one.question.pk,
                one.after[-1].correction_id or correction.pk,
                attempts[pk].user_id,
                _mark(one.before, one.question, one.was_dropped),
                _mark(one.after, one.question, one.question.dropped),
                percent(attempts[pk].score, attempts[pk].max_score),
                percent(scores[pk].score, scores[pk].max_score),
            )
            for pk, ones in by_attempt.items()
            if could_see[pk].marks
            for one in ones
        ],
    )


def _differs(one: _Regraded) -> bool:
    before = _mark(one.before, one.question, one.was_dropped)
    return before != _mark(one.after, one.question, one.question.dropped)


def _mark(tries: Sequence[Try], question: AttemptQuestion, dropped: bool) -> Decimal | None:
    counted = counted_try(tries)
    return None if dropped or counted is None else mark(counted.fraction, question.max_mark)
