"""A word or a few, compared with the accepted texts."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.html import escape
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ...base import (
    CLASSIFICATION_LIMIT,
    Content,
    Grade,
    OptionContent,
    Part,
    QuestionType,
    State,
    answer_text,
    one_line,
    to_fraction,
)
from ...choices import best_options
from ...correcting import ONE
from .matching import LENGTH_LIMIT, Match, find, normalise

NO_MATCH = "no match"


class ShortAnswer(QuestionType):
    slug = "short_answer"
    label = gettext_lazy("Short answer")
    summary = gettext_lazy("A word or a few, compared with the texts you accept.")
    options_help = gettext_lazy(
        "One row for each text that counts, marked as right: synonyms and abbreviations, too. "
        "Capitals, spaces and one slip in a longer word are accepted automatically. A wrong answer "
        "that you foresee may stand here as wrong, with why."
    )
    min_options = 1
    max_options = 50
    new_options_are_right = True

    def errors(self, content: Content) -> dict[str, list[str]]:
        errors: dict[str, list[str]] = {}
        worth: dict[str, Decimal] = {}
        for index, option in enumerate(content.options):
            text = normalise(option.text)
            if option.fraction < 0:
                errors[f"options.{index}"] = [_("An expected wrong answer has the fraction 0.")]
            elif not text:
                errors[f"options.{index}"] = [_("There is nothing to compare in this text.")]
            elif len(option.text) > LENGTH_LIMIT:
                errors[f"options.{index}"] = [
                    _("A text to compare has at most %(n)d characters.") % {"n": LENGTH_LIMIT}
                ]
            elif worth.setdefault(text, option.fraction) != option.fraction:
                # Listed twice alike it does no harm: people list "X-ray" beside "x ray".
                errors[f"options.{index}"] = [
                    _("This text compares as equal to an earlier one of another fraction.")
                ]
        if not any(option.fraction == 1 for option in content.options):
            errors["options"] = [_("At least one text is right: a fraction of 1.")]
        return errors

    def with_answers(self, content: Content, answers: Any) -> Content:
        """Accept further texts; one that is there already becomes right."""
        if not isinstance(answers, list) or not all(isinstance(one, str) for one in answers):
            raise ValidationError({"answers": _("Give a list of texts.")})
        options = list(content.options)
        places = {normalise(option.text): place for place, option in enumerate(options)}
        for text in (" ".join(answer.split()) for answer in answers):
            place = places.get(normalise(text))
            if place is None:
                places[normalise(text)] = len(options)
                options.append(OptionContent(None, text, escape(text), ONE, "", ""))
            else:
                options[place] = replace(options[place], fraction=ONE)
        return replace(content, options=tuple(options))

    def correction_towards(self, old: Content, new: Content) -> dict[str, Any] | None:
        """Texts that are listed no more are wrong now, those listed since are right."""
        worth = {one.text: one.fraction for one in new.options}
        known = {one.text for one in old.options}
        added = {text: fraction for text, fraction in worth.items() if text not in known}
        if any(fraction not in (0, 1) for fraction in added.values()):
            return None
        payload: dict[str, Any] = {
            "fractions": [str(worth.get(one.text, Decimal(0))) for one in old.options]
        }
        if right := [text for text, fraction in added.items() if fraction == 1]:
            payload["answers"] = right
        return payload

    def read(self, content: Content, answer: Any) -> tuple[dict[str, Any] | None, State]:
        text = answer_text(answer, "text")
        return ({"text": text}, "complete") if text else (None, "todo")

    def grade(self, content: Content, answer: dict[str, Any] | None) -> Grade:
        if answer is None:
            return Grade(to_fraction(0))
        match = self._match(content, answer)
        if match is None:
            return Grade(to_fraction(0), (Part("text", NO_MATCH, to_fraction(0)),))
        option = content.options[match.place]
        fraction = to_fraction(option.fraction)
        part = Part("text", one_line(option.text, CLASSIFICATION_LIMIT), fraction, option.id)
        slip = _("A spelling slip was accepted.") if match.edits and fraction else ""
        return Grade(fraction, (part,), slip)

    def correct_answer(self, content: Content) -> dict[str, Any] | None:
        best = max(content.options, key=lambda option: option.fraction)
        return {"text": best.text.strip()}

    def chosen(self, content: Content, answer: dict[str, Any] | None) -> frozenset[int]:
        match = self._match(content, answer) if answer else None
        return frozenset() if match is None else frozenset({match.place})

    def right_options(self, content: Content) -> frozenset[int]:
        return best_options(content)

    def summarise(self, content: Content, answer: dict[str, Any] | None) -> str:
        return one_line(answer["text"]) if answer else ""

    def _match(self, content: Content, answer: dict[str, Any]) -> Match | None:
        texts = [option.text for option in content.options]
        return find(answer["text"], texts, [option.fraction for option in content.options])


question_type = ShortAnswer()
