"""Writing corrections. What must be graded anew is the business of attempts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from quizzes.bank.content_cache import contents_of
from quizzes.bank.corrections.keys import as_value, corrections_of
from quizzes.bank.corrections.models import CorrectionKind, KeyCorrection
from quizzes.bank.corrections.state import (
    Correction,
    Key,
    checked,
    key_after,
    presents_the_same,
    same_key,
)
from quizzes.bank.field_errors import FieldErrors
from quizzes.bank.models import Question, QuestionVersion
from quizzes.question_types import registry

if TYPE_CHECKING:
    from accounts.models import User

WHY_LIMIT = 300


class StaleBase(Exception):
    """Somebody else has corrected the question since; `current` is the newest correction."""

    def __init__(self, current: int | None) -> None:
        super().__init__(current)
        self.current = current


@dataclass(frozen=True, slots=True)
class Wanted:
    """A correction as somebody asks for it; `base` is the newest correction they have seen."""

    kind: str
    why: str = ""
    payload: Mapping[str, Any] = field(default_factory=dict)
    quiz_id: int | None = None
    base: int | None = None

    def as_value(self) -> Correction:
        return Correction(self.kind, self.payload, self.quiz_id)


@dataclass(frozen=True, slots=True)
class Plan:
    """What a correction would come to: by version the key before and after it.

    `others` are answered versions that show something else, which it does not reach.
    """

    before: Mapping[int, Key]
    after: Mapping[int, Key]
    others: Sequence[QuestionVersion]

    @property
    def moves(self) -> list[int]:
        """The versions whose key or marks it changes."""
        return [pk for pk in self.after if not same_key(self.before[pk], self.after[pk])]


def newest_correction(question: Question) -> int | None:
    """Return the newest correction of any version of a question."""
    return KeyCorrection.objects.filter(version__question=question).aggregate(last=Max("pk"))[
        "last"
    ]


def plan(
    *,
    question: Question,
    wanted: Wanted,
    versions: Sequence[QuestionVersion],
    model: QuestionVersion,
    answered: Iterable[int],
) -> Plan:
    """Return what `wanted` would come to.

    Args:
        versions: all versions of the question, in order.
        model: the version it was said of; others follow if they show the very same.
        answered: those that have been answered; others are left alone, but for the model.

    Raises:
        ValidationError: it makes no key, or would show students something else.
    """
    kind = registry.get(question.type)
    ids = [one.pk for one in versions]
    contents, rows = contents_of(ids), corrections_of(ids)
    known = set(answered)
    value = wanted.as_value()
    before: dict[int, Key] = {}
    after: dict[int, Key] = {}
    others = []
    for version in versions:
        if version.pk != model.pk and version.pk not in known:
            continue
        stored = contents[version.pk]
        if not presents_the_same(kind, contents[model.pk], stored):
            others.append(version)
            continue
        past = [as_value(row) for row in rows.get(version.pk, [])]
        before[version.pk] = key_after(kind, stored, past)
        if wanted.kind in (CorrectionKind.CHANGE_KEY, CorrectionKind.ACCEPT_ALSO):
            adds = wanted.kind == CorrectionKind.ACCEPT_ALSO
            checked(kind, before[version.pk].content if adds else stored, wanted.payload, adds=adds)
        after[version.pk] = key_after(kind, stored, [*past, value])
    return Plan(before, after, others)


def record(
    *, question: Question, wanted: Wanted, versions: Sequence[int], by: User, now: datetime
) -> list[KeyCorrection]:
    """Write one correction for each of `versions` whose state it changes; none where it changes
    none, so that saying the same again does nothing.

    The versions' rows are locked: whoever grades meanwhile waits, and then reads the new key.

    Raises:
        PermissionDenied: not a bank of theirs. StaleBase, ValidationError.
    """
    why = _why(wanted.why)
    if not Question.objects.editable_by(by).filter(pk=question.pk).exists():
        raise PermissionDenied
    kind = registry.get(question.type)
    with transaction.atomic():
        locked = list(
            QuestionVersion.objects.select_for_update(no_key=True)
            .filter(question=question)
            .order_by("pk")
        )
        ids = [one.pk for one in locked if one.pk in set(versions)]
        contents, past = contents_of(ids), corrections_of(ids)
        moved = []
        for pk in ids:
            values = [as_value(row) for row in past.get(pk, [])]
            before = key_after(kind, contents[pk], values)
            after = key_after(kind, contents[pk], [*values, wanted.as_value()])
            if not same_key(before, after):
                moved.append(pk)
        if not moved:
            return []
        newest = newest_correction(question)
        if newest != wanted.base:
            raise StaleBase(newest)
        made = []
        for pk in moved:
            row = KeyCorrection.objects.create(
                version_id=pk,
                kind=wanted.kind,
                payload=dict(wanted.payload),
                quiz_id=wanted.quiz_id,
                why=why,
                by=by,
                at=now,
                base_id=wanted.base,
            )
            QuestionVersion.objects.filter(pk=pk).update(correction=row)
            made.append(row)
        return made


def _why(text: str) -> str:
    errors = FieldErrors()
    why = errors.line("why", text, WHY_LIMIT)
    if not why:
        errors["why"].append(_("Say why: students read it with their review."))
    errors.raise_if_any()
    return why
