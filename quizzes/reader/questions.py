"""The questions that may stand beside a text, and what a reader's answers to them were.

A question that is embargoed for the reader (see attempts.disclosure) is left out, and so is
everything a quiz still keeps secret: nothing here may differ with right or wrong before release.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from django.db.models import BooleanField, ExpressionWrapper, Q, QuerySet

from quizzes.assessments.models import Mode, Quiz, Slot
from quizzes.assessments.queries import released_exam_questions
from quizzes.attempts import behaviours
from quizzes.attempts.disclosure import embargoed_questions
from quizzes.attempts.models import Grade
from quizzes.bank.models import Question, QuestionAnchor, QuestionBank, Use
from quizzes.bank.queries import asked_versions
from quizzes.material.markup import sanitise
from quizzes.question_types import registry

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User

_QUESTION = "version__question_id"
# How deep a topic's descendants are followed when a slot draws from it.
_TOPIC_PATHS = ("topic", "topic__parent", "topic__parent__parent")


@dataclass(frozen=True, slots=True)
class Result:
    """A reader's newest released answer to a question."""

    verdict: str  # right, part, wrong, unanswered, waiting
    at: datetime
    attempt_id: int
    slot: int
    reader_source: bool = False  # answered in the reader, beside the text


@dataclass(frozen=True, slots=True)
class ReaderQuestion:
    """A question on a passage; `result` is the reader's own, None while there is none."""

    id: int
    version_id: int
    edition_id: int
    passage: str
    stem_html: str
    type: str
    level: str
    topic_slug: str
    topic: str
    bank_use: str
    result: Result | None = None

    @property
    def verdict(self) -> str | None:
        return self.result.verdict if self.result else None

    @property
    def is_answerable(self) -> bool:
        """Whether it may be answered beside the text; see `answerable`."""
        return self.bank_use != Use.EXAM and registry.get(self.type).graded_by == "machine"


def questions_for(
    user: User, *, now: datetime, embargoed: Collection[int] | None = None
) -> QuerySet[Question]:
    """Return the questions the user may meet beside a text; authors also meet their own.

    Args:
        embargoed: what is embargoed for the user now, where it is known already.
    """
    if embargoed is None:
        embargoed = embargoed_questions(user.pk, shown_in=None, now=now)
    banks = Q(bank__in=QuestionBank.objects.open_for_practice().values("pk"))
    if user.is_staff:
        banks |= Q(bank__in=QuestionBank.objects.editable_by(user).values("pk"))
    found = Question.objects.filter(banks | Q(pk__in=released_exam_questions(now).values("pk")))
    return found.exclude(pk__in=embargoed) if embargoed else found


def answerable(user: User, *, now: datetime) -> QuerySet[Question]:
    """Return the questions the user may answer in the reader: of banks for practice, marked by us.

    Those of exam-only banks are told beside the text once their exams are over, but asked there
    never; those that a person marks would wait for ever.
    """
    marked_by_us = [one.slug for one in registry.all_types() if one.graded_by == "machine"]
    return questions_for(user, now=now).filter(
        bank__in=QuestionBank.objects.open_for_practice().values("pk"), type__in=marked_by_us
    )


def results_on(
    edition: int,
    user: User | AnonymousUser,
    *,
    now: datetime,
    keys: Collection[str] = (),
    embargoed: Collection[int] | None = None,
) -> dict[str, dict[int, Result | None]]:
    """Return by passage the questions asked about it with the user's results, without their words.

    Two queries, whatever the length; none for visitors.

    Args:
        keys: the passages to look at; all when empty.
        embargoed: as for questions_for.
    """
    if not user.is_authenticated:
        return {}
    rows = set(
        _anchors([edition], user, now, keys, embargoed)
        .order_by()
        .values_list("passage__key", _QUESTION)
    )
    # By their ids: joined to the anchors once more, PostgreSQL may take minutes where it has not
    # yet counted what was written.
    results = results_of(user, {question for _, question in rows}) if rows else {}
    found: dict[str, dict[int, Result | None]] = defaultdict(dict)
    for key, question in rows:
        found[key][question] = results.get(question)
    return found


