"""Scripted edits of known kind on the shipped texts, the same ones for the same seed. Pure.

Every edit knows the truth: where the quoted statement stands afterwards, or that it stands nowhere
any more.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import yaml

from quizzes.material import markup
from quizzes.material.anchoring import locate, sentences
from quizzes.material.documents import parse
from quizzes.material.reanchoring.matching import Quote

FOLDER = Path(__file__).resolve().parent.parent / "fixtures" / "ketamine_trd"
STRANGERS = (
    "A short remark was added here by an editor.",
    "Readers asked for one more example, and this is where it stands.",
    "The next paragraph returns to this point.",
    "None of this was part of the first edition.",
)
OPENINGS = ("In short, ", "As was said, ", "Put plainly, ")
VERB = re.compile(r"\b(is|are|was|were|has|have|can|may|does|do|did|will)\b")
Passages = dict[str, list[str]]  # sentences by key


@dataclass(frozen=True, slots=True)
class Case:
    """A quote, the text before and after one edit, and where the statement stands now."""

    kind: str
    quote: Quote
    old: dict[str, str]
    new: dict[str, str]
    truth: tuple[str, int] | None


@dataclass(slots=True)
class Draft:
    """A text under edit: `key`, `at` say in which sentence the quote stands."""

    passages: Passages
    key: str
    at: int | None
    offset: int

    @property
    def here(self) -> list[str]:
        return self.passages[self.key]


def texts() -> Iterator[tuple[dict[str, str], list[Quote]]]:
    """Yield each shipped text with the quotes of the shipped bank in it, each once."""
    wanted = list(_anchors())
    for path in sorted((FOLDER / "materials").glob("*.md")):
        document = parse(path.read_bytes(), slug=path.stem)
        plain = {passage.key: markup.plain(passage.text) for passage in document.passages()}
        quotes: dict[tuple[str, str], Quote] = {}
        for material, passage, words in wanted:
            span = locate(plain.get(passage, ""), words) if material == path.stem else None
            if span is not None:
                quotes[passage, words] = Quote(passage, span)
        yield plain, list(quotes.values())


def _anchors() -> Iterator[tuple[str, str, str]]:
    for path in sorted((FOLDER / "questions").glob("*.yaml")):
        for question in yaml.safe_load(path.read_text(encoding="utf-8")):
            options = [one["anchor"] for one in question.get("options", ()) if "anchor" in one]
            for anchor in [*question.get("anchors", ()), *options]:
                yield anchor["material"], anchor["passage"], anchor["quote"]


def insert(draft: Draft, rng: random.Random) -> None:
    """Put a sentence somewhere into the passage, an opening before it, or a passage before it."""
    kind = rng.randrange(3)
    if kind == 0:
        place = rng.randrange(len(draft.here) + 1)
        draft.here.insert(place, rng.choice(STRANGERS))
        if draft.at is not None and place <= draft.at:
            draft.at += 1
    elif kind == 1 and draft.at is not None:
        opening = rng.choice(OPENINGS)
        words = draft.here[draft.at]
        draft.here[draft.at] = opening + words[0].lower() + words[1:]
        draft.offset += len(opening)
    else:
        draft.passages = {"added-remark": [rng.choice(STRANGERS)], **draft.passages}


def delete(draft: Draft, rng: random.Random) -> None:
    """Take out the quote's sentence, its passage, or another sentence."""
    kind = rng.randrange(3)
    others = [index for index in range(len(draft.here)) if index != draft.at]
    if kind == 0 and others:
        gone = rng.choice(others)
        del draft.here[gone]
        if draft.at is not None and gone < draft.at:
            draft.at -= 1
    elif kind == 1 and others and draft.at is not None:
        del draft.here[draft.at]
        draft.at = None
    else:
        del draft.passages[draft.key]
        draft.at = None


def reorder(draft: Draft, rng: random.Random) -> None:
    """Shuffle the passages or the sentences, or carry the sentence into another passage."""
    kind = rng.randrange(3)
    if kind == 0:
        keys = list(draft.passages)
        rng.shuffle(keys)
        draft.passages = {key: draft.passages[key] for key in keys}
    elif kind == 1 and draft.at is not None:
        order = list(range(len(draft.here)))
        rng.shuffle(order)
        draft.passages[draft.key] = [draft.here[index] for index in order]
        draft.at = order.index(draft.at)
    elif draft.at is not None and len(draft.here) > 1:
        sentence = draft.here.pop(draft.at)
        draft.key = rng.choice([key for key in draft.passages if key != draft.key])
        draft.at = rng.randrange(len(draft.here) + 1)
        draft.here.insert(draft.at, sentence)


