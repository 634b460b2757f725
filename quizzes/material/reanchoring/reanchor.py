"""Moving what quotes a text along to its next edition: planned, decided about, carried out.

Called by services and publishing inside their transactions, with the source locked.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.utils.translation import gettext as _

from quizzes.material.anchoring import distinguishing_prefix, locate, span_at
from quizzes.material.hooks import Anchored, AnchorOwner, Lost, Moved, anchor_owners
from quizzes.material.models import AnchorReview, Decision, Edition, Passage, StatementChange
from quizzes.material.reanchoring.matching import Match, Quote, find

OUTCOMES = ("kept", "moved", "changed", "lost")


@dataclass(frozen=True, slots=True)
class Planned:
    """Where an anchor would go, and whether a person has to say so first."""

    anchor_owner: AnchorOwner
    anchored: Anchored
    match: Match

    @property
    def waits(self) -> bool:
        return self.anchored.live and not self.match.is_safe

    @property
    def key(self) -> tuple[str, int]:
        return self.anchor_owner.kind, self.anchored.pk

    @property
    def lost(self) -> Lost:
        quote = self.anchored.quote
        return Lost(self.anchored.name, quote.passage, quote.span.quote)


@dataclass(frozen=True, slots=True)
class Plan:
    """All anchors on the old text, with their places in the new one."""

    old: Mapping[str, Passage]
    new: Mapping[str, Passage]
    planned: Sequence[Planned] = field(default_factory=list)

    def counts(self) -> dict[str, int]:
        """How many anchors in use are kept, moved, changed and lost."""
        found = Counter[str](one.match.outcome for one in self.planned if one.anchored.live)
        return {outcome: found[outcome] for outcome in OUTCOMES}


def in_words(counts: Mapping[str, int]) -> str:
    """Return what became of the quotes of a text as a phrase, "" where nothing quotes it."""
    if not any(counts.values()):
        return ""
    return _("Quotes: %(kept)d kept, %(moved)d moved, %(changed)d changed, %(lost)d lost.") % counts


def plan(old: Edition, new: Edition) -> Plan:
    """Return where everything that quotes the edition `old` stands in `new`; nothing is written."""
    before = {one.key: one for one in old.passages.order_by("position")}
    after = {one.key: one for one in new.passages.order_by("position")}
    was = {key: passage.plain for key, passage in before.items()}
    now = {key: passage.plain for key, passage in after.items()}
    matches: dict[Quote, Match] = {}
    planned: list[Planned] = []
    for anchor_owner in anchor_owners().values():
        for anchored in anchor_owner.anchors_on(old):
            quote = anchored.quote
            if quote not in matches:
                matches[quote] = find(quote, was, now)
            planned.append(Planned(anchor_owner, anchored, matches[quote]))
    return Plan(before, after, planned)


def as_written(found: Plan, names: Collection[str]) -> Plan:
    """Return the plan with the anchors of `names` where the new passage of their key quotes them.

    For a folder that brings a text together with what quotes it: its author has said so.
    """
    planned = [
        Planned(one.anchor_owner, one.anchored, _said(one, found))
        if one.waits and one.anchored.name in names
        else one
        for one in found.planned
    ]
    return Plan(found.old, found.new, planned)


def _said(one: Planned, found: Plan) -> Match:
    quote = one.anchored.quote
    prefix = distinguishing_prefix(found.old[quote.passage].plain, quote.span)
    passage = found.new.get(quote.passage)
    span = locate(passage.plain, quote.span.quote, prefix) if passage else None
    return Match("kept", quote.passage, span) if span else one.match


def write_reviews(edition: Edition, found: Plan, before: Sequence[AnchorReview] = ()) -> int:
    """Bring what waits for a person up to date with the plan; return how much is undecided.

    `before` are reviews of an earlier draft. What was decided stays decided where the quote is the
    same and the words chosen stand in their passage once.
    """
    stored = {(row.anchor_owner, row.anchor): row for row in edition.reviews.all()}
    decided = {
        (row.anchor_owner, row.anchor): row for row in [*before, *stored.values()] if row.decision
    }
    waiting = {one.key: one for one in found.planned if one.waits}
    stale = [row.pk for key, row in stored.items() if not _is_of(row, waiting.get(key))]
    edition.reviews.filter(pk__in=stale).delete()
    fresh = {key for key, row in stored.items() if row.pk not in stale}
    rows = [_review(edition, one, found) for key, one in waiting.items() if key not in fresh]
    for row in rows:
        earlier = decided.get((row.anchor_owner, row.anchor))
        if earlier is not None and earlier.old_words == row.old_words:
            _decide_again(row, earlier, found)
    AnchorReview.objects.bulk_create(rows, batch_size=200)
    return edition.reviews.filter(decision="").count()


def _is_of(row: AnchorReview, one: Planned | None) -> bool:
    """Whether a stored review still tells of the anchor as it is."""
    if one is None or row.name != one.anchored.name:
        return False
    span = one.anchored.quote.span
    return (row.old_start, row.old_words) == (span.start, span.quote)


def _review(edition: Edition, one: Planned, found: Plan) -> AnchorReview:
    anchored, match = one.anchored, one.match
    return AnchorReview(
        edition=edition,
        anchor_owner=one.anchor_owner.kind,
        anchor=anchored.pk,
        item=anchored.item,
        name=anchored.name[:200],
        old_passage=found.old[anchored.quote.passage],
        old_start=anchored.quote.span.start,
        old_words=anchored.quote.span.quote,
        outcome=match.outcome,
        reasons=list(match.reasons),
        passage=found.new[match.passage] if match.span else None,
        start=match.span.start if match.span else None,
        words=match.span.quote if match.span else "",
    )


def _decide_again(row: AnchorReview, earlier: AnchorReview, found: Plan) -> None:
    """Carry a decision over to a newer draft, if the words chosen stand there once."""
    if earlier.decision in {Decision.ACCEPTED, Decision.PICKED}:
        passage = found.new.get(earlier.passage.key) if earlier.passage else None
        if passage is None or passage.plain.count(earlier.words) != 1:
            return
        row.passage, row.words = passage, earlier.words
        row.start = passage.plain.index(earlier.words)
    row.decision = earlier.decision
    row.decided_by_id, row.decided_at = earlier.decided_by_id, earlier.decided_at


def carry_out(edition: Edition, found: Plan, *, now: datetime) -> None:
    """Move what may be moved, do what was decided, pause what rests on changed statements."""
    reviews = {
        (row.anchor_owner, row.anchor): row for row in edition.reviews.select_related("passage")
    }
    for anchor_owner in anchor_owners().values():
        moves: list[Moved] = []
        drops: list[int] = []
        pauses: dict[int, AnchorReview] = {}
        for one in found.planned:
            if one.anchor_owner is not anchor_owner:
                continue
            review = reviews.get(one.key) if one.waits else None
            decision = review.decision if review else ""
            if one.match.is_safe and one.match.span:
                moves.append(Moved(one.anchored.pk, found.new[one.match.passage], one.match.span))
            elif review is None:
                continue
            elif decision in {Decision.ACCEPTED, Decision.PICKED} and review.passage:
                span = span_at(review.passage.plain, review.start or 0, review.words)
                moves.append(Moved(one.anchored.pk, review.passage, span))
            elif decision == Decision.DROPPED:
                drops.append(one.anchored.pk)
            elif decision == Decision.CHANGED:
                pauses[one.anchored.item] = review
        anchor_owner.move(moves)
        anchor_owner.drop(drops)
        anchor_owner.pause(set(pauses), now=now)
        _tell(edition, found, list(pauses.values()), now)


def _tell(edition: Edition, found: Plan, changed: Sequence[AnchorReview], now: datetime) -> None:
    """Keep what changed for those who learned it as it was."""
    keys = {passage.pk: key for key, passage in found.old.items()}
    StatementChange.objects.bulk_create(
        StatementChange(
            edition=edition,
            passage_key=keys[row.old_passage_id],
            before=row.old_words,
            after=row.words,
            anchor_owner=row.anchor_owner,
            item=row.item,
            created_at=now,
        )
        for row in changed
    )
