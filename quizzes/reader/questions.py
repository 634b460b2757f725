"""The questions that may appear next to a text, and what a reader's answers to them were.

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

from django.db.models import BooleanField, Exists, ExpressionWrapper, Q, QuerySet

from quizzes.assessments.draws import Draw, draw_of, matched
from quizzes.assessments.models import Mode, Quiz, Slot
from quizzes.assessments.queries import released_exam_questions
from quizzes.attempts import behaviours
from quizzes.attempts.disclosure import embargoed_questions
from quizzes.attempts.models import Grade
from quizzes.bank.models import Question, QuestionAnchor, QuestionBank, Use
from quizzes.bank.queries import asked_versions
from quizzes.insight.recount import facts_after
from quizzes.insight.text_counts import TextCounts, text_counts
from quizzes.material.markup import sanitise
from quizzes.question_types import registry

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User

_QUESTION = "version__question_id"


@dataclass(frozen=True, slots=True)
class Result:
    """A reader's newest released answer to a question."""

    verdict: str  # right, part, wrong, unanswered, waiting
    at: datetime
    attempt_id: int
    slot: int
    reader_source: bool = False  # answered in the reader, next to the text


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
        """Whether it may be answered next to the text; see `answerable`."""
        return self.bank_use != Use.EXAM and registry.get(self.type).graded_by == "machine"


def questions_for(
    user: User, *, now: datetime, embargoed: Collection[int] | None = None
) -> QuerySet[Question]:
    """Return the questions the user may meet next to a text; authors also meet their own.

    Args:
        embargoed: what is embargoed for the user now, where it is known already.
    """
    if embargoed is None:
        embargoed = embargoed_questions(user.pk, shown_in=None, now=now)
    banks = Q(bank__in=_banks_for(user).values("pk"))
    found = Question.objects.filter(banks | Q(pk__in=released_exam_questions(now).values("pk")))
    return found.exclude(pk__in=embargoed) if embargoed else found


def _banks_for(user: User) -> QuerySet[QuestionBank]:
    """Return the banks whose questions the user may meet next to a text."""
    banks = QuestionBank.objects.open_for_practice()
    if user.is_staff:
        own = QuestionBank.objects.editable_by(user).values("pk")
        banks = QuestionBank.objects.filter(Q(pk__in=banks.values("pk")) | Q(pk__in=own))
    return banks


def answerable(user: User, *, now: datetime) -> QuerySet[Question]:
    """Return the questions the user may answer in the reader: of banks for practice, marked by us.

    Those of exam-only banks are shown next to the text once their exams are over, but asked there
    never; those that a person marks would wait for ever.
    """
    marked_by_us = [one.slug for one in registry.all_types() if one.graded_by == "machine"]
    return questions_for(user, now=now).filter(
        bank__in=QuestionBank.objects.open_for_practice().values("pk"), type__in=marked_by_us
    )


def counts_on(
    editions: Collection[int],
    user: User | AnonymousUser,
    *,
    now: datetime,
    embargoed: Collection[int] | None = None,
) -> dict[int, TextCounts]:
    """Return by edition what its passages are asked and what the user's answers came to; see
    insight/text_counts.py. None for visitors.

    Args:
        embargoed: as for questions_for.
    """
    if not user.is_authenticated or not editions:
        return {edition: TextCounts() for edition in editions}
    if embargoed is None:
        embargoed = embargoed_questions(user.pk, shown_in=None, now=now)
    return text_counts(
        user.pk,
        editions,
        banks=_banks_for(user),
        withheld=embargoed,
        also=released_exam_questions(now),
    )


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
    """Return the user's newest released answer to each of these questions; one query.

    An answer to an earlier fact is none, as in the counts.
    """
    version = "response__question__version"
    rows = (
        Grade.objects.filter(
            ~Exists(facts_after(f"{version}__question", version)),
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
    """Return per question the quizzes open to the user in which it can be answered; three queries.

    Exams are left out: which question is in one is for the exam to say.
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
    drawing: dict[Draw, dict[int, Quiz]] = defaultdict(dict)
    for slot in slots:
        if slot.question_id is None:
            drawing[draw_of(slot)][slot.revision.quiz_id] = slot.revision.quiz
        else:
            fixed[slot.question_id][slot.revision.quiz_id] = slot.revision.quiz
    for draw, found in matched(Question.objects.filter(pk__in=wanted), drawing).items():
        for pk in found:
            fixed[pk] |= drawing[draw]
    return {pk: list(found.values()) for pk, found in fixed.items()}
