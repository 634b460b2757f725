"""The quizzes on the shelf, with the terms in effect for the student and how they stand."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from accounts.models import User
from accounts.queries import accommodation_for
from quizzes.assessments.models import Quiz, Slot
from quizzes.assessments.timing import Terms
from quizzes.attempts.models import AnswerState, Attempt
from quizzes.attempts.services import terms_with
from quizzes.bank.models import Use
from quizzes.study.scores import Standing

ANSWERED = (AnswerState.COMPLETE, AnswerState.FINISHED, AnswerState.NEEDS_MARKING)


@dataclass(frozen=True, slots=True)
class QuizEntry:
    """A quiz on the shelf with the terms in effect for the reader."""

    quiz: Quiz
    questions: int
    terms: Terms
    attempts_left: int | None
    topics: Sequence[tuple[str, str]]
    standing: Standing | None
    open_attempt: Attempt | None
    is_open: bool
    has_opened: bool

    @property
    def can_start(self) -> bool:
        return self.is_open and self.attempts_left != 0 and self.open_attempt is None


_asked = (
    Slot.objects.current()
    .filter(revision__quiz=OuterRef("pk"))
    .asked()
    .order_by()
    .values("revision__quiz")
    .annotate(n=Count("pk"))
    .values("n")
)


def quiz_list(user: User, standings: Iterable[Standing], *, now: datetime) -> list[QuizEntry]:
    """Return the published quizzes the user may see, by title; five queries.

    Args:
        standings: where the user stands at each quiz, from scores.scores_of.
    """
    quizzes = list(
        Quiz.objects.visible_to(user)
        .published()
        .annotate(question_count=Coalesce(Subquery(_asked), 0))
        .order_by("title", "pk")
    )
    factor, extra = accommodation_for(user)
    standing = {line.quiz.pk: line for line in standings}
    used = dict(
        Attempt.objects.filter(user=user)
        .without_previews()
        .values_list("quiz")
        .annotate(Count("pk"))
        .order_by()
    )
    running = {attempt.quiz_id: attempt for attempt in open_attempts(user)}
    topics = _topics_of(quizzes)
    found = []
    for quiz in quizzes:
        terms = terms_with(quiz, factor, extra)
        found.append(
            QuizEntry(
                quiz=quiz,
                questions=quiz.question_count,
                terms=terms,
                attempts_left=terms.attempts_left(used.get(quiz.pk, 0)),
                topics=topics.get(quiz.pk, []),
                standing=standing.get(quiz.pk),
                open_attempt=running.get(quiz.pk),
                is_open=terms.is_open(now),
                has_opened=terms.has_opened(now),
            )
        )
    return found


def open_attempts(user: User) -> list[Attempt]:
    """Return the user's open attempts, the newest first, with `answered` and `total`; one query."""
    return list(
        Attempt.objects.filter(user=user)
        .open()
        .select_related("quiz")
        .annotate(
            total=Count("questions"),
            answered=Count("questions", filter=Q(questions__state__in=ANSWERED)),
        )
        .order_by("-started_at")
    )


def _topics_of(quizzes: Collection[Quiz]) -> dict[int, list[tuple[str, str]]]:
    """Return per quiz the topics it asks, most asked first; what is kept for exams tells none."""
    open_banks = ~Q(question__bank__use=Use.EXAM) & ~Q(draw_bank__use=Use.EXAM)
    rows = (
        Slot.objects.current()
        .filter(Q(question__bank__isnull=False) | Q(draw_bank__isnull=False))
        .filter(open_banks, revision__quiz__in=[quiz.pk for quiz in quizzes])
        .values_list(
            "revision__quiz",
            "question__topic__slug",
            "question__topic__title",
            "draw_topic__slug",
            "draw_topic__title",
        )
        .order_by("revision__quiz_id", "position")
    )
    topics: dict[int, Counter[tuple[str, str]]] = defaultdict(Counter)
    for quiz, slug, title, draw_slug, draw_title in rows:
        if slug or draw_slug:
            topics[quiz][slug or draw_slug, title or draw_title] += 1
    return {
        quiz: [topic for topic, _count in found.most_common()] for quiz, found in topics.items()
    }
