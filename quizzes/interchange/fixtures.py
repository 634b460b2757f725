"""The collections that ship with the app: loaded at the start, but only when they changed."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from quizzes.interchange.bank_yaml import read_path
from quizzes.interchange.collection import Report
from quizzes.interchange.load_log import LoadLog
from quizzes.interchange.services import Progress, adopt, import_bank


@dataclass(frozen=True, slots=True)
class LoadedFolder:
    """What became of one folder; no report where it had not changed."""

    name: str
    report: Report | None
    has_owner: bool


def folders(root: Path) -> list[Path]:
    """Return the collections under `root`, by name."""
    return sorted(path.parent for path in root.glob("*/bank.yaml"))


def load_folder(
    path: Path, *, now: datetime, force: bool = False, progress: Progress | None = None
) -> LoadedFolder:
    """Load a folder unless the same files were loaded before without a refusal.

    A bank that was loaded before anybody was there gets its owner as soon as there is one.
    """
    collection = read_path(path)
    load_log = LoadLog(f"folder:{path.name}")
    content = hash_of(path)
    if not force and load_log.may_replace("folder", path.name, content):
        return LoadedFolder(path.name, None, adopt(collection=collection))
    report = import_bank(collection=collection, now=now, progress=progress)
    if not report.refused():
        load_log.record("folder", path.name, content)
        load_log.save(now)
    return LoadedFolder(path.name, report, adopt(collection=collection))


def hash_of(path: Path) -> str:
    """Return a hash of the names and contents of all files in a folder."""
    total = hashlib.sha256()
    for file in sorted(file for file in path.rglob("*") if file.is_file()):
        data = file.read_bytes()
        name = file.relative_to(path).as_posix()
        total.update(f"{name}\0{len(data)}\0".encode() + data)
    return total.hexdigest()
