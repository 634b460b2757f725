"""What a reader may know of each passage of a text: how much is asked, answered and right.

Read from the counts of banks and of the student; only what is withheld from the student now, or is
shown of banks kept for exams, is looked up question by question.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import UTC, datetime

from django.db.models import Exists, QuerySet

from quizzes.bank.models import Question, QuestionAnchor, QuestionBank, Topic
from quizzes.insight import recording, recount
from quizzes.insight.models import IncomingAnswer, StudentCounts
from quizzes.insight.recount import Texts


@dataclass
class PassageCounts:
    """The questions asked about a passage, and a student's newest answers to them."""

    questions: int = 0
    answered: int = 0
    right: int = 0
    oldest: float | None = None

    @property
    def since(self) -> datetime | None:
        """When the oldest of the newest answers was given."""
        return None if self.oldest is None else datetime.fromtimestamp(self.oldest, tz=UTC)


@dataclass
class TextCounts:
    """The questions asked about a text; `topics` by id, each with its number of questions."""

    questions: int = 0
    passages: dict[str, PassageCounts] = field(default_factory=dict)
    topics: Counter[int] = field(default_factory=Counter)

    def at(self, key: str) -> PassageCounts:
        return self.passages.get(key) or PassageCounts()


def text_counts(
    user: int,
    editions: Collection[int],
    *,
    banks: QuerySet[QuestionBank],
    withheld: Collection[int],
    also: QuerySet[Question] | None = None,
) -> dict[int, TextCounts]:
    """Return by edition what `banks` ask of it and how the student did; two queries when nothing
    has changed, is withheld or added.

    Args:
        withheld: questions of which nothing may be shown to the student.
        also: questions of other banks that may be shown.
    """
    found = {edition: TextCounts() for edition in editions}
    asked = _of_banks(user, banks)
    for texts in asked.values():
        _add_asked(found, texts, 1)
    for texts in _of_student(user, asked).values():
        _add_answered(found, texts, 1)
    if withheld:
        _adjust(
            user,
            found,
            recount.asked_anchors(withheld, question__bank__in=list(asked)),
            sign=-1,
        )
    if also is not None and not also.query.is_empty():
        others = also.exclude(bank__in=list(asked)).exclude(pk__in=withheld)
        _adjust(user, found, recount.asked_anchors(others.values("pk")), sign=1)
    return found


def titles_of(topics: Collection[int]) -> dict[int, tuple[str, str]]:
    """Return slug and title of topics by id; one query."""
    rows = Topic.objects.filter(pk__in=topics).values_list("pk", "slug", "title")
    return {pk: (slug, title) for pk, slug, title in rows}


def _of_banks(user: int, banks: QuerySet[QuestionBank]) -> dict[int, Texts]:
    """Return the counts of each bank, made again where it has changed; the inbox is emptied."""
    waits = Exists(IncomingAnswer.objects.filter(user=user))
    rows = list(
        banks.order_by("pk")
        .annotate(waits=waits)
        .values_list("pk", "changes", "counts__changes", "counts__texts", "waits")
        .distinct()
    )
    if rows and rows[0][-1]:
        recording.fold_if_possible(user)
    fresh = {bank: texts for bank, changes, at, texts, _waits in rows if changes == at}
    stale = [bank for bank, *_ in rows if bank not in fresh]
    return fresh | (recount.recount_banks(stale) if stale else {})


def _of_student(user: int, banks: Collection[int]) -> dict[int, Texts]:
    rows = StudentCounts.objects.filter(user=user, bank__in=list(banks)).values_list(
        "bank", "bank__changes", "changes", "texts"
    )
    fresh = {bank: texts for bank, changes, at, texts in rows if changes == at}
    stale = [bank for bank in banks if bank not in fresh]
    return fresh | (recount.recount_student(user, stale) if stale else {})


def _adjust(
    user: int, found: dict[int, TextCounts], anchors: QuerySet[QuestionAnchor], *, sign: int
) -> None:
    """Add or take away the counts of these anchors; two queries."""
    here = anchors.filter(edition__in=list(found))
    for texts in recount.bank_counts(here).values():
        _add_asked(found, texts, sign)
    for texts in recount.student_counts(user, here).values():
        _add_answered(found, texts, sign)


def _add_asked(found: dict[int, TextCounts], texts: Texts, sign: int) -> None:
    for edition, text in found.items():
        counted = texts.get(str(edition))
        if counted is None:
            continue
        text.questions += sign * counted["questions"]
        for key, questions in counted["passages"].items():
            passage = text.passages.get(key)
            if passage is None:
                passage = text.passages[key] = PassageCounts()
            passage.questions += sign * questions
        for topic, questions in counted["topics"]:
            text.topics[topic] += sign * questions


def _add_answered(found: dict[int, TextCounts], texts: Texts, sign: int) -> None:
    for edition, text in found.items():
        for key, (answered, right, oldest) in texts.get(str(edition), {}).items():
            passage = text.passages.get(key)
            if passage is None:
                continue
            passage.answered += sign * answered
            passage.right += sign * right
            if sign > 0:
                passage.oldest = min(oldest, passage.oldest or oldest)
