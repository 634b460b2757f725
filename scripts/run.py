"""`make run`: prepares the site, then keeps the server and the worker running until Ctrl-C.

Both are children of this process, in its process group, and all end together: with Ctrl-C, with
SIGTERM, when the terminal closes, or when one of them ends by itself.
"""

from __future__ import annotations

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from types import FrameType

ROOT = Path(__file__).resolve().parent.parent
START_WITHIN_S = 60
STOP_WITHIN_S = 40

HOST = os.environ.get("HOST") or "127.0.0.1"
PORT = os.environ.get("PORT") or "8000"
DEMO_SIGN_INS = """
Sign in as one of the demo users, password passage-demo:
  student@example.org    takes quizzes
  educator@example.org   writes questions in /admin/
  admin@example.org      manages users in /admin/
"""


class Stop(Exception):
    """Somebody asked the site to end."""


def ask_to_stop(signum: int, frame: FrameType | None) -> None:
    raise Stop


def port_is_free() -> bool:
    family = socket.AF_INET6 if ":" in HOST else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST.strip("[]"), int(PORT)))
        except OSError:
            return False
    return True


def answers() -> bool:
    host = {"0.0.0.0": "127.0.0.1", "[::]": "::1"}.get(HOST, HOST.strip("[]"))  # noqa: S104
    connection = http.client.HTTPConnection(host, int(PORT), timeout=2)
    try:
        connection.request("GET", "/healthz")
        connection.getresponse().read()
    except OSError:
        return False
    else:
        return True
    finally:
        connection.close()


def start() -> list[subprocess.Popen[bytes]]:
    return [
        subprocess.Popen(command, cwd=ROOT)
        for command in (
            [sys.executable, "manage.py", "work"],
            [sys.executable, "-m", "gunicorn", "-c", "deploy/gunicorn.conf.py"],
        )
    ]


def wait_for_the_server(processes: list[subprocess.Popen[bytes]]) -> bool:
    """Wait until the site answers; False when one of the two ended instead."""
    ends_at = time.monotonic() + START_WITHIN_S
    while not answers():
        if any(process.poll() is not None for process in processes):
            return False
        if time.monotonic() > ends_at:
            return False
        time.sleep(0.1)
    return True


def end(processes: list[subprocess.Popen[bytes]]) -> None:
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    for process in processes:
        process.terminate()
    ends_at = time.monotonic() + STOP_WITHIN_S
    for process in processes:
        try:
            process.wait(timeout=max(0.1, ends_at - time.monotonic()))
        except subprocess.TimeoutExpired:
            process.kill()


def main() -> int:
    os.umask(0o077)
    os.environ.setdefault("DEMO", "1")
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, ask_to_stop)
    processes: list[subprocess.Popen[bytes]] = []
    try:
        if not (PORT.isdigit() and 0 < int(PORT) < 65536):
            sys.exit(f"PORT must be a whole number from 1 to 65535, not “{PORT}”.")
        if not port_is_free():
            sys.exit(f"Port {PORT} on {HOST} is taken; choose another: make run PORT=8001")
        compiled_query = subprocess.run(
            [sys.executable, "manage.py", "prepare"], cwd=ROOT, check=False
        )
        if compiled_query.returncode:
            return compiled_query.returncode
        processes = start()
        if not wait_for_the_server(processes):
            return 1
        print(f"\nPassage is served on http://{HOST}:{PORT}/  (Ctrl-C ends it)")
        if os.environ["DEMO"] == "1":
            print(DEMO_SIGN_INS, end="")
        sys.stdout.flush()
        while all(process.poll() is None for process in processes):
            time.sleep(0.5)
    except Stop:
        return 0
    else:
        return 1
    finally:
        end(processes)


if __name__ == "__main__":
    sys.exit(main())
