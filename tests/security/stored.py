"""What a request stored, and what no control of a form may ever store.

The writing statements are read as they go to the database, with what is rolled back taken out: far
cheaper than comparing every table after each of hundreds of requests.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from decimal import Decimal, InvalidOperation
from typing import Any
from urllib.parse import unquote_to_bytes

from django.db import connection

from tests.security.forms import Control
from tests.security.world import TOUCHED

WRITES = re.compile(r'\s*(?:INSERT INTO|UPDATE)\s+"?(\w+)', re.IGNORECASE)
SAVEPOINT = re.compile(r'\s*(ROLLBACK TO )?SAVEPOINT "?(\w+)', re.IGNORECASE)
NUMBERS = ("number", "range")


class Stored:
    """The values of the writing statements so far; JSON is taken apart."""

    def __init__(self) -> None:
        self.values: list[Any] = []
        self.savepoints: dict[str, int] = {}

    def __call__(
        self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any
    ) -> Any:
        result = execute(sql, params, many, context)
        savepoint, write = SAVEPOINT.match(sql), WRITES.match(sql)
        if savepoint and savepoint[1]:
            del self.values[self.savepoints[savepoint[2]] :]
        elif savepoint:
            self.savepoints[savepoint[2]] = len(self.values)
        elif write and write[1] not in TOUCHED:
            for row in params if many else [params]:
                self.values += [leaf for value in row or () for leaf in leaves(value)]
        return result


@contextmanager
def stored() -> Iterator[Stored]:
    found = Stored()
    with connection.execute_wrapper(found):
        yield found


def leaves(value: Any) -> Iterator[Any]:
    """Yield what a parameter holds, each item and name of its JSON by itself."""
    value = getattr(value, "obj", value)  # psycopg wraps JSON
    if isinstance(value, str) and value[:1] in ("{", "["):
        try:
            parsed = json.loads(value)
        except (ValueError, RecursionError):
            yield value
            return
        yield from leaves(parsed) if isinstance(parsed, dict | list) else (value,)
    elif isinstance(value, dict):
        for name, item in value.items():
            yield from (name, *leaves(item))
    elif isinstance(value, list | tuple):
        for item in value:
            yield from leaves(item)
    else:
        yield value


def decoded(raw: bytes) -> str:
    """The text of a value as the server reads it, lost bytes replaced."""
    return unquote_to_bytes(raw.replace(b"+", b" ")).decode("utf-8", "replace")


def is_number(text: str) -> bool:
    try:
        return Decimal(text.strip()).is_finite()
    except InvalidOperation:
        return False


def wrongly_stored(control: Control, raw: bytes, values: list[Any], usual: list[Any]) -> list[str]:
    """Say which rule of a control's kind the stored values break.

    Args:
        raw: what was sent for the control.
        values: what the request stored.
        usual: what the same form stores when it is filled in as meant.
    """
    text = decoded(raw)
    # A word such as "true" may stand in a row without having come from the control.
    new = {str(value) for value in values} - {str(value) for value in usual}
    broken = []
    if any("\0" in value or not _is_utf8(value) for value in new):
        broken.append("NUL or half a character was stored")
    if any(isinstance(value, float | Decimal) and not math.isfinite(value) for value in values):
        broken.append("a number that is not finite was stored")
    if control.is_choice and text not in control.offered and text and text in new:
        broken.append("a choice that is not offered was stored")
    if control.kind in NUMBERS and not is_number(text) and text and text in new:
        broken.append("what is no number was stored from a field of numbers")
    # A browser counts a line's end once, a form sends two characters for it.
    is_long = control.limit is not None and len(text.replace("\r\n", "\n")) > control.limit
    if is_long and text in new:
        broken.append("a text longer than its field was stored")
    return broken


def _is_utf8(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
