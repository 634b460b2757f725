"""Power cuts: whatever was acknowledged is there when the machine comes back.

A run is traced; then, for a cut at any moment, the files are rebuilt from the writes that had been
synced by then. What was written and not yet synced is gone, as after a real cut.
"""

from __future__ import annotations

import re
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.operations.site import ROOT, Site

pytestmark = pytest.mark.slow

ROWS = 250  # a cache table throws rows away above 300
CUTS = 50
WRITE = """
import os
from django.db import connection
from quizzes import heartbeat
heartbeat.beat("first")
if {weaker!r}:
    connection.cursor().execute({weaker!r})
# Small, so that the log is folded into the database more than once during the run.
connection.cursor().execute("PRAGMA wal_autocheckpoint=50")
for number in range({rows}):
    heartbeat.beat(f"row {{number}}")
    os.write(1, b"acknowledged\\n")
"""
CALL = re.compile(
    r"^\d+ +(\w+)\((\d+)<([^>]*)>"
    r'(?:, "((?:\\x[0-9a-f]{2})*)", \d+(?:, (\d+))?|, (\d+))?'
)


@dataclass
class Disk:
    """The files of a database: what has reached the disk, and what only the system knows yet."""

    files: dict[str, bytearray]
    waiting: dict[str, list[tuple[int, bytes | None]]] = field(default_factory=dict)

    def write(self, path: str, offset: int, content: bytes | None) -> None:
        """Note a write, or with None a cut to `offset` bytes."""
        self.waiting.setdefault(path, []).append((offset, content))

    def sync(self, path: str) -> None:
        file = self.files.setdefault(path, bytearray())
        for offset, content in self.waiting.pop(path, []):
            if content is None:
                del file[offset:]
                continue
            file.extend(b"\0" * (offset - len(file)))
            file[offset : offset + len(content)] = content

    def rebuild(self, folder: Path) -> Path:
        """Write the files as they are after a cut; return the database."""
        folder.mkdir()
        for path, content in self.files.items():
            (folder / Path(path).name).write_bytes(content)
        return folder / "passage.sqlite3"


def traced(site: Site, tmp_path: Path, weaker: str) -> tuple[Disk, list[str]]:
    """Run the writer under strace; return the disk as it was before, and the calls in order."""
    disk = Disk(
        {str(path): bytearray(path.read_bytes()) for path in site.data_dir.glob("passage.sqlite3*")}
    )
    trace = tmp_path / "trace"
    done = subprocess.run(
        ["strace", "-f", "-qq", "-y", "-xx", "-s", "1000000",
         "-e", "trace=pwrite64,write,fsync,fdatasync,ftruncate", "-o", str(trace),
         sys.executable, "manage.py", "shell", "--no-imports", "-c",
         WRITE.format(rows=ROWS, weaker=weaker)],
        cwd=ROOT, env=site.variables, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return disk, trace.read_text().splitlines()


def cuts(disk: Disk, calls: list[str]) -> Iterator[int]:
    """Replay the calls and pause at each acknowledgement, with the number given so far."""
    acknowledged = 0
    for line in calls:
        call = CALL.match(line)
        if call is None:
            continue
        name, descriptor, path, text, offset, length = call.groups()
        content = bytes.fromhex((text or "").replace("\\x", ""))
        path = bytes.fromhex(path.replace("\\x", "")).decode() if "\\x" in path else path
        if name == "write" and descriptor == "1" and content == b"acknowledged\n":
            acknowledged += 1
            yield acknowledged
        elif "passage.sqlite3" not in path or path.endswith("-shm"):
            continue
        elif name == "pwrite64":
            disk.write(path, int(offset), content)
        elif name == "ftruncate":
            disk.write(path, int(length), None)
        elif name in {"fsync", "fdatasync"}:
            disk.sync(path)


def lost_rows(site: Site, tmp_path: Path, weaker: str = "") -> list[int]:
    """Return how many acknowledged rows each cut lost."""
    disk, calls = traced(site, tmp_path, weaker)
    lost = []
    for acknowledged in cuts(disk, calls):
        if acknowledged % (ROWS // CUTS):
            continue
        with closing(sqlite3.connect(disk.rebuild(tmp_path / f"cut-{acknowledged}"))) as database:
            assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
            (kept,) = database.execute(
                "SELECT count(*) FROM heartbeat WHERE cache_key LIKE '%row %'"
            ).fetchone()
        lost.append(max(0, acknowledged - kept))
    assert len(lost) == CUTS
    return lost


@pytest.fixture
def sqlite_site(tmp_path: Path) -> Site:
    made = Site(tmp_path / "data")
    for command in (["migrate", "-v", "0"], ["createcachetable"]):
        done = made.manage(*command)
        assert done.returncode == 0, done.stderr
    return made


def test_it_loses_nothing_that_was_acknowledged(sqlite_site: Site, tmp_path: Path) -> None:
    assert lost_rows(sqlite_site, tmp_path) == [0] * CUTS


def test_it_would_see_a_loss(sqlite_site: Site, tmp_path: Path) -> None:
    """The same cuts with the setting that the site refuses: without losses the test is blind."""
    assert sum(lost_rows(sqlite_site, tmp_path, "PRAGMA synchronous=NORMAL")) > 0
