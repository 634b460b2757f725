"""The demo: made on this machine, and never let out of it."""

from __future__ import annotations

import json
from collections.abc import Callable
from io import StringIO

import pytest
from django.core.checks import run_checks
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command
from django.test import RequestFactory
from pytest_django import DjangoAssertNumQueries, Settings

from accounts.checks import refuse_unsafe_demo
from accounts.context import site
from accounts.models import User


def seed(**options: object) -> str:
    out = StringIO()
    call_command("seed_demo", stdout=out, **options)
    return out.getvalue()


def test_it_makes_one_user_for_each_role(db: None, settings: Settings, enter: Callable) -> None:
    settings.DEMO = True
    seed()
    assert {u.login: u.roles for u in User.objects.all()} == {
        "student": ("student",),
        "educator": ("educator",),
        "admin": ("admin",),
    }
    for login in ("student", "educator@example.org", "admin"):
        assert enter(login, "passage-demo")[1] == 302


def test_it_leaves_what_is_there_as_it_is(db: None, settings: Settings) -> None:
    settings.DEMO = True
    seed()
    User.objects.filter(login="student").update(name="Renamed")
    assert json.loads(seed(json=True)) == {"made": [], "kept": ["student", "educator", "admin"]}
    assert User.objects.get(login="student").name == "Renamed"
    assert User.objects.count() == 3


def test_it_makes_nobody_in_earnest(db: None, settings: Settings) -> None:
    settings.DEMO = False
    with pytest.raises(CommandError):
        seed()
    assert not User.objects.exists()


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.5", "passage.example.org", "[::]"])
def test_a_server_others_can_reach_refuses_demo_users(
    db: None, settings: Settings, host: str
) -> None:
    settings.DEMO = True
    seed()
    settings.HOST = host
    with pytest.raises(ImproperlyConfigured):
        refuse_unsafe_demo()
    settings.DEMO = False
    with pytest.raises(ImproperlyConfigured):
        refuse_unsafe_demo()
    User.objects.update(is_active=False)
    refuse_unsafe_demo()


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "::1", "[::1]", "127.3.2.1"])
def test_a_server_of_this_machine_takes_them(db: None, settings: Settings, host: str) -> None:
    settings.DEMO = True
    settings.HOST = host
    seed()
    refuse_unsafe_demo()


def test_the_check_before_deployment_finds_them(db: None, settings: Settings) -> None:
    def found() -> set[str]:
        messages = run_checks(include_deployment_checks=True)
        return {m.id for m in messages if m.id and m.id.startswith("accounts.")}

    settings.DEMO = False
    assert found() == set()
    settings.DEMO = True
    seed()
    assert found() == {"accounts.E001", "accounts.E002"}
    settings.DEMO = False
    assert found() == {"accounts.E002"}


def test_pages_know_of_the_demo_without_a_query(
    db: None, settings: Settings, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    settings.DEMO, settings.SIGN_UP = True, False
    with django_assert_num_queries(0):
        assert site(RequestFactory().get("/")) == {"demo": True, "signup_open": False}
