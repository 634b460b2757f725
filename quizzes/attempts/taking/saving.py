"""Saving answers: the hot path. One locking read, one insert, one update, however many answers.

The three statements are written by hand, only here: a class answering at once spends most of its
time in them. The rules are those of the public contract: every accepted change is a
numbered Save; the same change again is acknowledged without writing; a change based on an older
answer is refused with the current one; nothing is taken after the grace has passed.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.utils.crypto import constant_time_compare

from accounts.models import session_proof
from quizzes.assessments import timing
from quizzes.attempts.errors import TooManySaves
from quizzes.attempts.models import OPEN_STATES, AnswerState, Save
from quizzes.bank.content_cache import contents_of
from quizzes.db.bulk_insert import adapted, insert, places
from quizzes.question_types import registry
from quizzes.question_types.base import AnswerShapeError

SAVED, UNCHANGED, STALE, CLOSED, INVALID, MISSING = (
    "saved",
    "unchanged",
    "stale",
    "closed",
    "invalid",
    "missing",
)
_SAVE_COLUMNS = (
    "question_id",
    "sequence",
    "answer",
    "confidence",
    "flagged",
    "state",
    "saved_at",
    "late",
)
# Five a second on average; a hasty student makes two.
SAVES_AT_ONCE, SAVES_WITHIN = 100, timedelta(seconds=20)
_OVER = (AnswerState.FINISHED, AnswerState.NEEDS_MARKING)


@dataclass(frozen=True, slots=True)
class Change:
    """What a student did in one slot, and the sequence number it was based on."""

    slot: int
    answer: Any
    confidence: int | None
    flagged: bool
    sequence: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a change; `current` is what is stored when it was refused as stale."""

    slot: int
    status: str
    sequence: int = 0
    state: str = ""
    saved_at: datetime | None = None
    current: Mapping[str, Any] | None = None
    message: str = ""


@dataclass(frozen=True, slots=True)
class _Row:
    pk: int
    slot: int
    sequence: int
    answer: Any
    confidence: int | None
    flagged: bool
    state: str
    version_id: int
    order: list[int]
    type: str
    attempt_state: str
    deadline: datetime | None


class SignedOut(Exception):
    """The session does not belong to an active user, or no longer does."""


def save_answers(
    *,
    user_id: int,
    attempt_id: int,
    changes: Sequence[Change],
    now: datetime,
    session_hash: str | None = None,
    hasty: bool = False,
) -> list[Outcome] | None:
    """Save `changes` of one attempt in one transaction, each judged by itself.

    Args:
        user_id: the student; an attempt of anybody else is treated as missing.
        now: when the request arrived, so that waiting in our queue makes nobody late.
        session_hash: the session's own proof of the password. It is checked here, in the read
            that fetches the answers, so that a save need not read the user first.
        hasty: limit the attempt to SAVES_AT_ONCE in SAVES_WITHIN across all processes.

    Returns:
        An outcome for every change, in order; None when the user has no such attempt or slot.

    Raises:
        SignedOut: `session_hash` was given and the session is not the user's any more.
        TooManySaves: `hasty` was given and the attempt has taken too many of late.
    """
    with transaction.atomic():
        rows = _lock(user_id, attempt_id, [change.slot for change in changes], session_hash)
        if not rows:
            return None
        outcomes, accepted = [], []
        for change in changes:
            outcome, row = _judge(rows.get(change.slot), change, now)
            outcomes.append(outcome)
            if row is not None:
                rows[change.slot] = row
                accepted.append(row)
        if accepted:
            if hasty:
                _hold(attempt_id, len(accepted), now)
            _write(accepted, now)
    return outcomes


def _hold(attempt_id: int, count: int, now: datetime) -> None:
    """Refuse `count` more saves if there have been too many recently."""
    saves = Save.objects.filter(question__attempt=attempt_id).order_by("-saved_at")
    # Together with this save and later ones there would be one too many: it must be old enough.
    last = saves.values_list("saved_at", flat=True)[max(0, SAVES_AT_ONCE - count) :].first()
    if last is not None and now < last + SAVES_WITHIN:
        raise TooManySaves(math.ceil((last + SAVES_WITHIN - now).total_seconds()))


