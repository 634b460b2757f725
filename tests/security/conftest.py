"""One world for each module that asks for it, taken back at the module's end."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction

from tests import conftest as cast
from tests.security.world import NAMED, World, forget, world


@pytest.fixture(scope="module")
def made(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    with django_db_blocker.unblock(), transaction.atomic():
        # The process may still remember the rows of the test before, under the same numbers.
        forget()
        users = {name: cast._user(name, f"{name.title()} Example") for name in sorted(NAMED)}
        for name, role in (("cora", "educator"), ("dana", "educator"), ("root", "admin")):
            users[name] = cast._staff(users[name], role)
        yield world(users)
        transaction.set_rollback(True)
    forget()
