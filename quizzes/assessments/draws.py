"""What a draw may choose from, and whether a quiz can be filled for every student.

Attempts, the quiz editor, the reader and the end of an exam's embargo all ask here.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import TypedDict

from django.db.models import Q
from django.utils.translation import gettext as _

from quizzes.assessments.models import Quiz, Slot
from quizzes.bank.models import (
    BankKind,
    Question,
    QuestionQuerySet,
    QuestionVersion,
    Topic,
    VersionState,
)


class Unfillable(Exception):
    """The quiz cannot be filled for every student; `reasons` are sentences for its author."""

    def __init__(self, reasons: Sequence[str]) -> None:
        super().__init__(" ".join(reasons))
        self.reasons = list(reasons)


class Notice(TypedDict):
    """A slot that cannot be filled as written: `question_lost` or `draw_short`."""

    code: str
    slot: int
    detail: str


@dataclass(frozen=True, slots=True)
class Draw:
    """What a slot draws from: a bank, narrowed by a topic with its subtopics, and a level."""

    bank: int
    topic: int | None = None
    level: str = ""


def draw_of(slot: Slot) -> Draw:
    if slot.draw_bank_id is None:
        raise ValueError("This slot is a fixed question.")
    return Draw(slot.draw_bank_id, slot.draw_topic_id, slot.draw_level)


def drawn_by(draws: Iterable[Draw]) -> Q:
    """Return the questions within any of the draws, whether or not they may be asked now."""
    draws = set(draws)
    banks = {draw.bank for draw in draws if draw.topic is None and not draw.level}
    wanted = Q(bank__in=banks)
    for draw in draws:
        if draw.bank in banks:  # the whole bank is drawn from already
            continue
        one = Q(bank=draw.bank)
        if draw.topic is not None:
            one &= Q(topic__in=Topic.objects.within(draw.topic).values("pk"))
        if draw.level:
            one &= Q(level=draw.level)
        wanted |= one
    return wanted


def matched(questions: QuestionQuerySet, draws: Iterable[Draw]) -> dict[Draw, list[int]]:
    """Return, by draw, the ids of the given questions within it; one query, one more for topics."""
    found: dict[Draw, list[int]] = {draw: [] for draw in draws}
    if not found:
        return found
    within = Topic.objects.members({draw.topic for draw in found if draw.topic is not None})
    by_bank: dict[int, list[Draw]] = defaultdict(list)
    for draw in found:
        by_bank[draw.bank].append(draw)
    rows = questions.order_by("pk").values_list("pk", "bank", "level", "topic")
    for question, bank, level, topic in rows:
        for draw in by_bank[bank]:
            of_topic = draw.topic is None or topic in within[draw.topic]
            if of_topic and draw.level in ("", level):
                found[draw].append(question)
    return found


def pools(draws: Iterable[Draw]) -> dict[Draw, list[int]]:
    """Return the ids of the questions each draw may choose from: ready, and never from a personal
    bank. The caller leaves out what a student must not see yet or has been asked already."""
    draws = set(draws)
    if not draws:
        return {}
    ready = Question.objects.ready().filter(drawn_by(draws), bank__kind=BankKind.COURSE)
    return matched(ready, draws)


def problems(quiz: Quiz) -> list[str]:
    """Return why some student might get too few questions; empty if none can."""
    slots = _slots_of(quiz)
    if not slots:
        return [_("It has no questions yet.")]
    return [notice["detail"] for notice in _notices(slots)]


def notices(quiz: Quiz) -> list[Notice]:
    """Return what keeps slots of the quiz from being filled, for its educators."""
    return _notices(_slots_of(quiz))


def _notices(slots: Sequence[Slot]) -> list[Notice]:
    found: list[Notice] = [
        {"code": "question_lost", "slot": slot.position, "detail": text}
        for slot, text in lost(slots)
    ]
    return found + [
        {"code": "draw_short", "slot": slot.position, "detail": text}
        for slot, text in _short(slots)
    ]


def _slots_of(quiz: Quiz) -> list[Slot]:
    return list(
        quiz.slots.select_related("question", "draw_bank", "draw_topic").order_by("position")
    )


def lost(slots: Sequence[Slot]) -> list[tuple[Slot, str]]:
    """Return the fixed slots whose question is not asked any more, and why; one query.

    A pinned version follows its question: if that is retired or paused, it is not asked either.
    """
    fixed = [slot for slot in slots if slot.question_id]
    ready = set(
        QuestionVersion.objects.filter(
            question__in=[slot.question_id for slot in fixed if slot.version_id is None],
            state=VersionState.READY,
        ).values_list("question", flat=True)
    )
    return [(slot, text) for slot in fixed if (text := _why_lost(slot, ready))]


def _why_lost(slot: Slot, ready: Collection[int]) -> str:
    question = slot.question
    if question is None:
        return ""
    values = {"place": slot.position, "question": question}
    if question.retired_at:
        return _("Place %(place)d: “%(question)s” is retired and is not asked.") % values
    if question.paused_at:
        return _("Place %(place)d: “%(question)s” is paused and is not asked.") % values
    if slot.version_id is None and question.pk not in ready:
        return _("Place %(place)d: “%(question)s” is not ready to be asked.") % values
    return ""


def _short(slots: Sequence[Slot]) -> list[tuple[Slot, str]]:
    """Return the draws that may find no question left.

    Draws choose in the order of their slots and no question is chosen twice. A draw is safe if
    the fixed questions and everything that earlier draws could choose leave one for it.
    """
    fixed = {slot.question_id for slot in slots if slot.question_id}
    drawing = [slot for slot in slots if slot.draw_bank_id]
    found = pools(draw_of(slot) for slot in drawing)
    left = {draw: set(pool) - fixed for draw, pool in found.items()}
    earlier: list[Draw] = []
    reasons = []
    for slot in drawing:
        draw = draw_of(slot)
        rivals = sum(bool(left[draw] & left[other]) for other in earlier)
        if len(left[draw]) <= rivals:
            reasons.append((slot, _reason(slot, len(left[draw]), rivals)))
        earlier.append(draw)
    return reasons


def _reason(slot: Slot, count: int, rivals: int) -> str:
    names = [str(slot.draw_bank)]
    if slot.draw_topic:
        names.append(str(slot.draw_topic))
    if slot.draw_level:
        names.append(slot.get_draw_level_display())
    values = {"place": slot.position, "what": ", ".join(names), "n": count, "rivals": rivals}
    if not rivals:
        return _("Place %(place)d draws from %(what)s, where no question is ready.") % values
    return (
        _(
            "Place %(place)d draws from %(what)s, where %(n)d are ready and the %(rivals)d draws "
            "before it may take them all. Write more, or put this place before the wider draws."
        )
        % values
    )
