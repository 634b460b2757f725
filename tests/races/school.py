"""A school in miniature: a served site, signed-in students, and what the server told each of them.

The record of what was acknowledged is kept here, outside the site, so that it can be compared with
what the site remembers.
"""

from __future__ import annotations

import http.client
import json
import os
import re
import signal
import socket
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock
from typing import Any

from tests.operations.site import Site

CSRF = "c" * 32
SIGN_UP = """
import json
from importlib import import_module
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from accounts.models import User
from tests import make

cora = User.objects.create_user("cora", None)
bank = make.bank(cora)
questions = [make.question(bank) for _ in range(%(questions)d)]
quiz = make.quiz(cora, questions, **%(fields)r)
students = User.objects.bulk_create(
    User(login=f"student-{n}", password="!") for n in range(%(students)d)
)
store = import_module(settings.SESSION_ENGINE).SessionStore
sessions = []
for user in User.objects.filter(login__startswith="student-").order_by("pk"):
    session = store()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.create()
    sessions.append([user.pk, session.session_key])
print(json.dumps({"slug": quiz.slug, "sessions": sessions}))
"""


@dataclass
class Record:
    """Every reply counted by status, how long each took, and every acknowledged answer."""

    statuses: Counter[int] = field(default_factory=Counter)
    dropped: int = 0
    seconds: dict[str, list[float]] = field(default_factory=dict)
    acknowledged: dict[tuple[int, int], dict[str, Any]] = field(default_factory=dict)
    lock: Lock = field(default_factory=Lock)

    def reply(self, what: str, status: int, seconds: float) -> None:
        with self.lock:
            self.statuses[status] += 1
            self.seconds.setdefault(what, []).append(seconds)

    def drop(self) -> None:
        with self.lock:
            self.dropped += 1

    def __str__(self) -> str:
        times = ", ".join(
            f"{what} p50 {self.quantile(what, 0.5):.2f} s p99 {self.quantile(what, 0.99):.2f} s"
            for what in self.seconds
        )
        return f"replies {dict(self.statuses)}, {self.dropped} cut off; {times}"

    def quantile(self, what: str, share: float) -> float:
        values = sorted(self.seconds.get(what, [0.0]))
        return values[min(len(values) - 1, int(len(values) * share))]


@dataclass
class Student:
    """A signed-in client that keeps its connection and tries again when it is cut off."""

    user_id: int
    session: str
    port: int
    record: Record
    connection: http.client.HTTPConnection | None = None

    def twin(self) -> Student:
        """The same student in another tab."""
        return Student(self.user_id, self.session, self.port, self.record)

    def send(self, what: str, method: str, path: str, body: Any = None) -> tuple[int, Any]:
        """Send a request until there is a reply; return its status and JSON."""
        for _ in range(40):
            try:
                return self._once(what, method, path, body)
            except (OSError, http.client.HTTPException):
                self.record.drop()
                self.close()
                time.sleep(0.05)  # a client waits before it dials again
        raise AssertionError(f"no reply to {method} {path}")

    def _once(self, what: str, method: str, path: str, body: Any) -> tuple[int, Any]:
        if self.connection is None:
            self.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        started = time.monotonic()
        self.connection.request(
            method,
            path,
            body=None if body is None else json.dumps(body),
            headers={
                "Content-Type": "application/json",
                "Cookie": f"session={self.session}; csrf={CSRF}",
                "X-CSRFToken": CSRF,
            },
        )
        response = self.connection.getresponse()
        text = response.read()
        self.record.reply(what, response.status, time.monotonic() - started)
        try:
            return response.status, json.loads(text)
        except ValueError:
            return response.status, text.decode(errors="replace")

    def close(self) -> None:
        if self.connection is not None:
            self.connection.close()
            self.connection = None


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def enrol(site: Site, *, students: int, questions: int, **fields: Any) -> dict[str, Any]:
    """Fill the site with a quiz and signed-in students."""
    values = {"students": students, "questions": questions, "fields": fields}
    return dict(json.loads(site.python(SIGN_UP % values).splitlines()[-1]))


@contextmanager
def served(site: Site, *, workers: int = 2) -> Iterator[tuple[int, Callable[[], int]]]:
    """Serve the site as in production; yield its port and a function that kills one worker."""
    port = free_port()
    site.environment |= {"PORT": str(port), "WEB_CONCURRENCY": str(workers)}
    log = Path(site.data_dir) / "server.log"
    with site.running("-m", "gunicorn", "-c", "deploy/gunicorn.conf.py", log=log) as server:
        _wait_until_it_answers(port)

        def kill_a_worker() -> int:
            children = Path(f"/proc/{server.pid}/task/{server.pid}/children").read_text().split()
            os.kill(int(children[0]), signal.SIGKILL)
            return int(children[0])

        yield port, kill_a_worker


def server_errors(site: Site) -> list[str]:
    """Return the lines of the server's log that tell of an error, but for our own kill."""
    lines = (Path(site.data_dir) / "server.log").read_text(errors="replace").splitlines()
    told = re.compile(r"Traceback|locked|\berror\b", re.IGNORECASE)
    return [line for line in lines if told.search(line) and "was sent SIGKILL" not in line]


def _wait_until_it_answers(port: int) -> None:
    ends_at = time.monotonic() + 60
    while True:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
        try:
            connection.request("GET", "/healthz")
            if connection.getresponse().status == 200:
                return
        except OSError:
            if time.monotonic() > ends_at:
                raise
            time.sleep(0.1)
        finally:
            connection.close()
