"""The cast. Ada and Ben are students, Cora teaches them, Dana teaches others, Root administers."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.core.cache import cache
from django.test import Client
from rest_framework.test import APIClient

from accounts.models import ADMIN, EDUCATOR, User
from accounts.services import set_roles
from quizzes.api import throttling
from quizzes.bank import content_cache
from quizzes.bank.corrections import keys


def pytest_configure() -> None:
    """Make hashing cheap and static files plain; everything else is as it runs."""
    django_settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    django_settings.CACHES = {
        **django_settings.CACHES,
        "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"},
    }
    django_settings.STORAGES = {
        "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    django_settings.MEDIA_ROOT = Path(tempfile.mkdtemp(prefix="passage-test-media-"))
    # Not what `make run` has collected, which a change of a style or script leaves behind.
    django_settings.STATIC_ROOT = Path(tempfile.mkdtemp(prefix="passage-test-static-"))
    django_settings.SECOND_FACTOR_FOR_STAFF = False


def pytest_unconfigure() -> None:
    for folder in (django_settings.MEDIA_ROOT, django_settings.STATIC_ROOT):
        shutil.rmtree(folder, ignore_errors=True)


# Every route, every field, every hostile value; whole folders loaded, documents read in processes
# of their own, counterexamples searched for. They run apart, so that the fast part stays fast.
SWEEPS = (
    "accounts/test_admin_users.py",
    "accounts/test_hostile_values.py",
    "admin/",
    "api/",
    "bank/test_media_files.py",
    "bank/test_write_questions.py",
    "cards/test_pages.py",
    "interchange/",
    "importing/",
    "material/test_matching.py",
    "operations/test_environment.py",
    "question_types/test_properties.py",
    "security/",
    "reader/test_answering.py",
    "reader/test_educators_reader.py",
    "reader/test_long_text.py",
    "reader/test_highlighting.py",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if item.path.relative_to(here).as_posix().startswith(SWEEPS):
            item.add_marker(pytest.mark.sweep)


@pytest.fixture(autouse=True)
def _fresh_process() -> None:
    """What the process remembers belongs to one test's rows."""
    content_cache.forget()
    keys.forget()
    throttling.forget()
    cache.clear()


PASSWORD = "a password for the tests"


def _user(login: str, name: str) -> User:
    return User.objects.create_user(login, f"{login}@example.org", PASSWORD, name=name)


@pytest.fixture
def ada(db: None) -> User:
    return _user("ada", "Ada Osei")


@pytest.fixture
def ben(db: None) -> User:
    return _user("ben", "Ben Diaz")


@pytest.fixture
def cora(db: None) -> User:
    return _staff(_user("cora", "Cora Lind"), EDUCATOR)


@pytest.fixture
def dana(db: None) -> User:
    return _staff(_user("dana", "Dana Roy"), EDUCATOR)


@pytest.fixture
def root(db: None) -> User:
    return _staff(_user("root", "Root Admin"), ADMIN)


def _staff(user: User, role: str) -> User:
    set_roles(user=user, roles=[role], by=None)
    return User.objects.get(pk=user.pk)


@pytest.fixture
def signed_in() -> Callable[[User], Client]:
    """Return a browser-like client in which the user is signed in."""

    def sign_in(user: User) -> Client:
        client = Client()
        client.force_login(user)
        return client

    return sign_in


@pytest.fixture
def api() -> Callable[[User | None], APIClient]:
    """Return an API client, signed in as the user unless None."""

    def client(user: User | None) -> APIClient:
        one = APIClient()
        if user is not None:
            one.force_authenticate(user)
        return one

    return client
