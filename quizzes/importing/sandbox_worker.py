"""The process that reads one file: bytes in, one JSON object out. Started by process.py.

It has little memory, little time, no environment, and may not write a file of any size, so that
nothing is left behind whatever the file does to the reader.
"""

from __future__ import annotations

import contextlib
import json
import resource
import sys
from typing import Any

MEMORY = 400_000_000


def limit(seconds: int) -> None:
    """Bound this process from here on."""
    for what, value in (
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NOFILE, 64),
    ):
        # Some systems know no such limit; the parent's clock holds everywhere.
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(what, (value, value))


def answer(data: bytes, name: str) -> dict[str, Any]:
    """Return the proposal for a file, or the code of the refusal."""
    from quizzes.importing import readers
    from quizzes.importing.blocks import DocumentRefused
    from quizzes.importing.propose import propose

    try:
        return propose(readers.read(data, name)).as_json()
    except DocumentRefused as refused:
        return {"refused": refused.code, "detail": refused.detail}
    except (MemoryError, RecursionError):
        return {"refused": "too_heavy", "detail": {}}


def main() -> None:
    name, seconds = sys.argv[1], int(sys.argv[2])
    limit(seconds)
    try:
        found = json.dumps(answer(sys.stdin.buffer.read(), name))
    except MemoryError:
        found = '{"refused": "too_heavy", "detail": {}}'
    sys.stdout.write(found)


if __name__ == "__main__":
    main()
