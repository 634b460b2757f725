"""A site of its own, served as in production, and what its processes cost."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg

ROOT = Path(__file__).resolve().parent.parent
TICKS = os.sysconf("SC_CLK_TCK")


@dataclass
class Server:
    """A running site; `postmaster` is None on SQLite."""

    environment: dict[str, str]
    port: int
    gunicorn: subprocess.Popen[bytes]
    postmaster: int | None = None
    _ended: dict[int, float] = field(default_factory=dict)

    def workers(self) -> list[int]:
        return _children(self.gunicorn.pid)

    def cpu_ms(self) -> float:
        """CPU time used so far by the server's processes and the database's, in milliseconds."""
        return _tree_cpu_ms(self.gunicorn.pid) + (
            0.0 if self.postmaster is None else _tree_cpu_ms(self.postmaster)
        )

    def memory_mb(self) -> list[float]:
        """Proportional set size of every worker, in megabytes."""
        return [_pss_kb(pid) / 1024 for pid in self.workers()]

    def shell(self, code: str) -> str:
        return _manage(self.environment, "shell", "--no-imports", "-c", code)


@contextmanager
def served(database_url: str) -> Iterator[Server]:
    """Serve a fresh site with the shipped bank on SQLite (no URL) or an own PostgreSQL database."""
    with (
        tempfile.TemporaryDirectory(prefix="passage-bench-") as folder,
        _database(database_url) as url,
    ):
        port = _free_port()
        environment = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
        environment |= {
            "DATA_DIR": folder,
            "DATABASE_URL": url,
            "PORT": str(port),
            "WEB_CONCURRENCY": "2",
            "DJANGO_SETTINGS_MODULE": "benchmarks.settings",
        }
        for command in (
            ["migrate"],
            ["createcachetable"],
            ["load_fixtures"],
            ["collectstatic", "--no-input"],
        ):
            _manage(environment, *command)
        gunicorn = subprocess.Popen(
            [sys.executable, "-m", "gunicorn", "-c", "deploy/gunicorn.conf.py"],
            cwd=ROOT,
            env=environment,
            start_new_session=True,
        )
        try:
            _wait(port)
            yield Server(environment, port, gunicorn, _postmaster(url) if url else None)
        finally:
            os.killpg(gunicorn.pid, signal.SIGKILL)
            gunicorn.wait()


@contextmanager
def _database(given: str) -> Iterator[str]:
    if not given:
        yield ""
        return
    parts = urlsplit(given)
    name = f"passage_bench_{uuid.uuid4().hex[:8]}"
    with psycopg.connect(
        urlunsplit(parts._replace(path="/postgres")), autocommit=True
    ) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
        try:
            yield urlunsplit(parts._replace(path=f"/{name}"))
        finally:
            connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def _postmaster(url: str) -> int:
    """Return the process that all of the database server's processes descend from."""
    with psycopg.connect(url) as connection:
        row = connection.execute("SELECT pg_backend_pid()").fetchone()
        assert row is not None
        return int(Path(f"/proc/{row[0]}/stat").read_text().rsplit(")", 1)[1].split()[1])


def _manage(environment: dict[str, str], *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        sys.exit(f"manage.py {' '.join(arguments)} failed:\n{done.stdout}{done.stderr}")
    return done.stdout.strip()


def _children(pid: int) -> list[int]:
    try:
        return [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except FileNotFoundError:
        return []


def _cpu_ms(pid: int, *, waited_for: bool = False) -> float:
    """CPU of one process; with `waited_for` that of its ended children too."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    except (FileNotFoundError, ProcessLookupError):
        return 0.0
    return sum(map(int, fields[11 : 15 if waited_for else 13])) * 1000 / TICKS


def _tree_cpu_ms(pid: int) -> float:
    return _cpu_ms(pid, waited_for=True) + sum(_tree_cpu_ms(child) for child in _children(pid))


def _pss_kb(pid: int) -> int:
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1])
    return 0


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait(port: int) -> None:
    ends_at = time.monotonic() + 60
    while time.monotonic() < ends_at:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
        try:
            connection.request("GET", "/healthz")
            if connection.getresponse().status == 200:
                return
        except OSError:
            time.sleep(0.1)
        finally:
            connection.close()
    sys.exit("the server did not answer within a minute")
