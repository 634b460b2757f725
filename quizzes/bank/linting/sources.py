"""Findings in what a question owes its text: reasons, anchors, own words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from quizzes.bank.drafts import AnchorDraft
from quizzes.bank.linting import catalogue
from quizzes.bank.linting.findings import Finding
from quizzes.bank.linting.questions import Item, World, texts_of
from quizzes.bank.linting.words import words
from quizzes.material.anchoring import locate

_IDLE = re.compile(
    r"\b(not|n['’]t|never|nothing|no)\b.*\b(mention|state|say|said|name|describe|discuss|list)"
    r"|\b(says|states) (nothing|no such)\b|\bnot (mentioned|stated|named|listed|in the text)\b"
    r"|^(this is )?(wrong|incorrect|false)\b",
    re.IGNORECASE,
)
_IDLE_WORDS = 8


def missing_rationale(item: Item) -> Iterator[Finding]:
    """Options need a reason each; what has none to choose from needs an explanation."""
    for place, option in enumerate(item.options):
        weighed = item.is_weighed and option.fraction <= 0
        shown = item.is_choice or item.is_fixed or weighed
        if shown and not option.rationale.strip():
            yield Finding(catalogue.MISSING_RATIONALE, option.text, f"options.{place}.rationale")
    if not item.is_choice and not item.draft.explanation.strip():
        yield Finding(catalogue.MISSING_RATIONALE, "", "explanation")


def idle_rationale(item: Item) -> Iterator[Finding]:
    for place in item.distractors:
        rationale = item.options[place].rationale
        if len(words(rationale)) <= _IDLE_WORDS and _IDLE.search(rationale):
            yield Finding(catalogue.IDLE_RATIONALE, rationale, f"options.{place}.rationale")


def missing_anchor(item: Item) -> Iterator[Finding]:
    if not any(anchor.role == "supports" for anchor in item.draft.anchors):
        yield Finding(catalogue.MISSING_ANCHOR, "", "anchors")


RULES = (missing_rationale, idle_rationale, missing_anchor)


def quotes(anchors: Iterable[AnchorDraft], world: World) -> Iterator[Finding]:
    """Anchors whose words their passage does not say, as far as the texts are at hand."""
    if world.passages is None:
        return
    for place, anchor in enumerate(anchors):
        plain = world.passages.get((anchor.material, anchor.passage))
        if plain is None or locate(plain, anchor.quote, anchor.prefix) is None:
            detail = f"{anchor.material}#{anchor.passage}: “{anchor.quote}”"
            yield Finding(catalogue.QUOTE_NOT_FOUND, detail, f"anchors.{place}.quote")


def copied(texts: Iterable[tuple[str, str]], world: World) -> Iterator[Finding]:
    """Texts that follow a source for more than twelve words."""
    if world.runs is None:
        return
    for place, text in texts:
        run = world.runs.first(text)
        if run:
            yield Finding(catalogue.VERBATIM, f"“{run}”", place)


def of_question(item: Item, world: World) -> Iterator[Finding]:
    """What needs more than the question itself."""
    yield from quotes(item.draft.anchors, world)
    yield from copied(texts_of(item.draft), world)
