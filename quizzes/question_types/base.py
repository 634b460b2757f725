"""What every question type shares: the frozen values it sees and the methods it answers to.

A type never sees a model, a request or the clock. The same input always gives the same grade.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy

from .content import Content as Content  # types find all they see here
from .content import OptionContent as OptionContent
from .content_errors import common_errors
from .correcting import ONE, Correctable

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

    from .display.parts import ReviewedPart

State = Literal["todo", "invalid", "complete"]

ZERO = Decimal(0)
TEXT_LIMIT = 20_000
CLASSIFICATION_LIMIT = 120
SUMMARY_LIMIT = 200
_SEVEN_PLACES = Decimal("0.0000001")
_LETTERS = "abcdefghijklmnopqrstuvwxyz"
# NUL and lone surrogates are legal in JSON but cannot be stored by every database.
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Part:
    """A part of an answer, counted in distractor tables.

    `key` tells the parts of one answer apart, `classification` names what was answered there in
    words that do not depend on the order shown, `fraction` is how right it is on its own, 0 to 1.
    """

    key: str
    classification: str
    fraction: Decimal
    option_id: int | None = None


@dataclass(frozen=True, slots=True)
class Grade:
    """Fraction None means that a person marks it. Feedback presumes that correctness is told."""

    fraction: Decimal | None
    parts: tuple[Part, ...] = ()
    feedback: str = ""


class AnswerShapeError(ValueError):
    """The answer's JSON has the wrong shape. The message is for the caller."""


def option_key(index: int) -> str:
    """The key of the option shown at a 0-based place: a to z, then aa, ab …"""
    key = ""
    index += 1
    while index:
        index, letter = divmod(index - 1, 26)
        key = _LETTERS[letter] + key
    return key


def to_fraction(value: Fraction | Decimal | int) -> Decimal:
    """An exact share as it is stored: 7 decimals, half to even, within 0 … 1."""
    exact = Fraction(value)
    decimal = Decimal(exact.numerator) / Decimal(exact.denominator)
    return min(max(decimal, ZERO), ONE).quantize(_SEVEN_PLACES, rounding=ROUND_HALF_EVEN)


def one_line(text: str, limit: int = SUMMARY_LIMIT) -> str:
    """Text on one line, cut with an ellipsis where it is longer than the limit."""
    line = " ".join(text[: 4 * limit].split())
    return line if len(line) <= limit else line[: limit - 1].rstrip() + "…"


def answer_value(answer: Any, name: str) -> Any:
    """The value under the only name an answer has; None where nothing was answered."""
    if answer is None or answer == {}:
        return None
    if not isinstance(answer, dict) or set(answer) != {name}:
        raise AnswerShapeError(f'The answer must be an object with the one name "{name}".')
    return answer[name]


def answer_text(answer: Any, name: str) -> str:
    """A typed answer, trimmed, with newlines as one character; "" where nothing was answered."""
    value = answer_value(answer, name)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise AnswerShapeError(f'"{name}" must be a string.')
    value = value.replace("\r\n", "\n").replace("\r", "\n")
    if len(value) > TEXT_LIMIT:
        raise AnswerShapeError(f'"{name}" may have at most {TEXT_LIMIT} characters.')
    if _UNSTORABLE.search(value):
        raise AnswerShapeError(f'"{name}" holds characters that cannot be stored.')
    return value.strip()


