"""The reader: a text with the reader's own questions, answers and marked words beside it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db.models import Count, Max, Min, Q
from django.utils.safestring import SafeString, mark_safe

from quizzes.assessments import review_options
from quizzes.assessments.models import Quiz
from quizzes.attempts import behaviours
from quizzes.attempts.models import AnswerState, AttemptQuestion
from quizzes.attempts.services import most_time, shown_with
from quizzes.bank.models import QuestionAnchor, QuestionBank
from quizzes.bank.queries import asked_versions
from quizzes.material.models import Source
from quizzes.material.queries import ReadPassage, text_of
from quizzes.study import mastery
from quizzes.study.beside import Beside, questions_beside, quizzes_asking, withheld_from
from quizzes.study.mastery import Mastery
from quizzes.study.spans import Span, mark_spans

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User


@dataclass(frozen=True, slots=True)
class Asked:
    """A question in the panel: its stem, the reader's result, and where it can be answered."""

    question: Beside
    quizzes: Sequence[Quiz]


@dataclass(frozen=True, slots=True)
class PassageBeside:
    """A passage with what stands beside it. `html` is sanitised and holds the marks."""

    passage: ReadPassage
    html: SafeString
    mastery: Mastery
    asked: Sequence[Asked]
    width: int

    @property
    def title(self) -> str:
        """The first words, which name the passage in the panel."""
        words = self.passage.plain.split()
        return " ".join(words[:6]) + (" …" if len(words) > 6 else "")


@dataclass(frozen=True, slots=True)
class SectionBeside:
    level: int
    title: str
    slug: str
    passages: Sequence[PassageBeside]


def reader_page(
    source: Source, user: User | AnonymousUser, *, now: datetime, marked: int | None = None
) -> dict[str, Any]:
    """Return a published text for its page, in a number of queries that does not grow.

    Args:
        marked: the anchor whose words are to be marked; ignored unless the reader may see it.
    """
    edition = source.edition_id
    sections = text_of(edition) if edition else []
    questions = questions_beside([edition] if edition else [], user, now=now)
    asking = quizzes_asking(questions, user, now=now) if user.is_authenticated else {}
    held, spans = set[int](), {}
    if user.is_authenticated and edition:
        held = set(withheld_from(user).values_list("version__question", flat=True))
        spans = _spans(edition, user, held, marked, now=now)
    by_passage: dict[str, list[Asked]] = defaultdict(list)
    for one in questions:
        by_passage[one.passage].append(Asked(one, asking.get(one.id, ())))
    lengths = [len(passage.plain) for section in sections for passage in section.passages]
    tick = mastery.tick_of([lengths])
    filled = [
        SectionBeside(
            section.level,
            section.title,
            section.slug,
            [
                _beside(passage, by_passage[passage.key], spans.get(passage.id, ()), tick)
                for passage in section.passages
            ],
        )
        for section in sections
    ]
    passages = [passage for section in filled for passage in section.passages]
    return {
        "source": source,
        "now": now,
        "sections": filled,
        "passages": passages,
        "minutes": mastery.minutes(sum(lengths)),
        "question_count": len({one.id for one in questions}),
        "keeps_back": bool(held),
        "in_words": mastery.in_words([passage.mastery.level for passage in passages]),
        "levels": [{"level": level, "word": word} for level, word in enumerate(mastery.WORDS)],
    }


def _beside(
    passage: ReadPassage, asked: Sequence[Asked], spans: Sequence[Span], tick: float
) -> PassageBeside:
    return PassageBeside(
        passage=passage,
        # text_of has sanitised the HTML; mark_spans adds only elements of its own.
        html=mark_safe(mark_spans(passage.html, passage.plain, spans)),
        mastery=mastery.of_results([one.question.verdict for one in asked]),
        asked=asked,
        width=mastery.width(len(passage.plain), tick),
    )


def _spans(
    edition: int, user: User, held: Collection[int], marked: int | None, *, now: datetime
) -> dict[int, list[Span]]:
    """Return by passage the words that this reader's reviews have already shown.

    The words that settle a question give its answer away, so they are underlined only once a
    review has told them, and not while the question is being asked again; authors see all of
    theirs.
    """
    told = _told_versions(edition, user, now=now)
    visible = Q(version__in=told)
    if user.is_staff:
        own = QuestionBank.objects.editable_by(user).values("pk")
        visible |= Q(version__in=asked_versions().filter(question__bank__in=own))
    rows = QuestionAnchor.objects.filter(visible, edition=edition).values_list(
        "pk", "passage", "start", "quote", "version__question", "option_id"
    )
    spans: dict[int, list[Span]] = defaultdict(list)
    for pk, passage, start, quote, question, option in rows:
        if pk == marked:
            spans[passage].append(Span(start, start + len(quote), "mark"))
        elif option is None and question not in held:
            spans[passage].append(Span(start, start + len(quote)))
    return spans


def _told_versions(edition: int, user: User, *, now: datetime) -> set[int]:
    """Return the versions anchored in this text whose passages a review of the user's tells now.

    Many attempts at one quiz count as two, its first finished and its last: what a review tells
    changes with the time since the finish alone.
    """
    anchored = QuestionAnchor.objects.filter(edition=edition).values("version")
    rows = list(
        AttemptQuestion.objects.filter(attempt__user=user, version__in=anchored)
        .values_list("version", "attempt__quiz")
        .annotate(
            first=Min("attempt__finished_at"),
            last=Max("attempt__finished_at"),
            checked=Count("pk", filter=Q(attempt__finished_at=None, state=AnswerState.FINISHED)),
        )
        .order_by()
    )
    quizzes = Quiz.objects.in_bulk({quiz for _, quiz, *_ in rows})
    most = most_time()
    return {
        version
        for version, quiz, first, last, checked in rows
        if _is_told(quizzes[quiz], {first, last} - {None}, checked > 0, most_time=most, now=now)
    }


def _is_told(
    quiz: Quiz, finished: Iterable[datetime], checked: bool, *, most_time: Decimal, now: datetime
) -> bool:
    if any(shown_with(quiz, at, most_time, now=now).general_feedback for at in finished):
        return True
    during = review_options.at(quiz.review, review_options.DURING)
    return checked and behaviours.may_check(quiz.behaviour) and during.general_feedback
