"""What material tells upwards. Holders are registered in quizzes/apps.py:ready().

Whatever quotes a text (questions, cards, claims) is moved along when a new edition is published.
Its subject registers a Holder, which hands over the anchors and takes back what became of them.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db.models import Model, QuerySet
from django.utils.functional import Promise

from quizzes.material.anchoring import Span
from quizzes.material.models import Edition, Passage
from quizzes.material.reanchoring.matching import Quote

if TYPE_CHECKING:
    from accounts.models import User


@dataclass(frozen=True, slots=True)
class Anchored:
    """An anchor on the old text. `pk` is its row's, `item` that of the question or note it is on.

    `name` is how people and files know the item: "bank/question". `live`: it is in use or about to
    be, so a person must look where it cannot be moved; others then stay on the old text, where what
    was answered in the past is still explained.
    """

    pk: int
    item: int
    name: str
    quote: Quote
    live: bool


@dataclass(frozen=True, slots=True)
class Moved:
    """Where an anchor stands in the new text."""

    pk: int
    passage: Passage
    span: Span


@dataclass(frozen=True, slots=True)
class Described:
    """An item as an educator reads it, and where it is written ("" where nowhere)."""

    title: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class Lost:
    """Something in use whose quote cannot be moved to the new text unseen."""

    name: str
    passage: str
    quote: str


class AnchorOwner:
    """One kind of thing that quotes texts. Every method is called inside the transaction that
    publishes an edition or prepares it, with the source locked; none may refuse by itself.

    `model` has the fields edition, passage, quote, prefix, suffix and start.
    """

    kind: str  # lasting: stored with what waits for a person
    label: str | Promise
    model: type[Model]

    def anchors_on(self, edition: Edition) -> list[Anchored]:
        """Return all anchors on this text, in a lasting order."""
        raise NotImplementedError

    def described(self, items: Collection[int], user: User) -> dict[int, Described]:
        """Return items by id for a person who decides about their anchors: those of them alone that
        this person may see."""
        raise NotImplementedError

    def parts(self, anchors: Collection[int]) -> dict[int, str]:
        """Return by anchor which part of its item quotes the words, where an item has such parts:
        an option of a question. Asked only about items that the person may see."""
        return {}

    def pause(self, items: Collection[int], *, now: datetime) -> None:
        """Called when the statement that items rest on has changed: ask them no more until their
        author has written them again."""

    def move(self, moves: Sequence[Moved]) -> None:
        """Store where anchors stand now."""
        rows: dict[int, Any] = {row.pk: row for row in self._rows([move.pk for move in moves])}
        for move in moves:
            row, span = rows[move.pk], move.span
            row.edition_id, row.passage = move.passage.edition_id, move.passage
            row.quote, row.start = span.quote, span.start
            row.prefix, row.suffix = span.prefix, span.suffix
        fields = ["edition", "passage", "quote", "start", "prefix", "suffix"]
        self.model._default_manager.bulk_update(list(rows.values()), fields, batch_size=200)

    def drop(self, anchors: Collection[int]) -> None:
        """Take quotes from their items, because an educator said so."""
        self._rows(anchors).delete()

    def _rows(self, anchors: Collection[int]) -> QuerySet[Any]:
        return self.model._default_manager.filter(pk__in=anchors)


_holders: dict[str, AnchorOwner] = {}


def on_edition(anchor_owner: AnchorOwner) -> None:
    """Register what is to be moved along when an edition is published."""
    _holders[anchor_owner.kind] = anchor_owner


def anchor_owners() -> dict[str, AnchorOwner]:
    """Return all holders by kind."""
    return _holders
