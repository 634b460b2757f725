"""What the types share whose options are shown to be chosen from, or are put in an order."""

from __future__ import annotations

import html
import random
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django.utils.html import strip_tags
from django.utils.translation import gettext as _

from .base import (
    CLASSIFICATION_LIMIT,
    Content,
    OptionContent,
    Part,
    QuestionType,
    one_line,
    option_key,
)


def plain(option: OptionContent) -> str:
    """An option's text without its mark-up."""
    return one_line(html.unescape(strip_tags(option.html))) or one_line(option.text)


def part_of(key: str, option: OptionContent, fraction: Decimal) -> Part:
    """An option taken, for the distractor tables."""
    return Part(key, one_line(plain(option), CLASSIFICATION_LIMIT), fraction, option.id)


_A_ROUNDING = Decimal("0.000001")


class ChoiceType(QuestionType):
    """Options are shown, under keys that follow the order shown."""

    def order(self, content: Content, *, seed: int, shuffle: bool) -> tuple[int, ...]:
        if not shuffle:
            return super().order(content, seed=seed, shuffle=shuffle)
        return shuffled((option.pinned for option in content.options), seed)

    def present(self, content: Content) -> dict[str, Any]:
        options = [
            {"key": option_key(place), "text": option.html}
            for place, option in enumerate(content.options)
        ]
        return {"options": options, "params": {}}

    def negative_errors(self, content: Content) -> dict[str, list[str]]:
        """Complaints about fractions below 0 where the type takes nothing off for an option."""
        sentence = _("A wrong option has the fraction 0; below 0 counts only with author weights.")
        return {
            f"options.{index}": [sentence]
            for index, option in enumerate(content.options)
            if option.fraction < 0
        }


def best_options(content: Content) -> frozenset[int]:
    """Places of the options worth most, where one of them is the whole answer."""
    most = max((one.fraction for one in content.options), default=Decimal(0))
    return frozenset(
        place
        for place, one in enumerate(content.options)
        if one.fraction > 0 and one.fraction >= most - _A_ROUNDING
    )


def part_percent(option: OptionContent, *, is_right: bool) -> str | None:
    """What an option that is not right is worth all the same, in percent; None for nothing."""
    if is_right or option.fraction <= 0:
        return None
    return f"{(100 * option.fraction).quantize(Decimal('0.1')).normalize():f}"


def place_of(content: Content, key: Any) -> int | None:
    """The place an option key stands for; None if no such option is shown."""
    keys = [option_key(place) for place in range(len(content.options))]
    return keys.index(key) if isinstance(key, str) and key in keys else None


def named(content: Content, place: int) -> str:
    """An option as people name it: its letter and its text."""
    return f"{option_key(place).upper()}. {plain(content.options[place])}"


def shuffled(pinned: Iterable[bool], seed: int) -> tuple[int, ...]:
    """Positions in a seeded order in which those pinned keep their place."""
    held = list(pinned)
    free = [position for position, is_held in enumerate(held) if not is_held]
    places = list(free)
    random.Random(seed).shuffle(free)  # noqa: S311  an order to show, no secret
    order = list(range(len(held)))
    for place, position in zip(places, free, strict=True):
        order[place] = position
    return tuple(order)
