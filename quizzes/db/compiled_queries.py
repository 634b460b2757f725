"""Querysets compiled once a process, for the pages that a whole class opens at the same minute.

Django builds and compiles a query again each time it is asked, which costs several times what the
database needs to answer it. A query written as `prepared(lambda pk: Attempt.objects.filter(pk=pk))`
is still an ordinary queryset to read and to change; only its SQL is kept.

Django has no public way to compile a queryset once, nor to turn rows of `select_related` into
models. What is not public is used in this module alone, with the version it was tried with; a
system check (quizzes/checks.py) warns when another one is installed.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import Model, QuerySet
from django.db.models.query import ModelIterable, get_related_populators

TRIED_WITH = (5, 2)

# Stand for the values while the query is compiled; no row bears such numbers.
_FIRST_MARK = 2**62 + 41


@dataclass(frozen=True, slots=True)
class _Plan:
    """SQL with, for each parameter, the place of the value to put there or the constant itself."""

    sql: str
    params: Sequence[tuple[int | None, Any]]
    compiler: Any
    converters: dict[int, Any]
    read: Callable[[list[Any]], list[Any]]


def compiled_query(build: Callable[..., QuerySet[Any]]) -> Callable[..., list[Any]]:
    """Return a function of whole numbers that runs `build(*numbers)` and returns its rows.

    The queryset may return models, with `select_related`, or `values_list` of several columns. What
    `build` does depends on nothing but its arguments, and each must become a parameter as it is.
    """
    plans: dict[tuple[str, int], _Plan] = {}

    def run(*values: int) -> list[Any]:
        key = connection.vendor, len(values)
        plan = plans.get(key)
        if plan is None:
            plan = plans[key] = _compiled(build, len(values))
        params = [one if place is None else type(one)(values[place]) for place, one in plan.params]
        with connection.cursor() as cursor:
            cursor.execute(plan.sql, params)
            rows = cursor.fetchall()
        if plan.converters:
            rows = list(plan.compiler.apply_converters(rows, plan.converters))
        return plan.read(rows)

    return run


def _compiled(build: Callable[..., QuerySet[Any]], count: int) -> _Plan:
    marks = {_FIRST_MARK + place: place for place in range(count)}
    queryset = build(*marks)
    compiler = queryset.query.get_compiler(connection=connection)
    sql, found = compiler.as_sql()
    params = [(marks.get(one) if isinstance(one, int) else None, one) for one in found]
    if {place for place, _ in params} - {None} != set(marks.values()):
        raise ValueError("a value of a prepared query does not reach the database as it is")
    converters = compiler.get_converters([column[0] for column in compiler.select])
    models = queryset._iterable_class is ModelIterable
    read = _reader(compiler) if models else list
    return _Plan(sql, params, compiler, converters, read)


def _reader(compiler: Any) -> Callable[[list[Any]], list[Model]]:
    """Return what turns rows into models, as iterating over the queryset would."""
    info, select = compiler.klass_info, compiler.select
    model, places = info["model"], info["select_fields"]
    start, end = places[0], places[-1] + 1
    names = [column[0].target.attname for column in select[start:end]]
    related = get_related_populators(info, select, connection.alias)  # type: ignore[call-arg]

    def read(rows: list[Any]) -> list[Model]:
        made = []
        for row in rows:
            one = model.from_db(connection.alias, names, row[start:end])
            for populator in related:
                populator.populate(row, one)
            made.append(one)
        return made

    return read
