"""A text in which the sentences or phrases that show something are to be chosen."""

from __future__ import annotations

from decimal import Decimal
from html import escape
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ...base import (
    CLASSIFICATION_LIMIT,
    ONE,
    ZERO,
    AnswerShapeError,
    Content,
    Grade,
    Part,
    QuestionType,
    State,
    answer_value,
    one_line,
    to_fraction,
)
from ...display.parts import ReviewedPart
from ...multipart import RationalesField, TextsField, rationale_of, text_of, unknown_rationales
from ..multiple_choice.scoring import expected_score, scaled_net, score
from .fields import MarkedTextField, cut, words


def _text_field() -> forms.Field:
    return MarkedTextField(
        label=gettext_lazy("Text to choose from"),
        help_text=gettext_lazy(
            "Put [[every sentence or phrase]] that can be selected in double brackets, the right "
            "ones and the wrong ones. An empty line begins a paragraph."
        ),
    )


def _key_field() -> forms.Field:
    return TextsField(
        label=gettext_lazy("What is right"),
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("One per line: the words between the brackets of each right one."),
    )


def _max_choices_field() -> forms.Field:
    return forms.IntegerField(
        label=gettext_lazy("Maximum number to select"),
        required=False,
        min_value=1,
        help_text=gettext_lazy("Leave empty for no limit. Say the number in the question, too."),
    )


def _rationales_field() -> forms.Field:
    return RationalesField(
        label=gettext_lazy("Why"),
        required=False,
        help_text=gettext_lazy(
            "One per line: the words between the brackets, a bar, one sentence why right or wrong."
        ),
    )


class Hottext(QuestionType):
    slug = "hottext"
    label = gettext_lazy("Choose in the text")
    summary = gettext_lazy("A text in which the sentences that show something are selected.")
    incomplete_message = gettext_lazy("Too many are selected. Remove some.")
    params_fields = {
        "text": _text_field,
        "key": _key_field,
        "max_choices": _max_choices_field,
        "rationales": _rationales_field,
    }

    def errors(self, content: Content) -> dict[str, list[str]]:
        errors: dict[str, list[str]] = {}
        marked = {words(text) for text in self._selectable(content).values()}
        key = [words(text_of(text)) for text in content.params["key"]]
        for number, text in enumerate(key, start=1):
            if text not in marked:
                errors["params.key"] = [
                    _("Line %(n)d: “%(text)s” is not in [[double brackets]] in the text.")
                    % {"n": number, "text": text[:80]}
                ]
        if set(key) >= marked:
            errors["params.key"] = [_("At least one text that can be selected must be wrong.")]
        most = self._max_choices(content)
        if most is not None and not len(key) <= most <= len(marked):
            errors["params.max_choices"] = [
                _("The limit lies between the number of right texts and of all.")
            ]
        if unknown := unknown_rationales(content.params, marked):
            errors["params.rationales"] = unknown
        return errors

    def present(self, content: Content) -> dict[str, Any]:
        spans = [
            {"key": key, "text": escape(text), "selectable": is_marked}
            for key, text, is_marked in self._spans(content)
        ]
        return {
            "options": [],
            "params": {"spans": spans, "max_choices": self._max_choices(content)},
        }

    def read(self, content: Content, answer: Any) -> tuple[dict[str, Any] | None, State]:
        spans = answer_value(answer, "spans")
        if spans is None or spans == []:
            return None, "todo"
        selectable = self._selectable(content)
        if not isinstance(spans, list) or len(spans) > len(selectable):
            raise AnswerShapeError('"spans" must be a list of keys of spans shown.')
        if not all(isinstance(key, str) and key in selectable for key in spans):
            raise AnswerShapeError('"spans" must name spans that can be selected.')
        if len(set(spans)) < len(spans):
            raise AnswerShapeError('"spans" must name each span once.')
        kept = [key for key in selectable if key in spans]
        return {"spans": kept}, "invalid" if self._too_many(content, kept) else "complete"

    def layout(self, content: Content, answer: dict[str, Any] | None) -> list[dict[str, Any]]:
        chosen = answer["spans"] if answer else []
        return [
            {"key": key, "html": escape(text), "value": key in chosen}
            if is_marked
            else {"html": escape(text)}
            for key, text, is_marked in self._spans(content)
        ]

    def grade(self, content: Content, answer: dict[str, Any] | None) -> Grade:
        """Right ones less wrong ones, each as a share."""
        chosen = answer["spans"] if answer else []
        selectable = self._selectable(content)
        worth = self._worth(content)
        parts = tuple(
            Part(key, one_line(selectable[key], CLASSIFICATION_LIMIT), to_fraction(worth[key]))
            for key in chosen
        )
        if self._too_many(content, chosen):
            return Grade(to_fraction(0), parts, _("More was selected than allowed."))
        places = frozenset(place for place, key in enumerate(selectable) if key in chosen)
        return Grade(to_fraction(score(scaled_net, list(worth.values()), places)), parts)

    def reviewed_parts(
        self, content: Content, answer: dict[str, Any] | None
    ) -> tuple[ReviewedPart, ...]:
        """Every text that could be selected: `right` says whether it belongs to the key."""
        chosen = answer["spans"] if answer else []
        worth = self._worth(content)
        return tuple(
            ReviewedPart(
                key=key,
                given=one_line(text) if key in chosen else "",
                right=bool(worth[key]),
                correct=one_line(text) if worth[key] else "",
                rationale=rationale_of(content.params, words(text)),
            )
            for key, text in self._selectable(content).items()
        )

    def correct_answer(self, content: Content) -> dict[str, Any] | None:
        return {"spans": [key for key, worth in self._worth(content).items() if worth]}

    def summarise(self, content: Content, answer: dict[str, Any] | None) -> str:
        selectable = self._selectable(content)
        chosen = answer["spans"] if answer else []
        return one_line("; ".join(f"“{one_line(selectable[key], 120)}”" for key in chosen), 1_000)

    def random_guess_score(self, content: Content) -> Decimal | None:
        """Mean over all ways to select, equally likely; with a limit, over those that use it up."""
        fractions = list(self._worth(content).values())
        return to_fraction(expected_score(scaled_net, fractions, self._max_choices(content)))

    def _spans(self, content: Content) -> list[tuple[str, str, bool]]:
        return [
            (f"s{number}", text, is_marked)
            for number, (text, is_marked) in enumerate(cut(content.params["text"]), start=1)
        ]

    def _selectable(self, content: Content) -> dict[str, str]:
        return {key: text for key, text, is_marked in self._spans(content) if is_marked}

    def _worth(self, content: Content) -> dict[str, Decimal]:
        key = {words(text_of(text)) for text in content.params["key"]}
        return {
            name: ONE if words(text) in key else ZERO
            for name, text in self._selectable(content).items()
        }

    def _max_choices(self, content: Content) -> int | None:
        most = content.params.get("max_choices")
        return int(most) if most else None

    def _too_many(self, content: Content, chosen: list[str]) -> bool:
        most = self._max_choices(content)
        return most is not None and len(chosen) > most


question_type = Hottext()
