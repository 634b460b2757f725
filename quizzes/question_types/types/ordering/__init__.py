"""Things to be put in their order; every right neighbour earns its share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ...base import (
    CLASSIFICATION_LIMIT,
    AnswerShapeError,
    Content,
    Grade,
    Part,
    QuestionType,
    State,
    answer_value,
    one_line,
    option_key,
    to_fraction,
)
from ...choices import place_of, plain, shuffled
from ...display.parts import ReviewedPart

NOT_PLACED = "not placed"
_SUMMARY = 80
# The setting, of corrections alone, that lists the authored positions in their right order.
RIGHT_ORDER = "order"


def _right_order(content: Content) -> list[int]:
    """Authored positions as they should follow each other: as authored, unless corrected."""
    return list(content.params.get(RIGHT_ORDER) or range(len(content.options)))


class Ordering(QuestionType):
    slug = "ordering"
    label = gettext_lazy("Ordering")
    summary = gettext_lazy("Steps or events, to be put in their order.")
    incomplete_message = gettext_lazy("Not complete yet: give each of them a place of its own.")
    min_options = 3
    max_options = 12
    options_have_fractions = False

    def order(self, content: Content, *, seed: int, shuffle: bool) -> tuple[int, ...]:
        """Always mixed, and from the order of the alphabet, so that nothing of the authored order,
        which is the key, goes into it. It may come out right by chance: if it never did, the order
        shown would tell something."""
        texts = [option.text for option in content.options]
        by_text = sorted(range(len(texts)), key=texts.__getitem__)
        return tuple(by_text[place] for place in shuffled([False] * len(texts), seed))

    def present(self, content: Content) -> dict[str, Any]:
        shown = self._shown(content)
        options = [
            {"key": option_key(place), "text": option.html}
            for place, option in enumerate(shown.options)
        ]
        return {"options": options, "params": {}}

    def corrected(self, content: Content, payload: Mapping[str, Any], *, adds: bool) -> Content:
        found = super().corrected(content, payload, adds=adds)
        if found.params.get(RIGHT_ORDER) != list(range(len(content.options))):
            return found
        # The authored order again.
        params = {name: value for name, value in found.params.items() if name != RIGHT_ORDER}
        return replace(found, params=params)

    def correction_errors(self, content: Content) -> dict[str, list[str]]:
        params = {name: value for name, value in content.params.items() if name != RIGHT_ORDER}
        if errors := super().correction_errors(replace(content, params=params)):
            return errors
        order = content.params.get(RIGHT_ORDER, list(range(len(content.options))))
        numbers = isinstance(order, list) and all(type(one) is int for one in order)
        if not numbers or sorted(order) != list(range(len(content.options))):
            return {"params.order": [_("Name every position once, from 0, in the right order.")]}
        return {}

    def correction_towards(self, old: Content, new: Content) -> dict[str, Any] | None:
        places = {option.text: place for place, option in enumerate(old.options)}
        if set(places) != {option.text for option in new.options}:
            return None
        return {"params": {RIGHT_ORDER: [places[option.text] for option in new.options]}}

    def as_authored(self, content: Content) -> Content:
        options = tuple(content.options[place] for place in _right_order(content))
        params = {name: value for name, value in content.params.items() if name != RIGHT_ORDER}
        return replace(content, options=options, params=params)

    def read(self, content: Content, answer: Any) -> tuple[dict[str, Any] | None, State]:
        order = answer_value(answer, "order")
        count = len(content.options)
        if order is None:
            return None, "todo"
        if not isinstance(order, list) or len(order) > count:
            raise AnswerShapeError('"order" must be a list of keys of options shown.')
        placed = [None if key == "" else key for key in order]
        if any(key is not None and place_of(content, key) is None for key in placed):
            raise AnswerShapeError('"order" must name options shown.')
        if not any(placed):
            return None, "todo"
        whole = {"order": placed + [None] * (count - len(placed))}
        return whole, "complete" if len({*placed} - {None}) == count else "invalid"

    def layout(self, content: Content, answer: dict[str, Any] | None) -> list[dict[str, Any]]:
        """The options in the order they have now, each with what its place was given."""
        shown = self._shown(content)
        given = answer["order"] if answer else []
        return [
            {
                "key": option_key(place),
                "html": shown.options[place].html,
                "value": given[index] if index < len(given) else None,
                "index": index,
            }
            for index, place in enumerate(self._places_now(shown, given))
        ]

    def grade(self, content: Content, answer: dict[str, Any] | None) -> Grade:
        """The share of the n - 1 options that have the right one straight after them."""
        if answer is None:
            return Grade(to_fraction(0))
        shown = self._shown(content)
        after = self._after(shown, answer)
        parts = []
        for position, following in self._right_pairs(shown):
            found = after.get(position)
            option = None if found is None else shown.options[shown.order.index(found)]
            words = NOT_PLACED if option is None else plain(option)
            parts.append(
                Part(
                    key=f"after {position + 1}",
                    classification=one_line(words, CLASSIFICATION_LIMIT),
                    fraction=to_fraction(int(found == following)),
                    option_id=None if option is None else option.id,
                )
            )
        right = sum((Fraction(part.fraction) for part in parts), Fraction(0))
        return Grade(to_fraction(right / len(parts)), tuple(parts))

    def reviewed_parts(
        self, content: Content, answer: dict[str, Any] | None
    ) -> tuple[ReviewedPart, ...]:
        """Place by place: what was put there, whether it belongs straight after the one before it,
        and what stands there in the right order."""
        shown = self._shown(content)
        given = answer["order"] if answer else []
        now = self._places_now(shown, given)
        pairs = set(self._right_pairs(shown))
        right = _right_order(shown)
        found = []
        for index, place in enumerate(now):
            is_given = index < len(given) and place_of(shown, given[index]) == place
            follows = index > 0 and (shown.order[now[index - 1]], shown.order[place]) in pairs
            found.append(
                ReviewedPart(
                    key=option_key(place),
                    given=plain(shown.options[place]) if is_given else "",
                    right=follows if is_given and index else None,
                    correct=plain(shown.options[shown.order.index(right[index])]),
                    rationale=shown.options[place].rationale,
                )
            )
        return tuple(found)

    def correct_answer(self, content: Content) -> dict[str, Any] | None:
        shown = self._shown(content)
        places = [shown.order.index(position) for position in _right_order(shown)]
        return {"order": [option_key(place) for place in places]}

    def summarise(self, content: Content, answer: dict[str, Any] | None) -> str:
        shown = self._shown(content)
        words = []
        for number, key in enumerate(answer["order"] if answer else [], start=1):
            place = place_of(shown, key)
            if place is not None:
                words.append(f"{number}. {one_line(plain(shown.options[place]), _SUMMARY)}")
        return "; ".join(words)

    def random_guess_score(self, content: Content) -> Decimal | None:
        """Of all orders one in n has a given option straight after another."""
        return to_fraction(Fraction(1, len(content.options)))

    def _shown(self, content: Content) -> Content:
        """Content that nobody arranged is mixed all the same: it must never show the key."""
        if content.order:
            return content
        return content.arranged(self.order(content, seed=0, shuffle=True))

    def _right_pairs(self, shown: Content) -> list[tuple[int, int]]:
        return list(pairwise(_right_order(shown)))

    def _after(self, shown: Content, answer: dict[str, Any]) -> dict[int, int]:
        """Which authored position stands straight after which; of several the first."""
        after: dict[int, int] = {}
        places = [place_of(shown, key) for key in answer["order"]]
        for one, other in pairwise(places):
            if one is not None and other is not None:
                after.setdefault(shown.order[one], shown.order[other])
        return after

    def _places_now(self, shown: Content, given: list[str | None]) -> list[int]:
        """Every option once: those given where they were put, the others in the places left."""
        count = len(shown.options)
        now: list[int | None] = [None] * count
        for index, key in enumerate(given[:count]):
            place = place_of(shown, key)
            if place not in now:
                now[index] = place
        left = iter(place for place in range(count) if place not in now)
        return [next(left) if place is None else place for place in now]


question_type = Ordering()
