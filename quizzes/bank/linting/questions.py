"""A question as the rules read it: its parts, cut once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any

from quizzes.bank import schema
from quizzes.bank.drafts import OptionDraft, QuestionDraft
from quizzes.bank.linting.words import content, sentences, unquoted, words
from quizzes.question_types import registry
from quizzes.question_types.base import QuestionType
from quizzes.question_types.choices import ChoiceType

if TYPE_CHECKING:
    from quizzes.bank.linting.runs import SourceRuns


@dataclass(frozen=True)
class World:
    """What the rules know beside the question.

    `passages` holds plain texts by (material, key); None where the texts are not at hand. `common`
    are stems that so many questions of the bank use that they tell nothing.
    """

    passages: Mapping[tuple[str, str], str] | None = None
    runs: SourceRuns | None = None
    common: frozenset[str] = field(default_factory=frozenset)


class Item:
    """A draft with what several rules ask of it."""

    def __init__(self, draft: QuestionDraft, common: frozenset[str] = frozenset()) -> None:
        self.draft = draft
        self.common = common

    @property
    def options(self) -> tuple[OptionDraft, ...]:
        return self.draft.options

    @cached_property
    def kind(self) -> QuestionType | None:
        """The type; None for one that is not known here."""
        return registry.get(self.draft.type) if self.draft.type in _known() else None

    @cached_property
    def is_choice(self) -> bool:
        """Whether options are shown of which some are right and some are wrong."""
        is_shown = isinstance(self.kind, ChoiceType)
        return is_shown and bool(self.keys) and bool(self.distractors)

    @cached_property
    def is_fixed(self) -> bool:
        """Whether the options always say the same: true and false."""
        return bool(self.kind and self.kind.option_texts)

    @cached_property
    def is_single(self) -> bool:
        """Whether exactly one of several options is right."""
        return self.is_choice and len(self.keys) == 1

    @cached_property
    def is_weighed(self) -> bool:
        """Whether options are worth something: not where they are only to be sorted."""
        return self.kind is None or self.kind.options_have_fractions

    @cached_property
    def keys(self) -> list[int]:
        return [place for place, one in enumerate(self.options) if one.fraction > 0]

    @cached_property
    def distractors(self) -> list[int]:
        return [place for place, one in enumerate(self.options) if one.fraction <= 0]

    @cached_property
    def lead_in(self) -> str:
        """The last sentence of the stem, without quoted words: where the question is put."""
        found = sentences(unquoted(self.draft.stem))
        return found[-1] if found else ""

    @cached_property
    def option_words(self) -> list[list[str]]:
        return [words(option.text) for option in self.options]

    @cached_property
    def option_content(self) -> list[frozenset[str]]:
        return [content(option.text) - self.common for option in self.options]

    @cached_property
    def stem_content(self) -> frozenset[str]:
        return content(self.draft.stem) - self.common

    @cached_property
    def asked_content(self) -> frozenset[str]:
        """Telling words of the question without those it only quotes, such as titles."""
        return content(unquoted(self.draft.stem))

    @cached_property
    def answers(self) -> list[str]:
        """What a student has to find, in words: right choices, or the first accepted text."""
        if self.is_choice:
            return [self.options[place].text for place in self.keys]
        if self.options:
            return [self.options[0].text] if self.is_weighed else []
        return _blanks(self.draft.params)


@cache
def _known() -> frozenset[str]:
    return frozenset(kind.slug for kind in registry.all_types())


def _blanks(params: Mapping[str, Any]) -> list[str]:
    blanks = params.get("blanks")
    if not isinstance(blanks, Mapping):
        return []
    accepted = [one.get("accept") for one in blanks.values() if isinstance(one, Mapping)]
    return [str(texts[0]) for texts in accepted if isinstance(texts, list) and texts]


def texts_of(draft: QuestionDraft) -> list[tuple[str, str]]:
    """Return every text of a question that is somebody's prose, by its place."""
    found = schema.texts_of(draft, schema.PROSE)
    for place, option in enumerate(draft.options):
        found += [(f"options.{place}.text", option.text)]
        found += [(f"options.{place}.rationale", option.rationale)]
    found += [(f"hints.{place}", hint) for place, hint in enumerate(draft.hints)]
    found += [(f"params.{name}", text) for name, text in _strings(draft.params)]
    return [(place, text) for place, text in found if text]


def _strings(value: Any, name: str = "") -> list[tuple[str, str]]:
    """Return the texts within settings, each under the name of its setting."""
    if isinstance(value, str):
        return [(name, value)]
    if isinstance(value, Mapping):
        pairs = [(name or str(key), inner) for key, inner in value.items()]
        return [one for key, inner in pairs for one in _strings(inner, key)]
    if isinstance(value, list | tuple):
        return [one for inner in value for one in _strings(inner, name)]
    return []
