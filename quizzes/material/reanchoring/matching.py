"""Two editions of a text laid side by side: where an old quote stands in the new one. Pure.

A quote is found by its words, the words round it and its place (the selectors of the W3C Web
Annotation model). `find` never guesses: whatever a person should look at carries its reasons, and
only a match without any may be taken unseen.

    pair(old, new)          which new passage is which old one, so that its key can last
    find(quote, old, new)   where a quote stands now, and how sure that is

Both take texts as plain text, what a reader sees of a passage.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal, TypeVar

from django.utils.translation import gettext_lazy
from rapidfuzz import fuzz, process

from quizzes.material.anchoring import Span, places, sentences, span_at
from quizzes.material.reanchoring import critical_terms

Outcome = Literal["kept", "moved", "changed", "lost"]
K = TypeVar("K")
Text = Mapping[str, str]  # plain text by key of the passage, in reading order

WORDS, GONE, AMBIGUOUS = "words", "gone", "ambiguous"
CONTEXT_LOST, SENTENCE, ELSEWHERE = "context", "sentence", "elsewhere"
REASONS = {
    WORDS: gettext_lazy("the quoted words changed"),
    GONE: gettext_lazy("the new text says nothing like it"),
    AMBIGUOUS: gettext_lazy("another place fits nearly as well"),
    CONTEXT_LOST: gettext_lazy("the words before and after it have changed"),
    SENTENCE: gettext_lazy("the sentence around it says something else"),
    ELSEWHERE: gettext_lazy("these words were there before, too"),
    **critical_terms.LABELS,
}

AGREES = 70  # of 100: how alike the context must be to be called the same
MARGIN = 0.3  # of about 3: by how much the best place must beat the second
PROPOSED = 60  # of 100: how alike other words must be to be proposed
BEATS = 5  # of 100: by how much a proposal must beat the second
NEARER = 75  # of 100: changed words in the old passage go before the same words elsewhere
SAME_PASSAGE, PASSAGE_MARGIN = 60, 5  # of 100: for pair()
_SAME = str.maketrans("‘’ʼ“”„«»‐‑", '\'\'\'"""""--')


@dataclass(frozen=True, slots=True)
class Quote:
    """Words quoted from the old text: the key of their passage, and their place in it."""

    passage: str
    span: Span


@dataclass(frozen=True, slots=True)
class Match:
    """Where a quote stands in the new text. `span.quote` is what the new text says there.

    outcome: kept (the same words in the same passage), moved (the same words elsewhere), changed
        (other words; `span` is a proposal), lost (no proposal: `span` is None, `passage` "").
    reasons: keys of REASONS, why a person must decide. Without any the match is safe.
    """

    outcome: Outcome
    passage: str
    span: Span | None
    reasons: tuple[str, ...] = ()
    score: int = 100

    @property
    def is_safe(self) -> bool:
        return not self.reasons


@dataclass(frozen=True, slots=True)
class _Place:
    """A place where the new text says the quoted words; `value` orders places by how they fit."""

    passage: str
    span: Span
    reasons: tuple[str, ...]
    agrees: bool  # with what stood before and after the quote
    value: float


def find(quote: Quote, old: Text, new: Text) -> Match:
    """Return where a quote of `old` stands in `new`."""
    found = sorted(_places(quote, old, new), key=lambda place: -place.value)
    if found:
        best = found[0]
        reasons = list(best.reasons)
        if len(found) > 1 and _is_near(found[1], best):
            reasons.append(AMBIGUOUS)
        here = best.passage == quote.passage
        exact = Match("kept" if here else "moved", best.passage, best.span, tuple(reasons))
        if exact.is_safe or here:
            return exact
        near = _alike(quote.span, [(quote.passage, new.get(quote.passage, ""))], NEARER)
        return near if near.span else exact
    return _alike(quote.span, list(new.items()), PROPOSED)


