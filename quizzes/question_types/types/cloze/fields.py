"""How an author writes blanks: the number of the blank, then what is accepted, between bars.

1 | NMDA | N-methyl-D-aspartate      typed, any of these
2 | *hours | days | weeks            chosen from a list, the right ones with a star
"""

from __future__ import annotations

import re
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from ...multipart import LinesField, numbered, one_line_of, text_of
from ..short_answer.matching import LENGTH_LIMIT, normalise

BLANKS_LIMIT, ACCEPTED_LIMIT, CHOICES_LIMIT = 20, 20, 12
_NUMBER = re.compile(r"[1-9][0-9]?")


class BlanksField(LinesField):
    """{"1": {"accept": ["…"], "choices": ["…"]}}; choices are left out of a typed blank."""

    def to_lines(self, value: Any) -> list[list[str]]:
        return [[number, *_written(value[number])] for number in sorted(value, key=int)]

    def from_lines(self, lines: list[tuple[int, list[str]]]) -> Any:
        blanks: dict[str, Any] = {}
        for number, (name, *cells) in lines:
            if not _NUMBER.fullmatch(name):
                raise numbered(number, _("begin with the number of the blank, as in “1 | NMDA”."))
            if name in blanks:
                raise numbered(number, _("this blank is already on an earlier line."))
            if problem := _problem(_read(cells)):
                raise numbered(number, problem)
            blanks[name] = _read(cells)
        return blanks

    def check(self, value: Any) -> None:
        if not isinstance(value, dict) or not all(map(_NUMBER.fullmatch, value)):
            raise ValidationError(_("Give what is accepted for the number of each blank."))
        if not 1 <= len(value) <= BLANKS_LIMIT:
            raise ValidationError(_("Give from 1 to %(n)d blanks.") % {"n": BLANKS_LIMIT})
        for name, blank in value.items():
            if problem := _problem(blank):
                words = {"name": name, "what": problem}
                raise ValidationError(_("Blank %(name)s: %(what)s") % words)


def _read(cells: list[str]) -> dict[str, Any]:
    """A line's cells as JSON: with a starred one among them they are choices."""
    starred = [cell.startswith("*") for cell in cells]
    texts = [
        _bare(cell[1:].strip() if star else cell) for cell, star in zip(cells, starred, strict=True)
    ]
    if not any(starred):
        return {"accept": texts}
    return {
        "accept": [text for text, star in zip(texts, starred, strict=True) if star],
        "choices": texts,
    }


def _bare(cell: str) -> str:
    return cell[1:] if cell.startswith("\\*") else cell


def _written(blank: Any) -> list[str]:
    accept = [text_of(text) for text in blank["accept"]]
    choices = [text_of(text) for text in blank.get("choices") or []]
    return [
        ("*" if choices and text in accept else "") + ("\\" if text.startswith("*") else "") + text
        for text in choices or accept
    ]


def _problem(blank: Any) -> str:
    """What is wrong with one blank; "" if nothing is."""
    if not isinstance(blank, dict) or not {"accept"} <= set(blank) <= {"accept", "choices"}:
        return _("say what is accepted.")
    accept, choices = blank["accept"], blank.get("choices") or []
    if not isinstance(accept, list) or not accept or not all(map(one_line_of, accept)):
        return _("name at least one accepted text.")
    if not isinstance(choices, list) or not all(map(one_line_of, choices)):
        return _("a choice is empty.")
    if len(accept) > ACCEPTED_LIMIT or len(choices) > CHOICES_LIMIT:
        return _("these are too many.")
    return _choices_problem(accept, choices) if choices else _texts_problem(accept)


def _choices_problem(accept: list[Any], choices: list[Any]) -> str:
    named = [text_of(text) for text in choices]
    right = {text_of(text) for text in accept}
    if len(set(named)) < len(named):
        return _("a choice is named twice.")
    if not right <= set(named):
        return _("what is accepted must be one of the choices.")
    if right == set(named):
        return _("at least one choice must be wrong.")
    return ""


def _texts_problem(accept: list[Any]) -> str:
    texts = [text_of(text) for text in accept]
    if any(len(text) > LENGTH_LIMIT for text in texts):
        return _("an accepted text has at most %(n)d characters.") % {"n": LENGTH_LIMIT}
    if not all(map(normalise, texts)):
        return _("there is nothing to compare in an accepted text.")
    return ""
