"""Reading a file in a process of its own, within limits."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from pathlib import Path

from quizzes.importing.blocks import DocumentRefused
from quizzes.importing.propose import Proposal, proposal_of

ROOT = Path(__file__).resolve().parents[2]
PAGE_SECONDS = 8  # a request is answered in under ten
COMMAND_SECONDS = 300
# Two files at a time and a process: more would take the machine from those who answer questions.
_ROOM = threading.BoundedSemaphore(2)


def read_file(data: bytes, name: str, *, seconds: int = PAGE_SECONDS) -> Proposal:
    """Return what is proposed of a file.

    Raises: Refused, also where the reader died of it or took too long.
    """
    if not _ROOM.acquire(blocking=False):
        raise DocumentRefused("busy")
    try:
        done = subprocess.run(  # noqa: S603  our own module, and a format from a list
            [sys.executable, "-m", "quizzes.importing.sandbox_worker", name, str(seconds)],
            input=data,
            capture_output=True,
            timeout=seconds,
            cwd=ROOT,
            env={"PYTHONDONTWRITEBYTECODE": "1", "PYTHONUTF8": "1"},
            check=False,
        )
        answer = json.loads(done.stdout)
    except subprocess.TimeoutExpired:
        raise DocumentRefused("too_slow", seconds=seconds) from None
    except ValueError:
        # Killed at a limit, or fell over: what it said last, if anything, is no use to anyone.
        raise DocumentRefused("too_heavy") from None
    finally:
        _ROOM.release()
    if "refused" in answer:
        raise DocumentRefused(answer["refused"], **answer["detail"])
    return proposal_of(answer)