def _places(quote: Quote, old: Text, new: Text) -> Iterator[_Place]:
    """Yield every place where the new text says the very words."""
    before = old.get(quote.passage, "")
    sentence = _sentence(before, quote.span)
    wanted = {_folded(quote.span.quote), _folded(_recased(quote.span.quote))}
    for passage, plain in new.items():
        folded = _folded_passage(plain)
        for words in wanted:
            for start in places(folded, words):
                span = span_at(plain, start, plain[start : start + len(words)])
                if _is_whole(folded, span):
                    yield _judged(quote, span, passage, plain, sentence, old)


def _judged(quote: Quote, span: Span, passage: str, plain: str, sentence: str, old: Text) -> _Place:
    """Return a place with how well it fits and what speaks against taking it unseen."""
    prefix = _likeness(quote.span.prefix, span.prefix)
    suffix = _likeness(quote.span.suffix, span.suffix)
    here = passage == quote.passage
    after = _sentence(plain, span)
    reasons: list[str] = []
    if max(prefix, suffix) < AGREES:
        reasons.append(CONTEXT_LOST)
    says = critical_terms.says_still(sentence, after) if here else _same(sentence, after)
    if not says:
        reasons.append(SENTENCE)
    said = _folded_passage(old.get(passage, ""))
    times_before = len(places(said, _folded(quote.span.quote)))
    if not here and times_before:
        reasons.append(ELSEWHERE)
    if here and times_before > 1 and min(prefix, suffix) < AGREES:
        reasons.append(AMBIGUOUS)
    value = (prefix + suffix) / 100 + 0.5 * here + 0.5 * says
    return _Place(passage, span, tuple(reasons), min(prefix, suffix) >= AGREES, value)


def _is_near(second: _Place, best: _Place) -> bool:
    """Whether the second place might be meant: it would do, and the best is no perfect fit."""
    return best.value - second.value < MARGIN or not (second.reasons or best.agrees)


def _alike(quote: Span, texts: Sequence[tuple[str, str]], least: int) -> Match:
    """Return the stretch most like the quote as a proposal, or that it is lost."""
    found: list[tuple[float, str, Span]] = []
    for passage, plain in texts:
        best = _closest(quote.quote, plain, least)
        if best is None:
            continue
        found.append((fuzz.ratio(quote.quote, best.quote), passage, best))
        for rest in (plain[: best.start], plain[best.end :]):
            other = _closest(quote.quote, rest, least)
            if other is not None:
                found.append((fuzz.ratio(quote.quote, other.quote), "", other))
    found.sort(key=lambda one: -one[0])
    if not found or found[0][0] < least or not found[0][1]:
        return Match("lost", "", None, (GONE,), 0)
    score, passage, span = found[0]
    reasons = {WORDS, *critical_terms.changed_kinds(quote.quote, span.quote)}
    if len(found) > 1 and score - found[1][0] < BEATS:
        reasons.add(AMBIGUOUS)
    likeness = (_likeness(quote.prefix, span.prefix), _likeness(quote.suffix, span.suffix))
    if max(likeness) < AGREES:
        reasons.add(CONTEXT_LOST)
    return Match("changed", passage, span, tuple(r for r in REASONS if r in reasons), round(score))


def _closest(quote: str, plain: str, least: int) -> Span | None:
    """Return the run of whole words of a passage that is most like the quote."""
    if len(plain) < len(quote) / 2:
        return None
    window = fuzz.partial_ratio_alignment(quote, plain, score_cutoff=least)
    if window is None or not plain.strip():
        return None
    starts = _starts(plain)
    ends = [start + len(word) for start, word in zip(starts, plain.split(), strict=True)]
    first = max((i for i, s in enumerate(starts) if s <= window.dest_start), default=0)
    last = min((i for i, e in enumerate(ends) if e >= window.dest_end), default=len(ends) - 1)
    spans = [
        plain[starts[i] : ends[j]]
        for i in range(max(0, first - 3), min(first + 4, len(starts)))
        for j in range(max(i, last - 4), min(last + 5, len(ends)))
    ]
    best = max(spans, key=lambda span: fuzz.ratio(quote, span))
    at = next(s for s in starts[max(0, first - 3) :] if plain.startswith(best, s))
    if not quote.endswith((".", ",", ";", ":")):
        best = best.rstrip(".,;:")
    return span_at(plain, at, best) if best else None


