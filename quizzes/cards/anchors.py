"""Moving the anchors of notes to a new edition of the text they quote."""

from __future__ import annotations

from quizzes.cards.models import CardAnchor
from quizzes.material.anchoring import places, span_at
from quizzes.material.hooks import Lost
from quizzes.material.models import Edition, Passage


def name_of(bank: str, note: str) -> str:
    """Return the name by which people and reports know a note's anchors."""
    return f"{bank}/cards/{note}"


def move_to(old: Edition, new: Edition) -> list[Lost]:
    """Move the anchors on `old` whose quote stands exactly once in the new passage of their key.

    The others stay on the old text. Return those of them whose notes are in use.
    """
    passages = {passage.key: passage for passage in Passage.objects.filter(edition=new)}
    moved: list[CardAnchor] = []
    lost: list[Lost] = []
    anchors = CardAnchor.objects.filter(edition=old).select_related("passage", "note__bank")
    for anchor in anchors.order_by("note", "pk"):
        passage = passages.get(anchor.passage.key)
        found = places(passage.plain, anchor.quote) if passage else []
        if passage is not None and len(found) == 1:
            span = span_at(passage.plain, found[0], anchor.quote)
            anchor.edition, anchor.passage = new, passage
            anchor.start, anchor.prefix, anchor.suffix = span.start, span.prefix, span.suffix
            moved.append(anchor)
        elif anchor.note.retired_at is None:
            name = name_of(anchor.note.bank.slug, anchor.note.slug)
            lost.append(Lost(name, anchor.passage.key, anchor.quote))
    CardAnchor.objects.bulk_update(
        moved, ["edition", "passage", "start", "prefix", "suffix"], batch_size=200
    )
    return lost
