"""The words that a card or a claim of the concordance quotes, marked in their text.

Unlike the words that settle a question they give no answer away: whoever may study the card or read
the claim may see them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import QuerySet

from quizzes.cards.models import CardAnchor, Note
from quizzes.concordance.models import Claim, ConcordanceLink
from quizzes.reader.highlighting import Span

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User


def cited(edition: int, user: User | AnonymousUser, mark: str) -> dict[str, Span]:
    """Return by key of the passage the words that `mark` names: “card-12” or “claim-3”.

    At most one query; nothing for what the user may not see, or what belongs to another edition.
    """
    kind, _, number = mark.partition("-")
    if not (number.isascii() and number.isdigit() and len(number) < 19):
        return {}
    rows: QuerySet[Any]
    if kind == "card":
        rows = CardAnchor.objects.filter(note__in=Note.objects.visible_to(user).values("pk"))
    elif kind == "claim":
        links = ConcordanceLink.objects.visible_to(user).values("pk")
        rows = Claim.objects.filter(link__in=links)
    else:
        return {}
    found = rows.filter(pk=int(number), edition=edition)
    return {
        key: Span(start, start + len(quote), "mark")
        for key, start, quote in found.values_list("passage__key", "start", "quote")
    }
