"""Reading decks and cards, for the pages, the reader and the API. Nobody's memory is in it yet."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.db.models import Count, QuerySet

from quizzes.bank.models import Topic
from quizzes.cards.models import Card, CardAnchor, Deck, DeckNote, Note
from quizzes.material.markup import sanitise
from quizzes.material.models import Source
from quizzes.material.queries import marked_url

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User

SEARCH_WORDS = 8


@dataclass(frozen=True, slots=True)
class Cited:
    """The words a card was drawn from, in their passage. All of it is plain text."""

    material: str
    title: str
    passage: str
    position: int
    before: str
    quote: str
    after: str
    anchor_id: int
    role: str = "supports"

    @property
    def url(self) -> str:
        """The address at which the reader marks these very words."""
        return marked_url(self.material, self.passage, f"card-{self.anchor_id}")


@dataclass(frozen=True, slots=True)
class ShownCard:
    """A card as a page shows it; all HTML is sanitised."""

    id: int
    note_id: int
    kind: str
    front_html: str
    back_html: str
    extra_html: str
    caution_html: str
    topic: str
    cited: Sequence[Cited] = field(default=())


@dataclass(frozen=True, slots=True)
class ShownDeck:
    """A deck with the number of cards in it that the user may study."""

    deck: Deck
    cards: int


def decks_of(user: User | AnonymousUser) -> list[ShownDeck]:
    """Return the decks that hold cards for the user, by title; five queries, whatever they hold."""
    cards = Card.objects.visible_to(user).order_by()
    by_source = {
        (bank, source): n
        for bank, source, n in cards.values_list("note__bank", "note__source").annotate(
            n=Count("pk")
        )
    }
    decks = list(
        Deck.objects.visible_to(user)
        .select_related("bank", "source", "topic")
        .order_by("title", "pk")
    )
    within = Topic.objects.members({deck.topic_id for deck in decks if deck.topic_id is not None})
    by_topic = dict(cards.values_list("note__topic").annotate(n=Count("pk")))
    chosen = DeckNote.objects.filter(
        note__in=Note.objects.visible_to(user).values("pk"), note__cards__retired_at=None
    ).order_by()
    by_deck = dict(chosen.values_list("deck").annotate(n=Count("note__cards")))
    found: list[ShownDeck] = []
    for deck in decks:
        if deck.source_id is not None:
            count = by_source.get((deck.bank_id, deck.source_id), 0)
        elif deck.topic_id is not None:
            count = sum(by_topic.get(topic, 0) for topic in within[deck.topic_id])
        else:
            count = by_deck.get(deck.pk, 0)
        if count:
            found.append(ShownDeck(deck, count))
    return found


def cards_in(
    deck: Deck, user: User | AnonymousUser, *, q: str = "", topic: str = ""
) -> QuerySet[Card]:
    """Return the cards of a deck that the user may study, narrowed; in the order they are met.

    Cards of one note do not follow each other, since one would tell the other.
    """
    cards = Card.objects.visible_to(user).filter(note__in=deck.notes().values("pk"))
    for word in q.split()[:SEARCH_WORDS]:
        cards = cards.filter(plain__icontains=word[:100])
    if topic:
        named = Topic.objects.filter(bank=deck.bank_id, slug=topic)
        cards = cards.filter(note__topic__in=Topic.objects.within(*named).values("pk"))
    if deck.source_id is None and deck.topic_id is None:
        cards = cards.filter(note__chosen_by__deck=deck)
        return cards.order_by("ordinal", "note__chosen_by__position")
    return cards.order_by("ordinal", "note")


def topics_in(deck: Deck, user: User | AnonymousUser) -> list[tuple[str, str, int]]:
    """Return the topics of a deck's cards as (slug, title, cards within), by title; two queries."""
    cards = Card.objects.visible_to(user).filter(
        note__in=deck.notes().values("pk"), note__topic__isnull=False
    )
    rows = cards.order_by("note__topic__title", "note__topic__slug")
    names = ("note__topic", "note__topic__slug", "note__topic__title")
    found = list(rows.values_list(*names).annotate(n=Count("pk")))
    counts = {topic: n for topic, _slug, _title, n in found}
    within = Topic.objects.members(counts)
    return [
        (slug, title, sum(counts.get(below, 0) for below in within[topic]))
        for topic, slug, title, _n in found
    ]


def shown(cards: Iterable[Card], user: User | AnonymousUser) -> list[ShownCard]:
    """Return cards with the words they were drawn from; two queries, if `cards` is a queryset."""
    rows = cards.select_related("note__topic") if isinstance(cards, QuerySet) else cards
    found = list(rows)
    cited = cited_by({card.note_id for card in found}, user)
    return [_shown(card, cited.get(card.note_id, ())) for card in found]


def cited_by(notes: Collection[int], user: User | AnonymousUser) -> dict[int, list[Cited]]:
    """Return by note the words it quotes, from texts that the user may read; one query."""
    found: dict[int, list[Cited]] = defaultdict(list)
    texts = Source.objects.visible_to(user).published().values("pk")
    rows = CardAnchor.objects.filter(note__in=notes, edition__source__in=texts).order_by("pk")
    for anchor in rows.select_related("passage", "edition__source"):
        plain, end = anchor.passage.plain, anchor.start + len(anchor.quote)
        found[anchor.note_id].append(
            Cited(
                material=anchor.edition.source.slug,
                title=anchor.edition.source.title,
                passage=anchor.passage.key,
                position=anchor.passage.position,
                before=plain[: anchor.start],
                quote=anchor.quote,
                after=plain[end:],
                anchor_id=anchor.pk,
                role=anchor.role,
            )
        )
    return found


def cards_on(passages: Collection[int], user: User | AnonymousUser) -> dict[int, list[ShownCard]]:
    """Return by passage (its id) the cards drawn from it that the user may study; two queries.

    The passage itself stands next to them, so that its words are not quoted again.
    """
    if not passages or not user.is_authenticated:
        return {}
    anchors = CardAnchor.objects.filter(passage__in=passages).values_list("note", "passage")
    notes: dict[int, set[int]] = defaultdict(set)
    for note, passage in anchors:
        notes[note].add(passage)
    found: dict[int, list[ShownCard]] = defaultdict(list)
    cards = Card.objects.visible_to(user).filter(note__in=notes).select_related("note__topic")
    for card in cards.order_by("note", "ordinal"):
        for passage in notes[card.note_id or 0]:
            found[passage].append(_shown(card, ()))
    return dict(found)


def _shown(card: Card, cited: Sequence[Cited]) -> ShownCard:
    note = card.note
    if note is None:
        raise ValueError("The card of a question is shown as that question.")
    return ShownCard(
        id=card.pk,
        note_id=note.pk,
        kind=note.kind,
        front_html=sanitise(card.front_html),
        back_html=sanitise(card.back_html),
        extra_html=sanitise(note.extra_html),
        caution_html=sanitise(note.caution_html),
        topic=note.topic.title if note.topic else "",
        cited=cited,
    )
