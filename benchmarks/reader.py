"""The reader on a long text, compared with a bare view of the same words as plain paragraphs."""

from __future__ import annotations

import json
import statistics
from collections.abc import Callable
from dataclasses import dataclass

from benchmarks.client import Client
from benchmarks.server import Server

ROUNDS, PAGES = 5, 8


@dataclass(frozen=True, slots=True)
class Cost:
    """What a page costs: processor time, time until it is here, its bytes packed and unpacked."""

    cpu_ms: float
    p50_ms: float
    sent: int
    size: int


def costs(server: Server, session: str, paths: list[str]) -> list[Cost]:
    """Fetch the pages turn by turn, so that whatever else the machine does slows them alike."""
    client = Client(server.port, session)
    cpu: dict[str, list[float]] = {path: [] for path in paths}
    for path in [*cpu] * 2 * len(server.workers()):  # warms every process
        client.page("warm", path)
    for _ in range(ROUNDS):
        for path, spent in cpu.items():
            before = server.cpu_ms()
            for _ in range(PAGES):
                client.page(path, path)
            spent.append((server.cpu_ms() - before) / PAGES)
    found = []
    for path, spent in cpu.items():
        html, sent = client.page("size", path)
        p50 = statistics.median(client.seconds[path]) * 1000
        found.append(Cost(statistics.median(spent), p50, sent, len(html.encode())))
    client.close()
    return found


def count_statements(session: str, path: str) -> int:
    """Run inside the site: the SQL of the page, once the session remembers the text."""
    from django.db import connection
    from django.test import Client as Inside
    from django.test.utils import CaptureQueriesContext

    client = Inside(SERVER_NAME="127.0.0.1")
    client.cookies["session"] = session
    client.get(path)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(path).status_code == 200
    return len(captured)


def report(server: Server, line: Callable[..., None]) -> None:
    """Add the rows of the reader to the table of a database."""
    told = server.shell("from benchmarks.longtext import open_text; print(open_text())")
    world = json.loads(told.splitlines()[-1])
    session, path = world["student"], f"/read/{world['slug']}/"
    counted = server.shell(
        "from benchmarks.reader import count_statements;"
        f" print(count_statements({session!r}, {path!r}))"
    )
    queries = int(counted.splitlines()[-1])
    ours, bare = costs(server, session, [path, f"/bare/{world['slug']}/"])
    print(
        f"  a text of {world['words']:,} words with {world['questions']:,} questions, all answered:"
    )
    line("  page p50 ms at one client", f"{ours.p50_ms:.0f}", "≤ 200", ours.p50_ms <= 200)
    line("  bare view of its paragraphs, p50 ms", f"{bare.p50_ms:.0f}")
    line("  CPU ms a page, bare view", f"{ours.cpu_ms:.0f}, {bare.cpu_ms:.0f}")
    line("  CPU against the bare view, times", f"{ours.cpu_ms / bare.cpu_ms:.1f}")
    line("  SQL of the page", str(queries), "≤ 16", queries <= 16)
    line("  page kB, packed", f"{ours.size / 1000:.0f}, {ours.sent / 1000:.0f}")
    line("  bare view kB, packed", f"{bare.size / 1000:.0f}, {bare.sent / 1000:.0f}")
