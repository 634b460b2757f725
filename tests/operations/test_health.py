"""/healthz and /readyz: each thing that can break is broken once."""

from __future__ import annotations

import shutil
import time
from collections import namedtuple
from collections.abc import Callable

import pytest
from django.core.cache import caches
from django.db import connection
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from quizzes import heartbeat

Usage = namedtuple("Usage", "total used free")


@pytest.fixture
def working(db: None) -> None:
    heartbeat.beat("work")


@pytest.mark.django_db
def test_it_answers_that_it_lives_without_asking_the_database(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(0):
        answer = client.get("/healthz")
    assert (answer.status_code, answer.content) == (200, b"ok\n")


def test_it_is_ready_when_everything_works(client: Client, working: None) -> None:
    answer = client.get("/readyz")
    assert answer.status_code == 200
    assert answer.json() == {"status": "ready"}


@pytest.mark.parametrize("age_s", [None, 10 * heartbeat.ROUND_S])
def test_it_is_not_ready_when_nobody_closes_attempts(
    client: Client, db: None, age_s: float | None
) -> None:
    if age_s is not None:
        caches["heartbeat"].set("work", time.time() - age_s)
    assert client.get("/readyz").status_code == 503


def test_it_is_not_ready_when_the_disk_is_full(
    client: Client, working: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda path: Usage(1000, 950, 50))
    assert client.get("/readyz").status_code == 503


def test_it_is_not_ready_when_rows_cannot_be_written(client: Client, working: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE heartbeat RENAME TO heartbeat_gone")
    assert client.get("/readyz").status_code == 503


def test_it_shows_details_to_admins_only(
    signed_in: Callable[[User], Client], ada: User, cora: User, root: User
) -> None:
    for user in (ada, cora):
        assert signed_in(user).get("/readyz").json() == {"status": "unavailable"}
    told = signed_in(root).get("/readyz").json()
    assert set(told["problems"]) == {"worker"}
    assert "last_backup_age_s" in told["figures"]


def test_it_answers_only_to_reading(client: Client, db: None) -> None:
    assert client.post("/readyz").status_code == 405
