"""The reader: a text with the reader's own mastery, marked words and notes on it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.utils.safestring import SafeString, mark_safe

from quizzes.attempts.disclosure import embargoed_questions
from quizzes.attempts.models import Attempt
from quizzes.insight import mastery
from quizzes.insight.mastery import Mastery
from quizzes.insight.text_counts import TextCounts
from quizzes.material.models import Source
from quizzes.material.queries import ReadPassage, panel_url, passages_read, text_of
from quizzes.reader import margin
from quizzes.reader.annotating import PlacedAnnotation, placed
from quizzes.reader.change_notices import ChangeNotice, changes_for
from quizzes.reader.citations import cited
from quizzes.reader.highlighting import Span, mark_spans
from quizzes.reader.margin import MarginLevel
from quizzes.reader.models import Annotation
from quizzes.reader.questions import counts_on
from quizzes.reader.revealed_anchors import revealed_spans
from quizzes.reader.searching import search

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User

WEAKEST = 12  # passages named in the list of those to go to first


@dataclass(frozen=True, slots=True)
class ReaderPassage:
    """A passage with what is known of it. `html` is sanitised and holds the marks."""

    passage: ReadPassage
    html: SafeString
    mastery: Mastery
    level: MarginLevel
    questions: int
    url: str  # the passage with what is asked about it
    notes: Sequence[PlacedAnnotation] = ()
    changes: Sequence[ChangeNotice] = ()  # what the reader learned here and is no longer said
    since: datetime | None = None  # the oldest of the newest answers
    rank: int | None = None  # 1 is the passage to go to first

    @property
    def title(self) -> str:
        """The first words, which name the passage in the panel."""
        words = self.passage.plain.split()
        return " ".join(words[:6]) + (" …" if len(words) > 6 else "")


@dataclass(frozen=True, slots=True)
class ReaderSection:
    level: int
    title: str
    slug: str
    passages: Sequence[ReaderPassage]


@dataclass(frozen=True, slots=True)
class ReaderQuery:
    """What the address of a reader's page asks for besides the text.

    Attributes:
        marks: the anchors whose words are to be marked; ignored unless the reader may see them.
        cited: the words a card or a claim quotes, to be marked: “card-12”, “claim-3”.
        q: words to search for.
        at: the number of the place found to show.
        view: mastery, difficulty or coverage; the last two for educators.
        back: where the reader came from, as attempt and slot: “12-3”.
    """

    marks: Collection[int] = ()
    cited: str = ""
    q: str = ""
    at: int = 1
    view: str = margin.MASTERY
    back: str = ""


NOTHING_ASKED = ReaderQuery()


@dataclass
class _Known:
    """What is known of the passages of a text, by key."""

    counts: TextCounts = field(default_factory=TextCounts)
    spans: Mapping[str, Sequence[Span]] = field(default_factory=dict)
    notes: Mapping[str, Sequence[PlacedAnnotation]] = field(default_factory=dict)
    levels: Mapping[str, MarginLevel] | None = None
    changes: Mapping[str, Sequence[ChangeNotice]] = field(default_factory=dict)
    keeps_back: bool = False


def reader_page(
    source: Source, user: User | AnonymousUser, asked: ReaderQuery = NOTHING_ASKED, *, now: datetime
) -> dict[str, Any]:
    """Return a published text for its page, in a number of queries that does not grow."""
    sections = text_of(source.edition_id) if source.edition_id else []
    passages = [passage for section in sections for passage in section.passages]
    known = _known(source, user, passages, asked, now=now)
    found = search([(one.key, one.position, one.plain) for one in passages], asked.q, asked.at)
    hits: dict[str, list[Span]] = defaultdict(list)
    for hit in found.hits if found else ():
        hits[hit.key].append(hit.span)
    found_beside = [_beside(source, passage, known, hits[passage.key]) for passage in passages]
    reader_source = _ranked(found_beside, by_shade=known.levels is not None)
    by_key = {one.passage.key: one for one in reader_source}
    lengths = [len(passage.plain) for passage in passages]
    tick = mastery.tick_of([lengths])
    return {
        "source": source,
        "now": now,
        "sections": [
            ReaderSection(
                section.level,
                section.title,
                section.slug,
                [by_key[passage.key] for passage in section.passages],
            )
            for section in sections
        ],
        "passages": reader_source,
        "outline_bar": [
            (one.level, mastery.width(length, tick))
            for one, length in zip(reader_source, lengths, strict=True)
        ],
        "minutes": mastery.minutes(sum(lengths)),
        "question_count": known.counts.questions,
        "note_count": sum(len(notes) for notes in known.notes.values()),
        "keeps_back": known.keeps_back,
        "in_words": margin.in_words(asked.view, [one.level for one in reader_source]),
        "view": asked.view,
        "views": margin.views(user),
        "legend": margin.legend(asked.view),
        "counted": margin.counted(asked.view),
        "first": margin.first(asked.view),
        "found": found,
        "q": asked.q,
        "weakest": sorted(
            (one for one in reader_source if one.rank), key=lambda one: one.rank or 0
        )[:WEAKEST],
        "back_url": _back_to(user, asked.back),
    }


def reader_passages(
    source: Source,
    user: User,
    keys: Collection[str],
    asked: ReaderQuery = NOTHING_ASKED,
    *,
    now: datetime,
) -> list[ReaderPassage]:
    """Return these passages of a published text as its page shows them."""
    passages = passages_read(source.edition_id, keys) if source.edition_id and keys else []
    known = _known(source, user, passages, asked, now=now, keys=keys)
    return [_beside(source, passage, known, ()) for passage in passages]


def _known(
    source: Source,
    user: User | AnonymousUser,
    passages: Sequence[ReadPassage],
    asked: ReaderQuery,
    *,
    now: datetime,
    keys: Collection[str] = (),
) -> _Known:
    if not user.is_authenticated or not source.edition_id:
        return _Known()
    embargo = embargoed_questions(user.pk, shown_in=None, now=now)
    counts = counts_on([source.edition_id], user, now=now, embargoed=embargo)
    annotations = Annotation.objects.visible_to(user).filter(source=source)
    if keys:
        annotations = annotations.filter(passage_key__in=keys)
    notes: dict[str, list[PlacedAnnotation]] = defaultdict(list)
    for one in placed(annotations, {p.key: (p.position, p.plain) for p in passages}):
        notes[one.annotation.passage_key].append(one)
    spans = revealed_spans(source.edition_id, user, embargo, asked.marks, now=now, keys=keys)
    if asked.cited:
        for key, span in cited(source.edition_id, user, asked.cited).items():
            spans[key].append(span)
    for key, found in notes.items():
        spans[key] += [
            Span(one.start, one.end, one.annotation.kind) for one in found if one.start is not None
        ]
    changes: dict[str, list[ChangeNotice]] = defaultdict(list)
    for change in changes_for(user, now=now, source=source):
        changes[change.passage].append(change)
    return _Known(
        counts=counts[source.edition_id],
        spans=spans,
        notes=notes,
        levels=margin.levels(asked.view, source, user, keys, now=now),
        changes=changes,
        keeps_back=bool(embargo),
    )


def _beside(
    source: Source, passage: ReadPassage, known: _Known, hits: Sequence[Span]
) -> ReaderPassage:
    counts = known.counts.at(passage.key)
    state = Mastery(counts.questions, counts.answered, counts.right)
    if known.levels is None:
        level = margin.of_mastery(state)
    else:
        level = known.levels.get(passage.key) or margin.unanswered()
    return ReaderPassage(
        passage=passage,
        # The HTML has been sanitised; mark_spans adds only elements of its own.
        html=mark_safe(
            mark_spans(passage.html, passage.plain, [*known.spans.get(passage.key, ()), *hits])
        ),
        mastery=state,
        level=level,
        questions=counts.questions,
        url=panel_url(source.slug, passage.key),
        notes=known.notes.get(passage.key, ()),
        changes=known.changes.get(passage.key, ()),
        since=counts.since,
    )


def _ranked(passages: Sequence[ReaderPassage], *, by_shade: bool) -> list[ReaderPassage]:
    """Give passages their rank: what the educators' view shades as first, or the reader's own.

    Then those that are asked about and not mastered: weakest first, and of equals what was answered
    longest ago; what was never answered comes between wrong and right.
    """
    weak = [
        index
        for index, one in enumerate(passages)
        if (one.level.order is not None if by_shade else _is_weak(one.mastery))
    ]
    if by_shade:
        weak.sort(key=lambda index: (passages[index].level.order, index))
    else:
        weak.sort(key=lambda index: _weakness(passages[index]))
    ranks = {index: rank for rank, index in enumerate(weak, start=1)}
    return [replace(one, rank=ranks.get(index)) for index, one in enumerate(passages)]


def _is_weak(state: Mastery) -> bool:
    return state.level is not None and state.level < mastery.MASTERED


def _weakness(one: ReaderPassage) -> tuple[Any, ...]:
    answered = one.since.timestamp() if one.since else float("inf")
    return one.mastery.share, answered, one.passage.position


def _back_to(user: User | AnonymousUser, back: str) -> str:
    """Return the address of the answer that the reader came from; "" for none of their own."""
    attempt, _, slot = back.partition("-")
    if not user.is_authenticated or not all(
        part.isascii() and part.isdigit() and len(part) < 19 for part in (attempt, slot)
    ):
        return ""
    found = Attempt.objects.filter(pk=int(attempt), user=user).first()
    if found is None:
        return ""
    return f"{found.get_review_url() if found.finished_at else found.get_absolute_url()}#q{slot}"
