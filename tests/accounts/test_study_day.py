"""The day a user studies on."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from accounts.study_day import study_day
from tests import make


@pytest.mark.parametrize(
    ("moment", "zone", "starts", "day"),
    [
        ((2026, 3, 10, 3, 59), "UTC", 4, 9),
        ((2026, 3, 10, 4, 0), "UTC", 4, 10),
        ((2026, 3, 10, 0, 0), "UTC", 0, 10),
        ((2026, 3, 10, 22, 0), "UTC", 23, 9),
        # 22:30 in London is 11:30 the next day in Auckland.
        ((2026, 3, 10, 22, 30), "Pacific/Auckland", 4, 11),
        # In Berlin the clock goes from 2 to 3 on 29 March: 01:59 UTC is 03:59 there.
        ((2026, 3, 29, 1, 59), "Europe/Berlin", 4, 28),
        ((2026, 3, 29, 2, 0), "Europe/Berlin", 4, 29),
        # 02:30 comes twice on 25 October, and both belong to the day before.
        ((2026, 10, 25, 0, 30), "Europe/Berlin", 3, 24),
        ((2026, 10, 25, 1, 30), "Europe/Berlin", 3, 24),
        ((2026, 10, 25, 2, 0), "Europe/Berlin", 3, 25),
    ],
)
def test_it_starts_at_the_users_hour(
    moment: tuple[int, ...], zone: str, starts: int, day: int
) -> None:
    user = User(time_zone=zone, day_starts_at=starts)
    found = study_day(datetime(*moment, tzinfo=UTC), user)  # type: ignore[arg-type, misc]
    assert found == date(moment[0], moment[1], day)


def test_today_is_dated_by_it(
    signed_in: Callable[[User], Client], ada: User, cora: User, time_machine: Any
) -> None:
    quiz = make.quiz(cora, [make.question(make.bank(cora))], mode="practice")
    make.finished(ada, quiz, now=datetime(2026, 3, 9, 23, 30, tzinfo=UTC))
    time_machine.move_to(datetime(2026, 3, 10, 2, 0, tzinfo=UTC), tick=False)
    client = signed_in(ada)
    page = client.get("/").content.decode()
    assert "Monday 9 March" in page
    assert '<p class="sub">today</p>' in page
    User.objects.filter(pk=ada.pk).update(day_starts_at=2)
    page = client.get("/").content.decode()
    assert "Tuesday 10 March" in page
    assert '<p class="sub">yesterday</p>' in page
