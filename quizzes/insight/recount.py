"""Counts for every text: what banks ask of its passages, and what a student's records say of them.

A bank's counts hold as long as nothing in it changes (`QuestionBank.changes`); they are made again
when they are next read. A student's counts follow their records passage by passage.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable
from decimal import Decimal
from typing import Any, Literal

from django.db import transaction
from django.db.models import Exists, Model, OuterRef, QuerySet

from quizzes.attempts import behaviours
from quizzes.bank.models import (
    READ_ONLY_STATES,
    QuestionAnchor,
    QuestionBank,
    QuestionVersion,
)
from quizzes.bank.queries import asked_versions
from quizzes.insight.models import BankCounts, StudentCounts

Texts = dict[str, dict[str, Any]]  # by id of the edition
Verdict = Literal["right", "part", "wrong", "unanswered"]
SOME = Decimal("0.000001")


def verdict(fraction: Decimal, blank: bool) -> Verdict:
    """Return what an answer came to."""
    if blank:
        return "unanswered"
    if behaviours.is_right(fraction):
        return "right"
    return "part" if fraction > SOME else "wrong"


def facts_after(question: str, version: str) -> QuerySet[QuestionVersion]:
    """Return the versions with which the right answer changed since `version`; both arguments are
    paths from the query that this is put into."""
    return QuestionVersion.objects.filter(
        question=OuterRef(question),
        new_fact=True,
        state__in=READ_ONLY_STATES,
        number__gt=OuterRef(f"{version}__number"),
    )


def asked_anchors(questions: Any = None, **of_question: Any) -> QuerySet[QuestionAnchor]:
    """Return the anchors of whole questions that are asked, as reading order has them."""
    versions = asked_versions().filter(**of_question)
    if questions is not None:
        versions = versions.filter(question__in=questions)
    return QuestionAnchor.objects.filter(option=None, version__in=versions).order_by(
        "edition", "passage__position", "version__question__slug"
    )


def bank_counts(anchors: QuerySet[QuestionAnchor]) -> dict[int, Texts]:
    """Count questions by bank and edition, see BankCounts; one query."""
    rows = anchors.values_list(
        "version__question__bank",
        "edition",
        "passage__key",
        "version__question",
        "version__question__topic",
    ).distinct()
    passages: dict[tuple[int, str], Counter[str]] = defaultdict(Counter)
    topics: dict[tuple[int, str], Counter[int]] = defaultdict(Counter)
    questions: dict[tuple[int, str], set[int]] = defaultdict(set)
    for bank, number, key, question, topic in rows:
        text = bank, str(number)
        passages[text][key] += 1
        questions[text].add(question)
        if topic is not None:
            topics[text][topic] += 1
    found: dict[int, Texts] = defaultdict(dict)
    for (bank, edition), counted in passages.items():
        found[bank][edition] = {
            "passages": dict(counted),
            "questions": len(questions[bank, edition]),
            "topics": [list(pair) for pair in topics[bank, edition].most_common()],
        }
    return found


def student_counts(user: int, anchors: QuerySet[QuestionAnchor]) -> dict[int, Texts]:
    """Count a student's records by bank, edition and passage, see StudentCounts; one query.

    An answer to an earlier fact is none: the right answer has changed since.
    """
    fact_since = facts_after("version__question", "version__question__records__last_version")
    rows: Iterable[Any] = (
        anchors.filter(
            ~Exists(fact_since.filter(number__lte=OuterRef("version__number"))),
            version__question__records__user=user,
            version__question__records__last_response__isnull=False,
        )
        .values_list(
            "version__question__bank",
            "edition",
            "passage__key",
            "version__question",
            "version__question__records__last_fraction",
            "version__question__records__last_blank",
            "version__question__records__last_at",
        )
        .order_by()
        .distinct()
    )
    found: dict[int, Texts] = defaultdict(dict)
    for bank, edition, key, _question, fraction, blank, at in rows:
        came_to = verdict(fraction, blank)
        text = found[bank].setdefault(str(edition), {})
        answered, right, since = text.get(key, (0, 0, None))
        stamp = at.timestamp()
        text[key] = [
            answered + (came_to != "unanswered"),
            right + (came_to == "right"),
            stamp if since is None else min(since, stamp),
        ]
    return found


@transaction.atomic
def recount_banks(banks: Collection[int]) -> dict[int, Texts]:
    """Count these banks again as far as nobody else has just done so; return their texts."""
    BankCounts.objects.bulk_create(
        [BankCounts(bank_id=bank) for bank in sorted(banks)], ignore_conflicts=True
    )
    rows = BankCounts.objects.select_for_update().filter(bank__in=banks).order_by("bank")
    return _recount(BankCounts, rows, lambda stale: bank_counts(_anchors_of(stale)))


@transaction.atomic
def recount_student(user: int, banks: Collection[int]) -> dict[int, Texts]:
    """Count a student's records on these banks again as far as nobody else has just done so; return
    their texts."""
    rows = _locked(user, banks)
    return _recount(StudentCounts, rows, lambda stale: student_counts(user, _anchors_of(stale)))


def _recount(
    model: type[Model], rows: Iterable[Any], count: Callable[[list[int]], dict[int, Texts]]
) -> dict[int, Texts]:
    """Bring locked counts up to date: as many statements for many banks as for one."""
    counts = {one.bank_id: one for one in rows}
    current = _changes(counts)
    stale = [bank for bank, one in counts.items() if one.changes != current[bank]]
    if stale:
        found = count(stale)
        for bank in stale:
            counts[bank].texts, counts[bank].changes = found.get(bank, {}), current[bank]
        model._default_manager.bulk_update([counts[bank] for bank in stale], ["texts", "changes"])
    return {bank: one.texts for bank, one in counts.items()}


def _anchors_of(banks: Collection[int]) -> QuerySet[QuestionAnchor]:
    return asked_anchors(question__bank__in=banks)


def recount_passages(user: int, questions: Collection[int]) -> None:
    """Bring a student's counts up to date on the passages of these questions.

    Call it inside the transaction that has changed their records. Counts that are older than their
    bank are left: they are made again when they are next read.
    """
    banks = set(
        QuestionBank.objects.filter(questions__in=questions).order_by().values_list("pk", flat=True)
    )
    counts = {one.bank_id: one for one in _locked(user, banks)}
    current = _changes(counts)
    fresh = [bank for bank, one in counts.items() if one.changes == current[bank]]
    if not fresh:
        return
    asked = asked_anchors(questions, question__bank__in=fresh).order_by()
    places = set(asked.values_list("version__question__bank", "edition", "passage", "passage__key"))
    here = _anchors_of(fresh).filter(passage__in={passage for _, _, passage, _ in places})
    found = student_counts(user, here)
    for bank, edition, _passage, key in places:
        text = counts[bank].texts.setdefault(str(edition), {})
        text.pop(key, None)
        entry = found.get(bank, {}).get(str(edition), {}).get(key)
        if entry:
            text[key] = entry
    StudentCounts.objects.bulk_update([counts[bank] for bank in fresh], ["texts"])


def _locked(user: int, banks: Iterable[int]) -> list[StudentCounts]:
    """Lock a student's counts, made where there are none yet, before their records are read: of two
    who count at once the second then sees what the first has read and more."""
    wanted = sorted(banks)
    StudentCounts.objects.bulk_create(
        [StudentCounts(user_id=user, bank_id=bank) for bank in wanted], ignore_conflicts=True
    )
    return list(
        StudentCounts.objects.select_for_update()
        .filter(user=user, bank__in=wanted)
        .order_by("bank")
    )


def _changes(banks: Iterable[int]) -> dict[int, int]:
    """Return the number of each bank's newest change, read before anything is counted."""
    return dict(QuestionBank.objects.filter(pk__in=list(banks)).values_list("pk", "changes"))
