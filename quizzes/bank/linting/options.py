"""Findings in options that compete with each other."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from statistics import median

from quizzes.bank.linting import catalogue
from quizzes.bank.linting.findings import Finding
from quizzes.bank.linting.lexicon import ABSOLUTE, FREQUENCY, HEDGES
from quizzes.bank.linting.orders import is_in_order
from quizzes.bank.linting.quantities import overlap, quantity
from quizzes.bank.linting.questions import Item
from quizzes.bank.linting.words import spelled, words
from quizzes.question_types.types.single_choice import SingleChoice

_OTHERS = re.compile(
    r"^(all|none|both|neither|two|any)( of)?( the| these)? (above|others?|following|options)\b"
    r"|\b(all|none|both) of the above\b|^(all|none|both) of (these|them)$|^both [a-e] and [a-e]\b",
    re.IGNORECASE,
)
_LONGER, _MORE = 1.35, 10  # times the next longest, and characters
_YES_NO = re.compile(r"(yes|no)\b(?=[,.;:]|$)", re.IGNORECASE)
_GERUND = re.compile(r"(?!(?:any|every|some|no)?thing\b)\w{3,}ing\b", re.IGNORECASE)
# Beside nouns a word in -ing is a verb only where it takes an object: "Raising the dose".
_DOING = re.compile(rf"{_GERUND.pattern} (the|a|an|its|their|one|two|more|less)\b", re.IGNORECASE)


def key_longest(item: Item) -> Iterator[Finding]:
    if not item.is_single:
        return
    key = item.keys[0]
    length = len(item.options[key].text)
    longest = max(len(item.options[place].text) for place in item.distractors)
    if length >= longest * _LONGER and length - longest >= _MORE:
        detail = f"{length} characters, the longest of the others has {longest}"
        yield Finding(catalogue.KEY_LONGEST, detail, f"options.{key}.text")


def key_hedged(item: Item) -> Iterator[Finding]:
    if not item.is_single:
        return
    hedged = [bool(HEDGES & set(found)) for found in item.option_words]
    key = item.keys[0]
    if hedged[key] and sum(hedged) == 1:
        found = " ".join(sorted(HEDGES & set(item.option_words[key])))
        yield Finding(catalogue.KEY_HEDGED, found, f"options.{key}.text")


def absolute_term(item: Item) -> Iterator[Finding]:
    """Absolutes in wrong options alone; not where the question itself is about the absolute."""
    if not item.is_choice:
        return
    asked = set(words(item.draft.stem))
    found = [ABSOLUTE & set(one) - asked for one in item.option_words]
    if any(found[place] for place in item.keys):
        return
    for place in item.distractors:
        if found[place] and not _OTHERS.search(item.options[place].text):
            detail = " ".join(sorted(found[place]))
            yield Finding(catalogue.ABSOLUTE_TERM, detail, f"options.{place}.text")


def vague_term(item: Item) -> Iterator[Finding]:
    if not item.is_choice:
        return
    asked = set(words(item.draft.stem))
    for place, found in enumerate(item.option_words):
        vague = FREQUENCY & set(found) - asked
        if vague:
            detail = " ".join(sorted(vague))
            yield Finding(catalogue.VAGUE_TERM, detail, f"options.{place}.text")


def all_of_the_above(item: Item) -> Iterator[Finding]:
    if not item.is_choice:
        return
    for place, option in enumerate(item.options):
        if _OTHERS.search(option.text.strip()):
            yield Finding(catalogue.ALL_OF_THE_ABOVE, option.text, f"options.{place}.text")


def clang(item: Item) -> Iterator[Finding]:
    """A telling word of the question in the key and in no other option."""
    if not item.is_single:
        return
    key = item.keys[0]
    others = frozenset().union(*(item.option_content[place] for place in item.distractors))
    shared = (item.option_content[key] & item.stem_content) - others
    # Where a wrong option echoes the question as well, no echo points at the key alone.
    if shared and not others & item.stem_content:
        detail = ", ".join(spelled(item.option_words[key], shared))
        yield Finding(catalogue.CLANG, detail, f"options.{key}.text")


def convergence(item: Item) -> Iterator[Finding]:
    """The key shares parts with several wrong options that share nothing with one another."""
    if not item.is_single or len(item.options) < 4:
        return
    counts = Counter(word for found in item.option_content for word in found)
    shared = {word for word, count in counts.items() if 1 < count < len(item.options)}
    scores = [sum(counts[word] - 1 for word in found & shared) for found in item.option_content]
    key = item.keys[0]
    parts = item.option_content[key] & shared
    partners = [place for place in item.distractors if item.option_content[place] & parts]
    if (
        len(parts) >= 2
        and len(partners) >= 2
        and scores[key] >= 2 * max(scores[place] for place in item.distractors)
        and not any(parts <= item.option_content[place] for place in item.distractors)
    ):
        detail = ", ".join(spelled(item.option_words[key], parts))
        yield Finding(catalogue.CONVERGENCE, detail, f"options.{key}.text")


def not_parallel(item: Item) -> Iterator[Finding]:
    if not item.is_choice or len(item.options) < 3:
        return
    texts = [option.text.strip() for option in item.options]
    forms = {
        # mTOR and mRNA are spelled so.
        "capital": [
            text.split()[0] != text.split()[0].lower() for text in texts if text[:1].isalpha()
        ],
        "full stop": [text.endswith(".") for text in texts],
        "“to …”": [text.casefold().startswith("to ") for text in texts],
        "yes or no": [bool(_YES_NO.match(text)) for text in texts],
    }
    odd = [name for name, has in forms.items() if len(set(has)) > 1]
    doing = [bool(_GERUND.match(text)) for text in texts]
    if len(texts) > 3 and (
        sum(doing) == len(texts) - 1 or (sum(doing) == 1 and any(map(_DOING.match, texts)))
    ):
        odd.append("“-ing”")
    digits = [text[:1].isdigit() for text in texts]
    if len(texts) > 3 and sum(digits) == len(texts) - 1:
        odd.append("number first")
    for name in odd:
        yield Finding(catalogue.NOT_PARALLEL, name, "options")
    lengths = [len(found) for found in item.option_words]
    usual = median(lengths)
    for place, length in enumerate(lengths):
        if length > 2.5 * usual and length - usual > 6:
            detail = f"{length} words, the others about {usual:g}"
            yield Finding(catalogue.NOT_PARALLEL, detail, f"options.{place}.text")


def not_in_order(item: Item) -> Iterator[Finding]:
    if not item.is_choice or any(option.pinned for option in item.options):
        return
    if not is_in_order([option.text for option in item.options]):
        yield Finding(catalogue.NOT_IN_ORDER, " · ".join(o.text for o in item.options), "options")


def numeric_overlap(item: Item) -> Iterator[Finding]:
    if not item.is_single:
        return
    found = [quantity(option.text) for option in item.options]
    for place, one in enumerate(found):
        for other in range(place):
            if overlap(found[other], one):
                detail = f"“{item.options[other].text}” · “{item.options[place].text}”"
                yield Finding(catalogue.NUMERIC_OVERLAP, detail, f"options.{place}.text")


def overlapping_options(item: Item) -> Iterator[Finding]:
    """One option's words stand in a row within another's."""
    if not item.is_choice:
        return
    for place, one in enumerate(item.option_words):
        for other, longer in enumerate(item.option_words):
            if place != other and one and len(one) < len(longer) and _within(one, longer):
                detail = f"“{item.options[place].text}” · “{item.options[other].text}”"
                yield Finding(catalogue.OVERLAPPING_OPTIONS, detail, f"options.{other}.text")


def _within(part: list[str], whole: list[str]) -> bool:
    size = len(part)
    return any(part == whole[at : at + size] for at in range(len(whole) - size + 1))


def two_keys(item: Item) -> Iterator[Finding]:
    right = [place for place, one in enumerate(item.options) if one.fraction == Decimal(1)]
    if isinstance(item.kind, SingleChoice) and len(right) > 1:
        detail = ", ".join(item.options[place].text for place in right)
        yield Finding(catalogue.TWO_KEYS, detail, f"options.{right[1]}.fraction")


RULES = (
    key_longest, key_hedged, absolute_term, vague_term, all_of_the_above, clang, convergence,
    not_parallel, not_in_order, numeric_overlap, overlapping_options, two_keys,
)  # fmt: skip
