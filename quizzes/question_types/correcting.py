"""What every type answers when its key was wrong. Content is as authored here, never arranged."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from .content import Content

ONE = Decimal(1)
# Of options that a correction made right beside the best one, when they are written out again.
ALMOST_ONE = Decimal("0.9999999")
_SEVEN_PLACES = Decimal("0.0000001")


class Correctable:
    """The part of a question type that knows how its key is corrected."""

    options_have_fractions: ClassVar[bool]

    def _common_errors(self, content: Content) -> dict[str, list[str]]:
        raise NotImplementedError

    def errors(self, content: Content) -> dict[str, list[str]]:
        raise NotImplementedError

    def corrected(self, content: Content, payload: Mapping[str, Any], *, adds: bool) -> Content:
        """The content with the key of a correction; what it presents must stay as it is.

        `payload` gives `fractions` by authored position, `params` that replace those of the same
        name, or `answers` that are right, too; `adds` keeps right what was. Content is as authored.
        Raises ValidationError for what this type cannot be corrected by.
        """
        unknown = set(payload) - {"fractions", "params", "answers"}
        if unknown or not payload:
            raise ValidationError(_("A correction says what is right."))
        if payload.get("fractions") is not None:
            content = self._with_fractions(content, payload["fractions"], adds=adds)
        if payload.get("params") is not None:
            if not isinstance(payload["params"], Mapping):
                raise ValidationError({"params": _("This must be an object.")})
            content = replace(content, params={**content.params, **payload["params"]})
        if payload.get("answers"):
            content = self.with_answers(content, payload["answers"])
        return content

    def _with_fractions(self, content: Content, fractions: Any, *, adds: bool) -> Content:
        if not self.options_have_fractions or not content.options:
            raise ValidationError({"fractions": _("This type has no options right or wrong.")})
        if not isinstance(fractions, list) or len(fractions) != len(content.options):
            count = {"n": len(content.options)}
            raise ValidationError({"fractions": _("Give %(n)d fractions, one an option.") % count})
        worth = []
        for option, value in zip(content.options, fractions, strict=True):
            try:
                fraction = Decimal(str(value)).quantize(_SEVEN_PLACES, rounding=ROUND_HALF_EVEN)
            except ArithmeticError as error:
                raise ValidationError({"fractions": _("Give numbers.")}) from error
            if not -1 <= fraction <= 1:
                raise ValidationError({"fractions": _("A fraction lies between -1 and 1.")})
            worth.append(max(option.fraction, fraction) if adds else fraction)
        options = [
            replace(option, fraction=fraction)
            for option, fraction in zip(content.options, worth, strict=True)
        ]
        return replace(content, options=tuple(options))

    def with_answers(self, content: Content, answers: Any) -> Content:
        """The content with texts that are right, too, for types that compare texts."""
        raise ValidationError({"answers": _("This type does not compare texts.")})

    def correction_errors(self, content: Content) -> dict[str, list[str]]:
        """What is wrong with a key after its correction; two options may be the best then."""
        return self._common_errors(content) or self.errors(content)

    def correction_towards(self, old: Content, new: Content) -> dict[str, Any] | None:
        """The payload that gives `old` the key of `new`, its later wording; None if none does."""
        payload: dict[str, Any] = {}
        if self.options_have_fractions and old.options:
            worth = {one.text: one.fraction for one in new.options}
            if set(worth) != {one.text for one in old.options}:
                return None
            payload["fractions"] = [str(worth[one.text]) for one in old.options]
        if dict(old.params) != dict(new.params) or not payload:
            payload["params"] = dict(new.params)
        return payload

    def as_authored(self, content: Content) -> Content:
        """Corrected content as its author would have written it, so that it passes clean()."""
        return content

    @staticmethod
    def with_one_best(content: Content) -> Content:
        """One option stays the best; others that are right, too, are so by less than a rounding."""
        best = next((one for one in content.options if one.fraction == ONE), None)
        options = [
            replace(one, fraction=ALMOST_ONE) if one.fraction == ONE and one is not best else one
            for one in content.options
        ]
        return replace(content, options=tuple(options))
