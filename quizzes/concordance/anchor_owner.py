"""Moving claims to a new edition of the text they quote."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy

from quizzes.bank.models import BankKind
from quizzes.concordance.models import Claim, ConcordanceLink
from quizzes.material.anchoring import Span
from quizzes.material.hooks import Anchored, AnchorOwner, Described
from quizzes.material.models import Edition
from quizzes.material.reanchoring.matching import Quote

if TYPE_CHECKING:
    from accounts.models import User


def name_of(bank: str, link: str) -> str:
    """Return the name by which people and reports know a link's claims."""
    return f"{bank}/concordance/{link}"


class ClaimAnchors(AnchorOwner):
    kind = "claim"
    label = gettext_lazy("claim of the concordance")
    model = Claim

    def anchors_on(self, edition: Edition) -> list[Anchored]:
        rows = Claim.objects.filter(
            edition=edition, link__bank__kind=BankKind.COURSE
        ).select_related("passage", "link__bank")
        return [
            Anchored(
                pk=row.pk,
                item=row.link_id,
                name=name_of(row.link.bank.slug, row.link.slug),
                quote=Quote(row.passage.key, Span(row.start, row.quote, row.prefix, row.suffix)),
                live=True,
            )
            for row in rows.order_by("link", "position")
        ]

    def described(self, items: Collection[int], user: User) -> dict[int, Described]:
        links = ConcordanceLink.objects.editable_by(user).filter(pk__in=items)
        return {pk: Described(title) for pk, title in links.values_list("pk", "title")}

    def pause(self, items: Collection[int], *, now: datetime) -> None:
        ConcordanceLink.objects.filter(pk__in=items, paused_at=None).update(paused_at=now)


claim_anchors = ClaimAnchors()
