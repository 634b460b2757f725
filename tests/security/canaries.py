"""Questions of every type with a canary in all that tells right from wrong."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from quizzes.bank.drafts import AnchorDraft, OptionDraft
from quizzes.bank.models import Question, QuestionBank
from quizzes.material.models import Source
from tests import make

KEY = "canarykey"  # in what is never shown before the release
STEM = "canarystem"  # in what an exam-only bank must not show outside its attempts
NUMBER = "73519.25"
TOKENS = (
    *(f"{KEY} {what}" for what in ("rationale", "explanation", "caution", "why")),
    f"{KEY}accepted",
    NUMBER,
)
# An answer of each type that any student could give, in the order of `questions`.
ANSWERS: tuple[dict[str, Any], ...] = (
    {"choice": "a"},
    {"choices": ["a"]},
    {"value": True},
    {"text": "neuro"},
    {"value": "1"},
    {"text": "An essay."},
)


def options(right: int, texts: tuple[str, ...] = ("Amber", "Beryl", "Coral")) -> tuple:
    """Options whose rationales do not differ, so that twins differ in the key alone."""
    return tuple(
        OptionDraft(text, Decimal(index == right), f"{KEY} rationale")
        for index, text in enumerate(texts)
    )


def questions(
    bank: QuestionBank, source: Source, *, right: int = 0, **fields: Any
) -> list[Question]:
    """One of every type, each with canaries in all that may not be told early."""
    shared = {
        "stem": f"{STEM}: which of these?",
        "explanation": f"{KEY} explanation",
        "caution": f"{KEY} caution",
        "hints": (f"{KEY} hint",),
        "anchors": (AnchorDraft(source.slug, "first-act", "blocks the NMDA receptor"),),
    }
    by_type: dict[str, dict[str, Any]] = {
        "single_choice": {"options": options(right)},
        "multiple_choice": {"options": options(right), "params": {"grading": "scaled_net"}},
        "true_false": {"options": options(right % 2, ("True", "False"))},
        "short_answer": {"options": (OptionDraft(f"{KEY}accepted", Decimal(1), f"{KEY} why"),)},
        "numeric": {"params": {"value": NUMBER, "tolerance": 0}, "options": ()},
        "essay": {"params": {"rubric": f"{KEY} rubric", "max_words": 90}, "options": ()},
    }
    return [
        make.question(bank, type=kind, **shared | of_type | fields)
        for kind, of_type in by_type.items()
    ]
