"""A draft edition on its way to readers: people decide about its quotes, then it is published."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from quizzes.material.anchoring import locate
from quizzes.material.models import (
    AnchorReview,
    Decision,
    Edition,
    EditionState,
    Source,
)
from quizzes.material.reanchoring import reanchor

if TYPE_CHECKING:
    from accounts.models import User


class UnresolvedAnchors(Exception):
    """Quotes in use wait for a decision; the edition is not published."""

    def __init__(self, count: int) -> None:
        super().__init__(f"{count} quotes are not decided about")
        self.count = count


@transaction.atomic
def refresh_reviews(*, edition: Edition, by: User) -> int:
    """Bring the queue up to date with what hangs on the text now; return how much is undecided.

    Raises: PermissionDenied; Edition.DoesNotExist where it is no draft any more.
    """
    source, edition = _locked(edition, by)
    if source.edition is None:
        return 0
    return reanchor.write_reviews(edition, reanchor.plan(source.edition, edition))


@transaction.atomic
def decide(
    *,
    review: AnchorReview,
    decision: str,
    by: User,
    now: datetime,
    passage: str = "",
    quote: str = "",
    prefix: str = "",
) -> AnchorReview:
    """Say what becomes of a quote; "" takes a decision back. `passage` and `quote` are what was
    picked in the new text, `prefix` what stands before it where that is needed.

    Raises: ValidationError by field, PermissionDenied, AnchorReview.DoesNotExist.
    """
    _source, edition = _locked(review.edition, by)
    review = edition.reviews.select_related("passage").get(pk=review.pk)
    if decision and decision not in Decision.values:
        raise ValidationError({"decision": _("There is no such decision.")})
    if decision == Decision.PICKED:
        _pick(review, edition, passage, quote, prefix)
    elif decision == Decision.ACCEPTED and review.passage is None:
        raise ValidationError({"decision": _("Nothing is proposed here.")})
    review.decision = decision
    review.decided_by, review.decided_at = (by, now) if decision else (None, None)
    review.save(update_fields=["decision", "decided_by", "decided_at", "passage", "start", "words"])
    return review


@transaction.atomic
def decide_alike(
    *, review: AnchorReview, decision: str, by: User, now: datetime, **picked: str
) -> list[AnchorReview]:
    """Decide about a quote and, in the same way, about every open one of the very same words for
    which the same is proposed. `picked` is as for decide(), which also says what is raised.
    """
    _source, edition = _locked(review.edition, by)
    alike = edition.reviews.filter(decision="", **review.sameness).exclude(pk=review.pk)
    return [
        decide(review=one, decision=decision, by=by, now=now, **picked) for one in [review, *alike]
    ]


def _pick(review: AnchorReview, edition: Edition, key: str, quote: str, prefix: str) -> None:
    passage = edition.passages.filter(key=key[:80]).first()
    if passage is None:
        raise ValidationError({"passage": _("The new text has no such passage.")})
    span = locate(passage.plain, quote, prefix)
    if span is None:
        raise ValidationError({"quote": _("The passage does not say these words.")})
    review.passage, review.start, review.words = passage, span.start, span.quote


@transaction.atomic
def publish_edition(*, edition: Edition, by: User, now: datetime) -> dict[str, int]:
    """Show a draft to readers and move along what quotes the text; return how many anchors in use
    are kept, moved, changed and lost.

    Raises: UnresolvedAnchors, PermissionDenied, Edition.DoesNotExist.
    """
    source, edition = _locked(edition, by)
    old = source.edition
    counts: dict[str, int] = {}
    if old is not None:
        found = reanchor.plan(old, edition)
        undecided = reanchor.write_reviews(edition, found)
        if undecided:
            raise UnresolvedAnchors(undecided)
        reanchor.carry_out(edition, found, now=now)
        counts = found.counts()
    show(source, edition)
    return counts


@transaction.atomic
def discard_edition(*, edition: Edition, by: User) -> None:
    """Throw a draft away. Raises: PermissionDenied, Edition.DoesNotExist."""
    _source, edition = _locked(edition, by)
    edition.delete()


def show(source: Source, edition: Edition) -> None:
    """Make an edition the one that readers see; called inside a transaction, source locked."""
    highest = source.editions.exclude(pk=edition.pk).aggregate(highest=Max("number"))["highest"]
    edition.number = max(edition.number, (highest or 0) + 1)
    edition.state = EditionState.PUBLISHED
    edition.save(update_fields=["number", "state"])
    source.edition = edition
    source.save(update_fields=["edition"])


def _locked(edition: Edition, by: User) -> tuple[Source, Edition]:
    if not Source.objects.editable_by(by).filter(pk=edition.source_id).exists():
        raise PermissionDenied
    source = (
        Source.objects.select_for_update(of=("self",))
        .select_related("edition")
        .get(pk=edition.source_id)
    )
    return source, source.editions.get(pk=edition.pk, state=EditionState.DRAFT)
