"""The formats there are: every folder next to this file. A new format edits nothing else."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Protocol, cast

from quizzes.interchange.collection import Collection


class OutputTaken(Exception):
    """Where to write stands something else than an older export; nothing was written."""


class Format(Protocol):
    """What a format's package offers; `suffixes` are those of its files, "" for a folder."""

    suffixes: tuple[str, ...]
    read_path: Callable[[Path], Collection]
    write_path: Callable[[Collection, Path], None]


@cache
def names() -> tuple[str, ...]:
    """Return the names of all formats."""
    folder = str(Path(__file__).parent)
    return tuple(module.name for module in pkgutil.iter_modules([folder]) if module.ispkg)


def get(name: str) -> Format:
    """Return a format; raises KeyError for an unknown name."""
    if name not in names():
        raise KeyError(name)
    return cast(Format, importlib.import_module(f"{__package__}.{name}"))


def guess(path: Path) -> str | None:
    """Return the name of the format whose files end like this one, None where none does."""
    suffix = "" if path.is_dir() else path.suffix.lower()
    return next((name for name in names() if suffix in get(name).suffixes), None)
