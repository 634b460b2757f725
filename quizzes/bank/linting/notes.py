"""Findings in notes, from which cards are made."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from quizzes.bank.drafts import AnchorDraft, Waiver
from quizzes.bank.linting import catalogue
from quizzes.bank.linting.findings import Finding
from quizzes.bank.linting.questions import Item, World
from quizzes.bank.linting.sources import copied, quotes
from quizzes.bank.linting.words import content, unquoted, words

_CLOZE = re.compile(r"\{\{c(\d+)::(.*?)(?:::(.*?))?\}\}", re.DOTALL)
_ANSWER_WORDS, _CLOZE_WORDS = 15, 6
_ALIKE = 0.65


@dataclass(frozen=True, slots=True)
class NoteText:
    """A note as the rules read it, whoever keeps it."""

    slug: str
    kind: str
    fields: Mapping[str, str]
    caution: str = ""
    anchors: tuple[AnchorDraft, ...] = ()
    waivers: tuple[Waiver, ...] = field(default=())

    @property
    def is_cloze(self) -> bool:
        return "text" in self.fields

    def sides(self) -> list[tuple[str, str, str, str]]:
        """Return (field of the front, front, field of the answer, answer) of every card."""
        if self.is_cloze:
            text = self.fields["text"]
            numbers = sorted({match[1] for match in _CLOZE.finditer(text)})
            return [("text", _front(text, n), "text", _hidden(text, n)) for n in numbers]
        front, back = self.fields.get("front", ""), self.fields.get("back", "")
        there = [("front", front, "back", back)]
        return [*there, ("back", back, "front", front)] if self.kind == "reversed" else there


def _front(text: str, number: str) -> str:
    return _CLOZE.sub(lambda match: "" if match[1] == number else match[2], text)


def _hidden(text: str, number: str) -> str:
    return " … ".join(match[2] for match in _CLOZE.finditer(text) if match[1] == number)


def of_note(note: NoteText, world: World, items: Sequence[Item] = ()) -> Iterator[Finding]:
    yield from long_answer(note)
    yield from answer_in_front(note, world)
    yield from like_a_question(note, items)
    if not any(anchor.role == "supports" for anchor in note.anchors):
        yield Finding(catalogue.MISSING_ANCHOR, "", "anchors")
    yield from quotes(note.anchors, world)
    texts = [(f"fields.{name}", text) for name, text in note.fields.items()]
    yield from copied([*texts, ("caution", note.caution)], world)


def long_answer(note: NoteText) -> Iterator[Finding]:
    limit = _CLOZE_WORDS if note.is_cloze else _ANSWER_WORDS
    for _front_field, _text, place, answer in note.sides():
        if len(words(answer)) > limit:
            yield Finding(catalogue.LONG_ANSWER, f"{len(words(answer))} words", f"fields.{place}")


def answer_in_front(note: NoteText, world: World) -> Iterator[Finding]:
    """All telling words of the answer stand in the front already."""
    for place, front, _answer_field, answer in note.sides():
        telling = content(answer) - world.common
        if telling and telling <= content(front):
            yield Finding(catalogue.ANSWER_IN_FRONT, answer, f"fields.{place}")


def like_a_question(note: NoteText, items: Sequence[Item]) -> Iterator[Finding]:
    """A front that uses nearly the same telling words as the stem of a question."""
    for place, front, _answer_field, _answer in note.sides():
        some = content(unquoted(front))
        for item in items:
            others = item.asked_content
            if min(len(some), len(others)) < 4:
                continue
            share = len(some & others) / len(some | others)
            if share >= _ALIKE:
                yield Finding(
                    catalogue.CARD_LIKE_QUESTION,
                    f"{share:.0%} of their telling words",
                    f"fields.{place}",
                    other=item.draft.slug,
                )
