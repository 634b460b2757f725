"""Today, the library, the reader and progress: on the shipped bank, and with much behind them."""

from __future__ import annotations

import json
from collections.abc import Callable

from benchmarks.reader import costs
from benchmarks.server import Server

P50_GOAL, TIMES_GOAL, MEMORY_GOAL = 60, 2, 80


def report(server: Server, line: Callable[..., None]) -> None:
    """Add the rows of these pages to the table of a database."""
    told = server.shell("from benchmarks.scale import open_shelf; print(open_shelf())")
    world = json.loads(told.splitlines()[-1])
    session, pages = world["session"], world["pages"]
    before = costs(server, session, list(pages.values()))
    server.shell("from benchmarks.scale import grow; grow()")
    after = costs(server, session, list(pages.values()))
    print(f"  {world['size']}, against the shipped bank:")
    for name, small, large in zip(pages, before, after, strict=True):
        p50, times = large.p50_ms, large.p50_ms / small.p50_ms
        line(f"  {name}: p50 ms at one client", f"{p50:.0f}", f"≤ {P50_GOAL}", p50 <= P50_GOAL)
        line(f"  {name}: times the shipped bank", f"{times:.1f}", f"≤ {TIMES_GOAL}", times <= 2)
        line(f"  {name}: CPU ms, shipped bank", f"{large.cpu_ms:.0f}, {small.cpu_ms:.0f}")
    memory = max(server.memory_mb())
    line("  memory of a worker, MB PSS", f"{memory:.0f}", f"≤ {MEMORY_GOAL}", memory <= MEMORY_GOAL)
