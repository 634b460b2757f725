"""One question of an attempt as it is stored. Pure: no models."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any


@dataclass(frozen=True, slots=True)
class Row:
    """One question of an attempt as stored, with its newest response and grade if it has any."""

    pk: int
    slot: int
    version_id: int
    question_id: int
    type: str
    topic: str
    order: Sequence[int]
    max_mark: Decimal
    sequence: int
    state: str
    answer: dict[str, Any] | None
    confidence: int | None
    flagged: bool
    tries: int
    dropped: bool = False
    correction_id: int | None = None  # the newest of its version
    graded: bool = False
    response_id: int | None = None
    raw_fraction: Decimal | None = None
    fraction: Decimal | None = None
    remark: str = ""  # of the automatic grader, as plain text
    feedback_html: str = ""  # of a person
