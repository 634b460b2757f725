"""What holds for every question that can be written, not only for the examples."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quizzes.question_types import registry
from quizzes.question_types.base import Content, OptionContent, option_key, to_fraction
from quizzes.question_types.multiple_choice.scoring import RULES

quick = settings(max_examples=60, deadline=None)
SINGLE, MULTIPLE = registry.get("single_choice"), registry.get("multiple_choice")
SHORT, NUMERIC = registry.get("short_answer"), registry.get("numeric")


def content_of(
    fractions: Sequence[Decimal],
    params: dict[str, Any] | None = None,
    pinned: Sequence[bool] = (),
) -> Content:
    held = [*pinned, *[False] * len(fractions)]
    options = tuple(
        OptionContent(number, f"Option {number}", f"{number}", fraction, "", "", held[number])
        for number, fraction in enumerate(fractions)
    )
    return Content("Which?", "Which?", options, params or {})


positive = st.decimals("0.0000001", "1", places=7)
any_fraction = st.one_of(st.just(Decimal(0)), st.just(Decimal(1)), st.decimals(-1, 1, places=7))
with_a_key = st.tuples(positive, st.lists(any_fraction, min_size=1, max_size=7)).map(
    lambda drawn: [drawn[0], *drawn[1]]
)
gradings = st.sampled_from(sorted(RULES))


@quick
@given(with_a_key, gradings, st.data())
def test_it_keeps_every_fraction_within_0_and_1(
    fractions: list[Decimal], grading: str, data: st.DataObject
) -> None:
    content = content_of(fractions, {"grading": grading})
    keys = [option_key(place) for place in range(len(fractions))]
    ticked = data.draw(st.lists(st.sampled_from(keys), unique=True))
    answer, _ = MULTIPLE.read(content, {"choices": ticked})
    grade = MULTIPLE.grade(content, answer)
    assert grade.fraction is not None
    assert 0 <= grade.fraction <= 1
    assert grade.fraction.as_tuple().exponent == -7
    single = SINGLE.grade(content, {"choice": keys[0]}).fraction
    assert single is not None
    assert 0 <= single <= 1


@quick
@given(with_a_key, gradings, st.data())
def test_it_grades_alike_in_whatever_order_options_and_ticks_stand(
    fractions: list[Decimal], grading: str, data: st.DataObject
) -> None:
    content = content_of(fractions, {"grading": grading})
    order = data.draw(st.permutations(range(len(fractions))))
    shown = content.arranged(order)
    ticked = data.draw(st.lists(st.sampled_from(range(len(fractions))), unique=True, min_size=1))
    authored = [option_key(place) for place in ticked]
    moved = [option_key(order.index(place)) for place in ticked]
    first = MULTIPLE.grade(content, MULTIPLE.read(content, {"choices": authored})[0])
    assert first == MULTIPLE.grade(content, MULTIPLE.read(content, {"choices": authored[::-1]})[0])
    second = MULTIPLE.grade(shown, MULTIPLE.read(shown, {"choices": moved})[0])
    assert first.fraction == second.fraction
    assert {part.option_id for part in first.parts} == {part.option_id for part in second.parts}
    one = SINGLE.grade(content, {"choice": authored[0]})
    two = SINGLE.grade(shown, {"choice": moved[0]})
    assert (one.fraction, one.parts) == (two.fraction, two.parts)


@quick
@given(st.lists(st.booleans(), min_size=2, max_size=12), st.integers(-(2**63), 2**63 - 1))
def test_it_shuffles_by_seed_and_leaves_pinned_options(pinned: list[bool], seed: int) -> None:
    content = content_of([Decimal(1)] + [Decimal(0)] * (len(pinned) - 1), pinned=pinned)
    for question_type in (SINGLE, MULTIPLE):
        order = question_type.order(content, seed=seed, shuffle=True)
        assert sorted(order) == list(range(len(pinned)))
        assert order == question_type.order(content, seed=seed, shuffle=True)
        assert all(order[place] == place for place, held in enumerate(pinned) if held)
        plain = question_type.order(content, seed=seed, shuffle=False)
        assert plain == tuple(range(len(pinned)))


def test_it_shows_every_option_at_every_place_about_as_often() -> None:
    content = content_of([Decimal(1), Decimal(0), Decimal(0), Decimal(0)])
    counts = [[0] * 4 for _ in range(4)]
    for seed in range(2000):
        for place, position in enumerate(SINGLE.order(content, seed=seed, shuffle=True)):
            counts[place][position] += 1
    assert all(400 < count < 600 for row in counts for count in row)


@pytest.mark.parametrize("slug", ["true_false", "short_answer", "numeric", "essay"])
def test_it_never_shuffles_what_is_no_list_to_choose_from(slug: str) -> None:
    content = replace(
        content_of([Decimal(1), Decimal(0)]),
        options=tuple(
            replace(option, text=text)
            for option, text in zip(
                content_of([Decimal(1), Decimal(0)]).options, ("True", "False"), strict=True
            )
        ),
    )
    orders = {registry.get(slug).order(content, seed=seed, shuffle=True) for seed in range(50)}
    assert orders == {(0, 1)}


def test_it_shows_true_first_however_it_was_authored() -> None:
    content = content_of([Decimal(1), Decimal(0)])
    options = tuple(
        replace(option, text=text)
        for option, text in zip(content.options, ("False", "True"), strict=True)
    )
    order = registry.get("true_false").order(
        replace(content, options=options), seed=1, shuffle=True
    )
    assert order == (1, 0)


@quick
@given(with_a_key, gradings, st.integers(1, 8) | st.none())
def test_it_expects_from_guessing_the_mean_over_all_ways_to_tick(
    fractions: list[Decimal], grading: str, most: int | None
) -> None:
    keys = sum(fraction > 0 for fraction in fractions)
    if most is not None and not keys <= most <= len(fractions):
        most = None
    content = content_of(fractions, {"grading": grading, "max_choices": most})
    places = [option_key(place) for place in range(len(fractions))]
    sizes = range(len(fractions) + 1) if most is None else [most]
    ways = [list(way) for size in sizes for way in itertools.combinations(places, size)]
    # Rounded grades are summed here, exact ones there: they agree to six places.
    scores = [
        Fraction(MULTIPLE.grade(content, MULTIPLE.read(content, {"choices": way})[0]).fraction or 0)
        for way in ways
    ]
    guess = MULTIPLE.random_guess_score(content)
    assert guess is not None
    assert abs(Fraction(guess) - sum(scores) / len(ways)) < Fraction(1, 10**6)


def test_it_computes_the_guess_for_many_options_at_once() -> None:
    fractions = [Decimal("0.0769231")] * 13 + [Decimal("-0.1111111")] * 13
    for grading in RULES:
        guess = MULTIPLE.random_guess_score(content_of(fractions, {"grading": grading}))
        assert guess is not None
        assert 0 <= guess < 1


@quick
@given(st.integers(-(10**15), 10**15), st.integers(0, 10**6), st.integers(-6, 6))
def test_it_takes_a_tolerance_with_its_limits(value: int, tolerance: int, places: int) -> None:
    exact, width = Decimal(value).scaleb(-places), Decimal(tolerance).scaleb(-places)
    content = content_of([], {"value": f"{exact:f}", "tolerance": f"{width:f}"})
    NUMERIC.clean(content)
    step = Decimal(1).scaleb(-places - 1)
    for typed, right in [
        (exact, 1),
        (exact + width, 1),
        (exact - width, 1),
        (exact + width + step, 0),
        (exact - width - step, 0),
    ]:
        answer, state = NUMERIC.read(content, {"value": f"{typed:f}"})
        assert state == "complete"
        assert NUMERIC.grade(content, answer).fraction == right


@quick
@given(st.text(max_size=60))
def test_it_grades_typed_text_the_same_again(text: str) -> None:
    content = content_of([Decimal(1), Decimal("0.5"), Decimal(0)])
    try:
        answer, _ = SHORT.read(content, {"text": text})
    except ValueError:
        return
    grade = SHORT.grade(content, answer)
    assert grade == SHORT.grade(content, answer)
    assert grade.fraction in {Decimal(0), Decimal(1), Decimal("0.5")}


@pytest.mark.parametrize(
    ("index", "key"), [(0, "a"), (25, "z"), (26, "aa"), (51, "az"), (52, "ba")]
)
def test_it_names_options_in_letters(index: int, key: str) -> None:
    assert option_key(index) == key


@pytest.mark.parametrize(
    ("exact", "stored"),
    [
        (Fraction(1, 3), "0.3333333"),
        (Fraction(2, 3), "0.6666667"),
        (Fraction(5, 10**8), "0.0000000"),
        (Fraction(15, 10**8), "0.0000002"),
        (Fraction(-1, 2), "0.0000000"),
        (Fraction(3, 2), "1.0000000"),
    ],
)
def test_it_rounds_half_to_even_at_seven_places(exact: Fraction, stored: str) -> None:
    assert f"{to_fraction(exact):f}" == stored
