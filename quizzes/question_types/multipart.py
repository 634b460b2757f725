"""What the types share whose answer has several parts: how authors write them, how they are read.

Authors write such settings line by line, with bars between what stands on one line. They are stored
as lists and tables, and every line comes back as it was written.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from .base import AnswerShapeError, answer_text, answer_value

TEXT_LENGTH = 1_000  # of what an author writes between two bars
TYPED_LENGTH = 1_000  # of what is answered in one part
_BAR = re.compile(r"(?<!\\)\|")


def numbered(number: int, message: str) -> ValidationError:
    """What is wrong with a line, counted from 1."""
    return ValidationError(_("Line %(n)d: %(what)s") % {"n": number, "what": message})


def text_of(value: Any) -> str:
    """A text as an author's file holds it, where 70 may stand for "70"; "" if it is none."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    return value.strip() if isinstance(value, str) else ""


def one_line_of(value: Any) -> str:
    """A text that fits on one line of the form; "" if it is none."""
    text = text_of(value)
    return "" if "\n" in text or len(text) > TEXT_LENGTH else text


class LinesField(forms.CharField):
    """A list or table that is written line by line. Subclasses know its JSON."""

    widget = forms.Textarea(attrs={"rows": 5})

    def prepare_value(self, value: Any) -> Any:
        if not value or isinstance(value, str):
            return value or ""
        return "\n".join(" | ".join(map(_escaped, cells)) for cells in self.to_lines(value))

    def clean(self, value: Any) -> Any:
        """Return the JSON that a form's lines or a file's value stand for."""
        if value is None or value == "" or value == [] or value == {}:
            if self.required:
                raise ValidationError(_("This is missing."))
            return self.from_lines([])
        if isinstance(value, str):
            value = self.from_lines(
                [(number, _cells(line)) for number, line in _filled(value)],
            )
        self.check(value)
        return value

    def to_lines(self, value: Any) -> list[list[str]]:
        """What stands on each line, of JSON that passed the check."""
        raise NotImplementedError

    def from_lines(self, lines: list[tuple[int, list[str]]]) -> Any:
        """The JSON of numbered lines; ValidationError that names the line."""
        raise NotImplementedError

    def check(self, value: Any) -> None:
        """Raise ValidationError for JSON, from wherever it came, that cannot be asked."""
        raise NotImplementedError


class TextsField(LinesField):
    """One text a line: ["…", "…"]."""

    def to_lines(self, value: Any) -> list[list[str]]:
        return [[text_of(one)] for one in value]

    def from_lines(self, lines: list[tuple[int, list[str]]]) -> Any:
        return [" | ".join(cells) for _number, cells in lines]

    def check(self, value: Any) -> None:
        if not isinstance(value, list) or not all(map(one_line_of, value)):
            raise ValidationError(_("Give a list of texts, each on a line of its own."))
        if len({text_of(one) for one in value}) < len(value):
            raise ValidationError(_("A text is named twice."))


class RationalesField(LinesField):
    """What it is about, and why, on each line: {"…": "…"}."""

    def to_lines(self, value: Any) -> list[list[str]]:
        return [[name, text_of(why)] for name, why in value.items()]

    def from_lines(self, lines: list[tuple[int, list[str]]]) -> Any:
        found: dict[str, str] = {}
        for number, cells in lines:
            if len(cells) != 2:
                raise numbered(number, _("write what it is about, a bar, and why."))
            if cells[0] in found:
                raise numbered(number, _("this is already on an earlier line."))
            found[cells[0]] = cells[1]
        return found

    def check(self, value: Any) -> None:
        if not isinstance(value, dict) or not all(map(one_line_of, [*value, *value.values()])):
            raise ValidationError(_("Give a reason for each, on one line."))


def _filled(text: str) -> list[tuple[int, str]]:
    lines = ((number, line.strip()) for number, line in enumerate(text.splitlines(), start=1))
    return [(number, line) for number, line in lines if line]


def _cells(line: str) -> list[str]:
    return [cell.replace("\\|", "|").strip() for cell in _BAR.split(line)]


def _escaped(cell: str) -> str:
    return cell.replace("|", "\\|")


def answers_of(answer: Any, name: str, keys: Collection[str]) -> dict[str, str]:
    """What was answered in each part, by the parts' keys; parts left empty are left out."""
    value = answer_value(answer, name)
    if value is None:
        return {}
    if not isinstance(value, Mapping) or not set(value) <= set(keys):
        raise AnswerShapeError(f'"{name}" must be an object of parts of this question.')
    found = {}
    for key in keys:
        text = answer_text({key: value.get(key)}, key)
        if len(text) > TYPED_LENGTH:
            raise AnswerShapeError(f'"{key}" may have at most {TYPED_LENGTH} characters.')
        if text:
            found[key] = text
    return found


def unknown_rationales(content_params: Mapping[str, Any], known: Collection[str]) -> list[str]:
    """Complaints about rationales of what there is not."""
    return [
        _("There is no “%(name)s” to explain.") % {"name": name[:80]}
        for name in content_params.get("rationales") or {}
        if name not in known
    ]


def rationale_of(content_params: Mapping[str, Any], name: str) -> str:
    return text_of((content_params.get("rationales") or {}).get(name, ""))
