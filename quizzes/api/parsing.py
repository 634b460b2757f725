"""Reading JSON strictly: what two readers could understand differently is refused.

One place for the whole API: DRF views parse through `StrictJSONParser`, the answer path calls
`parse` itself. Whatever passes can be stored by every database.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from typing import IO, Any

import msgspec
from django.utils.translation import gettext as _
from rest_framework.exceptions import ParseError
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.parsers import BaseParser
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request

SIZE_LIMIT = 1_000_000
DEPTH_LIMIT = 20
DIGITS_LIMIT = 40
_STRING = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"')


class BrokenJSON(ValueError):
    """The body is not JSON as we take it; the message is for the caller."""


def parse(body: bytes) -> Any:
    """Return the value in `body`.

    Raises:
        BrokenJSON: not JSON in UTF-8, too large or deep, a name twice, NaN, a number of absurd
            length, or a text that cannot be stored.
    """
    if len(body) > SIZE_LIMIT:
        raise BrokenJSON(_("The body has more than %(n)d bytes.") % {"n": SIZE_LIMIT})
    try:
        value = _decoder.decode(body)
    except RecursionError as error:
        raise BrokenJSON(_("The body is nested too deeply.")) from error
    except msgspec.MsgspecError as error:
        why = str(error).removeprefix("JSON is malformed: ")
        raise BrokenJSON(_("The body is not JSON: %(why)s.") % {"why": why}) from error
    names = _inspect(value)
    # Of a name that comes twice only the last is left.
    if names < _STRING.sub(b"", body).count(b":"):
        raise BrokenJSON(_("An object has the same name twice."))
    return value


def _fraction(digits: str) -> float:
    number = float(digits)
    if len(digits) > DIGITS_LIMIT or not math.isfinite(number):
        raise BrokenJSON(_("A number has too many digits."))
    return number


_decoder = msgspec.json.Decoder(float_hook=_fraction)


def _inspect(value: Any) -> int:
    """Refuse depth and what cannot be stored, without recursion; return the number of names."""
    names = 0
    waiting = [(value, 1)]
    while waiting:
        value, depth = waiting.pop()
        if isinstance(value, str):
            if "\0" in value:
                raise BrokenJSON(_("A text holds characters that cannot be stored."))
        elif isinstance(value, dict | list):
            if depth > DEPTH_LIMIT:
                raise BrokenJSON(_("The body is nested too deeply."))
            waiting += [(item, depth + 1) for item in value]
            if isinstance(value, dict):
                waiting += [(item, depth + 1) for item in value.values()]
                names += len(value)
        elif isinstance(value, int) and abs(value) >= 10**DIGITS_LIMIT:
            raise BrokenJSON(_("A number has too many digits."))
    return names


class StrictJSONParser(BaseParser):
    """DRF's door to `parse`."""

    media_type = "application/json"

    def parse(
        self,
        stream: IO[bytes],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        try:
            return parse(stream.read(SIZE_LIMIT + 1))
        except BrokenJSON as error:
            raise ParseError({"body": [str(error)]}) from error


class OnlyJSON(BaseContentNegotiation):
    """The API speaks JSON to everyone, whatever a browser says it would rather have."""

    def select_parser(self, request: Request, parsers: Iterable[BaseParser]) -> BaseParser | None:
        return next((one for one in parsers if request.content_type == one.media_type), None)

    def select_renderer(
        self,
        request: Request,
        renderers: Iterable[BaseRenderer],
        format_suffix: str | None = None,
    ) -> tuple[BaseRenderer, str]:
        first = next(iter(renderers))
        return first, first.media_type or ""
