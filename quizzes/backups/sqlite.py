"""SQLite: copied by its own backup interface, since `cp` of a live database is often corrupt."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from django.db import connection

from quizzes.backups.errors import BackupError

BUSY_S = 60


def dump(target: Path) -> dict[str, int]:
    """Copy the live database in one step, which writers do not wait for; return rows per table."""
    connection.ensure_connection()
    with closing(sqlite3.connect(target)) as copy:
        with _told():
            connection.connection.backup(copy)
        # A single file: without this the copy would grow a log next to it when opened.
        copy.execute("PRAGMA journal_mode=DELETE")
        return count_rows(copy)


@contextmanager
def opened(path: Path) -> Iterator[sqlite3.Connection]:
    """Yield the copy, open for reading only."""
    with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as copy:
        yield copy


def problems(copy: sqlite3.Connection) -> list[str]:
    found = [row[0] for row in copy.execute("PRAGMA integrity_check") if row[0] != "ok"]
    found += [
        f"a row of {row[0]} refers to nothing" for row in copy.execute("PRAGMA foreign_key_check")
    ]
    return found


def count_rows(copy: sqlite3.Connection) -> dict[str, int]:
    tables = copy.execute(
        "SELECT name FROM sqlite_master"
        " WHERE type = 'table' AND name NOT LIKE 'sqlite!_%' ESCAPE '!'"
    ).fetchall()
    return {
        name: copy.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0]  # noqa: S608
        for (name,) in sorted(tables)
    }


def replace(path: Path, copy: sqlite3.Connection) -> None:
    """Write the copy over the live database in one transaction; a running server reads on."""
    name = connection.get_connection_params()["database"]
    with closing(sqlite3.connect(name, timeout=BUSY_S, uri=str(name).startswith("file:"))) as live:
        with _told():
            copy.backup(live)
        live.execute("PRAGMA wal_checkpoint(TRUNCATE)")


@contextmanager
def _told() -> Iterator[None]:
    """Say in one sentence what SQLite met, a full disk above all."""
    try:
        yield
    except sqlite3.Error as error:
        raise BackupError(f"The database cannot be copied: {error}.") from error
