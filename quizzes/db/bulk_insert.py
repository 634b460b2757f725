"""Many rows in one statement, without the cost of making models of them first.

Starting, saving and submitting write some twenty rows a table while a class waits; this is the one
place where their statements are built by hand. Values are adapted as Django's own fields do it.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from functools import cache
from typing import Any

from django.db import connection
from django.db.models import Model

_PLAIN = {int, str, bool, type(None)}  # most values of a row
ROWS_A_STATEMENT = 400  # well under what either database takes as parameters


def insert(
    model: type[Model], columns: tuple[str, ...], rows: Sequence[Sequence[Any]]
) -> list[int]:
    """Insert `rows` and return their new ids in order; call it inside a transaction.

    Args:
        columns: names of columns, foreign keys as `question_id`. Not named means null.
        rows: a value for every column; dicts and lists are stored as JSON.
    """
    ids: list[int] = []
    with connection.cursor() as cursor:
        for start in range(0, len(rows), ROWS_A_STATEMENT):
            some = rows[start : start + ROWS_A_STATEMENT]
            cursor.execute(
                _statement(model._meta.db_table, columns, len(some)),
                [adapted(value) for row in some for value in row],
            )
            ids += [pk for (pk,) in cursor.fetchall()]
    return ids


def adapted(value: Any) -> Any:
    """Return a value as both databases take it in a parameter."""
    if type(value) in _PLAIN:
        return value
    if isinstance(value, dict | list):
        return json.dumps(value)
    if isinstance(value, datetime):
        return connection.ops.adapt_datetimefield_value(value)
    if isinstance(value, Decimal):
        return str(value)
    return value


@cache
def places(columns: int, rows: int) -> str:
    """Return the placeholders of `rows` rows of `columns` values."""
    row = "(" + ", ".join(["%s"] * columns) + ")"
    return ", ".join([row] * rows)


@cache
def _statement(table: str, columns: tuple[str, ...], rows: int) -> str:
    names = ", ".join(f'"{name}"' for name in columns)
    return f'INSERT INTO "{table}" ({names}) VALUES {places(len(columns), rows)} RETURNING id'
