"""How a command tells a person at a terminal what it is working on."""

from __future__ import annotations

from collections.abc import Callable

from django.core.management.base import OutputWrapper


def teller(stderr: OutputWrapper) -> Callable[[str], None]:
    """Return a callback that shows one line, overwritten by the next; silent in logs and pipes."""

    def tell(what: str) -> None:
        if stderr.isatty():
            stderr.write(f"\r\x1b[K{what[:70]}", ending="")
            stderr.flush()

    return tell
