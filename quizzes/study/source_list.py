"""The texts on the shelf, each drawn as its lines, and the passages a reader is weak on."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from django.db.models.functions import Length

from quizzes.insight import mastery
from quizzes.insight.mastery import Mastery
from quizzes.material.models import Passage, Source
from quizzes.reader.questions import reader_questions

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
    """Return the published texts by title, and the passages weakest first; four queries."""
    sources = list(Source.objects.visible_to(user).published().order_by("title", "pk"))
    passages: dict[int, list[tuple[str, int, int]]] = defaultdict(list)
    rows = (
        Passage.objects.filter(edition__in=[source.edition_id for source in sources])
        .order_by("edition_id", "position")
        .values_list("edition", "key", "position", Length("plain"))
    )
    for edition, key, position, length in rows:
        passages[edition].append((key, position, length))
    asked = reader_questions([s.edition_id for s in sources if s.edition_id], user, now=now)
    verdicts: dict[tuple[int, str], list[str | None]] = defaultdict(list)
    topics: dict[int, Counter[tuple[str, str]]] = defaultdict(Counter)
    ids: dict[int, set[int]] = defaultdict(set)
    for one in asked:
        verdicts[one.edition_id, one.passage].append(one.verdict)
        ids[one.edition_id].add(one.id)
        if one.topic_slug:
            topics[one.edition_id][one.topic_slug, one.topic] += 1
    sums = {edition: sum(length for *_, length in rows) for edition, rows in passages.items()}
    tick = mastery.tick_of([length for *_, length in rows] for rows in passages.values())
    found: list[SourceEntry] = []
    weak: list[Weak] = []
    for source in sources:
        edition = source.edition_id or 0
        known = [
            (key, position, length, mastery.of_results(verdicts[edition, key]))
            for key, position, length in passages[edition]
        ]
        levels = [state.level for *_, state in known]
        shares = [state.share for *_, state in known if state.questions]
        found.append(
            SourceEntry(
                source=source,
                passages=len(known),
                questions=len(ids[edition]),
                minutes=mastery.minutes(sums.get(edition, 0)),
                topics=[topic for topic, _count in topics[edition].most_common()],
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


def with_words(weak: Sequence[Weak]) -> list[Weak]:
    """Return these passages with their first words; one query."""
    rows = Passage.objects.filter(
        edition__in={one.source.edition_id for one in weak}, key__in={one.key for one in weak}
    ).values_list("edition", "key", "plain")
    words = {(edition, key): " ".join(plain.split()[:8]) for edition, key, plain in rows}
    return [
        replace(one, words=words.get((one.source.edition_id or 0, one.key), "")) for one in weak
    ]
