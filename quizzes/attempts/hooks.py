"""What attempts report upwards: Graded, Outcome, Regraded. Registered in quizzes/apps.py:ready().

Each is sent once per response, inside the transaction that writes what it reports, so a worker
killed half-way has sent nothing:

- Graded: the response has its final grade, whether or not its student may know.
- Outcome: it is graded, and its student may see whether it is right.
- Regraded: a newer grade has replaced the one that Graded reported.

Previews send nothing, nor does an answer that a person still has to mark. A listener never fails a
submission: what it wrote is rolled back, and the failure is logged.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Protocol

import structlog
from django.db import transaction

if TYPE_CHECKING:
    from quizzes.attempts.models import Response

logger = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Regrading:
    """A response whose grade was replaced; `grade_number` is that of the new one."""

    response_id: int
    old: Decimal | None
    new: Decimal | None
    grade_number: int


class ResponseListener(Protocol):
    def __call__(self, responses: Sequence[Response], *, now: datetime) -> None: ...


class RegradingListener(Protocol):
    def __call__(self, changes: Sequence[Regrading], *, now: datetime) -> None: ...


_graded: list[ResponseListener] = []
_outcome: list[ResponseListener] = []
_regraded: list[RegradingListener] = []


def on_graded(listener: ResponseListener) -> None:
    """Register `listener`: called with responses that have just got their final grade."""
    _graded.append(listener)


def on_outcome(listener: ResponseListener) -> None:
    """Register `listener`: called with graded responses when their student may first see whether
    they are right."""
    _outcome.append(listener)


def on_regraded(listener: RegradingListener) -> None:
    """Register `listener`: called when grades have been replaced. Whether the student may see the
    response's result is for the listener to check (`Response.outcome_sent_at`)."""
    _regraded.append(listener)


def graded(responses: Sequence[Response], *, now: datetime) -> None:
    _send(_graded, responses, now)


def outcome(responses: Sequence[Response], *, now: datetime) -> None:
    _send(_outcome, responses, now)


def regraded(changes: Sequence[Regrading], *, now: datetime) -> None:
    _send(_regraded, changes, now)


def _send(listeners: Sequence[Any], what: Sequence[Any], now: datetime) -> None:
    if not what:
        return
    for listener in listeners:
        try:
            with transaction.atomic():
                listener(what, now=now)
        except Exception:
            logger.exception("listener_failed", listener=getattr(listener, "__qualname__", ""))