def _judge(row: _Row | None, change: Change, now: datetime) -> tuple[Outcome, _Row | None]:
    """Return the outcome of a change, and its new row if it is accepted."""
    if row is None:
        return Outcome(change.slot, MISSING), None
    content = contents_of([row.version_id])[row.version_id].arranged(row.order)
    try:
        answer, state = registry.get(row.type).read(content, change.answer)
    except AnswerShapeError as error:
        return Outcome(change.slot, INVALID, message=str(error)), None
    if (answer, change.confidence, change.flagged) == (row.answer, row.confidence, row.flagged):
        return Outcome(change.slot, UNCHANGED, row.sequence, row.state, now), None
    over = row.deadline is not None and now > row.deadline + timing.GRACE
    if row.attempt_state not in OPEN_STATES or over or row.state in _OVER:
        closed = row.state if row.attempt_state in OPEN_STATES and not over else "finished"
        return Outcome(change.slot, CLOSED, row.sequence, closed), None
    if change.sequence != row.sequence:
        return Outcome(change.slot, STALE, row.sequence, row.state, current=_current(row)), None
    saved = _Row(
        pk=row.pk,
        slot=row.slot,
        sequence=row.sequence + 1,
        answer=answer,
        confidence=change.confidence,
        flagged=change.flagged,
        state=state,
        version_id=row.version_id,
        order=row.order,
        type=row.type,
        attempt_state=row.attempt_state,
        deadline=row.deadline,
    )
    return Outcome(change.slot, SAVED, saved.sequence, state, now), saved


def _current(row: _Row) -> dict[str, Any]:
    return {
        "slot": row.slot,
        "answer": row.answer,
        "confidence": row.confidence,
        "flagged": row.flagged,
        "sequence": row.sequence,
        "state": row.state,
    }


def _lock(
    user_id: int, attempt_id: int, slots: Sequence[int], session_hash: str | None
) -> dict[int, _Row]:
    """Lock the attempt, then its slots, and return what is stored, by slot.

    On PostgreSQL the lock names both tables: a row that waited is then read again, so a second tab
    does not decide by the sequence number it saw before it waited.
    """
    marks = ", ".join(["%s"] * len(slots))
    lock = " FOR NO KEY UPDATE OF a, q" if connection.features.has_select_for_update_of else ""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT q.id, q.slot, q.sequence, q.answer, q.confidence, q.flagged, q.state,"
            ' q.version_id, q."order", b.type, a.state, a.deadline,'
            " u.is_active, u.password, u.session_salt"
            " FROM quizzes_attempt a"
            " JOIN quizzes_attemptquestion q ON q.attempt_id = a.id"
            " JOIN quizzes_questionversion v ON v.id = q.version_id"
            " JOIN quizzes_question b ON b.id = v.question_id"
            " JOIN accounts_user u ON u.id = a.user_id"
            f" WHERE a.id = %s AND a.user_id = %s AND q.slot IN ({marks}){lock}",
            [attempt_id, user_id, *slots],
        )
        found = cursor.fetchall()
    if found and session_hash is not None:
        *_, is_active, password, salt = found[0]
        if not (is_active and constant_time_compare(session_proof(password, salt), session_hash)):
            raise SignedOut
    return {row.slot: row for row in map(_row, found)}


def _row(columns: Sequence[Any]) -> _Row:
    pk, slot, sequence, answer, confidence, flagged, state, version_id, order, *rest = columns
    type_slug, attempt_state, deadline, *_user = rest
    if isinstance(deadline, str):
        deadline = datetime.fromisoformat(deadline)
    if deadline is not None and deadline.tzinfo is None:
        deadline = deadline.replace(tzinfo=UTC)
    return _Row(
        pk=pk,
        slot=slot,
        sequence=sequence,
        answer=None if answer is None else json.loads(answer),
        confidence=confidence,
        flagged=bool(flagged),
        state=state,
        version_id=version_id,
        order=json.loads(order),
        type=type_slug,
        attempt_state=attempt_state,
        deadline=deadline,
    )


def _write(rows: Sequence[_Row], now: datetime) -> None:
    """Append a Save for every row and update the current answers."""
    insert(
        Save,
        _SAVE_COLUMNS,
        [
            (
                row.pk,
                row.sequence,
                row.answer,
                row.confidence,
                row.flagged,
                row.state,
                now,
                row.deadline is not None and now > row.deadline,
            )
            for row in rows
        ],
    )
    newest = {row.pk: row for row in rows}.values()
    json_type = "jsonb" if connection.vendor == "postgresql" else "text"
    with connection.cursor() as cursor:
        cursor.execute(
            "WITH new (id, sequence, answer, confidence, flagged, state) AS (VALUES "
            + places(6, len(newest))
            + ") UPDATE quizzes_attemptquestion SET sequence = new.sequence,"
            f" answer = CAST(new.answer AS {json_type}),"
            " confidence = CAST(new.confidence AS smallint),"
            " flagged = new.flagged, state = new.state"
            " FROM new WHERE quizzes_attemptquestion.id = new.id",
            [
                value
                for row in newest
                for value in (
                    row.pk,
                    row.sequence,
                    adapted(row.answer),
                    row.confidence,
                    row.flagged,
                    row.state,
                )
            ],
        )
