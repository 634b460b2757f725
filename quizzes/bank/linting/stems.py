"""Findings in how a question is put."""

from __future__ import annotations

import re
from collections.abc import Iterator

from quizzes.bank.linting import catalogue
from quizzes.bank.linting.findings import Finding
from quizzes.bank.linting.lexicon import SEVERAL, SINGLE
from quizzes.bank.linting.questions import Item
from quizzes.bank.linting.words import words

_NEGATIVE = re.compile(r"\b(?<!at )(not|except|least|incorrect|untrue|false|\w+n['’]t)\b")
_ASKING = re.compile(r"\b(which|what|who|whom|whose|when|where|how|why)\b", re.IGNORECASE)
# A negation behind one of these is part of what is asked about, not of the asking.
_CLAUSE = re.compile(
    r"\b(that|because|if|when|why|how|although|though|since|unless|rather than|and|but|or)\b"
    r"|[,;:–—(]",
    re.IGNORECASE,
)
_TELLS = re.compile(
    r"(?:^|[.,;:?!]\s+|\b(?:then|and|now|please)\s+)(select|choose|pick|name|state|give|put|match|"
    r"order|arrange|complete|fill|mark|list|explain|describe|compare|write|say|tell|discuss|sort|"
    r"identify|find|weigh|assess|summarize|set out|outline|drag|click|link|assign|judge|argue)\b",
    re.IGNORECASE,
)
_UNFOCUSED = re.compile(
    r"^(which|what) (one )?(of (the following|these|them) )?"
    r"(statements?|sentences?|claims?|options?|answers?|)\s*(is|are) "
    r"(true|correct|right|false|incorrect|wrong)$"
)
_ACCORDING = re.compile(r"^(according to|in) (“”|the (article|text|source|passage|author)s?),? ?")
_COUNT = re.compile(
    r"\b(?:select|choose|pick|mark|name|which|what) (?:the |exactly |only )?"
    r"(one|two|three|four|five|six)\b(?![-‑])",
    re.IGNORECASE,
)
_COUNTS = {"one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6}
_ARTICLE = re.compile(r"\b(an|a)\s*(?:_{2,}|…|\.\.\.|:)?\s*$", re.IGNORECASE)
_VERB = re.compile(r"\b(is|was|are|were)\s*(?:_{2,}|…|\.\.\.|:)?\s*$", re.IGNORECASE)
_SILENT_H = ("hour", "honest", "honor", "heir")
_YOU = ("uni", "use", "usu", "eu", "one", "once", "ura")


def negative_stem(item: Item) -> Iterator[Finding]:
    """A small “not” in what is asked; capitals or bold show it, and “why not” asks openly."""
    if not item.is_choice:
        return
    asking = _ASKING.search(item.lead_in)
    if asking is None or asking[1].casefold() in {"why", "how"}:
        return
    asked = item.lead_in[asking.end() :]
    clause = _CLAUSE.search(asked)
    match = _NEGATIVE.search(asked[: clause.start()] if clause else asked)
    if match and f"**{match[1]}**" not in item.lead_in:
        yield Finding(catalogue.NEGATIVE_STEM, match[1], "stem")


def no_question(item: Item) -> Iterator[Finding]:
    """The cover test: a question or a task, and a problem to think about before the options."""
    if not item.is_choice:
        return
    if "?" not in item.draft.stem and not _TELLS.search(item.lead_in):
        yield Finding(catalogue.NO_QUESTION, item.lead_in[:120], "stem")
        return
    plain = " ".join(item.draft.stem.casefold().strip(" ?.:").split())
    plain = _ACCORDING.sub("", re.sub(r"“[^”]*”", "“”", plain))
    if _UNFOCUSED.match(plain):
        yield Finding(catalogue.NO_QUESTION, item.lead_in[:120], "stem")


def grammar_mismatch(item: Item) -> Iterator[Finding]:
    """Options that do not continue a stem which breaks off: “… is an”."""
    if not item.is_choice:
        return
    stem = item.draft.stem.rstrip()
    article, verb = _ARTICLE.search(stem), _VERB.search(stem)
    for place, found in enumerate(item.option_words):
        first = found[0] if found else ""
        wants = article[1].casefold() if article else ""
        misfit = bool(wants and first and (wants == "an") != _begins_with_vowel(first))
        if verb and verb[1].casefold() in {"is", "was"}:
            misfit = first in SEVERAL
        elif verb:
            misfit = first in SINGLE
        if misfit:
            detail = f"“… {(article or verb)[1]}” · “{item.options[place].text}”"  # type: ignore[index]
            yield Finding(catalogue.GRAMMAR_MISMATCH, detail, f"options.{place}.text")


def _begins_with_vowel(word: str) -> bool:
    if word.startswith(_SILENT_H):
        return True
    return word[0] in "aeiou" and not word.startswith(_YOU)


def count_mismatch(item: Item) -> Iterator[Finding]:
    """“Select three” with other than three right options."""
    if not item.is_choice:
        return
    match = _COUNT.search(item.lead_in)
    if match and _COUNTS[match[1].casefold()] != len(item.keys):
        detail = f"“{' '.join(words(match[0]))}” · {len(item.keys)}"
        yield Finding(catalogue.COUNT_MISMATCH, detail, "stem")


RULES = (negative_stem, no_question, grammar_mismatch, count_mismatch)
