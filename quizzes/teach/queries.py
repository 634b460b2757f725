"""Rows for educators: attempts at their quizzes, and the answers that wait for a person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from quizzes.assessments.models import Quiz
from quizzes.attempts.models import (
    OPEN_STATES,
    AnswerState,
    Attempt,
    AttemptQuestion,
    AttemptState,
    Grade,
    Response,
)
from quizzes.bank.corrections.models import KeyCorrection
from quizzes.bank.models import Question, QuestionVersion
from quizzes.bank.queries import newest_versions

SHOWS = {
    "all": _("all"),
    "open": _("in progress"),
    "finished": _("finished"),
    "marking": _("to be marked"),
}
WORDS = 6
CORRECTED_LATELY = timedelta(days=30)
CORRECTIONS_SHOWN = 10


@dataclass(frozen=True, slots=True)
class Neighbours:
    """The answers before and after one in the queue, as numbers for their addresses."""

    before: int | None
    after: int | None


def quizzes_of(user: User) -> QuerySet[Quiz]:
    """Return the quizzes the user may change, with `taken`, `running` and `waiting` counted."""
    without_previews = Q(attempts__preview=False)
    return (
        Quiz.objects.editable_by(user)
        .annotate(
            taken=Count(
                "attempts", filter=without_previews & Q(attempts__finished_at__isnull=False)
            ),
            running=Count("attempts", filter=without_previews & Q(attempts__finished_at=None)),
            waiting=Count("attempts", filter=without_previews & Q(attempts__needs_marking=True)),
        )
        .order_by("title", "pk")
    )


def paused_questions(user: User) -> QuerySet[QuestionVersion]:
    """Return the newest version of each question of the user's that is asked no more, since the
    statement it rests on has changed; the longest paused first."""
    paused = Question.objects.editable_by(user).kept().filter(paused_at__isnull=False)
    return (
        newest_versions(paused.values("pk"))
        .select_related("question__bank")
        .order_by("question__paused_at", "pk")
    )


def corrected_by_others(user: User, *, now: datetime) -> QuerySet[KeyCorrection]:
    """Return what others have lately corrected in questions that the user's quizzes have asked."""
    asked = AttemptQuestion.objects.filter(
        version=OuterRef("version"),
        attempt__quiz__in=Quiz.objects.editable_by(user).filter(reader_source=None).values("pk"),
    )
    return (
        KeyCorrection.objects.filter(Exists(asked), at__gte=now - CORRECTED_LATELY, quiz=None)
        .exclude(by=user)
        .select_related("version")
        .order_by("-pk")[:CORRECTIONS_SHOWN]
    )


def attempts_at(quiz: Quiz, *, show: str = "all", q: str = "") -> QuerySet[Attempt]:
    """Return the attempts at a quiz, the newest first.

    Args:
        show: one of SHOWS.
        q: words that name or login of the student hold, all of them.
    """
    found = Attempt.objects.filter(quiz=quiz).select_related("user").order_by("-started_at", "-pk")
    if show == "open":
        found = found.filter(state__in=OPEN_STATES)
    elif show == "finished":
        found = found.filter(state=AttemptState.FINISHED)
    elif show == "marking":
        found = found.filter(needs_marking=True)
    for word in q.split()[:WORDS]:
        found = found.filter(Q(user__name__icontains=word) | Q(user__login__icontains=word))
    return found


def markable_by(user: User) -> QuerySet[Response]:
    """Return the answers the user may mark: of finished attempts at own quizzes, the last tries."""
    later = Response.objects.filter(question=OuterRef("question"), number__gt=OuterRef("number"))
    return (
        Response.objects.filter(
            ~Exists(later),
            question__attempt__quiz__in=Quiz.objects.editable_by(user).values("pk"),
            question__attempt__finished_at__isnull=False,
        )
        .select_related(
            "question__attempt__user",
            "question__attempt__quiz",
            "question__version__question__topic",
        )
        .annotate(
            newest_grade=Subquery(_newest("number")),
            newest_fraction=Subquery(_newest("fraction")),
            newest_grader=Subquery(_newest("grader__name")),
        )
    )


def _newest(field: str) -> QuerySet[Grade, dict[str, object]]:
    return Grade.objects.filter(response=OuterRef("pk")).order_by("-number").values(field)[:1]


def queue_of(user: User, *, quiz: str = "") -> QuerySet[Response]:
    """Return the answers that wait for a person, question by question, so that like is marked
    beside like; those of one quiz when `quiz` is its slug. Previews are nobody's work."""
    waiting = markable_by(user).filter(
        question__state=AnswerState.NEEDS_MARKING, question__attempt__preview=False
    )
    if quiz:
        waiting = waiting.filter(question__attempt__quiz__slug=quiz)
    return waiting.order_by("question__version__question", "pk")


def marked_by_hand(user: User, *, quiz: str = "") -> QuerySet[Response]:
    """Return the answers a person has marked, the newest first, so that a mark can be mended."""
    by_hand = Grade.objects.filter(response=OuterRef("pk"), grader__isnull=False)
    marked = markable_by(user).filter(Exists(by_hand), question__attempt__preview=False)
    if quiz:
        marked = marked.filter(question__attempt__quiz__slug=quiz)
    last = Grade.objects.filter(response=OuterRef("pk")).order_by("-number").values("graded_at")
    return marked.annotate(marked_at=Subquery(last[:1])).order_by("-marked_at", "-pk")


def neighbours(queue: QuerySet[Response], response: Response) -> Neighbours:
    """Return what stands before and after `response` in the queue, whether or not it is in it."""
    question = response.question.version.question_id
    this = {"question__version__question": question}
    before = queue.filter(
        Q(question__version__question__lt=question) | Q(**this, pk__lt=response.pk)
    )
    after = queue.filter(
        Q(question__version__question__gt=question) | Q(**this, pk__gt=response.pk)
    )
    return Neighbours(
        before=before.order_by("-question__version__question", "-pk")
        .values_list("pk", flat=True)
        .first(),
        after=after.values_list("pk", flat=True).first(),
    )


def grades_of(response: Response) -> QuerySet[Grade]:
    """Return every grading of an answer, the newest first."""
    return Grade.objects.filter(response=response).select_related("grader").order_by("-number")