def _starts(plain: str) -> list[int]:
    """Return where each word begins; plain text has one space between two."""
    starts, at = [], 0
    for word in plain.split():
        at = plain.index(word, at)
        starts.append(at)
        at += len(word)
    return starts


def _sentence(plain: str, span: Span) -> str:
    """Return the sentences that a stretch of a passage reaches into."""
    touched = [s.quote for s in sentences(plain) if s.start < span.end and s.end > span.start]
    return " ".join(touched)


def _likeness(old: str, new: str) -> float:
    """Return how alike two contexts are, of 100; the edge of a passage is like another edge."""
    return fuzz.ratio(_folded(old).strip().lower(), _folded(new).strip().lower())


def _folded(text: str) -> str:
    """Return a text with one spelling of quotation marks and hyphens, as long as before."""
    return text.translate(_SAME)


@lru_cache(maxsize=4096)
def _folded_passage(plain: str) -> str:
    """Return the same of a passage; kept, since every quote of a text is sought in all of it."""
    return _folded(plain)


def _recased(quote: str) -> str:
    """Return a quote with its first letter in the other case, as when it begins a sentence."""
    word = quote.split(" ", 1)[0]
    if word[1:] != word[1:].lower() or critical_terms.kind_of(word.lower()) == critical_terms.UNIT:
        return quote
    return quote[0].swapcase() + quote[1:]


def _same(old: str, new: str) -> bool:
    return _folded(old) == _folded(new)


def _is_whole(plain: str, span: Span) -> bool:
    """Whether a stretch neither begins nor ends inside a word: "act" does not stand in "react"."""
    before, after = plain[: span.start][-1:], plain[span.end :][:1]
    inside_start = before.isalnum() and span.quote[:1].isalnum()
    return not inside_start and not (after.isalnum() and span.quote[-1:].isalnum())


def pair(old: Text, new: Sequence[str]) -> list[str | None]:
    """Return for each new passage the key of the old passage that it is, None for a new one.

    The same words first, in their order where they stand more than once; then the likest of those
    left over, each being the other's best by a clear margin or standing between the same
    neighbours. No key is given twice.
    """
    keys: list[str | None] = [None] * len(new)
    left = dict(old)
    by_words: dict[str, list[str]] = {}
    for key, plain in old.items():
        by_words.setdefault(_folded(plain), []).append(key)
    for index, plain in enumerate(new):
        same = by_words.get(_folded(plain))
        if same:
            keys[index] = same.pop(0)
            del left[keys[index] or ""]
    order = {key: position for position, key in enumerate(old)}
    unpaired = {index: plain for index, plain in enumerate(new) if keys[index] is None}
    best_new = {key: _best(plain, unpaired) for key, plain in left.items()}
    for index, plain in unpaired.items():
        found = _best(plain, left)
        if found is None or best_new[found[0]] is None:
            continue
        key, score, second = found
        back = best_new[key]
        follows = index > 0 and order.get(keys[index - 1] or "", -2) + 1 == order[key]
        if back and back[0] == index and (follows or score - second >= PASSAGE_MARGIN):
            keys[index] = key
    return keys


def _best(plain: str, texts: Mapping[K, str]) -> tuple[K, float, float] | None:
    """Return the likest of some texts, how alike it is, and how alike the second is."""
    found = process.extract(plain, texts, scorer=fuzz.ratio, score_cutoff=SAME_PASSAGE, limit=2)
    if not found:
        return None
    return found[0][2], found[0][1], found[1][1] if len(found) > 1 else 0.0
