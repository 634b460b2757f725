"""The words in which a small change is another statement: numbers, units, negations, drugs. Pure.

Drugs, spelt-out numbers and negations come from the lexicon that also guards typed answers; short
words, which typed answers never forgive anyway, stand in guarded.yaml.
"""

from __future__ import annotations

import re
from collections import Counter
from functools import cache
from pathlib import Path

import yaml
from django.utils.translation import gettext_lazy

from quizzes.question_types.types.short_answer.matching import lexicon

_TOKEN = re.compile(
    r"[+−±<>≤≥≈~$€£-]?\d+(?:[.,:/]\d+)*(?:\s?[%‰°])?|[^\W\d_]+(?:['’-][^\W\d_]+)*|[<>≤≥≈=×÷%‰°$€£]"
)
NUMBER, UNIT, NEGATION, DRUG, LIMIT = "number", "unit", "negation", "drug", "limit"
LABELS = {
    NUMBER: gettext_lazy("a number changed"),
    UNIT: gettext_lazy("a unit changed"),
    NEGATION: gettext_lazy("a negation changed"),
    DRUG: gettext_lazy("the name of a drug changed"),
    LIMIT: gettext_lazy("a word that limits the statement changed"),
}


@cache
def _lists() -> dict[str, frozenset[str]]:
    """Read once; the file belongs to the code."""
    text = Path(__file__).with_suffix(".yaml").read_text(encoding="utf-8")
    return {name: frozenset(line.split()) for name, line in yaml.safe_load(text).items()}


def words(text: str) -> list[str]:
    """Return the words, numbers and signs of a text in order, in lower case."""
    return [" ".join(token.split()) for token in _TOKEN.findall(text.lower().replace("’", "'"))]


def kind_of(word: str) -> str:
    """Return which kind of guarded word this is (in lower case), "" for any other."""
    ours, known = _lists(), lexicon()
    if not any(char.isalpha() for char in word) or word in ours["numbers"]:
        return NUMBER
    if word in ours["negations"] or word.endswith("n't") or word.startswith("non-"):
        return NEGATION
    if word in ours["units"]:
        return UNIT
    if word in known.drugs or word.endswith(known.drug_endings):
        return DRUG
    if word in known.guarded:
        return NUMBER
    return LIMIT if word in ours["limits"] else ""


def changed_kinds(old: str, new: str) -> set[str]:
    """Return the kinds of guarded words that one text has and the other has not."""
    before, after = Counter(words(old)), Counter(words(new))
    return {kind_of(word) for word in (before - after) + (after - before)} - {""}


def says_still(old: str, new: str) -> bool:
    """Whether a sentence says what it said: its words stand in their order, no guarded one came.

    The order counts, for "A is safer than B" has the words of "B is safer than A".
    """
    before, after = words(old), words(new)
    rest = iter(after)
    if not all(word in rest for word in before):
        return False
    return not any(kind_of(word) for word in Counter(after) - Counter(before))
