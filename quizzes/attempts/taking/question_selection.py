"""Filling the slots of a quiz for one attempt: which version in which slot, in which order."""

from __future__ import annotations

import random
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from quizzes.assessments import draws
from quizzes.assessments.models import Quiz, Slot
from quizzes.attempts.errors import NotEnoughQuestions, OnlyEmbargoedQuestions
from quizzes.bank.content_cache import contents_of
from quizzes.bank.corrections.keys import keys_of
from quizzes.bank.models import QuestionVersion, VersionState
from quizzes.db.compiled_queries import compiled_query
from quizzes.question_types import registry


@dataclass(frozen=True, slots=True)
class SelectedQuestion:
    """One question of an attempt, before it is stored."""

    slot: Slot
    version_id: int
    order: tuple[int, ...]
    max_mark: Decimal


_slots = compiled_query(
    lambda quiz: Slot.objects.of_quiz(quiz).asked().select_related("revision").order_by("position")
)
_versions_of = compiled_query(
    lambda *questions: (
        QuestionVersion.objects.filter(question__in=questions, state=VersionState.READY)
        .order_by("number")
        .values_list("pk", "question", "question__type", "correction")
    )
)
_pinned = compiled_query(
    lambda *versions: QuestionVersion.objects.filter(pk__in=versions).values_list(
        "pk", "question__type", "correction"
    )
)


def fill(quiz: Quiz, *, seed: int, embargo: Collection[int] = ()) -> list[SelectedQuestion]:
    """Return the questions of one attempt; the same seed and bank give the same questions.

    Args:
        held: questions to leave out; a slot that has no other is left out, too.

    Raises:
        NotEnoughQuestions: nothing to ask, or a draw finds too few questions that are ready.
        OnlyHeldQuestions: nothing is left to ask without those in `held`.
    """
    rng = random.Random(seed)  # noqa: S311  draws are not secret, they must be repeatable
    chosen = _draw(_slots(quiz.pk), rng, embargo)
    slots = [slot for slot, _ in chosen]
    places = list(zip(slots, _ready_versions(slots, [one for _, one in chosen]), strict=True))
    dropped = _dropped(quiz, {version: newest for _, (version, _, newest) in places})
    places = [place for place in places if place[1][0] not in dropped]
    if not places:
        raise NotEnoughQuestions("every question is dropped")
    contents = contents_of([version_id for _, (version_id, _, _) in places])
    paper = [
        SelectedQuestion(
            slot=slot,
            version_id=version_id,
            order=registry.get(type_slug).order(
                contents[version_id], seed=rng.getrandbits(62), shuffle=quiz.shuffle_options
            ),
            max_mark=slot.max_mark,
        )
        for slot, (version_id, type_slug, _newest) in places
    ]
    if quiz.shuffle_questions:
        rng.shuffle(paper)
    return paper


def _draw(
    slots: Sequence[Slot], rng: random.Random, embargo: Collection[int]
) -> list[tuple[Slot, int]]:
    """Return each slot that can be filled with its question; none is asked twice."""
    taken = {slot.question_id for slot in slots if slot.question_id}
    pools = draws.pools(draws.draw_of(slot) for slot in slots if slot.question_id is None)
    chosen: list[tuple[Slot, int]] = []
    for slot in slots:
        if slot.question_id is not None:
            if slot.question_id not in embargo:
                chosen.append((slot, slot.question_id))
            continue
        left = [question for question in pools[draws.draw_of(slot)] if question not in taken]
        free = [question for question in left if question not in embargo]
        if not left:
            raise NotEnoughQuestions(f"slot {slot.position}")
        if free:
            question = rng.choice(free)
            taken.add(question)
            chosen.append((slot, question))
    if not chosen:
        raise OnlyEmbargoedQuestions if slots else NotEnoughQuestions("no slots")
    return chosen


def _ready_versions(
    slots: Sequence[Slot], questions: Sequence[int]
) -> list[tuple[int, str, int | None]]:
    """Return (version, type, newest correction) for every slot, of the pinned version or the newest
    ready one."""
    pinned = {slot.version_id for slot in slots if slot.version_id}
    found = {row[0]: row for row in (_pinned(*pinned) if pinned else ())}
    newest = {}
    for version, question, type_slug, correction in _versions_of(*set(questions)):
        found[version] = (version, type_slug, correction)
        newest[question] = version
    versions = []
    for slot, question in zip(slots, questions, strict=True):
        chosen = slot.version_id or newest.get(question)
        if chosen is None or chosen not in found:
            raise NotEnoughQuestions(f"slot {slot.position}")
        versions.append(found[chosen])
    return versions


def _dropped(quiz: Quiz, corrections: Mapping[int, int | None]) -> set[int]:
    """Return the versions that a correction has taken out of this quiz."""
    corrected = {pk: newest for pk, newest in corrections.items() if newest is not None}
    keys = keys_of(corrected) if corrected else {}
    return {pk for pk, key in keys.items() if key.is_dropped(quiz.pk)}
