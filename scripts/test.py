"""Runs the suite part by part, on SQLite and on TEST_DATABASE_URL too when it is set.

The fast part, the sweeps over the whole site and the browser tests run two at a time. Race tests
start processes of their own and measure them, so they run one by one. Every part runs even when an
earlier one failed, and the table of what each took comes last.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
NO_TESTS_COLLECTED = 5
PATIENCE = 5  # budgets after which a part is stopped: something in it hangs


@dataclass(frozen=True)
class Part:
    name: str
    marks: str
    budget_s: int
    options: tuple[str, ...] = ()
    every_database: bool = True


FAST = Part("fast", "not sweep and not race and not browser and not slow", 60, ("-n", "2"))
SWEEPS = Part("sweep", "sweep and not race and not browser and not slow", 240, ("-n", "2"))
RACES = Part("races", "race and not slow", 300, ("-p", "no:randomly"))
BROWSER = Part("browser", "browser and not slow", 480, ("-n", "2"), every_database=False)
DEEP = Part("deep", "slow", 3600)


def run(part: Part, database_url: str, arguments: list[str]) -> tuple[bool, float]:
    """Run one part on one database; return whether it passed and the seconds it took."""
    environment = {**os.environ, "DATABASE_URL": database_url}
    for name in ("DEMO", "DEBUG", "HOST", "PORT", "BASE_URL", "ALLOWED_HOSTS", "TRUSTED_PROXIES"):
        environment.pop(name, None)
    started = time.monotonic()
    try:
        code = subprocess.run(
            [sys.executable, "-m", "pytest", "-q", "-m", part.marks, *part.options, *arguments],
            cwd=ROOT,
            env=environment,
            check=False,
            timeout=PATIENCE * part.budget_s,
        ).returncode
    except subprocess.TimeoutExpired:
        print(f"Stopped after {PATIENCE} times its budget of {part.budget_s} s.", flush=True)
        code = 1
    if code == NO_TESTS_COLLECTED and arguments:
        code = 0  # a name given on the command line need not occur in every part
    return code == 0, time.monotonic() - started


def find_chromium() -> str | None:
    return os.environ.get("CHROMIUM") or next(
        (path for name in CHROMIUM_NAMES if (path := shutil.which(name))), None
    )


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--deep", action="store_true", help="run only what takes long")
    names = ["fast", "sweep", "races", "browser"]
    parser.add_argument("--only", choices=names, help="run only this part")
    options, arguments = parser.parse_known_args()

    parts = [DEEP] if options.deep else [FAST, SWEEPS, RACES, BROWSER]
    if options.only:
        parts = [part for part in parts if part.name == options.only]
    databases = {"SQLite": ""}
    if os.environ.get("TEST_DATABASE_URL"):
        databases["PostgreSQL"] = os.environ["TEST_DATABASE_URL"]

    passed = True
    table = []
    if BROWSER in parts and not find_chromium():
        parts.remove(BROWSER)
        if os.environ.get("REQUIRE_BROWSER") == "1":
            passed = False
            table.append("browser tests  Chromium    FAILED: no Chromium was found")
        else:
            table.append("browser tests  Chromium    not run: no Chromium was found")
    for part in parts:
        for name, url in databases.items():
            if url and not part.every_database:
                continue
            print(f"\n== {part.name} tests on {name}", flush=True)
            good, seconds = run(part, url, arguments)
            passed &= good
            late = f", over its budget of {part.budget_s} s" if seconds > part.budget_s else ""
            table.append(
                f"{part.name + ' tests':<15}{name:<12}{'passed' if good else 'FAILED'}"
                f" in {seconds:.0f} s{late}"
            )
    print("\n" + "\n".join(table), flush=True)
    return 0 if passed else 1


if __name__ == "__main__":
    sys.exit(main())
