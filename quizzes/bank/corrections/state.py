"""What a row of corrections comes to. Pure: values in, values out."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from quizzes.bank.corrections.models import IN_ONE_QUIZ, CorrectionKind
from quizzes.question_types import registry
from quizzes.question_types.base import Content, QuestionType

_SEEDS = (1, 2)


@dataclass(frozen=True, slots=True)
class Correction:
    """A correction without its row."""

    kind: str
    payload: Mapping[str, Any] = field(default_factory=dict)
    quiz_id: int | None = None


@dataclass(frozen=True, slots=True)
class Key:
    """A version with the key in force.

    `correction_id` is the newest correction it knows of, `modes` the quizzes in which everybody
    has full marks or the question is dropped.
    """

    content: Content
    correction_id: int | None = None
    modes: Mapping[int, str] = field(default_factory=dict)

    def gives_full_marks(self, quiz_id: int) -> bool:
        return self.modes.get(quiz_id) == CorrectionKind.FULL_MARKS

    def is_dropped(self, quiz_id: int) -> bool:
        return self.modes.get(quiz_id) == CorrectionKind.DROP


def key_after(
    kind: QuestionType,
    content: Content,
    corrections: Iterable[Correction],
    correction_id: int | None = None,
) -> Key:
    """Return `content`, as it is stored, with its corrections in the order they were made.

    The newest change_key, full_marks or drop replaces what was before it, accept_also adds,
    withdraw undoes the newest one of the same reach: of the key, or of the marks in one quiz.
    """
    modes: dict[int, str] = {}
    changes: list[Correction] = []
    for one in standing(corrections):
        if one.kind in IN_ONE_QUIZ and one.quiz_id is not None:
            modes[one.quiz_id] = one.kind
        elif one.kind == CorrectionKind.CHANGE_KEY:
            modes, changes = {}, [one]
        else:
            changes.append(one)
    for one in changes:
        content = kind.corrected(content, one.payload, adds=one.kind == CorrectionKind.ACCEPT_ALSO)
    return Key(content, correction_id, modes)


def standing(corrections: Iterable[Correction]) -> list[Correction]:
    """Return the corrections that have not been withdrawn."""
    found: list[Correction] = []
    for one in corrections:
        if one.kind != CorrectionKind.WITHDRAW:
            found.append(one)
            continue
        for place in reversed(range(len(found))):
            if found[place].quiz_id == one.quiz_id:
                del found[place]
                break
    return found


def same_key(one: Key, other: Key) -> bool:
    """Whether two states grade alike."""
    return one.content == other.content and dict(one.modes) == dict(other.modes)


def checked(kind: QuestionType, before: Content, payload: Mapping[str, Any], *, adds: bool) -> None:
    """Raise ValidationError where a payload makes no key, or would show students another question.

    Args:
        before: the content as students were shown it.
    """
    after = kind.corrected(before, payload, adds=adds)
    if errors := kind.correction_errors(after):
        raise ValidationError(errors)
    if not presents_the_same(kind, before, after):
        raise ValidationError(_("A correction changes what is right, not what students are shown."))


def presents_the_same(kind: QuestionType, one: Content, other: Content) -> bool:
    """Whether students are shown the very same, in whatever order."""
    return _shown(kind, one) == _shown(kind, other)


def _shown(kind: QuestionType, content: Content) -> str:
    found: list[Any] = [content.stem, content.stem_html]
    orders = [kind.order(content, seed=0, shuffle=False)]
    orders += [kind.order(content, seed=seed, shuffle=True) for seed in _SEEDS]
    for order in orders:
        shown = content.arranged(order)
        presented = kind.present(shown)
        # Accepted texts are no choices: how many there are nobody sees.
        found += [order if presented["options"] else (), presented, kind.layout(shown, None)]
    return json.dumps(found, sort_keys=True, default=str)


def key_of(type_slug: str, content: Content, corrections: Iterable[Correction]) -> Key:
    return key_after(registry.get(type_slug), content, corrections)
