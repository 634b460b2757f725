"""Runs of words of sources that are not shipped, as hashes: to find copying without the copy.

A run is 13 words without case and punctuation. The hashes stand in a file, ten hexadecimal digits
a line; scripts/source_runs.py makes it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from pathlib import Path

from quizzes.bank.linting.words import words

LENGTH = 13
_DIGITS = 10
_KEY = b"passage: source runs"


FILE = "source_runs.txt"


class SourceRuns:
    """Hashes of every run of some sources."""

    def __init__(self, hashes: Iterable[str]) -> None:
        self._hashes = frozenset(hashes)

    def __len__(self) -> int:
        return len(self._hashes)

    @classmethod
    def read(cls, paths: Iterable[Path]) -> SourceRuns:
        """Return the runs of all these files; lines that begin with # are remarks."""
        lines = [line for path in paths for line in path.read_text("ascii").splitlines()]
        return cls(line for line in lines if line and not line.startswith("#"))

    def first(self, text: str) -> str:
        """Return the first run of 13 words that stands in a source, "" where there is none."""
        return next((run for run in runs_of(text) if digest(run) in self._hashes), "")


def shipped_runs(root: Path) -> SourceRuns | None:
    """Return the runs of the sources of all collections under `root`, None where there are none."""
    paths = sorted(root.glob(f"*/{FILE}"))
    return SourceRuns.read(paths) if paths else None


def runs_of(text: str) -> Iterator[str]:
    """Yield every run of 13 words of a text."""
    found = words(text)
    for start in range(len(found) - LENGTH + 1):
        yield " ".join(found[start : start + LENGTH])


def digest(run: str) -> str:
    return hashlib.blake2b(run.encode(), key=_KEY, digest_size=_DIGITS // 2).hexdigest()
