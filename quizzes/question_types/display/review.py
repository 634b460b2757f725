"""A question under review: what came of an answer, as far as it may be shown.

Everything that could tell right from wrong passes through `review_fields`, which withholds whatever
is not allowed. Nothing else hands a key, a rationale or an explanation to a template.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Protocol

from ..base import Content, QuestionType, option_key
from ..choices import part_percent
from . import parts as review_parts
from . import text

RIGHT = Decimal("0.999999")


class Allowed(Protocol):
    """What may be shown; the review options of a quiz are one."""

    @property
    def correctness(self) -> bool: ...
    @property
    def marks(self) -> bool: ...
    @property
    def specific_feedback(self) -> bool: ...
    @property
    def general_feedback(self) -> bool: ...
    @property
    def right_answer(self) -> bool: ...


@dataclass(frozen=True, slots=True)
class Everything:
    """All there is, as for those who wrote the question."""

    correctness: bool = True
    marks: bool = True
    specific_feedback: bool = True
    general_feedback: bool = True
    right_answer: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewedQuestion:
    """A question under review; None stands for what may not be shown."""

    type: str
    template: str
    stem_html: str
    options: list[dict[str, Any]]
    params: dict[str, Any]
    answer: dict[str, Any] | None
    summary: str
    answered: bool
    fraction: Decimal | None
    verdict: str | None  # right, part, wrong, unanswered, waiting
    right_keys: list[str]
    correct_answer: dict[str, Any] | None
    correct_summary: str | None
    explanation_html: str | None
    caution_html: str | None
    passages: list[Any] = field(default_factory=list)  # the quotes that settle it
    rubric: str | None = None
    # Of answers with several parts: each part, and what the template lays out, parts within.
    parts: list[dict[str, Any]] = field(default_factory=list)
    layout: list[dict[str, Any]] = field(default_factory=list)
    # The stem where the template does not show it itself, and a word in its place where it does.
    plain_stem: str = ""
    prompt: str = ""

    @property
    def outcome(self) -> str:
        """The verdict as it is worded; "" where it may not be shown."""
        return self.verdict or ""

    @property
    def sentence(self) -> str:
        """“Not quite. It is A.”, or nothing where correctness may not be shown."""
        if not self.verdict:
            return ""
        # What has parts is shown part by part below.
        correct = None if self.parts else self.correct_summary
        return text.sentence(self.verdict, self.right_keys, correct)

    @property
    def icon(self) -> str:
        return text.ICONS.get(self.outcome, "")

    @property
    def tone(self) -> str:
        return text.TONES.get(self.outcome, "")


def review(
    kind: QuestionType,
    content: Content,
    answer: dict[str, Any] | None,
    fraction: Decimal | None,
    allowed: Allowed,
    *,
    passages: Sequence[Any] = (),
) -> ReviewedQuestion:
    """Return what is allowed of a question; `content` is in the order shown.

    Args:
        fraction: what the answer is worth, None while a person has still to mark it.
        passages: the quotes that settle it.
    """
    return ReviewedQuestion(
        **review_fields(kind, content, answer, fraction, allowed, passages=passages)
    )


def review_fields(
    kind: QuestionType,
    content: Content,
    answer: dict[str, Any] | None,
    fraction: Decimal | None,
    allowed: Allowed,
    *,
    raw: Decimal | None = None,
    passages: Sequence[Any] = (),
) -> dict[str, Any]:
    """Return the fields of a ReviewedQuestion, for those who add to it.

    Args:
        raw: what the answer itself was worth, where `fraction` may be more.
    """
    presented = kind.present(content)
    parts = review_parts.reviewed(
        kind.reviewed_parts(content, answer),
        correctness=allowed.correctness,
        right_answer=allowed.right_answer,
        feedback=allowed.specific_feedback,
    )
    shows_keys = allowed.right_answer and presented["options"]
    return {
        "type": kind.slug,
        "template": kind.review_template,
        "stem_html": content.stem_html,
        "options": _options(kind, content, answer, allowed, presented["options"]),
        "params": presented["params"],
        "answer": answer,
        "summary": kind.summarise(content, answer),
        "answered": answer is not None,
        "fraction": fraction if allowed.marks else None,
        "verdict": verdict_of(answer, fraction, raw) if allowed.correctness else None,
        "right_keys": _right_keys(kind, content) if shows_keys else [],
        "correct_answer": kind.correct_answer(content) if allowed.right_answer else None,
        "correct_summary": kind.describe_correct(content) if allowed.right_answer else None,
        "explanation_html": content.explanation_html if allowed.general_feedback else None,
        "caution_html": content.caution_html if allowed.general_feedback else None,
        "passages": list(passages) if allowed.general_feedback else [],
        "rubric": content.params.get("rubric") if allowed.right_answer else None,
        "parts": parts,
        "layout": review_parts.laid_out(kind.layout(content, answer), parts),
        "plain_stem": kind.plain_stem(content.stem_html),
        "prompt": str(kind.prompt),
    }


def verdict_of(
    answer: dict[str, Any] | None, fraction: Decimal | None, raw: Decimal | None = None
) -> str:
    """Return in one word how a question came out; full marks for all make no answer right."""
    if fraction is None:
        return "waiting"
    if answer is None:
        return "unanswered"
    worth = fraction if raw is None else min(fraction, raw)
    if worth > RIGHT:
        return "right"
    return "part" if worth > Decimal("0.000001") else "wrong"


def _options(
    kind: QuestionType,
    content: Content,
    answer: dict[str, Any] | None,
    allowed: Allowed,
    presented: list[dict[str, Any]],
) -> list[dict[str, Any]]:
    """Return the options: which were chosen, and of each what may be shown.

    Without the right answer only the chosen options are judged and explained. A type that presents
    no options (typed answers) shows its accepted texts only together with the right answer. What a
    type presents without having options (right sides of pairs) is judged by its parts.
    """
    if not content.options:
        unjudged = {"chosen": False, "right": None, "part": None, "fraction": None}
        unjudged |= {"rationale_html": None}
        return [option | unjudged for option in presented]
    picked = kind.chosen(content, answer)
    right = kind.right_options(content)
    options = []
    for index, option in enumerate(content.options):
        chosen = index in picked
        if not (presented or allowed.right_answer or (chosen and allowed.specific_feedback)):
            continue
        judged = kind.options_have_fractions and (
            allowed.right_answer or (allowed.correctness and chosen)
        )
        explained = allowed.specific_feedback and (chosen or allowed.right_answer)
        options.append(
            {
                "key": option_key(index),
                "text": option.html,
                "chosen": chosen,
                "right": index in right if judged else None,
                "part": part_percent(option, is_right=index in right) if judged else None,
                "fraction": option.fraction if judged and allowed.marks else None,
                "rationale_html": option.rationale_html if explained else None,
            }
        )
    return options


def _right_keys(kind: QuestionType, content: Content) -> list[str]:
    return [option_key(index) for index in sorted(kind.right_options(content))]
