"""What a page or the API may show of one question of an attempt. Pure: rows in, values out.

Everything that could tell right from wrong passes through `told`, which keeps back whatever the
review options do not allow. Nothing else hands a key, a rationale or an explanation to a template.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from quizzes.attempts import behaviours, grading
from quizzes.attempts import question_text as text
from quizzes.question_types import registry
from quizzes.question_types.base import Content, QuestionType, option_key
from quizzes.question_types.choices import part_percent
from quizzes.question_types.display import parts as display_parts
from quizzes.question_types.display.verdicts import ICONS, TONES

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
    remark: str = ""  # of the grader that is no person, as plain text
    feedback_html: str = ""  # of a person


@dataclass(frozen=True, slots=True)
class ReviewedQuestion:
    """A question under review; None stands for what may not be told."""

    slot: int
    type: str
    topic: str
    template: str
    stem_html: str
    options: list[dict[str, Any]]
    params: dict[str, Any]
    answer: dict[str, Any] | None
    summary: str
    answered: bool
    confidence: int | None
    state: str
    tries: int
    max_mark: Decimal | None
    fraction: Decimal | None
    mark: Decimal | None
    verdict: str | None  # right, part, wrong, unanswered, waiting
    right_keys: list[str]
    correct_answer: dict[str, Any] | None
    correct_summary: str | None
    explanation_html: str | None
    caution_html: str | None
    feedback_html: str | None
    grading_remark: str
    passages: list[PassageQuote] = field(default_factory=list)
    corrections: list[CorrectionShown] = field(default_factory=list)
    mark_url: str = ""  # where those who may mark it do so
    correct_url: str = ""  # where those who may correct its key do so
    rubric: str | None = None
    heading: str = ""
    # Of answers with several parts: each part, and what the template lays out, parts within.
    parts: list[dict[str, Any]] = field(default_factory=list)
    layout: list[dict[str, Any]] = field(default_factory=list)
    # The stem where the template does not show it itself, and a word in its place where it does.
    plain_stem: str = ""
    prompt: str = ""

    @property
    def sentence(self) -> str:
        return text.sentence(self)

    @property
    def remark(self) -> str:
        return text.remark(self)

    @property
    def name(self) -> str:
        return text.name(self)

    @property
    def icon(self) -> str:
        return ICONS.get(text.outcome(self), "")

    @property
    def tone(self) -> str:
        return TONES.get(text.outcome(self), "")


def question_context(row: Row, content: Content) -> dict[str, Any]:
    """Return what a student is shown of a question before it is graded: never anything of the key.

    `content` is arranged in the order shown.
    """
    kind = registry.get(row.type)
    presented = kind.present(content)
    return {
        "slot": row.slot,
        "name": f"q{row.slot}",
        "legend_id": f"q{row.slot}-stem",
        "type": row.type,
        "template": kind.question_template,
        "graded_by_person": kind.graded_by == "person",
        "stem_html": content.stem_html,
        "prompt": kind.prompt,
        "incomplete_message": kind.incomplete_message,
        "options": presented["options"],
        "params": presented["params"],
        "layout": kind.layout(content, row.answer),
        "max_mark": row.max_mark,
        "answer": row.answer,
        "state": row.state,
        "flagged": row.flagged,
        "confidence": row.confidence,
        "sequence": row.sequence,
        "tries": row.tries,
        "locked": row.state in ("finished", "needs_marking"),
    }


def review_context(
    row: Row, content: Content, shown: ReviewOptions, passages: Sequence[PassageQuote] = ()
) -> ReviewedQuestion:
    """Return what `shown` allows of a question; `content` is arranged in the order shown."""
    kind = registry.get(row.type)
    answered = row.answer is not None
    presented = kind.present(content)
    correct = kind.correct_answer(content) if shown.right_answer else None
    parts = display_parts.reviewed(
        kind.reviewed_parts(content, row.answer),
        correctness=shown.correctness,
        right_answer=shown.right_answer,
        feedback=shown.specific_feedback,
    )
    return ReviewedQuestion(
        slot=row.slot,
        type=row.type,
        topic=row.topic,
        template=kind.review_template,
        stem_html=content.stem_html,
        options=_options(kind, row, content, shown, presented["options"]),
        params=presented["params"],
        answer=row.answer,
        summary=kind.summarise(content, row.answer),
        answered=answered,
        confidence=row.confidence,
        state=row.state,
        tries=row.tries,
        max_mark=row.max_mark if shown.max_marks else None,
        fraction=row.fraction if shown.marks else None,
        mark=grading.mark(row.fraction, row.max_mark) if shown.marks else None,
        verdict=verdict(row) if shown.correctness else None,
        right_keys=_right_keys(kind, content)
        if shown.right_answer and presented["options"]
        else [],
        correct_answer=correct,
        correct_summary=None if correct is None else kind.summarise(content, correct),
        explanation_html=content.explanation_html if shown.general_feedback else None,
        caution_html=content.caution_html if shown.general_feedback else None,
        feedback_html=row.feedback_html if shown.specific_feedback else None,
        # A slip is forgiven only in what is right, so it may be told only where that may be.
        grading_remark=row.remark if shown.specific_feedback and shown.correctness else "",
        passages=list(passages) if shown.general_feedback else [],
        rubric=content.params.get("rubric") if shown.right_answer else None,
        parts=parts,
        layout=display_parts.laid_out(kind.layout(content, row.answer), parts),
        plain_stem=kind.plain_stem(content.stem_html),
        prompt=str(kind.prompt),
    )


def verdict(row: Row) -> str:
    """Return in one word how a question came out; full marks for all make no answer right."""
    if row.fraction is None:
        return "waiting"
    if row.answer is None:
        return "unanswered"
    worth = row.fraction if row.raw_fraction is None else min(row.fraction, row.raw_fraction)
    if behaviours.is_right(worth):
        return "right"
    return "part" if worth > Decimal("0.000001") else "wrong"


def _options(
    kind: QuestionType,
    row: Row,
    content: Content,
    shown: ReviewOptions,
    presented: list[dict[str, Any]],
) -> list[dict[str, Any]]:
    """Return the options: which were chosen, and of each what may be told.

    Without the right answer only the chosen options are judged and explained. A type that presents
    no options (typed answers) shows its accepted texts only together with the right answer. What a
    type presents without having options (right sides of pairs) is judged by its parts.
    """
    if not content.options:
        untold = {"chosen": False, "right": None, "part": None, "fraction": None}
        untold |= {"rationale_html": None}
        return [option | untold for option in presented]
    picked = kind.chosen(content, row.answer)
    right = kind.right_options(content)
    options = []
    for index, option in enumerate(content.options):
        chosen = index in picked
        if not (presented or shown.right_answer or (chosen and shown.specific_feedback)):
            continue
        judged = kind.options_have_fractions and (
            shown.right_answer or (shown.correctness and chosen)
        )
        explained = shown.specific_feedback and (chosen or shown.right_answer)
        options.append(
            {
                "key": option_key(index),
                "text": option.html,
                "chosen": chosen,
                "right": index in right if judged else None,
                "part": part_percent(option, is_right=index in right) if judged else None,
                "fraction": option.fraction if judged and shown.marks else None,
                "rationale_html": option.rationale_html if explained else None,
            }
        )
    return options


def _right_keys(kind: QuestionType, content: Content) -> list[str]:
    return [option_key(index) for index in sorted(kind.right_options(content))]
