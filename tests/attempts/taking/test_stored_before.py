"""Attempts made before terms were stored on them: the migration resolves them once more."""

from __future__ import annotations

from datetime import timedelta
from importlib import import_module
from typing import Any

import pytest
from django.apps import apps

from accounts.models import Accommodation, User
from quizzes.attempts import services
from quizzes.attempts.models import Attempt
from tests import make
from tests.make import NOON

pytestmark = pytest.mark.django_db
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
migration: Any = import_module("quizzes.migrations.0011_disclosure_terms_of_attempts")


def filled() -> None:
    """Forget what is stored, as it was before the migration, and fill it."""
    Attempt.objects.update(opens_at=None, closes_at=None, time_limit_s=None)
    migration.fill(apps, None)


def terms_of(attempt: Attempt) -> tuple[Any, ...]:
    attempt.refresh_from_db()
    return attempt.opens_at, attempt.closes_at, attempt.time_limit_s, attempt.deadline


def test_it_fills_open_and_finished_ones_as_a_start_would(ada: User, ben: User, cora: User) -> None:
    Accommodation.objects.create(user=ben, time_factor="1.25")
    asked = [make.question(make.bank(cora))]
    window = {"opens_at": NOON - HOUR, "closes_at": NOON + HOUR}
    timed = make.quiz(cora, asked, time_limit_s=2401, **window)
    attempts = [make.attempt(ada, timed), make.finished(ben, timed)]
    attempts += [make.attempt(user, make.quiz(cora, asked, **window)) for user in (ada, ben)]
    attempts += [make.attempt(ada, make.quiz(cora, asked, time_limit_s=60))]
    attempts += [make.finished(ada, make.quiz(cora, asked))]
    preview, _ = services.start_attempt(user=cora, quiz=timed, now=NOON, preview=True)
    attempts.append(preview)
    before = [terms_of(one) for one in attempts]
    assert before[1][1:3] == (NOON + HOUR + timedelta(seconds=601), 3002)
    filled()
    assert [terms_of(one) for one in attempts] == before


def test_an_open_one_keeps_the_time_it_was_given(ada: User, ben: User, cora: User) -> None:
    """A stretched window was longer; an attempt begun before the quiz had an end has none."""
    quiz = make.quiz(cora, [make.question(make.bank(cora))], closes_at=NOON + HOUR)
    stretched, endless = make.attempt(ada, quiz), make.attempt(ben, quiz)
    Attempt.objects.filter(pk=stretched.pk).update(deadline=NOON + 2 * HOUR)
    Attempt.objects.filter(pk=endless.pk).update(deadline=None)
    filled()
    assert terms_of(stretched)[1:] == (NOON + 2 * HOUR, None, NOON + 2 * HOUR)
    assert terms_of(endless)[1:] == (None, None, None)


def test_its_statements_grow_with_the_quizzes_alone(
    cora: User, django_assert_num_queries: Any
) -> None:
    quiz = make.quiz(cora, [make.question(make.bank(cora))], closes_at=NOON + HOUR, time_limit_s=60)
    for turn, count in enumerate((2, 10)):
        for number in range(count):
            user = User.objects.create_user(f"s{turn}-{number}")
            if number < 2:
                Accommodation.objects.create(user=user, time_factor=f"1.{number + 1}0")
            make.attempt(user, quiz)
        with django_assert_num_queries(5):
            migration.fill(apps, None)
