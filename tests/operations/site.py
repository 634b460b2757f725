"""A site of its own for a test: a data folder, a database, and commands run as real processes."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import uuid
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
from django.conf import settings
from psycopg import sql

ROOT = settings.BASE_DIR


@dataclass
class Site:
    """What a test needs to run commands of a site as an operator would."""

    data_dir: Path
    environment: dict[str, str] = field(default_factory=dict)

    @property
    def variables(self) -> dict[str, str]:
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
        return {**kept, "DATA_DIR": str(self.data_dir), **self.environment}

    def manage(self, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
        """Run a management command to its end."""
        return subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=ROOT,
            env=self.variables | more,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    def python(self, code: str) -> str:
        """Run a few lines inside the site and return what they print."""
        done = self.manage("shell", "--no-imports", "-c", code)
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    @contextmanager
    def running(
        self, *command: str, log: Path | None = None, close_fds: bool = True, **more: str
    ) -> Iterator[subprocess.Popen[str]]:
        """Run a program alongside the test, in a process group that is gone afterwards.

        What it prints goes to `log`, or to a pipe for the test to read.
        """
        with ExitStack() as stack:
            process = subprocess.Popen(
                [sys.executable, *command],
                cwd=ROOT,
                env=self.variables | more,
                stdout=stack.enter_context(log.open("w")) if log else subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                start_new_session=True,
                close_fds=close_fds,
            )
            try:
                yield process
            finally:
                with suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGKILL)
                process.communicate()


@contextmanager
def new_site(data_dir: Path) -> Iterator[Site]:
    """Yield a migrated site on the kind of database that the tests run on."""
    with database(settings.DATABASES["default"]["ENGINE"]) as environment:
        site = Site(data_dir, environment)
        for command in (["migrate", "-v", "0"], ["createcachetable"]):
            done = site.manage(*command)
            assert done.returncode == 0, done.stderr
        yield site


@contextmanager
def database(engine: str) -> Iterator[dict[str, str]]:
    """Yield the environment of an empty database: a file, or one of the test server's own."""
    if engine.endswith("sqlite3"):
        yield {}
        return
    name = f"passage_site_{uuid.uuid4().hex[:8]}"
    given = urlsplit(os.environ["DATABASE_URL"])
    server = urlunsplit((given.scheme, given.netloc, "/postgres", "", ""))
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        try:
            yield {"DATABASE_URL": urlunsplit((given.scheme, given.netloc, f"/{name}", "", ""))}
        finally:
            connection.execute(
                sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name))
            )
