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
    {"blanks": {"1": "neuro", "2": "a"}},
    {"pairs": {"1": "a", "2": "b"}},
    {"order": ["a", "b", "c"]},
    {"spans": ["s1"]},
)


STONES = ("Amber", "Beryl", "Coral")


def options(right: int, texts: tuple[str, ...] = STONES) -> tuple:
    """Options whose rationales do not differ, so that twins differ in the key alone."""
    return tuple(
        OptionDraft(text, Decimal(index == right), f"{KEY} rationale")
        for index, text in enumerate(texts)
    )


def questions(
    bank: QuestionBank, source: Source, *, right: int = 0, **fields: Any
) -> list[Question]:
    """One of every type, each with canaries in all that may not be shown early."""
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
        "cloze": {
            "stem": f"{STEM}: [[1]] and [[2]]",
            "params": {
                "blanks": {
                    "1": {"accept": [f"{KEY}accepted"]},
                    "2": {"accept": [STONES[right]], "choices": [*STONES]},
                },
                "rationales": {"2": f"{KEY} rationale"},
            },
        },
        "matching": {
            "params": {
                "pairs": [["Left", STONES[right]], ["Other", STONES[1 - right]]],
                "extra": [STONES[2]],
                "rationales": {"Left": f"{KEY} rationale"},
            }
        },
        "ordering": {
            "options": tuple(
                OptionDraft(text, rationale=f"{KEY} rationale")
                for text in STONES[right:] + STONES[:right]
            )
        },
        "hottext": {
            "params": {
                "text": " ".join(f"[[{text}]]" for text in STONES),
                "key": [STONES[right]],
                "rationales": {STONES[right]: f"{KEY} rationale"},
            }
        },
    }
    return [
        make.question(bank, type=kind, **shared | of_type | fields)
        for kind, of_type in by_type.items()
    ]
