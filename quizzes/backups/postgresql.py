"""PostgreSQL: dumped by pg_dump from the same snapshot that the rows are counted in."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
from django.db import connection
from psycopg import sql

from quizzes.backups.errors import BackupError

Connection = psycopg.Connection[Any]


def dump(target: Path) -> dict[str, int]:
    """Dump the live database; return rows per table at that moment."""
    with psycopg.connect(**_parameters()) as live:
        live.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        snapshot = _value(live, "SELECT pg_export_snapshot()")
        _run(
            "pg_dump",
            "-Fc",
            "--no-owner",
            "--no-privileges",
            f"--snapshot={snapshot}",
            "-f",
            str(target),
        )
        return count_rows(live)


@contextmanager
def opened(path: Path) -> Iterator[Connection]:
    """Yield the dump, loaded into a scratch database of the same server, dropped afterwards."""
    own = hashlib.sha256(str(connection.settings_dict["NAME"]).encode()).hexdigest()
    scratch = f"passage_verify_{own[:8]}"
    # Not FORCE, which is refused to a role that is no superuser while autovacuum is at work there;
    # a plain DROP sends autovacuum away and waits for a session that is just ending.
    drop = sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(scratch))
    with psycopg.connect(**_parameters(), autocommit=True) as server:
        # One at a time, so that what a killed one left behind can be dropped before.
        server.execute("SELECT pg_advisory_lock(hashtext(%s))", [scratch])
        server.execute(drop)
        try:
            server.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(scratch)))
        except psycopg.errors.InsufficientPrivilege as error:
            raise BackupError(
                "A backup is opened in a scratch database, which this role may not create:"
                " ALTER ROLE … CREATEDB."
            ) from error
        try:
            _run("pg_restore", "--no-owner", "--exit-on-error", "-d", scratch, str(path))
            with psycopg.connect(**(_parameters() | {"dbname": scratch})) as copy:
                yield copy
        finally:
            server.execute(drop)


def problems(copy: Connection) -> list[str]:
    """Nothing: a dump that loads has passed every constraint."""
    return []


def count_rows(database: Connection) -> dict[str, int]:
    tables = database.execute(
        "SELECT table_name FROM information_schema.tables"
        " WHERE table_schema = 'public' AND table_type = 'BASE TABLE' ORDER BY table_name"
    ).fetchall()
    return {
        name: _value(database, sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(name)))
        for (name,) in tables
    }


def replace(path: Path, copy: Connection) -> None:
    """Load the dump over the live database in one transaction: all of it or nothing."""
    script = path.with_name("restore.sql")
    _run("pg_restore", "--no-owner", "--no-privileges", "-f", str(script), str(path))
    _run(
        "psql", "-q", "-X", "-v", "ON_ERROR_STOP=1", "--single-transaction",
        "-c", "DROP SCHEMA public CASCADE", "-c", "CREATE SCHEMA public", "-f", str(script),
        "-c", "ANALYZE",  # see quizzes/db/planner.py
    )  # fmt: skip


def _value(database: Connection, query: Any) -> Any:
    row = database.execute(query).fetchone()
    return row[0] if row else None


def _parameters() -> dict[str, Any]:
    facts = connection.settings_dict
    given = {
        "dbname": facts["NAME"],
        "user": facts["USER"],
        "password": facts["PASSWORD"],
        "host": facts["HOST"],
        "port": facts["PORT"],
        "sslmode": facts["OPTIONS"].get("sslmode"),
    }
    return {name: str(value) for name, value in given.items() if value}


def _run(program: str, *arguments: str) -> None:
    names = {"dbname": "PGDATABASE", "sslmode": "PGSSLMODE"}
    environment = {
        names.get(name, f"PG{name.upper()}"): value for name, value in _parameters().items()
    }
    done = subprocess.run(  # noqa: S603  the arguments are our own
        [_find(program), *arguments],
        env=os.environ | environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        last = (done.stderr.strip().splitlines() or ["no reason given"])[-1]
        raise BackupError(f"{program} failed: {last}")


def _find(program: str) -> str:
    """Return the newest of its kind; Debian keeps the versions side by side."""
    versions = sorted(
        Path("/usr/lib/postgresql").glob(f"*/bin/{program}"),
        key=lambda path: float(path.parts[-3]),
    )
    found = str(versions[-1]) if versions else shutil.which(program)
    if found is None:
        raise BackupError(f"{program} was not found: apt-get install postgresql-client")
    return found
