"""The parts of an answer in a review, and what may be shown of each.

A type gives everything it knows; whoever makes the page says what the review options allow.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class ReviewedPart:
    """A part of an answer: a blank, a pair, a place, a sentence. All of it is plain text.

    `given` is what was answered there, "" for nothing; `right` whether that is so (None where it is
    neither); `correct` what would have been, `rationale` why.
    """

    key: str
    given: str
    right: bool | None
    correct: str
    rationale: str = ""


def reviewed(
    parts: Iterable[ReviewedPart], *, correctness: bool, right_answer: bool, feedback: bool
) -> list[dict[str, Any]]:
    """Return of each part what may be shown; None stands for what may not.

    What is right is told of answered parts, or of all together with the right answer. A rationale
    speaks of what is right: it needs the right answer, or a part that is known to be right.
    """
    found = []
    for part in parts:
        judged = right_answer or (correctness and bool(part.given))
        explained = feedback and (right_answer or (judged and part.right is True))
        found.append(
            {
                "key": part.key,
                "given": part.given,
                "right": part.right if judged else None,
                "correct": part.correct if right_answer else None,
                "rationale": part.rationale if explained else None,
            }
        )
    return found


def laid_out(
    layout: Sequence[dict[str, Any]], parts: Iterable[dict[str, Any]]
) -> list[dict[str, Any]]:
    """Return the pieces, each with its part."""
    by_key = {part["key"]: part for part in parts}
    return [{**item, "part": by_key.get(item.get("key"))} for item in layout]
