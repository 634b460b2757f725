"""Several options, any number of which may be right; partial credit by a named rule."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ...base import (
    ONE,
    ZERO,
    AnswerShapeError,
    Content,
    Grade,
    State,
    answer_value,
    option_key,
    to_fraction,
)
from ...choices import ChoiceType, named, part_of, place_of
from .scoring import DEFAULT, RULES, expected_score, score


def _grading_field() -> forms.Field:
    return forms.ChoiceField(
        label=gettext_lazy("Partial credit"),
        required=False,
        initial=DEFAULT,
        choices=[
            ("scaled_net", gettext_lazy("Right ticks less wrong ticks, each as a share")),
            ("all_or_nothing", gettext_lazy("All or nothing")),
            ("each_answer", gettext_lazy("Each option counts alike")),
            ("author_weights", gettext_lazy("The options' own fractions, added up")),
        ],
        help_text=gettext_lazy(
            "Right less wrong is best for practice: ticking everything scores nothing. "
            "All or nothing suits exams."
        ),
    )


def _max_choices_field() -> forms.Field:
    return forms.IntegerField(
        label=gettext_lazy("Maximum number of ticks"),
        required=False,
        min_value=1,
        help_text=gettext_lazy("Leave empty for no limit. Say the number in the question, too."),
    )


def _places(content: Content, keys: list[Any]) -> frozenset[int]:
    """Places of the options that these keys name; what names none is left out."""
    places = (place_of(content, key) for key in keys)
    return frozenset(place for place in places if place is not None)


class MultipleChoice(ChoiceType):
    slug = "multiple_choice"
    label = gettext_lazy("Multiple choice")
    summary = gettext_lazy("Several options; all right ones must be ticked.")
    incomplete_message = gettext_lazy("Too many are ticked. Remove some.")
    min_options = 2
    max_options = 26
    params_fields = {"grading": _grading_field, "max_choices": _max_choices_field}

    def errors(self, content: Content) -> dict[str, list[str]]:
        weighs = self._grading(content) == "author_weights"
        errors = {} if weighs else self.negative_errors(content)
        keys = [option.fraction for option in content.options if option.is_key]
        if not keys:
            errors["options"] = [_("At least one option is right: a fraction above 0.")]
        elif weighs and abs(sum(keys, ZERO) - 1) > Decimal("0.001"):
            errors["options"] = [_("With author weights the fractions above 0 add up to 1.")]
        most = self._max_choices(content)
        if most is not None and not len(keys) <= most <= len(content.options):
            errors["params.max_choices"] = [
                _("The limit lies between the number of right options and of all options.")
            ]
        return errors

    def present(self, content: Content) -> dict[str, Any]:
        params = {"grading": self._grading(content), "max_choices": self._max_choices(content)}
        return super().present(content) | {"params": params}

    def read(self, content: Content, answer: Any) -> tuple[dict[str, Any] | None, State]:
        choices = answer_value(answer, "choices")
        if choices is None or choices == []:
            return None, "todo"
        if not isinstance(choices, list) or len(choices) > len(content.options):
            raise AnswerShapeError('"choices" must be a list of keys of options shown.')
        places = _places(content, choices)
        if len(places) < len(choices):
            raise AnswerShapeError('"choices" must name options shown, each once.')
        kept = {"choices": [option_key(place) for place in sorted(places)]}
        return kept, "invalid" if self._too_many(content, len(places)) else "complete"

    def grade(self, content: Content, answer: dict[str, Any] | None) -> Grade:
        ticked = self.chosen(content, answer)
        parts = tuple(
            part_of(option_key(place), content.options[place], self._worth(content, place))
            for place in sorted(ticked)
        )
        if self._too_many(content, len(ticked)):
            return Grade(to_fraction(0), parts, _("More options were ticked than allowed."))
        rule = RULES[self._grading(content)]
        fractions = [option.fraction for option in content.options]
        return Grade(to_fraction(score(rule, fractions, ticked)), parts)

    def correct_answer(self, content: Content) -> dict[str, Any] | None:
        keys = [place for place, option in enumerate(content.options) if option.is_key]
        return {"choices": [option_key(place) for place in keys]}

    def chosen(self, content: Content, answer: dict[str, Any] | None) -> frozenset[int]:
        return _places(content, answer["choices"] if answer else [])

    def summarise(self, content: Content, answer: dict[str, Any] | None) -> str:
        return "; ".join(named(content, place) for place in sorted(self.chosen(content, answer)))

    def random_guess_score(self, content: Content) -> Decimal | None:
        """Mean over all ways to tick, equally likely; with a limit, over those that use it up."""
        rule = RULES[self._grading(content)]
        fractions = [option.fraction for option in content.options]
        return to_fraction(expected_score(rule, fractions, self._max_choices(content)))

    def _grading(self, content: Content) -> str:
        return content.params.get("grading") or DEFAULT

    def _max_choices(self, content: Content) -> int | None:
        most = content.params.get("max_choices")
        return int(most) if most else None

    def _too_many(self, content: Content, ticked: int) -> bool:
        most = self._max_choices(content)
        return most is not None and ticked > most

    def _worth(self, content: Content, place: int) -> Decimal:
        return to_fraction(ONE if content.options[place].is_key else ZERO)


question_type = MultipleChoice()
