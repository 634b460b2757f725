"""Revisions of a quiz: slots can change until the first attempt; after that a copy is changed.

Call these inside a transaction, with the quiz locked.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from django.db.models import Max
from django.db.models.functions import Coalesce

from quizzes.assessments.models import Quiz, QuizRevision, Slot

# The fields two slots share if they ask the same.
_SAME = (
    "position",
    "max_mark",
    "question_id",
    "version_id",
    "draw_bank_id",
    "draw_topic_id",
    "draw_level",
)


class Frozen(Exception):
    """There are attempts at this revision, and nobody has confirmed making a new one."""

    def __init__(self, number: int, attempts: int) -> None:
        super().__init__(f"revision {number} was sat by {attempts}")
        self.number, self.attempts = number, attempts


def set_slots(quiz: Quiz, slots: Sequence[Slot], *, now: datetime, new_revision: bool) -> None:
    """Give a quiz these slots, which are not stored yet. Unchanged slots keep their rows.

    Raises Frozen.
    """
    newest = quiz.revision
    number = newest.number if newest else 1
    if newest is not None:
        stored = newest.slots.order_by("position")
        if [_facts(one) for one in stored] == [_facts(one) for one in slots]:
            return
        if newest.frozen_at is None:
            # An attempt being started then finds the revision it drew from gone, and draws again.
            newest.delete()
        elif new_revision:
            number += 1
        else:
            raise Frozen(number, attempts_by_revision(quiz)[number])
    revision = QuizRevision.objects.create(quiz=quiz, number=number, created_at=now)
    for slot in slots:
        slot.revision = revision
    Slot.objects.bulk_create(slots)


def freeze(quiz: int, revision: int, *, now: datetime | None) -> bool:
    """Freeze a revision, or without a time only lock it; False if it has been replaced."""
    Quiz.objects.select_for_update().filter(pk=quiz).values_list("pk").get()
    found = QuizRevision.objects.filter(pk=revision)
    return bool(found.update(frozen_at=Coalesce("frozen_at", now)))


def attempts_by_revision(quiz: Quiz) -> Counter[int]:
    """Return the number of attempts at each revision of a quiz, without previews; one query.

    Attempts older than revisions may name no slot; they belong to the first.
    """
    number = Coalesce(Max("questions__quiz_slot__revision__number"), 1)
    sat = quiz.attempts.filter(preview=False).annotate(sat=number)
    return Counter(sat.order_by().values_list("sat", flat=True))


def history(quiz: Quiz) -> list[tuple[QuizRevision, int]]:
    """Return the revisions of a quiz, newest first, each with its number of attempts."""
    sat = attempts_by_revision(quiz)
    return [(one, sat[one.number]) for one in quiz.revisions.order_by("-number")]


def _facts(slot: Slot) -> tuple[object, ...]:
    return tuple(getattr(slot, name) for name in _SAME)
