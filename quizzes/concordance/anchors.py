"""Moving claims to a new edition of the text they quote."""

from __future__ import annotations

from quizzes.concordance.models import Claim
from quizzes.material.anchoring import places, span_at
from quizzes.material.hooks import Lost
from quizzes.material.models import Edition, Passage


def name_of(bank: str, link: str) -> str:
    """Return the name by which people and reports know a link's claims."""
    return f"{bank}/concordance/{link}"


def move_to(old: Edition, new: Edition) -> list[Lost]:
    """Move the claims on `old` whose quote stands exactly once in the new passage of their key.

    The others stay on the old text. Return them.
    """
    passages = {passage.key: passage for passage in Passage.objects.filter(edition=new)}
    moved: list[Claim] = []
    lost: list[Lost] = []
    claims = Claim.objects.filter(edition=old).select_related("passage", "link__bank")
    for claim in claims.order_by("link", "position"):
        passage = passages.get(claim.passage.key)
        found = places(passage.plain, claim.quote) if passage else []
        if passage is not None and len(found) == 1:
            span = span_at(passage.plain, found[0], claim.quote)
            claim.edition, claim.passage = new, passage
            claim.start, claim.prefix, claim.suffix = span.start, span.prefix, span.suffix
            moved.append(claim)
        else:
            name = name_of(claim.link.bank.slug, claim.link.slug)
            lost.append(Lost(name, claim.passage.key, claim.quote))
    Claim.objects.bulk_update(
        moved, ["edition", "passage", "start", "prefix", "suffix"], batch_size=200
    )
    return lost
