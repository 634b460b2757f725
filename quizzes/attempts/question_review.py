"""What a page or the API may show of one question of an attempt. Pure: rows in, values out.

display/ decides what a question looks like; an attempt adds its slot, marks and tries.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from quizzes.attempts import grading
from quizzes.attempts.rows import Row
from quizzes.question_types import registry
from quizzes.question_types.base import Content
from quizzes.question_types.display import context as display
from quizzes.question_types.display import text
from quizzes.question_types.display.review import ReviewedQuestion, review_fields, verdict_of
from quizzes.templatetags.passage import points

if TYPE_CHECKING:
    from quizzes.assessments.review_options import ReviewOptions
    from quizzes.attempts.grading.notices import CorrectionShown
    from quizzes.bank.content_cache import PassageQuote


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
        """“Question 3 of 20 · fairly sure · 1 of 1”"""
        parts = [_("Question %(n)s of %(total)s") % {"n": self.slot, "total": self.total}]
        if self.confidence:
            parts.append((_("guessing"), _("fairly sure"), _("certain"))[self.confidence - 1])
        if self.mark is not None and self.max_mark is not None and self.verdict != "part":
            marks = {"mark": points(self.mark), "most": points(self.max_mark)}
            parts.append(_("%(mark)s of %(most)s") % marks)
        return " · ".join(parts)

    @property
    def outcome(self) -> str:
        """The verdict, where an answer that is right after earlier tries counts as right."""
        if self.verdict == "part" and self.tries > 1 and self.answer == self.correct_answer:
            return "right"
        return self.verdict or ""

    @property
    def sentence(self) -> str:
        """“Not quite. It is A.”, or nothing where correctness may not be shown."""
        if not self.verdict:
            return ""
        if self.outcome == "right" and self.verdict == "part":
            return _("Right, on try %(n)s.") % {"n": self.tries}
        # The parts of a question are shown one by one below.
        correct = None if self.parts else self.correct_summary
        return text.sentence(self.verdict, self.right_keys, correct)

    @property
    def remark(self) -> str:
        """Further remarks: what grading noticed, a right guess, partial marks."""
        words = [self.grading_remark] if self.grading_remark else []
        if self.verdict == "right" and self.confidence == 1:
            words.append(_("You said you were guessing. This is worth a second look."))
        if self.verdict == "part" and self.mark is not None and self.max_mark is not None:
            marks = {"mark": points(self.mark), "most": points(self.max_mark)}
            whole = 1 if self.max_mark == 1 else 2  # 1.5 is a plural, too
            words.append(
                ngettext("%(mark)s of %(most)s mark", "%(mark)s of %(most)s marks", whole) % marks
            )
        return " ".join(words)

    @property
    def name(self) -> str:
        """“Question 3, partly right”: the label of one number in a list."""
        came_out = {
            "right": _("right"),
            "part": _("partly right"),
            "wrong": _("wrong"),
            "unanswered": _("not answered"),
        }.get(self.verdict or "", "" if self.answered else _("not answered"))
        numbered = _("Question %(n)s") % {"n": self.slot}
        return f"{numbered}, {came_out}" if came_out else numbered


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
