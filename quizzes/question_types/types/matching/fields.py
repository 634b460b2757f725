"""How an author writes pairs: the left side, a bar, the right side."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from ...multipart import LinesField, numbered, one_line_of, text_of

PAIRS_LIMIT = 20


class PairsField(LinesField):
    """[["left", "right"], …]: at least two, no left side twice."""

    def to_lines(self, value: Any) -> list[list[str]]:
        return [[text_of(side) for side in pair] for pair in value]

    def from_lines(self, lines: list[tuple[int, list[str]]]) -> Any:
        for number, cells in lines:
            if len(cells) != 2 or not all(cells):
                raise numbered(number, _("write the left side, a bar, and the right side."))
        return [cells for _number, cells in lines]

    def check(self, value: Any) -> None:
        if not isinstance(value, list) or not all(map(_is_pair, value)):
            raise ValidationError(_("Give pairs of a left and a right side, one pair a line."))
        if not 2 <= len(value) <= PAIRS_LIMIT:
            raise ValidationError(_("Give from 2 to %(n)d pairs.") % {"n": PAIRS_LIMIT})
        seen: set[str] = set()
        for number, (left, _right) in enumerate(value, start=1):
            if text_of(left) in seen:
                raise numbered(number, _("this left side is already on an earlier line."))
            seen.add(text_of(left))
        if len({text_of(right) for _left, right in value}) < 2:
            raise ValidationError(_("All pairs have the same right side."))


def _is_pair(pair: Any) -> bool:
    return isinstance(pair, list) and len(pair) == 2 and all(map(one_line_of, pair))
