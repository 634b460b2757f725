"""Whether a new wording has another key than the one before it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from quizzes.bank.corrections.keys import newest_keys_of
from quizzes.bank.models import READ_ONLY_STATES, QuestionVersion, VersionState
from quizzes.question_types import registry
from quizzes.question_types.base import Content, QuestionType

# What explains an answer and grades none.
_EXPLAINS = {"rationales", "rubric", "max_words"}


def earlier_with_another_key(version: QuestionVersion) -> QuestionVersion | None:
    """Return the version that was asked before this ready one, if its key is another."""
    if version.state != VersionState.READY:
        return None
    earlier = (
        QuestionVersion.objects.filter(
            question=version.question_id, number__lt=version.number, state__in=READ_ONLY_STATES
        )
        .order_by("-number")
        .first()
    )
    if earlier is None:
        return None
    keys = newest_keys_of([earlier.pk, version.pk])
    kind = registry.get(version.question.type)
    moved = key_moved(kind, keys[earlier.pk].content, keys[version.pk].content)
    return earlier if moved else None


def key_moved(kind: QuestionType, old: Content, new: Content) -> bool:
    """Whether an answer that both take could be worth something else."""
    if _settings(old) != _settings(new):
        return True
    texts = [option.text for option in old.options], [option.text for option in new.options]
    if not kind.options_have_fractions:
        return sorted(texts[0]) == sorted(texts[1]) and texts[0] != texts[1]
    worth_before, worth = _worth(old), _worth(new)
    if not kind.present(new)["options"]:
        # Typed answers: a text that is listed no more, or only now, is worth something else.
        return _right(worth_before) != _right(worth)
    if set(texts[0]) == set(texts[1]) or len(texts[0]) != len(texts[1]):
        return any(worth[text] != worth_before[text] for text in worth_before.keys() & worth)
    pairs = zip(old.options, new.options, strict=True)
    return any(before.fraction != after.fraction for before, after in pairs)


def _settings(content: Content) -> dict[str, Any]:
    return {name: value for name, value in content.params.items() if name not in _EXPLAINS}


def _worth(content: Content) -> dict[str, Any]:
    return {option.text: option.fraction for option in content.options}


def _right(worth: Mapping[str, Any]) -> dict[str, Any]:
    return {text: fraction for text, fraction in worth.items() if fraction}
