"""The texts on the shelf, each drawn as its lines, and the passages a reader is weak on."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from django.db.models.functions import Length

from quizzes.insight import mastery
from quizzes.insight.mastery import Mastery
from quizzes.insight.text_counts import PassageCounts, titles_of
from quizzes.material.models import Passage, Source
from quizzes.reader.questions import counts_on

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User


@dataclass(frozen=True, slots=True)
class Tick:
    """A passage in a spine; no level where nothing is asked."""

    level: int | None
    width: int


@dataclass(frozen=True, slots=True)
class SourceEntry:
    """A source on the shelf."""

    source: Source
    passages: int
    questions: int
    minutes: int
    topics: Sequence[tuple[str, str]]
    outline_bar: Sequence[Tick]
    in_words: str
    solid: int
    weakness: float


@dataclass(frozen=True, slots=True)
class Weak:
    """A passage the reader has answered questions on without being solid."""

    source: Source
    key: str
    position: int
    words: str
    mastery: Mastery


def source_list(
    user: User | AnonymousUser, *, now: datetime
) -> tuple[list[SourceEntry], list[Weak]]:
    """Return the published texts by title, and the passages weakest first.

    The number of queries is fixed, and so is the work, however many questions are asked.
    """
    sources = list(Source.objects.visible_to(user).published().order_by("title", "pk"))
    passages: dict[int, list[tuple[str, int, int]]] = defaultdict(list)
    rows = (
        Passage.objects.filter(edition__in=[source.edition_id for source in sources])
        .order_by("edition_id", "position")
        .values_list("edition", "key", "position", Length("plain"))
    )
    for edition, key, position, length in rows:
        passages[edition].append((key, position, length))
    counts = counts_on([s.edition_id for s in sources if s.edition_id], user, now=now)
    topics = titles_of({topic for text in counts.values() for topic in text.topics})
    sums = {edition: sum(length for *_, length in rows) for edition, rows in passages.items()}
    tick = mastery.tick_of([length for *_, length in rows] for rows in passages.values())
    found: list[SourceEntry] = []
    weak: list[Weak] = []
    for source in sources:
        edition = source.edition_id or 0
        text = counts[edition]
        known = [
            (key, position, length, _mastery(text.at(key)))
            for key, position, length in passages[edition]
        ]
        levels = [state.level for *_, state in known]
        shares = [state.share for *_, state in known if state.questions]
        found.append(
            SourceEntry(
                source=source,
                passages=len(known),
                questions=text.questions,
                minutes=mastery.minutes(sums.get(edition, 0)),
                topics=[topics[pk] for pk, n in text.topics.most_common() if n and pk in topics],
                outline_bar=[
                    Tick(state.level, mastery.width(length, tick)) for *_, length, state in known
                ],
                in_words=mastery.in_words(levels),
                solid=sum(1 for level in levels if level and level >= mastery.SOLID),
                weakness=sum(shares) / len(shares) if shares else 1.0,
            )
        )
        weak += [
            Weak(source, key, position, "", state)
            for key, position, _length, state in known
            if state.level in (1, 2)
        ]
    weak.sort(key=lambda one: (one.mastery.share, -one.mastery.answered))
    return found, weak


def _mastery(counts: PassageCounts) -> Mastery:
    return Mastery(counts.questions, counts.answered, counts.right)


def with_words(weak: Sequence[Weak]) -> list[Weak]:
    """Return these passages with their first words; one query."""
    rows = Passage.objects.filter(
        edition__in={one.source.edition_id for one in weak}, key__in={one.key for one in weak}
    ).values_list("edition", "key", "plain")
    words = {(edition, key): " ".join(plain.split()[:8]) for edition, key, plain in rows}
    return [
        replace(one, words=words.get((one.source.edition_id or 0, one.key), "")) for one in weak
    ]
