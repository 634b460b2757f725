"""Signs of life, one row each in a table that server and worker share, on one machine or many."""

from __future__ import annotations

import time

from django.core.cache import caches

ROUND_S = 60


def beat(name: str) -> None:
    """Write that `name` has just done its round."""
    caches["heartbeat"].set(name, time.time())


def age_s(name: str) -> float | None:
    """Return the seconds since `name` last beat, or None when it never did."""
    told = caches["heartbeat"].get(name)
    return None if told is None else time.time() - told


def can_beat(name: str) -> bool:
    """Write and read back. The cache swallows errors of the database, so the row itself must tell.

    Two at once may overwrite each other; any fresh value proves that rows can be written.
    """
    started = time.time()
    beat(name)
    told = caches["heartbeat"].get(name)
    return told is not None and told >= started
