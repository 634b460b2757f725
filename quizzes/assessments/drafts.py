"""Quizzes that are not stored yet, as files, forms and the API pass them to the services. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from datetime import datetime
from decimal import Decimal
from typing import Any

from quizzes.material.fingerprints import fingerprint

OWN_SETTINGS = "own"


@dataclass(frozen=True, slots=True)
class SlotDraft:
    """A slot of a quiz: the slug of a question, or a draw.

    A draw takes any question that is ready, narrowed by the slug of a topic and by a level. `bank`
    is the slug of the bank, "" for the bank of the quiz; `version` pins a wording by its number.
    """

    question: str = ""
    version: int | None = None
    topic: str = ""
    level: str = ""
    bank: str = ""
    max_mark: Decimal = Decimal(1)

    @property
    def is_draw(self) -> bool:
        return not self.question


@dataclass(frozen=True, slots=True)
class QuizDraft:
    """A quiz. `preset` is OWN_SETTINGS if the behaviour and review options of a quiz read from the
    database match no preset; such a draft can be compared but not written."""

    slug: str
    title: str
    description: str = ""
    preset: str = "practice"
    time_limit_s: int | None = None
    attempts_allowed: int = 0
    pass_mark: Decimal | None = None
    grading_method: str = "highest"
    shuffle_questions: bool = False
    shuffle_options: bool = True
    audience: str = "everyone"
    state: str = "published"
    opens_at: datetime | None = None
    closes_at: datetime | None = None
    slots: tuple[SlotDraft, ...] = field(default=())

    def fingerprint(self) -> str:
        """A hash of everything in the draft."""
        value = {f.name: _exact(getattr(self, f.name)) for f in fields(self) if f.name != "slots"}
        slots = [[_exact(getattr(slot, f.name)) for f in fields(slot)] for slot in self.slots]
        return fingerprint({**value, "slots": slots})


def _exact(value: Any) -> Any:
    """A value of a draft as canonical JSON."""
    if isinstance(value, Decimal):
        return format(value.normalize(), "f")
    return value.timestamp() if isinstance(value, datetime) else value
