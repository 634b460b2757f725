"""Queries compiled once: the rows that the same queryset would return, on either database."""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path

import django
import pytest
from django.core.checks import run_checks
from django.db import connection
from django.db.models import Count
from django.test.utils import CaptureQueriesContext

from accounts.models import Accommodation, User
from quizzes.db.compiled_queries import compiled_query

pytestmark = pytest.mark.django_db


def test_it_returns_the_models_that_the_queryset_returns(ada: User, ben: User) -> None:
    one = compiled_query(lambda pk: User.objects.filter(pk=pk))
    for user in (ada, ben):
        (found,) = one(user.pk)
        assert found == user
        assert found.login == user.login
        assert not found._state.adding
    assert one(0) == []


def test_it_fills_related_models_and_converts_values(ada: User) -> None:
    Accommodation.objects.create(user=ada, time_factor=Decimal("1.25"), extra_attempts=2)
    of = compiled_query(lambda user: Accommodation.objects.filter(user=user).select_related("user"))
    (found,) = of(ada.pk)
    with CaptureQueriesContext(connection) as captured:
        assert found.user.login == "ada"
    assert len(captured) == 0
    assert found.time_factor == Decimal("1.25")
    rows = compiled_query(
        lambda user: Accommodation.objects.filter(user=user).values_list("time_factor")
    )
    assert [tuple(row) for row in rows(ada.pk)] == [(Decimal("1.25"),)]


def test_it_takes_any_number_of_values(ada: User, ben: User, cora: User) -> None:
    several = compiled_query(lambda *pks: User.objects.filter(pk__in=pks).order_by("login"))
    assert several(ben.pk, ada.pk) == [ada, ben]
    assert several(cora.pk) == [cora]


def test_it_keeps_constants_apart_from_values(ada: User, ben: User) -> None:
    named = compiled_query(
        lambda pk: (
            User.objects.filter(login="ada", pk=pk)
            .values("login")
            .annotate(n=Count("pk"))
            .values_list("login", "n")
        )
    )
    assert [tuple(row) for row in named(ada.pk)] == [("ada", 1)]
    assert named(ben.pk) == []


def test_it_costs_one_statement_and_no_compiling_of_its_own(ada: User) -> None:
    built = []

    def build(pk: int) -> object:
        built.append(pk)
        return User.objects.filter(pk=pk)

    one = compiled_query(build)  # type: ignore[arg-type]
    with CaptureQueriesContext(connection) as captured:
        for _ in range(3):
            one(ada.pk)
    assert len(captured) == 3
    assert len(built) == 1


def test_it_refuses_a_query_whose_value_never_reaches_the_database(ada: User) -> None:
    lost = compiled_query(lambda pk: User.objects.filter(pk=ada.pk))
    with pytest.raises(ValueError, match="does not reach the database"):
        lost(ada.pk)


def test_it_warns_when_it_runs_with_another_django(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "quizzes.W007" not in [found.id for found in run_checks()]
    monkeypatch.setattr(django, "VERSION", (6, 2, 0, "final", 0))
    (warning,) = [found for found in run_checks() if found.id == "quizzes.W007"]
    assert "tried with Django 5.2, not with" in warning.msg


def test_it_alone_uses_what_django_keeps_to_itself() -> None:
    private = re.compile(r"get_compiler|get_related_populators|_iterable_class|klass_info|as_sql")
    root = Path(__file__).resolve().parent.parent
    users = [
        path.relative_to(root).as_posix()
        for package in ("accounts", "quizzes", "config")
        for path in (root / package).rglob("*.py")
        if private.search(path.read_text())
    ]
    assert users == ["quizzes/db/compiled_queries.py"]
