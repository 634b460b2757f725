"""Budgets: a burst passes, a flood does not, and nobody pays for another."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from accounts.models import User
from quizzes.api import throttling
from quizzes.api.throttling import Budget
from tests.api.conftest import Caller

Callers = Callable[[Any], Caller]


def test_it_lets_a_burst_pass_and_refills() -> None:
    budget = Budget(rate=5, burst=10)
    assert [budget.take("a", at=0.0) for _ in range(10)] == [0] * 10
    assert budget.take("a", at=0.0) == 1
    assert [budget.take("a", at=1.0) for _ in range(5)] == [0] * 5
    assert budget.take("a", at=1.0) == 1
    assert budget.take("b", at=1.0) == 0


def test_it_says_how_long_a_large_call_must_wait() -> None:
    budget = Budget(rate=5, burst=100)
    assert budget.take("a", cost=90, at=0.0) == 0
    assert budget.take("a", cost=50, at=0.0) == 8
    assert budget.take("a", cost=50, at=8.0) == 0


def test_it_never_refuses_for_good_what_costs_more_than_a_burst() -> None:
    assert Budget(rate=1, burst=10).take("a", cost=50, at=0.0) == 0


def test_it_remembers_a_bounded_number_of_callers() -> None:
    budget = Budget(rate=1, burst=1)
    for key in range(throttling.KEPT + 50):
        budget.take(key, at=0.0)
    assert len(budget._buckets) == throttling.KEPT
    assert budget.take(throttling.KEPT + 49, at=0.0) == 1


@pytest.mark.django_db
def test_it_holds_one_user_and_not_another(
    program: Callers, ada: User, ben: User, monkeypatch: Any
) -> None:
    monkeypatch.setattr(throttling, "USERS", Budget(rate=0.1, burst=5))
    statuses = [program(ada).get("/me/").status_code for _ in range(7)]
    assert statuses == [200] * 5 + [429] * 2
    assert int(program(ada).get("/me/")["Retry-After"]) > 0
    assert program(ben).get("/me/").status_code == 200


@pytest.mark.django_db
def test_it_holds_an_address_of_nobody_and_not_the_class_behind_it(
    program: Callers, ada: User, monkeypatch: Any
) -> None:
    monkeypatch.setattr(throttling, "ADDRESSES", Budget(rate=0.1, burst=5))
    stranger = program(None)
    statuses = [
        stranger.get("/me/", Authorization=f"Token {'0' * 64}").status_code for _ in range(5)
    ]
    assert statuses == [401] * 5
    for refused in (
        stranger.get("/me/"),
        stranger.post("/auth/token/", {"email": "x", "password": "y"}),
        stranger.put("/attempts/1/answers/1/", {}),
        stranger.get("/schema/"),
    ):
        assert refused.status_code == 429
        assert int(refused["Retry-After"]) > 0
    assert program(ada).get("/me/").status_code == 200
