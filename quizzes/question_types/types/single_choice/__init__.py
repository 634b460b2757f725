"""One best answer among several options."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ...base import AnswerShapeError, Content, Grade, State, answer_value, option_key, to_fraction
from ...choices import ChoiceType, best_options, named, part_of, place_of


class SingleChoice(ChoiceType):
    slug = "single_choice"
    label = gettext_lazy("Single choice")
    summary = gettext_lazy("Several options, one of them is the best answer.")
    min_options = 2
    max_options = 26

    def errors(self, content: Content) -> dict[str, list[str]]:
        errors = self.negative_errors(content)
        full = sum(option.fraction == 1 for option in content.options)
        if full != 1:
            errors["options"] = [_("Exactly one option has the fraction 1: the best answer.")]
        return errors

    def correction_errors(self, content: Content) -> dict[str, list[str]]:
        errors = self._common_errors(content) or self.negative_errors(content)
        if not errors and not any(option.fraction == 1 for option in content.options):
            errors["options"] = [_("At least one option has the fraction 1: the best answer.")]
        return errors

    def as_authored(self, content: Content) -> Content:
        return self.with_one_best(content)

    def read(self, content: Content, answer: Any) -> tuple[dict[str, Any] | None, State]:
        choice = answer_value(answer, "choice")
        if choice is None or choice == "":
            return None, "todo"
        if place_of(content, choice) is None:
            raise AnswerShapeError('"choice" must be the key of an option shown.')
        return {"choice": choice}, "complete"

    def grade(self, content: Content, answer: dict[str, Any] | None) -> Grade:
        if answer is None:
            return Grade(to_fraction(0))
        place = place_of(content, answer["choice"])
        if place is None:
            return Grade(to_fraction(0))
        option = content.options[place]
        fraction = to_fraction(option.fraction)
        return Grade(fraction, (part_of("choice", option, fraction),))

    def correct_answer(self, content: Content) -> dict[str, Any] | None:
        best = max(range(len(content.options)), key=lambda place: content.options[place].fraction)
        return {"choice": option_key(best)}

    def chosen(self, content: Content, answer: dict[str, Any] | None) -> frozenset[int]:
        place = place_of(content, answer["choice"]) if answer else None
        return frozenset() if place is None else frozenset({place})

    def right_options(self, content: Content) -> frozenset[int]:
        return best_options(content)

    def summarise(self, content: Content, answer: dict[str, Any] | None) -> str:
        return "".join(named(content, place) for place in self.chosen(content, answer))

    def random_guess_score(self, content: Content) -> Decimal | None:
        """Mean of the options' fractions."""
        total = sum((Fraction(option.fraction) for option in content.options), Fraction(0))
        return to_fraction(total / len(content.options))


question_type = SingleChoice()
