"""Reading the concordance: its page, and what other texts say next to a passage."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from django.db.models import QuerySet

from quizzes.bank.queries import slugs_within
from quizzes.concordance.models import Claim, ConcordanceLink, Relation
from quizzes.material.markup import sanitise
from quizzes.material.models import Source
from quizzes.material.queries import marked_url

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User

# A pattern each, so that the three are told apart without colour, and a word next to it.
ICONS = {Relation.AGREE: "i-check", Relation.SCOPE: "i-page", Relation.CONTRADICT: "i-differ"}


@dataclass(frozen=True, slots=True)
class ShownClaim:
    """What one text says, and where. All of it is plain text."""

    id: int
    material: str
    title: str
    passage_id: int
    passage: str
    position: int
    says: str
    quote: str

    @property
    def url(self) -> str:
        """The address at which the reader marks these very words."""
        return marked_url(self.material, self.passage, f"claim-{self.id}")


@dataclass(frozen=True, slots=True)
class ShownLink:
    """A link as a page shows it, with the claims of texts that the user may read."""

    id: int
    title: str
    relation: str
    relation_label: str
    topic_slug: str
    topic: str
    note_html: str
    claims: Sequence[ShownClaim]

    @property
    def icon(self) -> str:
        return ICONS[Relation(self.relation)]

    @property
    def anchor(self) -> str:
        return f"link-{self.id}"

    @property
    def materials(self) -> set[str]:
        return {claim.material for claim in self.claims}


@dataclass(frozen=True, slots=True)
class Choice:
    """A way to narrow the page: its value, its name, and how many links it leaves."""

    value: str
    label: str
    count: int


@dataclass(frozen=True, slots=True)
class Concordance:
    """The page: the links that fit, and what they may be narrowed by."""

    links: Sequence[ShownLink]
    total: int
    relations: Sequence[Choice]
    topics: Sequence[Choice]
    materials: Sequence[Choice]


def concordance(
    user: User | AnonymousUser, *, relation: str = "", topic: str = "", material: str = ""
) -> Concordance:
    """Return the links the user may see, narrowed; two queries, two more for a topic."""
    links = _shown(ConcordanceLink.objects.visible_to(user).order_by("bank", "position"), user)
    relations = Counter(link.relation for link in links)
    within = slugs_within([topic] if topic else [])
    topics = Counter((link.topic_slug, link.topic) for link in links if link.topic_slug)
    texts = Counter(
        text for link in links for text in {(one.material, one.title) for one in link.claims}
    )
    return Concordance(
        links=[
            link
            for link in links
            if relation in ("", link.relation)
            and (not within or link.topic_slug in within)
            and (not material or material in link.materials)
        ],
        total=len(links),
        relations=[
            Choice(value, str(label), relations[value]) for value, label in Relation.choices
        ],
        topics=_choices(topics),
        materials=_choices(texts),
    )


def links_on(passages: Collection[int], user: User | AnonymousUser) -> dict[int, list[ShownLink]]:
    """Return by passage (its id) the links that it has a claim in; two queries.

    The claims are those of other passages alone: what this one says is already before the reader.
    """
    if not passages or not user.is_authenticated:
        return {}
    claimed = Claim.objects.filter(passage__in=passages).values("link")
    links = ConcordanceLink.objects.visible_to(user).filter(pk__in=claimed)
    found: dict[int, list[ShownLink]] = defaultdict(list)
    for link in _shown(links.order_by("position"), user):
        for passage in {claim.passage_id for claim in link.claims} & set(passages):
            others = [claim for claim in link.claims if claim.passage_id != passage]
            if others:
                found[passage].append(replace(link, claims=others))
    return dict(found)


def _shown(links: QuerySet[ConcordanceLink], user: User | AnonymousUser) -> list[ShownLink]:
    """Return links with two claims or more in texts the user may read; two queries."""
    rows = list(links.select_related("topic"))
    texts = Source.objects.visible_to(user).published().values("pk")
    claims: dict[int, list[ShownClaim]] = defaultdict(list)
    placed = Claim.objects.filter(link__in=rows, edition__source__in=texts)
    for claim in placed.select_related("passage", "edition__source").order_by("position"):
        claims[claim.link_id].append(
            ShownClaim(
                id=claim.pk,
                material=claim.edition.source.slug,
                title=claim.edition.source.title,
                passage_id=claim.passage_id,
                passage=claim.passage.key,
                position=claim.passage.position,
                says=claim.says,
                quote=claim.quote,
            )
        )
    return [
        ShownLink(
            id=row.pk,
            title=row.title,
            relation=row.relation,
            relation_label=str(Relation(row.relation).label),
            topic_slug=row.topic.slug if row.topic else "",
            topic=row.topic.title if row.topic else "",
            note_html=sanitise(row.note_html),
            claims=claims[row.pk],
        )
        for row in rows
        if len(claims[row.pk]) > 1
    ]


def _choices(counts: Counter[tuple[str, str]]) -> list[Choice]:
    return [
        Choice(value, label, count)
        for (value, label), count in sorted(counts.items(), key=lambda item: item[0][1])
    ]
