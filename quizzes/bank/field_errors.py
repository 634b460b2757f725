"""Everything wrong with a draft, as sentences by place. Pure.

Places are named as in files and forms, counted from 0: "stem", "options.2.rationale".
"""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from quizzes.material import markup

_SEVEN_PLACES = Decimal("0.0000001")


class FieldErrors(dict[str, list[str]]):
    """Sentences by place."""

    def __missing__(self, place: str) -> list[str]:
        return self.setdefault(place, [])

    def raise_if_any(self) -> None:
        """Raise them as one ValidationError, if there are any."""
        if self:
            raise ValidationError(dict(self))

    def text(self, place: str, value: object, limit: int) -> str:
        """Return a text as it is stored; "" and an error where it is none."""
        if not isinstance(value, str):
            self[place].append(_("This must be text."))
        elif len(value) > limit:
            self[place].append(_("At most %(n)d characters.") % {"n": limit})
        else:
            try:
                return markup.clean(value).strip("\n").rstrip()
            except ValidationError as error:
                self[place].extend(error.messages)
        return ""

    def line(self, place: str, value: object, limit: int) -> str:
        """Return a text on one line as it is stored."""
        return " ".join(self.text(place, value, limit).split())

    def share(self, place: str, value: object, least: int) -> Decimal:
        """Return a number from `least` to 1 with 7 decimals."""
        if isinstance(value, Decimal) and value.is_finite() and least <= value <= 1:
            return value.quantize(_SEVEN_PLACES, rounding=ROUND_HALF_EVEN) + 0
        message = _("This must be a number from %(least)d to 1.")
        self[place].append(message % {"least": least})
        return Decimal(0)

    def at_most(self, place: str, values: tuple[Any, ...], limit: int) -> bool:
        """Whether there are few enough values; an error where not."""
        if len(values) > limit:
            self[place].append(_("At most %(n)d.") % {"n": limit})
        return len(values) <= limit
