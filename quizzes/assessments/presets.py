"""What practice, homework and an exam mean: behaviour, review options and the rest. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from quizzes.assessments import review_options


@dataclass(frozen=True, slots=True)
class Preset:
    """The settings a quiz starts from; each may be changed afterwards."""

    mode: str
    behaviour: str
    review: str  # name of a matrix in review_options
    ask_confidence: bool

    def settings(self, *, closes: bool) -> dict[str, Any]:
        """Return the fields of a quiz. An exam that never closes is a self-test, since its answers
        would otherwise never be shown."""
        review = "self_test" if self.review == "exam" and not closes else self.review
        return {
            "mode": self.mode,
            "behaviour": self.behaviour,
            "review": review_options.preset(review),
            "ask_confidence": self.ask_confidence,
        }


PRESETS = {
    "practice": Preset("practice", "immediate", "practice", ask_confidence=True),
    "homework": Preset("homework", "deferred", "homework", ask_confidence=True),
    "exam": Preset("exam", "deferred", "exam", ask_confidence=True),
}