def reword(draft: Draft, rng: random.Random) -> None:
    """Reword the sentences around the quote's."""
    at = draft.at or 0
    for index in {at - 1, at + 1} & set(range(len(draft.here))):
        words = draft.here[index].rstrip(".").split()
        rng.shuffle(words)
        draft.here[index] = " ".join(words).capitalize() + "."


def change_number(draft: Draft, rng: random.Random) -> None:
    """Put another number into the quote, or next to it where it has none."""
    if draft.at is None:
        return
    sentence = draft.here[draft.at]
    number = re.search(r"\d+", sentence)
    if number:
        other = str(int(number[0]) + rng.choice([1, 2, 5, 10]))
        sentence = sentence[: number.start()] + other + sentence[number.end() :]
    else:
        cut = sentence.find(" ", draft.offset + 1)
        sentence = sentence[:cut] + f" {rng.randrange(2, 90)}" + sentence[cut:]
    draft.here[draft.at], draft.at = sentence, None


def negate(draft: Draft, rng: random.Random) -> None:
    """Say the opposite, inside the quote or before it."""
    if draft.at is None:
        return
    sentence = draft.here[draft.at]
    verb = VERB.search(sentence)
    if verb and rng.random() < 0.7:
        sentence = sentence[: verb.end()] + " not" + sentence[verb.end() :]
    else:
        sentence = "It is not true that " + sentence[0].lower() + sentence[1:]
    draft.here[draft.at], draft.at = sentence, None


def look_alike(draft: Draft, rng: random.Random) -> None:
    """Put a sentence with the same words about something else before the quote, or in its place."""
    if draft.at is None:
        return
    sentence = draft.here[draft.at]
    start, end = rng.choice(
        [
            ("For another drug the opposite was claimed: ", "."),
            ("Critics of such claims doubt that ", ", and they give reasons."),
            ("In the animals studied, ", " in a third of the cases."),
        ]
    )
    alike = start + sentence[0].lower() + sentence[1:].rstrip(".") + end
    kind = rng.randrange(3)
    if kind == 0:
        draft.here.insert(draft.at, alike)
        draft.at += 1
    elif kind == 1:
        other = rng.choice([key for key in draft.passages if key != draft.key])
        draft.passages[other].insert(rng.randrange(len(draft.passages[other]) + 1), alike)
    else:
        draft.here[draft.at], draft.at = alike, None


EDITS: dict[str, Callable[[Draft, random.Random], None]] = {
    "insert": insert,
    "delete": delete,
    "reorder": reorder,
    "reworded neighbour": reword,
    "changed number": change_number,
    "negation added": negate,
    "look-alike sentence": look_alike,
}


def cases(each: int, seed: int = 1) -> Iterator[Case]:
    """Yield `each` edits of every kind, the same ones for the same seed."""
    rng = random.Random(seed)
    pool = [
        (plain, quote, found)
        for plain, quotes in texts()
        for quote in quotes
        if (found := _sentence_of(plain[quote.passage], quote)) is not None
    ]
    for kind, edit in EDITS.items():
        for _ in range(each):
            plain, quote, (at, offset) = rng.choice(pool)
            passages = {key: [s.quote for s in sentences(text)] for key, text in plain.items()}
            draft = Draft(passages, quote.passage, at, offset)
            edit(draft, rng)
            new = {key: " ".join(found) for key, found in draft.passages.items() if found}
            yield Case(kind, quote, plain, new, _truth(draft))


def _sentence_of(plain: str, quote: Quote) -> tuple[int, int] | None:
    """Return in which sentence a quote stands, and where in it; None if it is in several."""
    for index, sentence in enumerate(sentences(plain)):
        if sentence.start <= quote.span.start and quote.span.end <= sentence.end:
            return index, quote.span.start - sentence.start
    return None


def _truth(draft: Draft) -> tuple[str, int] | None:
    if draft.at is None:
        return None
    return draft.key, len(" ".join([*draft.here[: draft.at], ""])) + draft.offset
