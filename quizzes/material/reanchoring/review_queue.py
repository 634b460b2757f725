"""Reading editions: the queue of a draft, what changed in the text, what waits for an educator."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _

from quizzes.material.anchoring import Span, sentences
from quizzes.material.differences import Difference, Piece, differences, pieces
from quizzes.material.hooks import Described, anchor_owners
from quizzes.material.models import AnchorReview, Edition, EditionState, Passage, Source
from quizzes.material.reanchoring import critical_terms
from quizzes.material.reanchoring.matching import REASONS

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

    from accounts.models import User

FOUND_LIMIT = 8
ROUND = 160  # characters shown on each side of a quote


@dataclass(frozen=True, slots=True)
class Words:
    """Words in their passage, with some of what stands round them."""

    key: str
    position: int
    before: str
    quote: str
    after: str


@dataclass(frozen=True, slots=True)
class Waiting:
    """A quote to decide about, as the queue shows it."""

    review: AnchorReview
    item: Described
    label: str
    part: str  # of the item, where not the whole of it quotes these words
    reasons: Sequence[StrOrPromise]
    old: Words
    new: Words | None
    pieces: Sequence[Piece]
    alike: int  # other open quotes of the same words, for which the same is proposed
    says_other: bool  # a number, a unit or a negation changed in the words or in their sentence


@dataclass(frozen=True, slots=True)
class Choice:
    """A passage of a draft that holds the words sought, cut into sentences to choose from."""

    passage: Passage
    sentences: list[Span]


def drafts_of(user: User) -> QuerySet[Edition]:
    """Return the drafts of texts the user may change, with `open` quotes counted, newest first."""
    return (
        Edition.objects.filter(
            state=EditionState.DRAFT, source__in=Source.objects.editable_by(user)
        )
        .select_related("source")
        .annotate(open=Count("reviews", filter=Q(reviews__decision="")), all=Count("reviews"))
        .order_by("-pk")
    )


def before(edition: Edition) -> Edition | None:
    """Return the edition that this one follows or would follow: the published one before it."""
    if edition.state == EditionState.DRAFT:
        return edition.source.edition
    earlier = edition.source.editions.filter(
        state=EditionState.PUBLISHED, number__lt=edition.number
    )
    return earlier.order_by("-number").first()


def changes(old: Edition | None, new: Edition) -> list[Difference]:
    """Return the passages in which two editions differ; one query."""
    if old is None:
        return []
    plain: dict[int, dict[str, str]] = defaultdict(dict)
    rows = Passage.objects.filter(edition__in=[old, new]).order_by("edition_id", "position")
    for edition, key, text in rows.values_list("edition", "key", "plain"):
        plain[edition][key] = text
    return differences(plain[old.pk], plain[new.pk])


def shown(reviews: Iterable[AnchorReview], user: User) -> list[Waiting]:
    """Return reviews for the page, each with what it is about; a query, and two a kind of item."""
    reviews = list(reviews)
    open_ones = AnchorReview.objects.filter(
        edition__in={row.edition_id for row in reviews}, decision=""
    )
    same = Counter(open_ones.values_list("edition_id", *AnchorReview.SAME))
    known = anchor_owners()
    foreign = Described(_("It belongs to others."))
    items: dict[str, set[int]] = defaultdict(set)
    for row in reviews:
        items[row.anchor_owner].add(row.item)
    described = {
        kind: known[kind].described(ids, user) for kind, ids in items.items() if kind in known
    }
    seen: dict[str, list[int]] = defaultdict(list)
    for row in reviews:
        if row.item in described.get(row.anchor_owner, {}):
            seen[row.anchor_owner].append(row.anchor)
    parts = {kind: known[kind].parts(anchors) for kind, anchors in seen.items()}
    return [
        Waiting(
            review=row,
            item=described.get(row.anchor_owner, {}).get(row.item, foreign),
            label=str(known[row.anchor_owner].label)
            if row.anchor_owner in known
            else row.anchor_owner,
            part=parts.get(row.anchor_owner, {}).get(row.anchor, ""),
            reasons=[REASONS[reason] for reason in row.reasons if reason in REASONS],
            old=_words(row.old_passage, row.old_start, row.old_words),
            new=_words(row.passage, row.start or 0, row.words) if row.passage else None,
            pieces=pieces(row.old_words, row.words),
            alike=same[(row.edition_id, *row.sameness.values())] - 1,
            says_other=_says_other(row),
        )
        for row in reviews
    ]


def _words(passage: Passage, start: int, words: str) -> Words:
    before, after = passage.plain[:start], passage.plain[start + len(words) :]
    if len(before) > ROUND:
        before = "… " + before[-ROUND:].partition(" ")[2]
    if len(after) > ROUND:
        after = after[:ROUND].rpartition(" ")[0] + " …"
    return Words(passage.key, passage.position, before, words, after)


def _says_other(row: AnchorReview) -> bool:
    """Whether the proposed words may make another statement, so that nobody is to hurry."""
    if row.passage is None:
        return False
    old = _sentences_of(row.old_passage.plain, row.old_start, row.old_words)
    new = _sentences_of(row.passage.plain, row.start or 0, row.words)
    return any(one in critical_terms.LABELS for one in row.reasons) or bool(
        critical_terms.changed_kinds(old, new)
    )


def _sentences_of(plain: str, start: int, words: str) -> str:
    end = start + len(words)
    found = [one.quote for one in sentences(plain) if one.start < end and start < one.end]
    return " ".join(found)


def find_in(edition: Edition, text: str) -> list[Choice]:
    """Return passages of an edition that hold every word of `text`; one query."""
    words = text.replace("\0", " ").split()[:8]
    if not words:
        return []
    passages = edition.passages.order_by("position")
    for word in words:
        passages = passages.filter(plain__icontains=word[:100])
    return [Choice(one, sentences(one.plain)) for one in passages[:FOUND_LIMIT]]
