"""What a draw may choose from, and whether a quiz can be filled for every student.

Attempts, the quiz editor, the reader and the end of an exam's embargo all ask here.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypedDict

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _

from quizzes.assessments.models import Quiz, Slot
from quizzes.bank.models import BankKind, Question, QuestionQuerySet, Topic


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
    slots = _slots_of([quiz])
    if not slots:
        return [_("It has no questions yet.")]
    return [notice["detail"] for notice in _notices(slots)[quiz.pk]]


def notices(quiz: Quiz) -> list[Notice]:
    """Return what keeps slots of the quiz from being filled, for its educators."""
    return notices_of([quiz])[quiz.pk]


def notices_of(quizzes: Iterable[Quiz]) -> dict[int, list[Notice]]:
    """Return for each quiz what keeps places of it from being filled; three queries at most."""
    found = list(quizzes)
    none: dict[int, list[Notice]] = {quiz.pk: [] for quiz in found}
    return none | _notices(_slots_of(found))


def _notices(slots: Sequence[Slot]) -> dict[int, list[Notice]]:
    pool = pools(draw_of(slot) for slot in slots if slot.draw_bank_id)
    by_quiz: dict[int, list[Slot]] = defaultdict(list)
    for slot in slots:
        by_quiz[slot.revision.quiz_id].append(slot)
    return {
        quiz: [
            *(_notice("question_lost", slot, _why_lost(slot)) for slot in own if _is_lost(slot)),
            *(_notice("draw_short", slot, text) for slot, text in _short(own, pool)),
        ]
        for quiz, own in by_quiz.items()
    }


def _notice(code: str, slot: Slot, detail: str) -> Notice:
    return {"code": code, "slot": slot.position, "detail": detail}


def _slots_of(quizzes: Iterable[Quiz]) -> list[Slot]:
    return list(
        Slot.objects.current()
        .filter(revision__quiz__in=quizzes)
        .annotate(is_asked=Exists(Slot.objects.asked().filter(pk=OuterRef("pk"))))
        .select_related("revision", "question", "draw_bank", "draw_topic")
        .order_by("revision__quiz", "position")
    )


def _is_lost(slot: Slot) -> bool:
    return not slot.is_asked  # type: ignore[attr-defined]


def _why_lost(slot: Slot) -> str:
    question = slot.question
    values = {"place": slot.position, "question": question}
    if question is not None and question.retired_at:
        return _("Place %(place)d: “%(question)s” is retired and is not asked.") % values
    if question is not None and question.paused_at:
        return _("Place %(place)d: “%(question)s” is paused and is not asked.") % values
    return _("Place %(place)d: “%(question)s” is not ready to be asked.") % values


def _short(slots: Sequence[Slot], found: Mapping[Draw, Sequence[int]]) -> list[tuple[Slot, str]]:
    """Return the draws that may find no question left.

    Draws choose in the order of their slots and no question is chosen twice. A draw is safe if
    the fixed questions and everything that earlier draws could choose leave one for it.
    """
    fixed = {slot.question_id for slot in slots if slot.question_id}
    drawing = [slot for slot in slots if slot.draw_bank_id]
    left = {draw: set(found[draw]) - fixed for draw in map(draw_of, drawing)}
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
