"""Reading which passages are deliberately not asked."""

from __future__ import annotations

from django.db.models import F, OuterRef, QuerySet, Subquery

from quizzes.bank.drafts import NotAskedDraft
from quizzes.bank.not_asked.models import NotAsked
from quizzes.material.models import Passage, Source


def not_asked_in(sources: QuerySet[Source]) -> list[NotAskedDraft]:
    """Return the marks on these texts in reading order; one query."""
    place = Passage.objects.filter(edition=OuterRef("source__edition"), key=OuterRef("key"))
    rows = NotAsked.objects.filter(source__in=sources.values("pk")).annotate(
        place=Subquery(place.values("position")[:1])
    )
    in_order = rows.order_by("source__slug", F("place").asc(nulls_last=True), "key")
    return [NotAskedDraft(*row) for row in in_order.values_list("source__slug", "key", "reason")]


def draft_at(material: str, passage: str) -> NotAskedDraft | None:
    """Return the mark on a passage, None where there is none."""
    row = NotAsked.objects.filter(source__slug=material, key=passage).first()
    return NotAskedDraft(material, passage, row.reason) if row else None
