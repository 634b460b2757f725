"""Backups: one file that holds the whole site, opened and counted before it is called good.

A zip of `database` (a consistent copy taken while the site runs), `media/…` and, last,
`manifest.json`: when, which version, the sha256 of every part and the number of rows in every table
at the moment of the copy. The secret key stays out: who holds a backup holds answers and marks, but
cannot sign in as somebody.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
import time
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import IO, Any

from django.apps import apps
from django.conf import settings
from django.db import connection
from django.db.migrations.loader import MigrationLoader

from quizzes.backups import postgresql, sqlite
from quizzes.backups.errors import BackupError

__all__ = ["BackupError", "Manifest", "create", "losses", "opened", "restore", "site_is_empty"]

Tell = Callable[[str], None]
FORMAT = 1
CHUNK = 1 << 20
SCRATCH = ".scratch-"
DAY_S = 24 * 3600
# What the modules of zip raise on bytes that are not what was written.
DAMAGE = (
    zipfile.BadZipFile, zlib.error, KeyError, ValueError, TypeError, EOFError, NotImplementedError,
    RuntimeError,
)  # fmt: skip
ENGINES = {"sqlite": sqlite, "postgresql": postgresql}
# What comes and goes by itself is not a loss.
PASSING_TABLES = {
    "django_session",
    "usersessions_usersession",
    "django_tasks_database_dbtaskresult",
}


@dataclass(frozen=True)
class Manifest:
    format: int
    version: str
    made_at: str
    engine: str
    rows: dict[str, int]
    sha256: dict[str, str]


@dataclass(frozen=True)
class OpenBackup:
    """A verified backup: its manifest, its unpacked folder and its database, open for reading."""

    manifest: Manifest
    folder: Path
    database: Any


def create(output: Path, *, now: datetime, tell: Tell) -> Manifest:
    """Write a backup of the running site to `output`, which must not exist yet.

    The file appears under its name only when it is whole, readable by its owner only.
    """
    if output.exists():
        raise BackupError(f"{output} exists already; a backup never replaces another.")
    output.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with _scratch(output.parent) as scratch:
        database = scratch / "database"
        tell("copying the database")
        rows = ENGINES[connection.vendor].dump(database)
        whole = scratch / "backup.zip"
        hashes: dict[str, str] = {}
        with whole.open("xb") as file:
            whole.chmod(0o600)
            with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
                hashes["database"] = _add(archive, "database", database)
                for name, path in _media_files():
                    tell(name)
                    hashes[name] = _add(archive, name, path)
                manifest = Manifest(
                    FORMAT, settings.VERSION, now.isoformat(), connection.vendor, rows, hashes
                )
                archive.writestr("manifest.json", json.dumps(asdict(manifest), indent=1))
            file.flush()
            os.fsync(file.fileno())
        whole.rename(output)
    return manifest


@contextmanager
def opened(file: Path, *, tell: Tell) -> Iterator[OpenBackup]:
    """Verify a backup in a scratch place and yield it open; BackupError says what is wrong."""
    place = Path(settings.DATA_DIR) / "backups"
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    with _scratch(place) as folder:
        manifest = _unpack(file, folder, tell)
        engine = ENGINES.get(manifest.engine)
        if engine is None:
            raise BackupError(f"{file} holds a database of an unknown kind, {manifest.engine}.")
        tell("opening the database")
        with engine.opened(folder / "database") as database:
            for problem in engine.problems(database):
                raise BackupError(f"The database in {file} is damaged: {problem}.")
            rows = engine.count_rows(database)
            if rows != manifest.rows:
                tables = sorted(
                    name
                    for name in rows | manifest.rows
                    if rows.get(name) != manifest.rows.get(name)
                )
                raise BackupError(f"{file} lacks rows it should have: {', '.join(tables)}.")
            yield OpenBackup(manifest, folder, database)


def site_is_empty() -> bool:
    """Return whether nobody has an account here yet."""
    table = apps.get_model("accounts", "User")._meta.db_table
    with connection.cursor() as cursor:
        if table not in connection.introspection.table_names(cursor):
            return True
        cursor.execute(f"SELECT count(*) FROM {connection.ops.quote_name(table)}")  # noqa: S608
        return cursor.fetchone()[0] == 0


def losses(backup: OpenBackup) -> dict[str, int]:
    """Return, per kind of row, how many exist now and are not in the backup."""
    lost: dict[str, int] = {}
    with connection.cursor() as cursor:
        present = set(connection.introspection.table_names(cursor))
        for model in apps.get_models(include_auto_created=True):
            table, key = model._meta.db_table, model._meta.pk.column
            if table not in present or table in PASSING_TABLES or not model._meta.managed:
                continue
            query = f'SELECT "{key}" FROM "{table}"'  # noqa: S608
            cursor.execute(query)
            now = {str(row[0]) for row in cursor.fetchall()}
            if table in backup.manifest.rows:
                now -= {str(row[0]) for row in backup.database.execute(query).fetchall()}
            if now:
                lost[str(model._meta.verbose_name_plural)] = len(now)
    return lost


def restore(backup: OpenBackup) -> None:
    """Put the backup in the place of what is here: the database in one step, then the media."""
    if backup.manifest.engine != connection.vendor:
        raise BackupError(
            f"This backup was made on {backup.manifest.engine}, the site runs on"
            f" {connection.vendor}: set DATABASE_URL accordingly."
        )
    _refuse_newer(backup)
    media = Path(settings.MEDIA_ROOT)
    incoming, former = media.with_name(".media-incoming"), media.with_name(".media-former")
    for left in (incoming, former):
        shutil.rmtree(left, ignore_errors=True)
    # Next to its place first: the backups may lie on another disk, and this one may be full.
    if (backup.folder / "media").exists():
        shutil.copytree(backup.folder / "media", incoming)
    else:
        incoming.mkdir(mode=0o700)
    connection.close()
    ENGINES[connection.vendor].replace(backup.folder / "database", backup.database)
    if media.exists():
        media.rename(former)
    incoming.rename(media)
    shutil.rmtree(former, ignore_errors=True)


def _refuse_newer(backup: OpenBackup) -> None:
    loader = MigrationLoader(None)
    query = "SELECT app, name FROM django_migrations"
    for app, name in backup.database.execute(query).fetchall():
        if app in loader.migrated_apps and (app, name) not in loader.disk_migrations:
            raise BackupError(
                f"This backup was made by a newer version ({backup.manifest.version}): it knows"
                f" the change {app}.{name}, this one ({settings.VERSION}) does not. Upgrade first."
            )


@contextmanager
def _scratch(place: Path) -> Iterator[Path]:
    """Yield a folder for the time of the work, after removing what a killed process left behind."""
    for former in place.glob(f"{SCRATCH}*"):
        with suppress(OSError):
            if time.time() - former.stat().st_mtime > DAY_S:
                shutil.rmtree(former)
    with tempfile.TemporaryDirectory(dir=place, prefix=SCRATCH) as folder:
        yield Path(folder)


def _media_files() -> Iterator[tuple[str, Path]]:
    root = Path(settings.MEDIA_ROOT)
    for path in sorted(root.rglob("*")):
        if path.is_file() and not path.is_symlink():
            yield f"media/{path.relative_to(root).as_posix()}", path


def _add(archive: zipfile.ZipFile, name: str, path: Path) -> str:
    with path.open("rb") as source, archive.open(name, "w", force_zip64=True) as target:
        return _copy(source, target)


def _copy(source: IO[bytes], target: IO[bytes]) -> str:
    digest = hashlib.sha256()
    while chunk := source.read(CHUNK):
        digest.update(chunk)
        target.write(chunk)
    return digest.hexdigest()


def _unpack(file: Path, folder: Path, tell: Tell) -> Manifest:
    try:
        with zipfile.ZipFile(file) as archive:
            manifest = Manifest(**json.loads(archive.read("manifest.json")))
            if manifest.format != FORMAT:
                raise BackupError(f"{file} has format {manifest.format}; {FORMAT} is understood.")
            parts = {name for name in archive.namelist() if name != "manifest.json"}
            if parts != set(manifest.sha256):
                raise BackupError(f"{file} does not hold exactly what its manifest names.")
            for name, expected in manifest.sha256.items():
                tell(name)
                target = (folder / name).resolve()
                if not target.is_relative_to(folder.resolve()):
                    raise BackupError(f"{file} holds a file outside its folder: {name}.")
                target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
                with archive.open(name) as source, target.open("xb") as copy:
                    if _copy(source, copy) != expected:
                        raise BackupError(f"{file} is damaged: {name} is not what was saved.")
                target.chmod(0o600)
            return manifest
    except FileNotFoundError as error:
        raise BackupError(f"{file} does not exist.") from error
    except OSError as error:  # the fault of a disk here, not of the file
        raise BackupError(f"{file} cannot be unpacked: {error.strerror or error}.") from error
    except DAMAGE as error:
        raise BackupError(f"{file} is not a whole backup: {error}.") from error
