"""Finding words in a text. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from quizzes.reader.highlighting import Span

SHORTEST, MOST = 2, 500


@dataclass(frozen=True, slots=True)
class Hit:
    """A place where the words occur; numbered from 1 over the whole text."""

    number: int
    key: str
    position: int
    span: Span

    @property
    def name(self) -> str:
        return f"hit-{self.number}"


@dataclass(frozen=True, slots=True)
class Found:
    """What a search found, and the current hit."""

    q: str
    hits: Sequence[Hit]
    current: int

    @property
    def count(self) -> int:
        return len(self.hits)

    @property
    def here(self) -> Hit | None:
        return self.hits[self.current - 1] if self.hits else None

    @property
    def next(self) -> Hit | None:
        """The hit after this one, round the end of the text."""
        return self.hits[self.current % len(self.hits)] if self.hits else None

    @property
    def previous(self) -> Hit | None:
        return self.hits[self.current - 2] if self.hits else None

    @property
    def passages(self) -> list[tuple[Hit, int]]:
        """The first hit of each passage, and how many it holds."""
        counts: dict[str, tuple[Hit, int]] = {}
        for hit in self.hits:
            first, count = counts.get(hit.key, (hit, 0))
            counts[hit.key] = (first, count + 1)
        return list(counts.values())


def search(passages: Iterable[tuple[str, int, str]], q: str, at: int) -> Found | None:
    """Return where the words of `q` stand just as typed, capitals and spaces aside.

    Args:
        passages: key, ¶ number and plain text of each, in reading order.
        at: the number of the hit to show; the nearest there is.
    """
    words = q.split()
    if len("".join(words)) < SHORTEST:
        return None
    pattern = re.compile(r"\s+".join(map(re.escape, words)), re.IGNORECASE)
    places = [
        (key, position, match.span())
        for key, position, plain in passages
        for match in pattern.finditer(plain)
    ][:MOST]
    current = max(1, min(at, len(places)))
    hits = [
        Hit(
            number,
            key,
            position,
            Span(start, end, "hit on" if number == current else "hit", f"hit-{number}"),
        )
        for number, (key, position, (start, end)) in enumerate(places, start=1)
    ]
    return Found(" ".join(words), hits, current)
