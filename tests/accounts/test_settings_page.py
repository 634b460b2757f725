"""What people set for themselves, and what they are told."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from accounts.models import Accommodation, User
from accounts.queries import accommodation_for, accommodations_of

SignedIn = Callable[[User], Client]
FORM = {"name": "Ada L.", "time_zone": "Europe/Zurich", "day_starts_at": "6"}


def test_it_saves_name_zone_and_day(ada: User, signed_in: SignedIn) -> None:
    client = signed_in(ada)
    response = client.post("/accounts/settings/", FORM, follow=True)
    assert "Settings saved." in response.content.decode()
    ada.refresh_from_db()
    assert (ada.name, ada.time_zone, ada.day_starts_at) == ("Ada L.", "Europe/Zurich", 6)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("time_zone", "Mars/Olympus"),
        ("time_zone", "../../etc/passwd"),
        ("time_zone", ""),
        ("day_starts_at", "24"),
        ("day_starts_at", "-1"),
        ("day_starts_at", "x"),
        ("name", "x" * 151),
        ("name", "a\0b"),
        ("name", "a\u0007b"),
    ],
)
def test_it_refuses_what_makes_no_sense(
    ada: User, signed_in: SignedIn, field: str, value: str
) -> None:
    response = signed_in(ada).post("/accounts/settings/", FORM | {field: value})
    assert response.status_code == 200
    page = response.content.decode()
    assert 'role="alert"' in page
    assert "autofocus" in page
    assert User.objects.get(pk=ada.pk).name == "Ada Osei"


@pytest.mark.parametrize("zone", ["Europe/Vienna", "UTC"])
def test_it_offers_the_browsers_time_zone_once(ada: User, signed_in: SignedIn, zone: str) -> None:
    client = signed_in(ada)
    assert 'action="/accounts/zone/"' in client.get("/").content.decode()
    reply = client.post("/accounts/zone/", {"time_zone": zone}, follow=True)
    assert 'action="/accounts/zone/"' not in reply.content.decode()
    ada.refresh_from_db()
    assert (ada.time_zone, ada.time_zone_chosen) == (zone, True)


@pytest.mark.parametrize("zone", ["Mars/Olympus", "../../etc/passwd", "a\0b", ""])
def test_it_takes_no_zone_that_is_none(ada: User, signed_in: SignedIn, zone: str) -> None:
    reply = signed_in(ada).post("/accounts/zone/", {"time_zone": zone}, follow=True)
    assert "This time zone is not known." in reply.content.decode()
    ada.refresh_from_db()
    assert (ada.time_zone, ada.time_zone_chosen) == ("UTC", False)


def test_who_set_a_zone_is_not_asked(ada: User, signed_in: SignedIn) -> None:
    client = signed_in(ada)
    client.post("/accounts/settings/", FORM | {"time_zone": "UTC"})
    assert 'action="/accounts/zone/"' not in client.get("/").content.decode()
    assert Client().post("/accounts/zone/", {"time_zone": "UTC"}).status_code == 302


def test_it_binds_nothing_beyond_its_fields(ada: User, signed_in: SignedIn) -> None:
    kept = ("login", "email", "is_staff", "is_superuser", "is_active", "password", "session_salt")
    before = User.objects.filter(pk=ada.pk).values(*kept).get()
    forged = dict.fromkeys(kept, "1") | {"roles": "admin", "time_factor": "9"}
    signed_in(ada).post("/accounts/settings/", FORM | forged)
    assert User.objects.filter(pk=ada.pk).values(*kept).get() == before
    assert not Accommodation.objects.exists()


def test_it_tells_in_plain_words_what_is_granted(ada: User, signed_in: SignedIn) -> None:
    client = signed_in(ada)
    assert "The usual time" in client.get("/accounts/settings/").content.decode()
    Accommodation.objects.create(
        user=ada, time_factor=Decimal("1.25"), extra_attempts=1, reason="a private reason"
    )
    page = client.get("/accounts/settings/").content.decode()
    assert "25% more time" in page
    assert "1 more attempt " in page
    assert "a private reason" not in page


def test_nobody_sees_it_signed_out(db: None) -> None:
    response = Client().get("/accounts/settings/")
    assert response["Location"].startswith("/accounts/login/")


def test_everybody_may_read_what_is_stored(db: None) -> None:
    assert Client().get("/accounts/privacy/").status_code == 200


@pytest.mark.parametrize("method", ["put", "patch", "delete"])
def test_it_allows_only_its_methods(ada: User, signed_in: SignedIn, method: str) -> None:
    assert getattr(signed_in(ada), method)("/accounts/settings/").status_code == 405


def test_an_accommodation_is_found_in_one_query(
    ada: User, ben: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    Accommodation.objects.create(user=ada, time_factor=Decimal("1.5"), extra_attempts=2)
    with django_assert_num_queries(1):
        assert accommodation_for(ada) == (Decimal("1.50"), 2)
    with django_assert_num_queries(1):
        assert accommodation_for(ben) == (Decimal("1.00"), 0)
    with django_assert_num_queries(1):
        assert accommodations_of([ada.pk, ben.pk]) == {ada.pk: (Decimal("1.50"), 2)}
