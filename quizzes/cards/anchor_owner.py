"""Moving the anchors of notes to a new edition of the text they quote."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import TYPE_CHECKING

from django.utils.text import Truncator
from django.utils.translation import gettext_lazy

from quizzes.bank.models import BankKind
from quizzes.cards.models import Card, CardAnchor, Note
from quizzes.material.anchoring import Span
from quizzes.material.hooks import Anchored, AnchorOwner, Described
from quizzes.material.models import Edition
from quizzes.material.reanchoring.matching import Quote

if TYPE_CHECKING:
    from accounts.models import User

TITLE_WORDS = 16


def name_of(bank: str, note: str) -> str:
    """Return the name by which people and reports know a note's anchors."""
    return f"{bank}/cards/{note}"


class CardAnchors(AnchorOwner):
    kind = "card"
    label = gettext_lazy("card")
    model = CardAnchor

    def anchors_on(self, edition: Edition) -> list[Anchored]:
        rows = CardAnchor.objects.filter(
            edition=edition, note__bank__kind=BankKind.COURSE
        ).select_related("passage", "note__bank")
        return [
            Anchored(
                pk=row.pk,
                item=row.note_id,
                name=name_of(row.note.bank.slug, row.note.slug),
                quote=Quote(row.passage.key, Span(row.start, row.quote, row.prefix, row.suffix)),
                live=row.note.retired_at is None,
            )
            for row in rows.order_by("note_id", "pk")
        ]

    def described(self, items: Collection[int], user: User) -> dict[int, Described]:
        mine = Note.objects.editable_by(user).filter(pk__in=items).values("pk")
        cards = Card.objects.filter(note__in=mine).order_by("-ordinal")
        return {
            note: Described(Truncator(plain).words(TITLE_WORDS))
            for note, plain in cards.values_list("note", "plain")
        }

    def pause(self, items: Collection[int], *, now: datetime) -> None:
        Note.objects.filter(pk__in=items, paused_at=None).update(paused_at=now)


card_anchors = CardAnchors()
