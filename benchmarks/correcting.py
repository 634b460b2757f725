"""Saves while 10,000 answers are graded by a corrected key, compared with saves before it."""

from __future__ import annotations

import threading
from collections.abc import Callable

from benchmarks.client import Client
from benchmarks.server import Server

ANSWERS, P95_GOAL, BEFORE_S = 10_000, 95, 4.0


def report(
    server: Server,
    line: Callable[..., None],
    students: list[Client],
    save: Callable[[Server, list[Client], float], float],
) -> None:
    """Add the rows of a correction; `save` lets the students save for so many seconds."""
    server.shell(f"from benchmarks.answered import answer; answer({ANSWERS})")
    alone = _saves(server, students, save, lambda: threading.Event().wait(BEFORE_S))
    graded: list[str] = []

    def correction() -> None:
        code = "from benchmarks.answered import correct; print(correct())"
        graded.append(server.shell(code).splitlines()[-1])

    during = _saves(server, students, save, correction)
    print(f"  {ANSWERS:,} answers graded anew after a correction: {int(graded[0]):,} done")
    line("  one save meanwhile: p95 ms", f"{during:.0f}", f"≤ {P95_GOAL}", during <= P95_GOAL)
    line("  one save before it: p95 ms", f"{alone:.0f}")


def _saves(
    server: Server,
    students: list[Client],
    save: Callable[[Server, list[Client], float], float],
    until: Callable[[], object],
) -> float:
    """Let the students save until `until` returns; return the 95th percentile in ms."""
    for one in students:
        one.seconds.clear()
    other = threading.Thread(target=until)
    other.start()
    while other.is_alive():
        save(server, students, 0.5)
    other.join()
    took = sorted(second for one in students for second in one.seconds.get("save", []))
    return took[int(len(took) * 0.95)] * 1000
