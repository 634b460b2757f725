"""`make bench`: quotes after scripted edits of their texts, compared with a plain search; a whole
attempt on both databases, compared with a bare view with one durable write; the reader on a long
text, compared with a bare view of its paragraphs; saves during a correction; and the pages of study
at scale, compared with the shipped bank.

Goals are those of the project; the table says which were met. Sign-in is not part of a journey.
PostgreSQL is measured when TEST_DATABASE_URL names a server.
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import statistics
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from benchmarks import correcting, reader, reanchoring, shelf
from benchmarks.client import Client, changes
from benchmarks.server import Server, served

CLIENTS, WINDOWS = 4, 3
CLASS = 240  # students who save one answer after the other
TURN_S = 1.0  # how long saves and the bare view run before the other's turn
ANSWERS = {
    "single_choice": {"choice": "a"},
    "multiple_choice": {"choices": ["a", "b"]},
    "true_false": {"value": True},
    "short_answer": {"text": "serotonin"},
    "numeric": {"value": "30 %"},
}
CPU_GOAL = {"SQLite": 70, "PostgreSQL": 90}
SHARE_GOAL = {"SQLite": 60, "PostgreSQL": 50}
STEPS = ("start", "page", "save many", "finish", "review")


@dataclass
class Window:
    """What one stretch of steady load cost."""

    done: int
    seconds: float
    cpu_ms: float
    clients: list[Client] = field(default_factory=list)

    @property
    def per_second(self) -> float:
        return self.done / self.seconds

    def quantile_ms(self, step: str, share: float) -> float:
        values = sorted(one for client in self.clients for one in client.seconds.get(step, []))
        return values[min(len(values) - 1, int(len(values) * share))] * 1000


def attempt(client: Client, *, at_once: bool) -> tuple[str, int]:
    """Walk one attempt and return the taking page with its size."""
    _status, headers, _body = client.send("start", "POST", "/quizzes/benchmark/start/")
    path = headers["location"]
    page = client.page("page", path)
    api = "/api/v1" + path
    questions = client.json("read", "GET", api)["questions"] if not _CHANGES else []
    if not _CHANGES:
        _CHANGES.extend(changes(questions, ANSWERS))
    if at_once:
        client.json("save many", "PUT", f"{api}answers/", {"answers": _CHANGES})
    else:
        for change in _CHANGES:
            body = {name: value for name, value in change.items() if name != "slot"}
            client.json("save one", "PUT", f"{api}answers/{change['slot']}/", body)
    client.send("finish", "POST", f"{path}submit/", b"", "application/x-www-form-urlencoded")
    client.page("review", f"{path}review/")
    return page


_CHANGES: list[dict[str, object]] = []


def load(
    server: Server, sessions: list[str], seconds: float, work: Callable[[Client], object]
) -> Window:
    """Let as many clients as there are sessions do `work` again and again for `seconds`."""
    clients = [Client(server.port, session) for session in sessions]
    done = [0] * len(clients)
    cpu, started = server.cpu_ms(), time.perf_counter()

    def run(number: int) -> None:
        while time.perf_counter() < started + seconds:
            work(clients[number])
            done[number] += 1

    threads = [threading.Thread(target=run, args=(number,)) for number in range(len(clients))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    window = Window(sum(done), time.perf_counter() - started, server.cpu_ms() - cpu, clients)
    for client in clients:
        client.close()
    return window


def line(what: str, value: str, goal: str = "", met: bool | None = None) -> None:
    verdict = "" if met is None else ("met" if met else "MISSED")
    print(f"  {what:<44}{value:>16}   {goal:<14}{verdict}", flush=True)


def measure(name: str, url: str, seconds: float) -> None:
    """Print the table of one database."""
    print(f"\n{name}: {CLIENTS} clients, 2 processes of 4 threads, medians of {WINDOWS} windows")
    with served(url) as server:
        students = CLIENTS + 2 + CLASS
        told = server.shell(
            f"from benchmarks.school import open_school; print(open_school({students}))"
        )
        sessions = json.loads(told.splitlines()[-1])
        spare, other = sessions[:2]
        crowd = sessions[2 : CLIENTS + 2]
        counted = json.loads(
            server.shell(
                "from benchmarks.school import count_statements;"
                f" print(count_statements({spare!r}, {json.dumps(ANSWERS)!r}))"
            ).splitlines()[-1]
        )
        html, size = attempt(Client(server.port, other), at_once=True)
        empty = size + Client(server.port, other).assets(html)

        def at_once(client: Client) -> object:
            return attempt(client, at_once=True)

        def one_by_one(client: Client) -> object:
            return attempt(client, at_once=False)

        def bare(client: Client) -> object:
            return client.json("bare", "POST", "/bare/", {"answer": {"choice": "a"}, "sequence": 0})

        load(server, crowd, seconds / 2, at_once)  # warms every process
        whole = [load(server, crowd, seconds, at_once) for _ in range(WINDOWS)]
        single = [load(server, crowd, seconds, one_by_one) for _ in range(WINDOWS)]
        alone = load(server, crowd[:1], seconds, at_once)
        students = _start_all(server, sessions[CLIENTS + 2 :])
        ratios, saves, bares = [], [], []
        for _ in range(WINDOWS):
            # Turn by turn, and over fresh connections each turn: what slows the machine, or sends
            # the clients to one process, then slows both alike.
            turns = [
                (
                    _saves_per_second(server, students, TURN_S),
                    load(server, crowd, TURN_S, bare).per_second,
                )
                for _ in range(max(1, round(seconds / TURN_S)))
            ]
            saves.append(sum(saved for saved, _ in turns) / len(turns))
            bares.append(sum(stored for _, stored in turns) / len(turns))
            ratios.append(100 * saves[-1] / bares[-1])

        median = statistics.median
        cpu = median(one.cpu_ms / one.done for one in whole)
        rate = median(one.per_second for one in whole)
        line(
            "CPU ms an attempt, 20 answers at once",
            f"{cpu:.0f}",
            f"≤ {CPU_GOAL[name]}",
            cpu <= CPU_GOAL[name],
        )
        line(
            "CPU ms an attempt, 20 answers one by one",
            f"{median(one.cpu_ms / one.done for one in single):.0f}",
        )
        line("attempts a second, at once", f"{rate:.1f}", "≥ 20", rate >= 20)
        line(
            "attempts a second, one by one",
            f"{median(one.per_second for one in single):.1f}",
        )
        line("one save, requests a second", f"{median(saves):.0f}")
        line("bare view with one insert, requests a second", f"{median(bares):.0f}")
        share = median(ratios)
        line(
            "one save against the bare view, %",
            f"{share:.0f}",
            f"≥ {SHARE_GOAL[name]}",
            share >= SHARE_GOAL[name],
        )
        total = sum(counted[step] for step in STEPS)
        line("SQL an attempt, BEGIN and COMMIT counted", str(total), "≤ 60", total <= 60)
        limits = {"page": 7, "save one": 6, "save many": 9, "finish": 22, "review": 10}
        for step, count in counted.items():
            limit = limits.get(step)
            line(
                f"  SQL of {step}",
                str(count),
                f"≤ {limit}" if limit else "",
                None if limit is None else count <= limit,
            )
        for step in STEPS:
            p50 = median(one.quantile_ms(step, 0.5) for one in whole)
            p95 = median(one.quantile_ms(step, 0.95) for one in whole)
            line(
                f"  {step}: p50 / p95 ms",
                f"{p50:.0f} / {p95:.0f}",
                *(("p95 ≤ 60", p95 <= 60) if step == "page" else ()),
            )
        p50 = alone.quantile_ms("page", 0.5)
        line("page p50 ms at one client", f"{p50:.0f}", "≤ 20", p50 <= 20)
        line("attempt page kB, empty cache", f"{empty / 1000:.1f}", "≤ 60", empty <= 60_000)
        line("attempt page kB, warm cache", f"{size / 1000:.1f}", "≤ 14", size <= 14_000)
        memory = max(server.memory_mb())
        line("memory of a worker, MB PSS", f"{memory:.0f}", "≤ 60", memory <= 60)
        correcting.report(server, line, students, _saves_per_second)
        reader.report(server, line)
        shelf.report(server, line)


def _start_all(server: Server, sessions: list[str]) -> list[Client]:
    """Let every student start, and return clients that know where and what to save."""
    clients = []
    line = Client(server.port)
    for session in sessions:
        client = Client(server.port, session)
        client.share(line)
        _status, headers, _body = client.send("start", "POST", "/quizzes/benchmark/start/")
        api = "/api/v1" + headers["location"]
        shown = client.json("read", "GET", api)["questions"]
        client.target = next(
            f"{api}answers/{one['slot']}/" for one in shown if one["type"] == "single_choice"
        )
        clients.append(client)
    line.close()
    return clients


def _saves_per_second(server: Server, students: list[Client], seconds: float) -> float:
    """Let a class save one answer after the other, each a change, over as many connections as the
    other windows have. Every student stays under the limit on saves of one attempt."""
    started = time.perf_counter()
    done = [0] * CLIENTS

    def run(number: int) -> None:
        line = Client(server.port)
        turns = itertools.cycle(students[number::CLIENTS])
        while time.perf_counter() < started + seconds:
            student = next(turns)
            student.share(line)
            body = {
                "answer": {"choice": "ab"[student.sequence % 2]},
                "confidence": None,
                "flagged": False,
                "sequence": student.sequence,
            }
            student.sequence = student.json("save", "PUT", student.target, body)["sequence"]
            done[number] += 1
        line.close()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(done) / (time.perf_counter() - started)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=8, help="length of a window")
    options = parser.parse_args()
    reanchoring.report()
    measure("SQLite", "", options.seconds)
    if url := os.environ.get("TEST_DATABASE_URL"):
        measure("PostgreSQL", url, options.seconds)
    else:
        print("\nPostgreSQL: not measured, TEST_DATABASE_URL is not set")


if __name__ == "__main__":
    main()
