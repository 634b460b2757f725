"""Of every passage: asked so many times, deliberately not asked, or a gap."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from django.db.models import Count, Q, QuerySet

from quizzes.bank.models import AnchorRole, QuestionAnchor, QuestionBank
from quizzes.bank.not_asked.queries import not_asked_in
from quizzes.bank.queries import asked_versions
from quizzes.cards.models import CardAnchor, Note
from quizzes.material.models import Passage, Section, Source

State = Literal["asked", "not_asked", "gap"]
Place = tuple[str, str]  # slug of the text, key of the passage


@dataclass(frozen=True, slots=True)
class PassageCoverage:
    """A passage with the number of questions and cards that ask it, or the reason for none."""

    key: str
    position: int
    plain: str
    questions: int = 0
    cards: int = 0
    reason: str = ""

    @property
    def asked(self) -> int:
        return self.questions + self.cards

    @property
    def state(self) -> State:
        if self.asked:
            return "asked"
        return "not_asked" if self.reason else "gap"


@dataclass(frozen=True, slots=True)
class SectionCoverage:
    """A heading with its passages; no title: what comes before any heading."""

    level: int
    title: str
    slug: str
    passages: list[PassageCoverage] = field(default_factory=list)

    def count(self, state: State) -> int:
        return sum(passage.state == state for passage in self.passages)


@dataclass(frozen=True, slots=True)
class TextCoverage:
    """A text, section by section."""

    material: str
    title: str
    sections: list[SectionCoverage]

    def passages(self) -> list[PassageCoverage]:
        return [passage for section in self.sections for passage in section.passages]

    def count(self, state: State) -> int:
        return sum(section.count(state) for section in self.sections)


@dataclass(frozen=True, slots=True)
class AskedQuestion:
    """How often passages are asked, and why some are not."""

    questions: Mapping[Place, int] = field(default_factory=dict)
    cards: Mapping[Place, int] = field(default_factory=dict)
    reasons: Mapping[Place, str] = field(default_factory=dict)

    def at(self, material: str, key: str, position: int, plain: str) -> PassageCoverage:
        place = (material, key)
        return PassageCoverage(
            key=key,
            position=position,
            plain=plain,
            questions=self.questions.get(place, 0),
            cards=self.cards.get(place, 0),
            reason=self.reasons.get(place, ""),
        )


def coverage_of(sources: QuerySet[Source], banks: QuerySet[QuestionBank]) -> list[TextCoverage]:
    """Return the published texts with what these banks ask of them; a fixed number of queries.

    For educators: it tells what is asked, so callers pass only banks that the user may edit.
    """
    asked = _asked(sources, banks)
    texts = list(sources.filter(edition__isnull=False).order_by("title", "pk"))
    slugs = {text.edition_id: text.slug for text in texts}
    passages: dict[tuple[int, int | None], list[PassageCoverage]] = defaultdict(list)
    for row in Passage.objects.filter(edition__in=slugs).order_by("position").defer("html", "text"):
        found = asked.at(slugs[row.edition_id], row.key, row.position, row.plain)
        passages[row.edition_id, row.section_id].append(found)
    sections: dict[int, list[SectionCoverage]] = defaultdict(list)
    for one in Section.objects.filter(edition__in=slugs).order_by("position"):
        below = passages[one.edition_id, one.pk]
        sections[one.edition_id].append(SectionCoverage(one.level, one.title, one.slug, below))
    return [
        TextCoverage(text.slug, text.title, sections[text.edition_id])
        for text in texts
        if text.edition_id is not None
    ]


def sources_of(bank: QuestionBank) -> QuerySet[Source]:
    """Return the texts that questions and notes of a bank quote."""
    asked = QuestionAnchor.objects.filter(version__question__bank=bank)
    noted = CardAnchor.objects.filter(note__bank=bank)
    return Source.objects.filter(
        Q(pk__in=asked.values("edition__source")) | Q(pk__in=noted.values("edition__source"))
    )


def _asked(sources: QuerySet[Source], banks: QuerySet[QuestionBank]) -> AskedQuestion:
    anchors = QuestionAnchor.objects.filter(
        version__in=asked_versions().filter(question__bank__in=banks.values("pk")).values("pk"),
        edition__source__in=sources.values("pk"),
        role=AnchorRole.SUPPORTS,
    )
    rows = anchors.values_list("edition__source__slug", "passage__key").annotate(
        n=Count("version", distinct=True)
    )
    notes = CardAnchor.objects.filter(
        note__in=Note.objects.in_use().filter(bank__in=banks.values("pk")).values("pk"),
        edition__source__in=sources.values("pk"),
        role=AnchorRole.SUPPORTS,
    )
    cards = notes.values_list("edition__source__slug", "passage__key").annotate(
        n=Count("note__cards", filter=Q(note__cards__retired_at=None), distinct=True)
    )
    return AskedQuestion(
        questions={(slug, key): n for slug, key, n in rows},
        cards={(slug, key): n for slug, key, n in cards},
        reasons={(one.material, one.passage): one.reason for one in not_asked_in(sources)},
    )


def totals(texts: list[TextCoverage]) -> dict[State, int]:
    """Return how many passages are asked, deliberately not asked, and gaps."""
    states: Counter[State] = Counter(p.state for text in texts for p in text.passages())
    return {"asked": states["asked"], "not_asked": states["not_asked"], "gap": states["gap"]}
