"""The kinds of notes: which fields each has, and the cards that are made of them. Pure: no models.

A note's fields are Markdown. Its cards are numbered from 0; a number stays the same card when the
note is changed, so that what was learned of it lasts.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from quizzes.cards import cloze
from quizzes.cards.cloze import Sides
from quizzes.material import markup

Fields = Mapping[str, str]
EXTRA = "extra"


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of note.

    Attributes:
        required: the fields that must be filled; any kind may also have `extra`.
        label, help: as authors read them.
        cards: the sides of each card by its number, from 0. Raises ValidationError by field.
    """

    slug: str
    label: Promise
    help: Promise
    required: tuple[str, ...]
    cards: Callable[[Fields], dict[int, Sides]]

    @property
    def fields(self) -> tuple[str, ...]:
        return (*self.required, EXTRA)


def _basic(fields: Fields) -> dict[int, Sides]:
    return {0: Sides(markup.render(fields["front"]), markup.render(fields["back"]))}


def _reversed(fields: Fields) -> dict[int, Sides]:
    there = _basic(fields)[0]
    return {0: there, 1: Sides(there.back, there.front)}


def _cloze(fields: Fields) -> dict[int, Sides]:
    text = fields["text"]
    try:
        return {number - 1: cloze.sides(text, number) for number in cloze.numbers(text)}
    except ValidationError as error:
        raise ValidationError({"text": error.messages}) from error


KINDS = {
    kind.slug: kind
    for kind in (
        Kind(
            "basic",
            gettext_lazy("Basic"),
            gettext_lazy("A cue and its answer: one card."),
            ("front", "back"),
            _basic,
        ),
        Kind(
            "reversed",
            gettext_lazy("Basic and reversed"),
            gettext_lazy("Two cards, asked both ways. Only where both ways are worth knowing."),
            ("front", "back"),
            _reversed,
        ),
        Kind(
            "cloze",
            gettext_lazy("Cloze"),
            gettext_lazy("A sentence with key words hidden: one card for each number."),
            ("text",),
            _cloze,
        ),
    )
}


def choices() -> list[tuple[str, Promise]]:
    """Return the kinds as a form or a column offers them."""
    return [(kind.slug, kind.label) for kind in KINDS.values()]


def cards_of(kind: str, fields: Fields) -> dict[int, Sides]:
    """Return both sides of every card of a note, as sanitised HTML.

    Raises:
        ValidationError: a dict of sentences by field.
    """
    return KINDS[kind].cards(fields)
