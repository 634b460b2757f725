"""A text with blanks, each typed or chosen from a list; every blank earns its share."""

from __future__ import annotations

import re
from collections.abc import Mapping
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
from ...multipart import RationalesField, answers_of, rationale_of, text_of, unknown_rationales
from ..short_answer import NO_MATCH
from ..short_answer.matching import Match, find
from .fields import BlanksField

_BLANK = re.compile(r"\[\[([0-9]{1,2})\]\]")
# A blank in HTML that is text, not part of a tag, in whose attributes it would do harm.
_TAG_OR_BLANK = re.compile(r'(<(?:[^>"]|"[^"]*")*>)|\[\[([0-9]{1,2})\]\]')
GAP = "<span>_____</span>"


def _blanks_field() -> forms.Field:
    return BlanksField(
        label=gettext_lazy("Blanks"),
        help_text=gettext_lazy(
            "Write [[1]], [[2]] … into the question where a blank belongs. Here, one line for each:"
            " "
            "its number, a bar, and the accepted texts with bars between them: “1 | NMDA | "
            "N-methyl-D-aspartate”. To let students choose, list the choices and put a star "
            "before each right one: “2 | *hours | days | weeks”."
        ),
    )


def _in_words(accepted: list[str]) -> str:
    """Return the accepted texts so that the sentence still reads with the first in its place."""
    if len(accepted) < 2:
        return "".join(accepted)
    words = {"first": accepted[0], "others": ", ".join(accepted[1:])}
    return _("%(first)s (also: %(others)s)") % words


def _rationales_field() -> forms.Field:
    return RationalesField(
        label=gettext_lazy("Why"),
        required=False,
        help_text=gettext_lazy("One per line: the number of a blank, a bar, one sentence why."),
    )