class QuestionType(Correctable):
    """One kind of question: subclassed in a folder's __init__.py, the folder's name is the slug."""

    slug: ClassVar[str]
    label: ClassVar[StrOrPromise]
    summary: ClassVar[StrOrPromise]
    graded_by: ClassVar[Literal["machine", "person"]] = "machine"
    min_options: ClassVar[int] = 0
    max_options: ClassVar[int] = 0  # 0 hides the options inline
    # What the options always say, where the author has no choice of words: one text an option.
    option_texts: ClassVar[tuple[str, ...]] = ()
    # What authors read above the options, where those are not choices between right and wrong.
    options_help: ClassVar[StrOrPromise] = ""
    # True where most rows an author adds are right, such as the texts that are accepted.
    new_options_are_right: ClassVar[bool] = False
    # False where options are neither right nor wrong, such as the steps of an order: they have no
    # fraction and keep no place.
    options_have_fractions: ClassVar[bool] = True
    # What stands in place of the stem where question.html and review.html show the stem themselves.
    prompt: ClassVar[StrOrPromise] = ""
    # What is said of an answer that is kept but cannot be graded as it stands ("invalid").
    incomplete_message: ClassVar[StrOrPromise] = gettext_lazy(
        "Not complete yet: see what the question asks for."
    )
    # Form fields by name; authors see them in the admin, their cleaned values are stored as JSON.
    params_fields: ClassVar[Mapping[str, Callable[[], forms.Field]]] = {}

    @property
    def question_template(self) -> str:
        return f"question_types/types/{self.slug}/question.jinja"

    @property
    def review_template(self) -> str:
        return f"question_types/types/{self.slug}/review.jinja"

    def clean(self, content: Content) -> None:
        """Called when an author saves. Raises ValidationError with a dict of sentences by field:
        "stem", "options", "options.2" (0-based, as authored), "params.value", "hints", "penalty".
        """
        errors = self._common_errors(content) or self.errors(content)
        if errors:
            raise ValidationError(errors)

    def errors(self, content: Content) -> dict[str, list[str]]:
        """What clean() complains of in this type alone, asked once everything common is right."""
        return {}

    def _common_errors(self, content: Content) -> dict[str, list[str]]:
        return common_errors(self, content)

    def order(self, content: Content, *, seed: int, shuffle: bool) -> tuple[int, ...]:
        """Authored positions in the order to show; the same for the same seed.

        Called once when an attempt starts. Types whose options are no choices never shuffle; types
        whose authored order is the key always do. A type without options may number what its
        params hold, as it likes.
        """
        return tuple(range(len(content.options)))

    def present(self, content: Content) -> dict[str, Any]:
        """What a student may see beside the stem: {"options": [{"key", "text"}], "params": {…}}.

        Never a fraction, an accepted text, a tolerance, a rubric. Content is already arranged.
        """
        return {"options": [], "params": {}}

    def read(self, content: Content, answer: Any) -> tuple[dict[str, Any] | None, State]:
        """A JSON answer, from anyone → the answer to store and its state.

        None or empty → (None, "todo"). Incomplete or unreadable → "invalid", stored as it is.
        The wrong JSON shape raises AnswerShapeError, and nothing else is ever raised.
        """
        raise NotImplementedError

    def layout(self, content: Content, answer: dict[str, Any] | None) -> list[dict[str, Any]]:
        """What the templates lay out in turn beside options and params, for types whose answer has
        parts: those that may be answered under a "key". Tells no more than present()."""
        return []

    def reviewed_parts(
        self, content: Content, answer: dict[str, Any] | None
    ) -> tuple[ReviewedPart, ...]:
        """The parts of an answer for a review, by the keys of the pieces."""
        return ()

    def plain_stem(self, stem_html: str) -> str:
        """The stem where nothing can be answered: in lists, beside the text, on paper."""
        return stem_html

    def grade(self, content: Content, answer: dict[str, Any] | None) -> Grade:
        """Called for each answer taken, and again at every regrade. The answer comes from read();
        no answer scores 0, also where a person marks."""
        raise NotImplementedError

    def correct_answer(self, content: Content) -> dict[str, Any] | None:
        """A fully right answer in the answer's own shape; None where there is no such thing."""
        raise NotImplementedError

    def describe_correct(self, content: Content) -> str | None:
        """The right answer as one line of plain text, with what else is accepted; None where there
        is no such thing."""
        answer = self.correct_answer(content)
        return None if answer is None else self.summarise(content, answer)

    def chosen(self, content: Content, answer: dict[str, Any] | None) -> frozenset[int]:
        """Places (0-based, as shown) of the options the answer picks or matches."""
        return frozenset()

    def right_options(self, content: Content) -> frozenset[int]:
        """Places (0-based, as shown) of the options that are right; others may earn a part."""
        return frozenset(place for place, one in enumerate(content.options) if one.is_key)

    def summarise(self, content: Content, answer: dict[str, Any] | None) -> str:
        """The answer as one line of plain text; "" where nothing was answered."""
        raise NotImplementedError

    def random_guess_score(self, content: Content) -> Decimal | None:
        """Fraction expected from answering blindly; None where that has no meaning."""
        return ZERO
