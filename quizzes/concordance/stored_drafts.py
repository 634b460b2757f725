"""Concordance links as drafts again, to be compared with files and written to them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from django.db.models import F

from quizzes.concordance.drafts import ClaimDraft, LinkDraft
from quizzes.concordance.models import Claim, ConcordanceLink
from quizzes.material.anchoring import distinguishing_prefix, span_at


def link_drafts(link_ids: Iterable[int]) -> dict[int, LinkDraft]:
    """Return each link as a draft in its one form, by id; three queries."""
    ids = set(link_ids)
    claims: dict[int, list[ClaimDraft]] = defaultdict(list)
    rows = (
        Claim.objects.filter(link__in=ids)
        .select_related("passage")
        .annotate(material=F("edition__source__slug"))
        .order_by("link", "position")
    )
    for row in rows:
        plain = row.passage.plain
        prefix = distinguishing_prefix(plain, span_at(plain, row.start, row.quote))
        claims[row.link_id].append(
            ClaimDraft(row.material, row.passage.key, row.quote, row.says, prefix)
        )
    questions: dict[int, list[str]] = defaultdict(list)
    named = ConcordanceLink.questions.through.objects.filter(concordancelink__in=ids)
    for link_id, slug in named.values_list("concordancelink_id", "question__slug"):
        questions[link_id].append(slug)
    return {
        link.pk: LinkDraft(
            slug=link.slug,
            title=link.title,
            relation=link.relation,
            claims=tuple(claims[link.pk]),
            topic=link.topic.slug if link.topic else "",
            note=link.note,
            questions=tuple(sorted(questions[link.pk])),
        )
        for link in ConcordanceLink.objects.filter(pk__in=ids).select_related("topic")
    }
