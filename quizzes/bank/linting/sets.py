"""Findings in a set: a quiz, or a whole bank."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import comb

from quizzes.bank.linting import catalogue
from quizzes.bank.linting.findings import Finding
from quizzes.bank.linting.questions import Item
from quizzes.bank.linting.words import content, stem, words

_COMMON = 0.12  # share of the stems that use a word which then tells nothing
_FEWEST = 25  # stems, below which no word is common
_ALIKE = 0.6
_BY_CHANCE = 0.01
_SAME_SUBJECT = 2  # telling words that two stems share


@dataclass(frozen=True, slots=True)
class LintedQuiz:
    """A quiz as the rules read it: its fixed questions in order, by slug."""

    slug: str
    questions: tuple[str, ...]
    shuffles_options: bool = True


def common_words(stems: Sequence[str]) -> frozenset[str]:
    """Return the stems of words that so many questions use that they tell nothing."""
    if len(stems) < _FEWEST:
        return frozenset()
    counts = Counter(word for text in stems for word in content(text))
    return frozenset(word for word, count in counts.items() if count > _COMMON * len(stems))


def near_duplicates(items: Sequence[Item]) -> Iterator[Finding]:
    """Pairs whose stems and answers use nearly the same telling words."""
    found = [
        (item, item.asked_content - item.common | content(" ".join(item.answers))) for item in items
    ]
    for (one, some), (other, others) in combinations(found, 2):
        if min(len(some), len(others)) < 4:
            continue
        share = len(some & others) / len(some | others)
        if share >= _ALIKE:
            detail = f"{share:.0%} of their telling words"
            yield _pair(catalogue.NEAR_DUPLICATE, detail, one, other)


def answers_another(paper: LintedQuiz, items: Mapping[str, Item]) -> Iterator[Finding]:
    """Stems of a quiz that say what another question of it, on the same subject, asks for."""
    asked = [items[slug] for slug in paper.questions if slug in items]
    for item in asked:
        for other in asked:
            told = item is not other and _told(item, other)
            if told:
                detail = f"{paper.slug}: “{told}”"
                yield _pair(catalogue.ANSWERS_ANOTHER, detail, item, other)


def _told(item: Item, other: Item) -> str:
    """Return the answer to `item` that the stem of `other` says, "" where it says none."""
    if len(item.stem_content & other.stem_content) < _SAME_SUBJECT:
        return ""
    said = [stem(word) for word in words(other.draft.stem)]
    for answer in item.answers:
        telling = content(answer) - item.common - item.stem_content
        phrase = [stem(word) for word in words(answer)]
        if telling and _already_graded(phrase, said) and (len(phrase) > 1 or len(answer) > 5):
            return answer
    return ""


def _already_graded(phrase: list[str], text: list[str]) -> bool:
    size = len(phrase)
    return any(phrase == text[at : at + size] for at in range(len(text) - size + 1))


def key_positions(paper: LintedQuiz, items: Mapping[str, Item]) -> Iterator[Finding]:
    """Keys that stand in one place more often than chance allows."""
    if paper.shuffles_options:
        return
    by_size: dict[int, list[int]] = {}
    for item in _singles(paper, items):
        by_size.setdefault(len(item.options), []).append(item.keys[0])
    for size, places in by_size.items():
        place, count = Counter(places).most_common(1)[0]
        if chance_of(count, len(places), 1 / size) * size < _BY_CHANCE:
            detail = f"{'ABCDEFGHIJKLMNOPQRSTUVWXYZ'[place]} in {count} of {len(places)}"
            yield Finding(catalogue.KEY_POSITION, detail, "", "quiz", paper.slug)


def key_lengths(paper: LintedQuiz, items: Mapping[str, Item]) -> Iterator[Finding]:
    """Keys that are the longest option more often than chance allows."""
    singles = _singles(paper, items)
    longest = sum(_is_longest(item) for item in singles)
    if not singles:
        return
    share = sum(1 / len(item.options) for item in singles) / len(singles)
    if chance_of(longest, len(singles), share) < _BY_CHANCE:
        detail = f"{longest} of {len(singles)}, by chance {share * len(singles):.0f}"
        yield Finding(catalogue.KEY_LENGTH_BIAS, detail, "", "quiz", paper.slug)


def _singles(paper: LintedQuiz, items: Mapping[str, Item]) -> list[Item]:
    found = [items[slug] for slug in paper.questions if slug in items]
    return [item for item in found if item.is_single]


def _is_longest(item: Item) -> bool:
    lengths = [len(option.text) for option in item.options]
    return lengths[item.keys[0]] > max(lengths[place] for place in item.distractors)


def chance_of(least: int, tries: int, share: float) -> float:
    """Return the chance of `least` hits or more in so many tries."""
    return sum(
        comb(tries, hits) * share**hits * (1 - share) ** (tries - hits)
        for hits in range(least, tries + 1)
    )


def _pair(kind: catalogue.Kind, detail: str, one: Item, other: Item) -> Finding:
    return Finding(kind, detail, "stem", "question", one.draft.slug, other.draft.slug)


def of_papers(papers: Iterable[LintedQuiz], items: Mapping[str, Item]) -> Iterator[Finding]:
    for paper in papers:
        yield from answers_another(paper, items)
        yield from key_positions(paper, items)
        yield from key_lengths(paper, items)
