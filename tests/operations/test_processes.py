"""The site's processes, as `make run` starts them."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.conf import settings

from tests.operations.site import Site, database

pytestmark = pytest.mark.race


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_until(true: Callable[[], bool], seconds: float) -> None:
    ends_at = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < ends_at, f"not within {seconds} s"
        time.sleep(0.1)


def ask(port: int, path: str) -> tuple[int, str]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        return answer.status, answer.read().decode()
    except OSError:
        return 0, ""
    finally:
        connection.close()


def living(group: int) -> set[int]:
    """Return the living members of a process group."""
    members = subprocess.run(
        ["ps", "-A", "-o", "pid=,pgid=,stat="], capture_output=True, text=True, check=True
    ).stdout.split("\n")
    rows = [line.split() for line in members if line.strip()]
    return {int(pid) for pid, pgid, state in rows if int(pgid) == group and state[0] != "Z"}


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A site of which nothing exists yet but the place for it."""
    with database(settings.DATABASES["default"]["ENGINE"]) as environment:
        yield Site(tmp_path_factory.mktemp("fresh") / "data", environment)


def test_it_serves_a_new_site_and_ends_as_one(fresh: Site) -> None:
    port = free_port()
    with fresh.running("scripts/run.py", PORT=str(port)) as process:
        assert process.stdout
        printed: list[str] = []
        for line in process.stdout:
            printed.append(line)
            if "admin@example.org" in line:
                break
        text = "".join(printed)
        assert f"http://127.0.0.1:{port}/" in text, text
        assert text.index("is served on") < text.index("student@example.org")

        assert ask(port, "/healthz") == (200, "ok\n")
        assert ask(port, "/")[0] == 200
        wait_until(lambda: ask(port, "/readyz")[0] == 200, 30)

        taken = fresh.running("scripts/run.py", PORT=str(port))
        with taken as second:
            assert second.wait(timeout=30) == 1
            assert second.stdout
            assert second.stdout.read().strip() == (
                f"Port {port} on 127.0.0.1 is taken; choose another: make run PORT=8001"
            )

        assert len(living(process.pid)) >= 4
        os.killpg(process.pid, signal.SIGINT)  # what Ctrl-C does
        assert process.wait(timeout=45) == 0
        wait_until(lambda: not living(process.pid), 10)


def test_it_ends_the_server_when_the_worker_dies(fresh: Site) -> None:
    port = free_port()
    with fresh.running("scripts/run.py", PORT=str(port)) as process:
        wait_until(lambda: ask(port, "/healthz")[0] == 200, 60)
        worker = subprocess.run(
            ["pgrep", "-g", str(process.pid), "-f", "manage.py work"],
            capture_output=True, text=True, check=True,
        ).stdout  # fmt: skip
        os.kill(int(worker), signal.SIGKILL)
        assert process.wait(timeout=45) == 1
        wait_until(lambda: not living(process.pid), 10)


def test_it_refuses_strangers_while_demo_users_exist(fresh: Site) -> None:
    assert fresh.manage("prepare", DEMO="1").returncode == 0
    for demo in ("0", "1"):
        with fresh.running(
            "-m", "gunicorn", "-c", "deploy/gunicorn.conf.py",
            HOST="0.0.0.0", PORT=str(free_port()), DEMO=demo,
        ) as server:  # fmt: skip
            assert server.wait(timeout=30) == 1
            assert server.stdout
            assert len(server.stdout.read().strip().splitlines()) == 1


def test_it_keeps_the_files_of_pages_that_are_open_during_an_upgrade(fresh: Site) -> None:
    assert fresh.manage("prepare").returncode == 0
    static = fresh.data_dir / "static"
    former = static / "site.0123456789ab.css"
    former.write_text("body {}")
    (static / ".sources").write_text("of the version before")
    assert fresh.manage("prepare").returncode == 0
    assert former.exists()


def test_it_says_in_one_sentence_that_the_database_is_away(fresh: Site) -> None:
    away = f"postgres://passage@127.0.0.1:{free_port()}/passage"
    with fresh.running(
        "-m", "gunicorn", "-c", "deploy/gunicorn.conf.py",
        PORT=str(free_port()), DATABASE_URL=away,
    ) as server:  # fmt: skip
        assert server.wait(timeout=30) == 1
        assert server.stdout
        told = server.stdout.read()
        assert told.strip().splitlines()[-1].startswith("The database cannot be reached: ")
        assert "Traceback" not in told


def test_it_serves_on_a_socket_held_for_it(fresh: Site) -> None:
    """As deploy/passage-web.socket does, so that a restart refuses nobody."""
    held = socket.create_server(("127.0.0.1", 0))
    port = held.getsockname()[1]
    code = (
        "import os, sys\n"
        f"os.dup2({held.fileno()}, 3)\n"
        "os.environ |= {'LISTEN_FDS': '1', 'LISTEN_PID': str(os.getpid())}\n"
        "os.execv(sys.executable,"
        " [sys.executable, '-m', 'gunicorn', '-c', 'deploy/gunicorn.conf.py'])"
    )
    with held:
        os.set_inheritable(held.fileno(), True)
        for _ in range(2):
            with fresh.running("-c", code, close_fds=False, PORT=str(port)) as server:
                assert ask(port, "/healthz") == (200, "ok\n")
                server.terminate()
                assert server.wait(timeout=45) == 0


def test_it_keeps_the_files_of_a_site_private(fresh: Site) -> None:
    assert fresh.data_dir.stat().st_mode & 0o777 == 0o700
    for path in Path(fresh.data_dir).iterdir():
        assert path.stat().st_mode & 0o077 == 0, path


def test_it_works_off_what_is_queued_and_ends_cleanly(site: Site) -> None:
    site.python(
        "from django.contrib.sessions.models import Session\n"
        "from django.utils import timezone\n"
        "from accounts.tasks import send_mail\n"
        "Session.objects.create(session_key='old', session_data='', expire_date=timezone.now())\n"
        "send_mail.enqueue(subject='Good morning', body='Hello', to='ada@example.org')"
    )
    state = (
        "from django.contrib.sessions.models import Session\n"
        "from django_tasks_db.models import DBTaskResult\n"
        "from quizzes import heartbeat\n"
        "print(heartbeat.age_s('work') is not None, Session.objects.count(),"
        " *DBTaskResult.objects.values_list('status', flat=True))"
    )
    with site.running("manage.py", "work") as one, site.running("manage.py", "work") as two:
        wait_until(lambda: site.python(state) == "True 0 SUCCESSFUL", 60)
        for worker in (one, two):
            worker.send_signal(signal.SIGINT)  # from the terminal, and SIGTERM from who started it
            worker.terminate()
        written = ""
        for worker in (one, two):
            assert worker.wait(timeout=40) == 0
            assert worker.stdout
            written += worker.stdout.read()
    assert written.count("Subject: Good morning") == 1
