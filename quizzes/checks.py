"""System checks: what can be misconfigured is reported at the start, with a hint.

Run by `manage.py check`, and in full (with the database) before the server starts.
"""

from __future__ import annotations

import stat
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import django
from django.apps import AppConfig
from django.conf import settings
from django.core import checks
from django.core.checks import CheckMessage, Error, Tags, register
from django.db import connections

from quizzes.db.compiled_queries import TRIED_WITH
from quizzes.question_types import registry

Durable = dict[str, set[str | int]]
DURABLE_SQLITE: Durable = {"journal_mode": {"wal"}, "synchronous": {2, 3}, "foreign_keys": {1}}
DURABLE_POSTGRESQL: Durable = {"fsync": {"on"}, "synchronous_commit": {"on", "remote_apply"}}


@register(Tags.database)
def commits_are_durable(
    databases: Sequence[str] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """An answer that was acknowledged must survive the next power cut."""
    found: list[CheckMessage] = []
    for alias in databases or []:
        connection = connections[alias]
        sqlite = connection.vendor == "sqlite"
        wanted = DURABLE_SQLITE if sqlite else DURABLE_POSTGRESQL
        with connection.cursor() as cursor:
            for name, good in wanted.items():
                cursor.execute(f"PRAGMA {name}" if sqlite else f"SHOW {name}")
                value = cursor.fetchone()[0]
                if value not in good and not (sqlite and value == "memory"):
                    found.append(
                        Error(
                            f"The database runs with {name}={value}, which can lose saved answers.",
                            hint=f"Set {name} to {sorted(map(str, good))[0]}.",
                            id="quizzes.E001",
                        )
                    )
        if sqlite and connection.settings_dict["OPTIONS"].get("transaction_mode") != "IMMEDIATE":
            found.append(
                Error(
                    "SQLite transactions begin without the write lock and fail half-way.",
                    hint='Set OPTIONS["transaction_mode"] to "IMMEDIATE".',
                    id="quizzes.E002",
                )
            )
    return found


@register(Tags.database)
def requests_are_not_transactions(**kwargs: Any) -> list[CheckMessage]:
    """A transaction per request holds the write lock while a page is rendered."""
    if not any(database.get("ATOMIC_REQUESTS") for database in settings.DATABASES.values()):
        return []
    return [Error("ATOMIC_REQUESTS must stay off.", id="quizzes.E003")]


@register(Tags.security)
def data_is_private(app_configs: Iterable[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """Answers, marks and the secret key are for the site's own user only."""
    places = [Path(settings.DATA_DIR)]
    database = settings.DATABASES["default"]
    if database["ENGINE"].endswith("sqlite3") and "memory" not in str(database["NAME"]):
        path = Path(database["NAME"]).resolve()
        if not path.is_relative_to(settings.DATA_DIR):
            places.append(path)
    return [
        Error(
            f"Every user of this machine can reach {place}.",
            hint=f"chmod o-rwx {place}",
            id="quizzes.E004",
        )
        for place in places
        if place.exists() and place.stat().st_mode & stat.S_IRWXO
    ]


@register(Tags.security, deploy=True)
def proxies_are_counted(
    app_configs: Iterable[AppConfig] | None, **kwargs: Any
) -> list[CheckMessage]:
    """Behind an uncounted proxy all visitors share one address, and so one limit on sign-ins."""
    if not settings.HTTPS or settings.TRUSTED_PROXIES:
        return []
    return [
        checks.Warning(
            "BASE_URL is https, so a proxy is in front of the server, but TRUSTED_PROXIES is 0.",
            hint="Set TRUSTED_PROXIES to the number of proxies that add to X-Forwarded-For.",
            id="quizzes.W005",
        )
    ]


@register()
def question_types_are_whole(
    app_configs: Iterable[AppConfig] | None, **kwargs: Any
) -> list[CheckMessage]:
    """A folder of question_types/ without its templates or examples fails in front of a student."""
    return [Error(str(problem), id="quizzes.E006") for problem in registry.problems()]


@register()
def compiled_queries_were_tried_with_this_django(
    app_configs: Iterable[AppConfig] | None, **kwargs: Any
) -> list[CheckMessage]:
    """The queries compiled once lean on how Django compiles them, which may change any time."""
    if django.VERSION[:2] == TRIED_WITH:
        return []
    tried = ".".join(map(str, TRIED_WITH))
    return [
        checks.Warning(
            f"Compiled queries were tried with Django {tried}, not with {django.__version__}.",
            hint="Run tests/test_compiled_queries.py and `make bench`, then set TRIED_WITH.",
            id="quizzes.W007",
        )
    ]
