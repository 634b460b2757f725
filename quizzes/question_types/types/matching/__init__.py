"""Two columns: for each thing on the left, what belongs to it on the right."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from html import escape
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ...base import (
    CLASSIFICATION_LIMIT,
    AnswerShapeError,
    Content,
    Grade,
    Part,
    QuestionType,
    State,
    one_line,
    option_key,
    to_fraction,
)
from ...choices import shuffled
from ...display.parts import ReviewedPart
from ...multipart import (
    RationalesField,
    TextsField,
    answers_of,
    rationale_of,
    text_of,
    unknown_rationales,
)
from .fields import PairsField

RIGHT_LIMIT = 26
_SUMMARY = 40


def _pairs_field() -> forms.Field:
    return PairsField(
        label=gettext_lazy("Pairs"),
        help_text=gettext_lazy(
            "One per line: the left side, a bar, what belongs to it. For example “half-life | "
            "about "
            "3 hours”. The right sides are shown mixed; one may belong to several left sides."
        ),
    )


def _extra_field() -> forms.Field:
    return TextsField(
        label=gettext_lazy("Further right sides"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy(
            "One per line: what belongs to no left side, so that the last pair is not left over."
        ),
    )


def _rationales_field() -> forms.Field:
    return RationalesField(
        label=gettext_lazy("Why"),
        required=False,
        help_text=gettext_lazy("One per line: a left side as above, a bar, one sentence why."),
    )


class Matching(QuestionType):
    slug = "matching"
    label = gettext_lazy("Matching")
    summary = gettext_lazy("Two columns: what on the right belongs to each on the left.")
    incomplete_message = gettext_lazy("Not complete yet: choose something for each.")
    params_fields = {
        "pairs": _pairs_field,
        "extra": _extra_field,
        "rationales": _rationales_field,
    }

    def errors(self, content: Content) -> dict[str, list[str]]:
        errors: dict[str, list[str]] = {}
        rights = {right for _left, right in self._pairs(content)}
        extra = [text_of(text) for text in content.params.get("extra") or []]
        for number, text in enumerate(extra, start=1):
            if text in rights:
                errors["params.extra"] = [
                    _("Line %(n)d: this is the right side of a pair.") % {"n": number}
                ]
        if len(rights) + len(extra) > RIGHT_LIMIT:
            errors["params.extra"] = [_("At most %(n)d right sides.") % {"n": RIGHT_LIMIT}]
        lefts = [left for left, _right in self._pairs(content)]
        if unknown := unknown_rationales(content.params, lefts):
            errors["params.rationales"] = unknown
        return errors

    def order(self, content: Content, *, seed: int, shuffle: bool) -> tuple[int, ...]:
        """Positions of the right sides, always mixed: as authored they stand beside their left."""
        return shuffled((False for _right in self._all_rights(content)), seed)

    def present(self, content: Content) -> dict[str, Any]:
        rights = [
            {"key": option_key(place), "text": escape(text)}
            for place, text in enumerate(self._rights(content))
        ]
        left = [
            {"key": str(number), "text": escape(text)}
            for number, (text, _right) in enumerate(self._pairs(content), start=1)
        ]
        return {"options": rights, "params": {"left": left}}

    def read(self, content: Content, answer: Any) -> tuple[dict[str, Any] | None, State]:
        lefts = [str(number) for number, _pair in enumerate(self._pairs(content), start=1)]
        given = answers_of(answer, "pairs", lefts)
        known = {option_key(place) for place, _text in enumerate(self._rights(content))}
        if not set(given.values()) <= known:
            raise AnswerShapeError('"pairs" must name right sides shown.')
        if not given:
            return None, "todo"
        return {"pairs": given}, "complete" if len(given) == len(lefts) else "invalid"

    def layout(self, content: Content, answer: dict[str, Any] | None) -> list[dict[str, Any]]:
        given = answer["pairs"] if answer else {}
        return [
            {"key": str(number), "html": escape(left), "value": given.get(str(number), "")}
            for number, (left, _right) in enumerate(self._pairs(content), start=1)
        ]

    def grade(self, content: Content, answer: dict[str, Any] | None) -> Grade:
        """The mean of the pairs; one left open earns nothing."""
        if answer is None:
            return Grade(to_fraction(0))
        parts = tuple(
            Part(part.key, one_line(part.given, CLASSIFICATION_LIMIT), to_fraction(int(part.right)))
            for part in self.reviewed_parts(content, answer)
            if part.given and part.right is not None
        )
        right = sum(Fraction(part.fraction) for part in parts)
        return Grade(to_fraction(Fraction(right) / len(self._pairs(content))), parts)

    def reviewed_parts(
        self, content: Content, answer: dict[str, Any] | None
    ) -> tuple[ReviewedPart, ...]:
        found = []
        texts = self._by_key(content)
        for number, (left, right) in enumerate(self._pairs(content), start=1):
            given = texts.get(answer["pairs"].get(str(number)), "") if answer else ""
            rationale = rationale_of(content.params, left)
            found.append(ReviewedPart(str(number), given, given == right, right, rationale))
        return tuple(found)

    def correct_answer(self, content: Content) -> dict[str, Any] | None:
        keys = {text: key for key, text in self._by_key(content).items()}
        pairs = enumerate(self._pairs(content), start=1)
        return {"pairs": {str(number): keys[right] for number, (_left, right) in pairs}}

    def summarise(self, content: Content, answer: dict[str, Any] | None) -> str:
        texts = self._by_key(content)
        given = answer["pairs"] if answer else {}
        words = []
        for number, (left, _right) in enumerate(self._pairs(content), start=1):
            if str(number) in given:
                right = one_line(texts[given[str(number)]], _SUMMARY)
                words.append(f"{one_line(left, _SUMMARY)} → {right}")
        return one_line("; ".join(words), 1_000)

    def random_guess_score(self, content: Content) -> Decimal | None:
        """Each pair is found by one of the right sides shown."""
        return to_fraction(Fraction(1, len(self._all_rights(content))))

    def _pairs(self, content: Content) -> list[tuple[str, str]]:
        return [(text_of(left), text_of(right)) for left, right in content.params["pairs"]]

    def _all_rights(self, content: Content) -> list[str]:
        """The right sides, each once, by the alphabet: nothing of the pairs goes into the order."""
        rights = {right for _left, right in self._pairs(content)}
        return sorted(rights | {text_of(text) for text in content.params.get("extra") or []})

    def _rights(self, content: Content) -> list[str]:
        """The right sides as shown. What nobody arranged is mixed: it must never show the key."""
        rights = self._all_rights(content)
        order = content.order or self.order(content, seed=0, shuffle=True)
        return [rights[position] for position in order]

    def _by_key(self, content: Content) -> dict[Any, str]:
        return {option_key(place): text for place, text in enumerate(self._rights(content))}


question_type = Matching()
