"""A statement to be judged true or false."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ...base import (
    ZERO,
    AnswerShapeError,
    Content,
    Grade,
    QuestionType,
    State,
    answer_value,
    to_fraction,
)
from ...choices import part_of, plain
from ...correcting import ALMOST_ONE, ONE

_VALUES = {"true": True, "false": False}


def _value(text: str) -> bool | None:
    """The judgement that an option's text stands for."""
    return _VALUES.get(text.strip().casefold())


class TrueFalse(QuestionType):
    slug = "true_false"
    label = gettext_lazy("True or false")
    summary = gettext_lazy("A statement to be judged true or false.")
    min_options = 2
    max_options = 2
    option_texts = ("True", "False")

    def errors(self, content: Content) -> dict[str, list[str]]:
        if {_value(option.text) for option in content.options} != {True, False}:
            return {"options": [_("The two options are called True and False.")]}
        fractions = {option.fraction for option in content.options}
        if fractions not in ({ZERO, ONE}, {ALMOST_ONE, ONE}):
            return {"options": [_("One option has the fraction 1, the other 0.")]}
        return {}

    def correction_errors(self, content: Content) -> dict[str, list[str]]:
        """As when it was written, but both may be right."""
        if errors := self._common_errors(content):
            return errors
        if {option.fraction for option in content.options} == {ONE}:
            return {}
        return self.errors(content)

    def as_authored(self, content: Content) -> Content:
        return self.with_one_best(content)

    def order(self, content: Content, *, seed: int, shuffle: bool) -> tuple[int, ...]:
        """True stands first, however it was authored and whatever is shuffled."""
        places = range(len(content.options))
        return tuple(sorted(places, key=lambda place: not _value(content.options[place].text)))

    def read(self, content: Content, answer: Any) -> tuple[dict[str, Any] | None, State]:
        value = answer_value(answer, "value")
        if value is None:
            return None, "todo"
        if not isinstance(value, bool):
            raise AnswerShapeError('"value" must be true or false.')
        return {"value": value}, "complete"

    def grade(self, content: Content, answer: dict[str, Any] | None) -> Grade:
        parts = tuple(
            part_of("value", content.options[place], to_fraction(content.options[place].fraction))
            for place in self.chosen(content, answer)
        )
        return Grade(parts[0].fraction if parts else to_fraction(0), parts)

    def correct_answer(self, content: Content) -> dict[str, Any] | None:
        return {"value": any(o.is_key and _value(o.text) for o in content.options)}

    def chosen(self, content: Content, answer: dict[str, Any] | None) -> frozenset[int]:
        if answer is None:
            return frozenset()
        return frozenset(
            place
            for place, option in enumerate(content.options)
            if _value(option.text) is answer["value"]
        )

    def summarise(self, content: Content, answer: dict[str, Any] | None) -> str:
        return "".join(plain(content.options[place]) for place in self.chosen(content, answer))

    def random_guess_score(self, content: Content) -> Decimal | None:
        return to_fraction(Decimal("0.5"))


question_type = TrueFalse()
