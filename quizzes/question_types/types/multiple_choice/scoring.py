"""Partial credit for several right options: the named rules, each an exact formula.

n options, C of them keys; t keys ticked, w distractors ticked.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction


@dataclass(frozen=True, slots=True)
class Ticks:
    """How many options and keys there are and which of them were ticked; `sum` adds up the
    fractions of the ticked options."""

    n: int
    keys: int
    t: int
    w: int
    sum: Fraction


def scaled_net(ticks: Ticks) -> Fraction:
    """max(0, t/C − w/(n−C)): ticking everything scores nothing; without distractors t/C."""
    distractors = ticks.n - ticks.keys
    loss = Fraction(ticks.w, distractors) if distractors else Fraction(0)
    return max(Fraction(0), Fraction(ticks.t, ticks.keys) - loss)


def all_or_nothing(ticks: Ticks) -> Fraction:
    """1 for exactly the keys, else 0."""
    return Fraction(ticks.t == ticks.keys and ticks.w == 0)


def each_answer(ticks: Ticks) -> Fraction:
    """(t + (n−C) − w)/n: every option is a decision of its own; a blank answer scores 0."""
    if ticks.t + ticks.w == 0:
        return Fraction(0)
    return Fraction(ticks.t + (ticks.n - ticks.keys) - ticks.w, ticks.n)


def author_weights(ticks: Ticks) -> Fraction:
    """The fractions of the ticked options added up, within 0 … 1."""
    return min(Fraction(1), max(Fraction(0), ticks.sum))


Rule = Callable[[Ticks], Fraction]
DEFAULT = "scaled_net"
RULES: dict[str, Rule] = {
    rule.__name__: rule for rule in (scaled_net, all_or_nothing, each_answer, author_weights)
}


def score(rule: Rule, fractions: Sequence[Decimal], ticked: frozenset[int]) -> Fraction:
    """What ticking these places is worth."""
    keys = {place for place, fraction in enumerate(fractions) if fraction > 0}
    return rule(
        Ticks(
            n=len(fractions),
            keys=len(keys),
            t=len(ticked & keys),
            w=len(ticked - keys),
            sum=sum((Fraction(fractions[place]) for place in ticked), Fraction(0)),
        )
    )


def expected_score(rule: Rule, fractions: Sequence[Decimal], picks: int | None) -> Fraction:
    """Mean score over all sets of `picks` options, equally likely; over all sets if None.

    Sets that every rule scores alike are counted together, so that 26 options stay cheap.
    """
    weighs = rule is author_weights
    ways: Counter[tuple[int, int, Fraction]] = Counter({(0, 0, Fraction(0)): 1})
    for fraction in fractions:
        is_key = fraction > 0
        weight = Fraction(fraction) if weighs else Fraction(0)
        for (t, w, total), count in list(ways.items()):
            ways[t + is_key, w + (not is_key), total + weight] += count
    n, keys = len(fractions), sum(fraction > 0 for fraction in fractions)
    drawn = {
        (t, w, total): count
        for (t, w, total), count in ways.items()
        if picks is None or t + w == picks
    }
    worth = sum(
        (count * rule(Ticks(n, keys, t, w, total)) for (t, w, total), count in drawn.items()),
        Fraction(0),
    )
    return worth / sum(drawn.values())
