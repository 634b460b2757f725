"""What bodies are made of. Input is taken literally: no field is guessed, coerced or ignored."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from django.core.validators import validate_slug
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from quizzes.api.errors import WHOLE_BODY

NAME_SHOWN = 100


class Input(serializers.Serializer[Any]):
    """The body of a writing call: a field it does not name is an error, not ignored."""

    def to_internal_value(self, data: Any) -> dict[str, Any]:
        if not isinstance(data, Mapping):
            raise serializers.ValidationError({WHOLE_BODY: [_("This must be an object.")]})
        unknown = sorted(set(data) - set(self.fields))
        if unknown:
            raise serializers.ValidationError(
                {name[:NAME_SHOWN]: [_("There is no such field here.")] for name in unknown}
            )
        values: dict[str, Any] = super().to_internal_value(data)
        return values


class Output(serializers.Serializer[Any]):
    """The body of a reply: exactly these fields leave the server. All are always there."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("read_only", True)
        super().__init__(*args, **kwargs)


class Text(serializers.CharField):
    """A string. A number is not a string."""

    def __init__(self, **kwargs: Any) -> None:
        # Authors' texts are cleaned by the services; what a person typed is not trimmed here.
        kwargs.setdefault("trim_whitespace", False)
        super().__init__(**kwargs)

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("invalid")
        return super().to_internal_value(data)


class Slug(Text):
    """A name in addresses and files."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=80, validators=[validate_slug], **kwargs)


class Whole(serializers.IntegerField):
    """A whole number, written as one: neither true, nor "1", nor 1.0."""

    def to_internal_value(self, data: Any) -> int:
        if not isinstance(data, int) or isinstance(data, bool):
            self.fail("invalid")
        return int(data)


class Flag(serializers.BooleanField):
    """true or false, and nothing that resembles them."""

    def to_internal_value(self, data: Any) -> bool:
        if not isinstance(data, bool):
            self.fail("invalid", input=str(data)[:NAME_SHOWN])
        return bool(data)


@extend_schema_field({"type": "number"})
class Number(serializers.Field[Decimal, Any, float, Any]):
    """A JSON number with at most `places` decimals, between `low` and `high`."""

    default_error_messages = {
        "invalid": _("A number is expected."),
        "range": _("This must lie between {low} and {high}."),
    }

    def __init__(self, *, low: int, high: int, places: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.low, self.high = low, high
        self.unit = Decimal(1).scaleb(-places)

    def to_internal_value(self, data: Any) -> Decimal:
        if isinstance(data, bool) or not isinstance(data, int | float):
            self.fail("invalid")
        if not self.low <= data <= self.high:
            self.fail("range", low=self.low, high=self.high)
        return Decimal(repr(data)).quantize(self.unit)

    def to_representation(self, value: Decimal) -> float:
        return float(value)


class Moment(serializers.DateTimeField):
    """An instant, in ISO 8601; always told in UTC with Z."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(default_timezone=UTC, **kwargs)

    def to_internal_value(self, value: Any) -> datetime:
        if not isinstance(value, str) or len(value) > 40:
            self.fail("invalid", format="2026-09-01T09:00:00Z")
        try:
            moment = super().to_internal_value(value)
        except OverflowError:
            self.fail("invalid", format="2026-09-01T09:00:00Z")
        # What lies at the ends of time cannot be moved into another time zone.
        if not 1900 <= moment.year <= 9000:
            self.fail("invalid", format="2026-09-01T09:00:00Z")
        return moment


def iso(moment: datetime) -> str:
    """Return an instant as every reply writes it."""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")
