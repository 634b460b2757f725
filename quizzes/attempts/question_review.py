"""What a page or the API may show of one question of an attempt. Pure: rows in, values out.

display/ decides what a question looks like; an attempt adds its slot, marks and tries.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from quizzes.attempts import grading
from quizzes.attempts import question_text as text
from quizzes.question_types import registry
from quizzes.question_types.base import Content
from quizzes.question_types.display import context as display
from quizzes.question_types.display.review import ReviewedQuestion, review_fields, verdict_of

if TYPE_CHECKING:
    from quizzes.assessments.review_options import ReviewOptions
    from quizzes.attempts.grading.notices import CorrectionShown
    from quizzes.bank.content_cache import PassageQuote


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


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewedSlot(ReviewedQuestion):
    """A question of an attempt under review. None means that something may not be shown."""

    slot: int
    topic: str
    confidence: int | None
    state: str
    tries: int
    max_mark: Decimal | None
    mark: Decimal | None
    feedback_html: str | None
    grading_remark: str
    corrections: list[CorrectionShown] = field(default_factory=list)
    mark_url: str = ""  # for those who may mark it
    correct_url: str = ""  # for those who may correct its key
    total: int = 0  # questions of the review, for its heading

    @property
    def heading(self) -> str:
        return text.heading(self)

    @property
    def outcome(self) -> str:
        return text.outcome(self)

    @property
    def sentence(self) -> str:
        return text.sentence(self)

    @property
    def remark(self) -> str:
        return text.remark(self)

    @property
    def name(self) -> str:
        return text.name(self)


def question_context(row: Row, content: Content) -> dict[str, Any]:
    """Return what a student is shown of a question before it is graded, without its key.

    `content` is arranged in the order shown.
    """
    locked = row.state in ("finished", "needs_marking")
    kind, name = registry.get(row.type), f"q{row.slot}"
    return display.question_context(kind, content, row.answer, name=name, locked=locked) | {
        "slot": row.slot,
        "max_mark": row.max_mark,
        "state": row.state,
        "flagged": row.flagged,
        "confidence": row.confidence,
        "sequence": row.sequence,
        "tries": row.tries,
    }


def review_context(
    row: Row,
    content: Content,
    shown: ReviewOptions,
    passages: Sequence[PassageQuote] = (),
    **of_page: Any,
) -> ReviewedSlot:
    """Return what `shown` allows of a question; `content` is arranged in the order shown.

    `of_page` holds the fields that the page adds: corrections, addresses, the total.
    """
    kind = registry.get(row.type)
    return ReviewedSlot(
        **review_fields(
            kind, content, row.answer, row.fraction, shown, raw=row.raw_fraction, passages=passages
        ),
        slot=row.slot,
        topic=row.topic,
        confidence=row.confidence,
        state=row.state,
        tries=row.tries,
        max_mark=row.max_mark if shown.max_marks else None,
        mark=grading.mark(row.fraction, row.max_mark) if shown.marks else None,
        feedback_html=row.feedback_html if shown.specific_feedback else None,
        # Only right answers can contain a forgiven slip, so it is shown only with correctness.
        grading_remark=row.remark if shown.specific_feedback and shown.correctness else "",
        **of_page,
    )


def verdict(row: Row) -> str:
    """Return the verdict on a question; full marks for all do not make an answer right."""
    return verdict_of(row.answer, row.fraction, row.raw_fraction)