class Cloze(QuestionType):
    slug = "cloze"
    label = gettext_lazy("Fill in the blanks")
    summary = gettext_lazy("A text with blanks, each typed or chosen from a list.")
    prompt = gettext_lazy("Fill in the blanks.")
    incomplete_message = gettext_lazy("Not complete yet: fill in every blank.")
    params_fields = {"blanks": _blanks_field, "rationales": _rationales_field}

    def errors(self, content: Content) -> dict[str, list[str]]:
        errors: dict[str, list[str]] = {}
        placed = _BLANK.findall(content.stem)
        blanks = content.params["blanks"]
        missing = [f"[[{name}]]" for name in blanks if name not in placed]
        loose = [f"[[{name}]]" for name in dict.fromkeys(placed) if name not in blanks]
        if len(set(placed)) < len(placed):
            errors["stem"] = [_("A blank occurs twice in the text.")]
        elif missing:
            errors["stem"] = [
                _("The text lacks %(blanks)s.") % {"blanks": ", ".join(missing)},
            ]
        if loose:
            errors["params.blanks"] = [
                _("Say what is accepted for %(blanks)s.") % {"blanks": ", ".join(loose)}
            ]
        if unknown := unknown_rationales(content.params, blanks):
            errors["params.rationales"] = unknown
        return errors

    def order(self, content: Content, *, seed: int, shuffle: bool) -> tuple[int, ...]:
        """Positions of the choices of all blanks, one after the other; each blank keeps its own."""
        order: list[int] = []
        for name, texts in self._choices(content).items():
            count, start = len(texts), len(order)
            mixed = shuffled([not shuffle] * count, seed + int(name))
            order += [start + position for position in mixed]
        return tuple(order)

    def present(self, content: Content) -> dict[str, Any]:
        blanks = [
            {
                "key": name,
                "kind": "choice" if choices else "text",
                "choices": [{"key": key, "text": escape(text)} for key, text in choices.items()],
            }
            for name, choices in self._in_text(content)
        ]
        return {"options": [], "params": {"blanks": blanks}}

    def read(self, content: Content, answer: Any) -> tuple[dict[str, Any] | None, State]:
        blanks = self._in_text(content)
        given = answers_of(answer, "blanks", [name for name, _choices in blanks])
        for name, choices in blanks:
            if choices and name in given and given[name] not in choices:
                raise AnswerShapeError(f'"{name}" must be the key of a choice shown.')
        if not given:
            return None, "todo"
        return {"blanks": given}, "complete" if len(given) == len(blanks) else "invalid"

    def layout(self, content: Content, answer: dict[str, Any] | None) -> list[dict[str, Any]]:
        """The text, cut at its blanks; one that Markdown swallowed stands at the end."""
        given = answer["blanks"] if answer else {}
        shown = {one["key"]: one for one in self.present(content)["params"]["blanks"]}
        layout: list[dict[str, Any]] = []
        start = 0
        for found in _TAG_OR_BLANK.finditer(content.stem_html):
            if found[2] in shown:
                layout.append({"html": content.stem_html[start : found.start()]})
                layout.append(shown.pop(found[2]))
                start = found.end()
        layout.append({"html": content.stem_html[start:]})
        layout += shown.values()
        return [
            {**item, "value": given.get(item["key"], "")} if "key" in item else item
            for item in layout
        ]

    def plain_stem(self, stem_html: str) -> str:
        return _TAG_OR_BLANK.sub(lambda found: found[1] or GAP, stem_html)

    def grade(self, content: Content, answer: dict[str, Any] | None) -> Grade:
        """The mean of the blanks; one left empty earns nothing."""
        if answer is None:
            return Grade(to_fraction(0))
        parts, slips = [], []
        blanks = self._in_text(content)
        for name, choices in blanks:
            if name not in answer["blanks"]:
                continue
            words, right, slipped = self._judged(content, name, choices, answer["blanks"][name])
            words = one_line(words, CLASSIFICATION_LIMIT)
            parts.append(Part(name, words, to_fraction(int(right))))
            slips += [name] if slipped else []
        earned = sum(Fraction(part.fraction) for part in parts)
        feedback = ""
        if slips:
            names = {"names": ", ".join(slips)}
            feedback = _("A spelling slip was accepted in blank %(names)s.") % names
        return Grade(to_fraction(Fraction(earned) / len(blanks)), tuple(parts), feedback)

    def reviewed_parts(
        self, content: Content, answer: dict[str, Any] | None
    ) -> tuple[ReviewedPart, ...]:
        found = []
        for name, choices in self._in_text(content):
            typed = answer["blanks"].get(name, "") if answer else ""
            right = self._judged(content, name, choices, typed)[1]
            correct = _in_words(self._accepted(content, name))
            rationale = rationale_of(content.params, name)
            given = choices.get(typed, typed)
            found.append(ReviewedPart(name, given, right, correct, rationale))
        return tuple(found)

    def correct_answer(self, content: Content) -> dict[str, Any] | None:
        best = {}
        for name, choices in self._in_text(content):
            accepted = self._accepted(content, name)
            keys = [key for key, text in choices.items() if text in accepted]
            best[name] = keys[0] if keys else accepted[0]
        return {"blanks": best}

    def summarise(self, content: Content, answer: dict[str, Any] | None) -> str:
        blanks = self._in_text(content)
        words = []
        for name, choices in blanks:
            typed = answer["blanks"].get(name, "") if answer else ""
            if typed:
                text = one_line(choices.get(typed, typed), 80)
                words.append(text if len(blanks) == 1 else f"{name}: {text}")
        return one_line("; ".join(words), 1_000)

    def random_guess_score(self, content: Content) -> Decimal | None:
        """Mean over the blanks: the share of right choices, and nothing for what is typed."""
        blanks = self._in_text(content)
        worth = sum(
            Fraction(len(set(self._accepted(content, name))), len(choices))
            for name, choices in blanks
            if choices
        )
        return to_fraction(Fraction(worth) / len(blanks))

    def _judged(
        self, content: Content, name: str, choices: Mapping[str, str], typed: str
    ) -> tuple[str, bool, bool]:
        """What an answer to a blank counts as, whether that is right, and whether by a slip."""
        accepted = self._accepted(content, name)
        if choices:
            text = choices.get(typed, "")
            return text, text in accepted, False
        match: Match | None = find(typed, accepted, [1] * len(accepted))
        if match is None:
            return NO_MATCH, False, False
        return accepted[match.place], True, match.edits > 0

    def _accepted(self, content: Content, name: str) -> list[str]:
        return [text_of(text) for text in content.params["blanks"][name]["accept"]]

    def _choices(self, content: Content) -> dict[str, list[str]]:
        """The authored choices of each blank by number: not every database keeps their order."""
        blanks = content.params["blanks"]
        return {
            name: [text_of(text) for text in blanks[name].get("choices") or []]
            for name in sorted(blanks, key=int)
        }

    def _in_text(self, content: Content) -> list[tuple[str, dict[str, str]]]:
        """Blanks in the order of the text, each with its choices by key, as shown."""
        order = content.order or self.order(content, seed=0, shuffle=False)
        choices: dict[str, dict[str, str]] = {}
        start = 0
        for name, texts in self._choices(content).items():
            places = [position - start for position in order[start : start + len(texts)]]
            choices[name] = {option_key(i): texts[place] for i, place in enumerate(places)}
            start += len(texts)
        placed = [name for name in _BLANK.findall(content.stem) if name in choices]
        return [(name, choices[name]) for name in dict.fromkeys([*placed, *choices])]


question_type = Cloze()
