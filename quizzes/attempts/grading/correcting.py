"""Correcting the key of an answered question: previewing what would change, and doing it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from quizzes.assessments.models import Quiz
from quizzes.attempts.grading import mark
from quizzes.attempts.grading.anew import graded_anew
from quizzes.attempts.grading.fold import Try, counted_try
from quizzes.attempts.grading.regrading import AT_ONCE, BATCH, regrade_batch
from quizzes.attempts.grading.tries import tries_of_questions
from quizzes.attempts.models import Attempt, AttemptQuestion, Response
from quizzes.bank.corrections import services
from quizzes.bank.corrections.models import IN_ONE_QUIZ, CorrectionKind, KeyCorrection
from quizzes.bank.corrections.services import Plan, Wanted
from quizzes.bank.corrections.state import Key
from quizzes.bank.models import Question, QuestionVersion, VersionState

if TYPE_CHECKING:
    from accounts.models import User

CHANGES_AT_MOST = 100
_READ_AT_ONCE = 500


class Change(NamedTuple):
    """A question of a finished attempt whose mark changes. None means not marked or not counted."""

    attempt_id: int
    slot: int
    old: Decimal | None
    new: Decimal | None


@dataclass(slots=True)
class Effect:
    """What a correction does to the marks of finished attempts, except previews.

    `changes` are those the caller may see, up to a limit; `elsewhere` counts the others.
    `by_hand` answers keep the grade a person gave. `still_open` attempts are graded by the new key
    when they end.
    """

    id: int | None = None
    affected: int = 0
    up: int = 0
    down: int = 0
    changes: list[Change] = field(default_factory=list)
    elsewhere: int = 0
    by_hand: list[tuple[int, int]] = field(default_factory=list)
    still_open: int = 0
    others: Sequence[QuestionVersion] = ()
    before: Key | None = None
    after: Key | None = None
    same: bool = False


def correct_key(
    *,
    question: Question,
    wanted: Wanted,
    by: User,
    now: datetime,
    version: QuestionVersion | None = None,
    dry_run: bool = False,
    after_commit: bool = False,
) -> Effect:
    """Correct the key of a question for everybody who has answered it.

    Key changes apply in every quiz; `drop` and `full_marks` only in the one named. The correction
    is committed first; then up to AT_ONCE answers are regraded, the rest by `work`.

    Args:
        version: the wording it applies to; by default the current one.
        dry_run: return what would change and write nothing.
        after_commit: regrade only after the caller's own transaction has ended. Until then the
            version's row is locked, and finishing locks it after the attempt.

    Raises:
        ValidationError: the result is no key. PermissionDenied: they may not correct it.
        StaleBase: it has been corrected since.
    """
    _may(question, wanted, by)
    versions = list(question.versions.order_by("number"))
    model = version or _asked(versions)
    answered = set(
        Response.objects.filter(question__version__question=question)
        .values_list("question__version", flat=True)
        .distinct()
    )
    planned = services.plan(
        question=question, wanted=wanted, versions=versions, model=model, answered=answered
    )
    effect = _effect(question, planned, by)
    effect.before, effect.after = planned.before[model.pk], planned.after[model.pk]
    effect.others = planned.others
    effect.same = not planned.moves
    if dry_run or effect.same:
        return effect
    rows = services.record(question=question, wanted=wanted, versions=planned.moves, by=by, now=now)
    if rows:
        effect.id = rows[-1].pk
        if after_commit:
            transaction.on_commit(partial(_regrade_some, rows, now=now), robust=True)
        else:
            _regrade_some(rows, now=now)
    else:
        effect.same = True
    return effect


def _regrade_some(rows: Iterable[KeyCorrection], *, now: datetime) -> None:
    left = AT_ONCE
    for row in rows:
        while left > 0 and (done := regrade_batch(row.pk, now=now, limit=min(BATCH, left))):
            left -= done


def _may(question: Question, wanted: Wanted, by: User) -> None:
    if not Question.objects.editable_by(by).filter(pk=question.pk).exists():
        raise PermissionDenied
    if wanted.kind in IN_ONE_QUIZ and wanted.quiz_id is None:
        raise ValidationError({"quiz": _("Name the quiz this applies to.")})
    if wanted.kind not in (*IN_ONE_QUIZ, CorrectionKind.WITHDRAW) and wanted.quiz_id is not None:
        raise ValidationError({"quiz": _("A key is right or wrong in every quiz.")})
    if wanted.quiz_id is not None and not (
        Quiz.objects.editable_by(by).filter(pk=wanted.quiz_id).exists()
    ):
        raise PermissionDenied


def _asked(versions: Sequence[QuestionVersion]) -> QuestionVersion:
    ready = [one for one in versions if one.state == VersionState.READY]
    return (ready or list(versions))[-1]


def _effect(question: Question, planned: Plan, by: User) -> Effect:
    effect = Effect()
    if not planned.moves:
        return effect
    rows = AttemptQuestion.objects.filter(
        version__in=planned.moves, attempt__preview=False
    ).select_related("attempt")
    visible = set(
        Attempt.objects.visible_to(by)
        .filter(questions__version__in=planned.moves)
        .values_list("pk", flat=True)
    )
    batch: list[AttemptQuestion] = []
    for one in rows.order_by("attempt_id", "slot").iterator(chunk_size=_READ_AT_ONCE):
        batch.append(one)
        if len(batch) == _READ_AT_ONCE:
            _count(effect, question.type, batch, planned.after, visible)
            batch = []
    _count(effect, question.type, batch, planned.after, visible)
    return effect


def _count(
    effect: Effect,
    type_slug: str,
    questions: Sequence[AttemptQuestion],
    keys: Mapping[int, Key],
    visible: set[int],
) -> None:
    tries = defaultdict(list, tries_of_questions(one.pk for one in questions))
    for one in questions:
        if one.attempt.finished_at is None:
            effect.still_open += 1
            continue
        had = tries[one.pk]
        if not had:
            continue
        key, quiz_id = keys[one.version_id], one.attempt.quiz_id
        # What the newest correction so far has graded is regraded, too.
        again = [one_try if one_try.by_hand else _forgotten(one_try) for one_try in had]
        after, _grades = graded_anew(
            type_slug, one.order, again, key, full_marks=key.gives_full_marks(quiz_id)
        )
        counted = counted_try(had)
        if counted is not None and counted.by_hand:
            effect.by_hand.append((one.attempt_id, one.slot))
        else:
            effect.affected += 1
        old = None if one.dropped or counted is None else mark(counted.fraction, one.max_mark)
        then = counted_try(after)
        new = None if then is None else mark(then.fraction, one.max_mark)
        if key.is_dropped(quiz_id):
            new = None
        _note(effect, Change(one.attempt_id, one.slot, old, new), visible)


def _forgotten(one: Try) -> Try:
    return replace(one, correction_id=-1)


def _note(effect: Effect, change: Change, visible: set[int]) -> None:
    if change.old == change.new:
        return
    if change.old is not None and change.new is not None:
        effect.up += change.new > change.old
        effect.down += change.new < change.old
    if change.attempt_id not in visible:
        effect.elsewhere += 1
    elif len(effect.changes) < CHANGES_AT_MOST:
        effect.changes.append(change)
