"""Whether a quiz can be filled: how many questions each draw may choose from, and what is short."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import TypedDict

from django.utils.translation import gettext as _

from quizzes.assessments.models import Quiz, Slot
from quizzes.bank.models import Question, QuestionVersion, VersionState

# Draws from a topic follow its descendants as far.
TOPIC_PATHS = ("topic", "topic__parent", "topic__parent__parent")


class Unfillable(Exception):
    """The quiz cannot be filled for every student; `reasons` are sentences for its author."""

    def __init__(self, reasons: Sequence[str]) -> None:
        super().__init__(" ".join(reasons))
        self.reasons = list(reasons)


class Notice(TypedDict):
    """One place that cannot be filled as written: `question_lost` or `draw_short`."""

    code: str
    slot: int
    detail: str


@dataclass(frozen=True, slots=True)
class Draw:
    """What a place draws from: a bank, narrowed by a topic and a level."""

    bank: int
    topic: int | None = None
    level: str = ""


def pools(draws: Iterable[Draw]) -> dict[Draw, frozenset[int]]:
    """Return the questions that each draw may choose from: in use and ready; one query."""
    wanted = set(draws)
    found: dict[Draw, set[int]] = defaultdict(set)
    if not wanted:
        return {}
    rows = (
        Question.objects.ready()
        .filter(bank__in={draw.bank for draw in wanted})
        .values_list("pk", "bank", "level", *TOPIC_PATHS)
    )
    for question, bank, level, *topics in rows:
        for draw in wanted:
            of_topic = draw.topic is None or draw.topic in topics
            if draw.bank == bank and draw.level in ("", level) and of_topic:
                found[draw].add(question)
    return {draw: frozenset(found[draw]) for draw in wanted}


def problems(quiz: Quiz) -> list[str]:
    """Return why some student might meet a quiz with too few questions; empty when none can."""
    slots = _slots_of(quiz)
    if not slots:
        return [_("It has no questions yet.")]
    return [notice["detail"] for notice in _notices(slots)]


def notices(quiz: Quiz) -> list[Notice]:
    """Return what keeps places of the quiz from being filled, for its educators."""
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
    """Return the fixed places whose question is not asked any more, and why; one query.

    A pinned version follows its question: retired or paused, it is not asked either.
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
    """Name draws that may find nothing left.

    Draws take in the order of their places and none takes a question twice. A draw is safe when
    the fixed questions and everything that earlier draws could take leave one for it.
    """
    fixed = {slot.question_id for slot in slots if slot.question_id}
    drawing = [slot for slot in slots if slot.draw_bank_id]
    found = pools(draw_of(slot) for slot in drawing)
    left = {draw: pool - fixed for draw, pool in found.items()}
    earlier: list[Draw] = []
    reasons = []
    for slot in drawing:
        draw = draw_of(slot)
        rivals = sum(bool(left[draw] & left[other]) for other in earlier)
        if len(left[draw]) <= rivals:
            reasons.append((slot, _reason(slot, len(left[draw]), rivals)))
        earlier.append(draw)
    return reasons


def draw_of(slot: Slot) -> Draw:
    if slot.draw_bank_id is None:
        raise ValueError("This slot is a fixed question.")
    return Draw(slot.draw_bank_id, slot.draw_topic_id, slot.draw_level)


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
