"""The passages that quotes stand in, each shown once with all of its words marked."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from quizzes.bank.content_cache import PassageQuote


@dataclass(frozen=True, slots=True)
class QuotedPassage:
    """A passage in pieces of plain text, each with whether it is quoted; `first` leads there."""

    first: PassageQuote
    pieces: list[tuple[str, bool]]


def in_passages(quotes: Iterable[PassageQuote]) -> list[QuotedPassage]:
    """Return the passages of quotes in the order in which they are first quoted."""
    found: dict[tuple[str, str, str], list[PassageQuote]] = {}
    for one in quotes:
        plain = f"{one.before}{one.quote}{one.after}"
        found.setdefault((one.material, one.passage, plain), []).append(one)
    return [QuotedPassage(same[0], _pieces(key[-1], same)) for key, same in found.items()]


def _pieces(plain: str, quotes: Iterable[PassageQuote]) -> list[tuple[str, bool]]:
    pieces, reached = [], 0
    for start, end in _joined((len(one.before), len(one.before + one.quote)) for one in quotes):
        pieces += [(plain[reached:start], False), (plain[start:end], True)]
        reached = end
    return [piece for piece in [*pieces, (plain[reached:], False)] if piece[0]]


def _joined(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return spans in order, those that overlap as one."""
    joined: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined
