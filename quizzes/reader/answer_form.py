"""Reading the form of a question next to the text: plain fields in, an answer out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from quizzes.question_types.base import AnswerShapeError
from quizzes.question_types.fields import answer_from_fields

if TYPE_CHECKING:
    from django.http import QueryDict

_OWN = ("version", "nonce", "confidence")


@dataclass(frozen=True, slots=True)
class Given:
    """What a form says, and which form it is: the wording shown and the order of its options."""

    version_id: int
    nonce: str
    answer: Any
    confidence: int | None


def given(data: QueryDict, question_id: int) -> Given:
    """Return what the form holds of a question; a form that names no wording shows wording 0."""
    prefix = f"q{question_id}-"
    fields = {
        name.removeprefix(prefix): [str(value) for value in values]
        for name, values in data.lists()
        if name.startswith(prefix)
    }
    own = {name: (fields.pop(name, None) or [""])[-1] for name in _OWN}
    version = own["version"]
    is_number = version.isascii() and version.isdigit() and len(version) < 19
    return Given(
        version_id=int(version) if is_number else 0,
        nonce=own["nonce"],
        answer=_answer(fields),
        confidence=int(own["confidence"]) if own["confidence"] in ("1", "2", "3") else None,
    )


def _answer(fields: dict[str, list[str]]) -> Any:
    try:
        return answer_from_fields(fields)
    except AnswerShapeError:
        return None
