"""Where a quote stands in a passage. Pure: no models.

Positions count characters of the passage's plain text, what a reader sees of it.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

# A full stop ends a sentence only where a capital, a digit or an opening sign begins the next.
_SENTENCE_END = re.compile(r"""(?<=[.!?])["”’')\]]*\s+(?=["“‘'(\[]?[A-Z0-9])""")
CONTEXT = 32  # characters kept before and after a quote, enough to tell its places apart


@dataclass(frozen=True, slots=True)
class Span:
    """A quote in its place, with the words round it."""

    start: int
    quote: str
    prefix: str
    suffix: str

    @property
    def end(self) -> int:
        return self.start + len(self.quote)


def normalised(quote: str) -> str:
    """A quote as plain text writes it: NFC, every run of white space as one space."""
    return unicodedata.normalize("NFC", " ".join(quote.split()))


def places(plain: str, quote: str) -> list[int]:
    """Return every position at which the quote begins; none for an empty one."""
    found: list[int] = []
    start = plain.find(quote) if quote else -1
    while start >= 0:
        found.append(start)
        start = plain.find(quote, start + 1)
    return found


def locate(plain: str, quote: str, prefix: str = "") -> Span | None:
    """Return the place meant: the first one preceded by `prefix`; None where there is none."""
    quote, prefix = normalised(quote), normalised(prefix)
    for start in places(plain, quote):
        if plain[:start].rstrip().endswith(prefix):
            return span_at(plain, start, quote)
    return None


def span_at(plain: str, start: int, quote: str) -> Span:
    """Return the quote standing at `start` with its context."""
    end = start + len(quote)
    return Span(
        start=start,
        quote=quote,
        prefix=plain[max(0, start - CONTEXT) : start],
        suffix=plain[end : end + CONTEXT],
    )


def distinguishing_prefix(plain: str, span: Span) -> str:
    """Return the words before the quote when they are needed to find this place, else "".

    The shortest run of whole words is taken that finds the place again.
    """
    if locate(plain, span.quote) == span:
        return ""
    words = plain[: span.start].split()
    for count in range(1, len(words) + 1):
        prefix = " ".join(words[-count:])
        if locate(plain, span.quote, prefix) == span:
            return prefix
    return ""


def sentences(plain: str) -> list[Span]:
    """Return a passage cut into its sentences, as quotes in their place."""
    found: list[Span] = []
    start = 0
    ends = [match.end() for match in _SENTENCE_END.finditer(plain)]
    for end in [*ends, len(plain)]:
        quote = plain[start:end].strip()
        if quote:
            found.append(span_at(plain, plain.index(quote, start), quote))
        start = end
    return found