def _anchors(
    editions: Collection[int],
    user: User,
    now: datetime,
    keys: Collection[str] = (),
    embargoed: Collection[int] | None = None,
) -> QuerySet[QuestionAnchor]:
    questions = questions_for(user, now=now, embargoed=embargoed)
    asked = asked_versions().filter(question__in=questions)
    rows = QuestionAnchor.objects.filter(edition__in=editions, option=None, version__in=asked)
    return rows.filter(passage__key__in=keys) if keys else rows


def reader_questions(
    editions: Collection[int],
    user: User | AnonymousUser,
    *,
    now: datetime,
    keys: Collection[str] = (),
) -> list[ReaderQuestion]:
    """Return the questions on these texts with the user's results, in reading order.

    Two queries, whatever the length; none for visitors.

    Args:
        keys: the passages to look at; all when empty.
    """
    if not user.is_authenticated or not editions:
        return []
    rows = (
        _anchors(editions, user, now, keys)
        .order_by("passage__position", "version__question__slug")
        .values_list(
            _QUESTION,
            "version_id",
            "edition_id",
            "passage__key",
            "version__stem_html",
            "version__question__type",
            "version__question__level",
            "version__question__topic__slug",
            "version__question__topic__title",
            "version__question__bank__use",
        )
        .distinct()
    )
    found = [
        ReaderQuestion(
            pk, version, edition, key, _stem(kind, stem), kind, level, slug or "", topic or "", use
        )
        for pk, version, edition, key, stem, kind, level, slug, topic, use in rows
    ]
    results = results_of(user, {one.id for one in found}) if found else {}
    return [replace(one, result=results.get(one.id)) for one in found]


def _stem(kind: str, stem_html: str) -> str:
    return registry.get(kind).plain_stem(sanitise(stem_html))


def results_of(user: User, questions: Collection[int]) -> dict[int, Result]:
    """Return the user's newest released answer to each of these questions; one query."""
    rows = (
        Grade.objects.filter(
            response__question__attempt__user=user,
            response__question__attempt__preview=False,
            response__question__version__question__in=questions,
            response__released_at__isnull=False,
        )
        .annotate(blank=ExpressionWrapper(Q(response__answer__isnull=True), BooleanField()))
        .order_by("response__submitted_at", "response_id", "number")
        .values_list(
            "response__question__version__question",
            "blank",
            "fraction",
            "response__submitted_at",
            "response__question__attempt",
            "response__question__slot",
            "response__question__attempt__quiz__reader_source",
        )
    )
    return {
        question: Result(_verdict(blank, fraction), at, attempt, slot, reader_source is not None)
        for question, blank, fraction, at, attempt, slot, reader_source in rows
    }


def _verdict(blank: bool, fraction: Decimal | None) -> str:
    if fraction is None:
        return "waiting"
    if blank:
        return "unanswered"
    if behaviours.is_right(fraction):
        return "right"
    return "part" if fraction > Decimal("0.000001") else "wrong"


def quizzes_asking(
    questions: Iterable[ReaderQuestion], user: User, *, now: datetime
) -> dict[int, list[Quiz]]:
    """Return per question the quizzes open to the user in which it can be answered; two queries.

    Exams are left out: which question stands in one is for the exam to say.
    """
    wanted = {one.id for one in questions}
    if not wanted:
        return {}
    slots = (
        Slot.objects.current()
        .filter(Q(question__in=wanted) | Q(draw_bank__isnull=False))
        .filter(
            revision__quiz__in=Quiz.objects.visible_to(user).open_at(now).exclude(mode=Mode.EXAM)
        )
        .select_related("revision__quiz")
        .order_by("revision__quiz__title", "position")
    )
    fixed: dict[int, dict[int, Quiz]] = defaultdict(dict)
    draws: list[Slot] = []
    for slot in slots:
        if slot.question_id is None:
            draws.append(slot)
        else:
            fixed[slot.question_id][slot.revision.quiz_id] = slot.revision.quiz
    if draws:
        traits = Question.objects.filter(pk__in=wanted).values_list(
            "pk", "bank", "level", *_TOPIC_PATHS
        )
        for pk, bank, level, *topics in traits:
            for slot in draws:
                if (
                    slot.draw_bank_id == bank
                    and slot.draw_level in ("", level)
                    and (slot.draw_topic_id is None or slot.draw_topic_id in topics)
                ):
                    fixed[pk][slot.revision.quiz_id] = slot.revision.quiz
    return {pk: list(found.values()) for pk, found in fixed.items()}
