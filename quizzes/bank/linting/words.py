"""Words of a text: cut, brought to a stem, told apart from those that carry no meaning."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable
from functools import lru_cache

from quizzes.bank.linting.lexicon import EMPTY

_MARKS = re.compile(r"\[\[\d+\]\]|\{\{c\d+::|::[^{}]*\}\}|\}\}|[*`]|(?<!\w)_+|_+(?!\w)")
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_ENDINGS = (
    "ations", "ation", "ingly", "edly", "ments", "ment", "ness", "ings", "ing",
    "ies", "ied", "ions", "ion", "ally", "ely", "ed", "es", "ly", "al", "s", "y", "e",
)  # fmt: skip
_LONGEST, _SHORTEST = 64, 4


def words(text: str) -> list[str]:
    """Return the words of a text without case, mark-up and punctuation."""
    folded = unicodedata.normalize("NFKC", _MARKS.sub(" ", text)).replace("’", "'").casefold()
    return _WORD.findall(folded)


@lru_cache(maxsize=20_000)
def stem(word: str) -> str:
    """Return a word without its endings, so that forms of one word meet: improving, improved."""
    word = word[:_LONGEST].removesuffix("'s")
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= _SHORTEST:
            return word[: -len(ending)]
    return word


def content(text: str) -> frozenset[str]:
    """Return the stems of the words that carry meaning; numbers count."""
    return frozenset(stem(word) for word in words(text) if tells(word))


def spelled(found: Iterable[str], stems: Collection[str]) -> list[str]:
    """Return the words as they were written that have one of these stems, each once."""
    return [word for word in dict.fromkeys(found) if stem(word) in stems]


def tells(word: str) -> bool:
    """Whether a word carries meaning of its own."""
    return word.isdigit() or (len(word) >= _SHORTEST and word not in EMPTY)


def sentences(text: str) -> list[str]:
    """Return the sentences of a text; a full stop ends one where a capital begins the next."""
    parts = re.split(r"(?<=[.!?])[\"”’)\]]*\s+(?=[\"“‘(\[]?[A-Z0-9])|\n\s*\n", text.strip())
    return [part.strip() for part in parts if part.strip()]


def unquoted(text: str) -> str:
    """Return a text without what stands in quotation marks: titles and others' words."""
    return re.sub(r"“[^”]*”|\"[^\"]*\"", "“”", text)
