"""One wording of a question as its type sees it: frozen values, no models."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any


@dataclass(frozen=True, slots=True)
class OptionContent:
    """A choice, or an accepted text: a fraction above 0 makes it a key, else it is a distractor."""

    id: int | None
    text: str
    html: str
    fraction: Decimal
    rationale: str
    rationale_html: str
    pinned: bool = False

    @property
    def is_key(self) -> bool:
        return self.fraction > 0


@dataclass(frozen=True, slots=True)
class Content:
    """One wording of a question as a type sees it; html is sanitised when it is stored."""

    stem: str
    stem_html: str
    options: tuple[OptionContent, ...]
    params: Mapping[str, Any]
    explanation_html: str = ""
    caution_html: str = ""
    hints: tuple[str, ...] = ()
    penalty: Decimal = Decimal("0.3333333")
    order: tuple[int, ...] = ()  # what QuestionType.order gave, once it is arranged

    def arranged(self, order: Sequence[int]) -> Content:
        """The same content in the order shown: 0-based authored positions, of the options if there
        are any, else of what the type shuffles. Texts that a correction has added come last."""
        if self.options and len(order) < len(self.options):
            order = (*order, *range(len(order), len(self.options)))
        options = tuple(self.options[position] for position in order) if self.options else ()
        known = len(self.order) == len(order)
        order = tuple(self.order[position] for position in order) if known else tuple(order)
        return replace(self, options=options, order=order)
