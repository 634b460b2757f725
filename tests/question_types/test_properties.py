"""What holds for every question that can be written, not only for the examples."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given, settings
from hypothesis import strategies as st

from quizzes.question_types import examples, registry
from quizzes.question_types.base import Content, OptionContent, option_key, to_fraction
from quizzes.question_types.types.multiple_choice.scoring import RULES

quick = settings(max_examples=60, deadline=None)
SINGLE, MULTIPLE = registry.get("single_choice"), registry.get("multiple_choice")
SHORT, NUMERIC = registry.get("short_answer"), registry.get("numeric")
ORDERING, MATCHING = registry.get("ordering"), registry.get("matching")
CLOZE, HOTTEXT = registry.get("cloze"), registry.get("hottext")


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


def steps(count: int) -> Content:
    return content_of([Decimal(0)] * count)


def pairs(rights: Sequence[str], extra: Sequence[str] = ()) -> Content:
    params = {"pairs": [[f"Left {n}", right] for n, right in enumerate(rights)], "extra": extra}
    return content_of([], params)


@quick
@given(st.integers(3, 8), st.integers(0, 2**60), st.data())
def test_it_scores_an_order_by_its_right_neighbours(
    count: int, seed: int, data: st.DataObject
) -> None:
    content = steps(count)
    shown = content.arranged(ORDERING.order(content, seed=seed, shuffle=False))
    keys = [option_key(place) for place in range(count)]
    sent = data.draw(st.permutations(keys))
    answer, state = ORDERING.read(shown, {"order": sent})
    authored = [shown.order[keys.index(key)] for key in sent]
    right = sum(other == one + 1 for one, other in itertools.pairwise(authored))
    grade = ORDERING.grade(shown, answer)
    assert (state, grade.fraction) == ("complete", to_fraction(Fraction(right, count - 1)))
    assert len(grade.parts) == count - 1
    assert [one["key"] for one in ORDERING.layout(shown, answer)] == list(sent)


@quick
@given(st.lists(st.sampled_from("pqrs"), min_size=2, max_size=8), st.integers(0, 2**60))
def test_it_shows_the_same_whatever_belongs_to_what(rights: list[str], seed: int) -> None:
    """What is shown of pairs and of an order is a function of the texts and the seed alone."""
    shown = []
    for texts in (rights, rights[::-1]):
        content = pairs(texts, ["t"])
        order = MATCHING.order(content, seed=seed, shuffle=False)
        shown.append(MATCHING.present(content.arranged(order)))
    assert shown[0] == shown[1]
    orders = []
    for options in (steps(6).options, steps(6).options[::-1]):
        content = replace(steps(6), options=options)
        order = ORDERING.order(content, seed=seed, shuffle=False)
        orders.append(ORDERING.present(content.arranged(order)))
    assert orders[0] == orders[1]


def test_it_never_shows_the_key_of_what_nobody_arranged() -> None:
    content = steps(6)
    shown = [option["text"] for option in ORDERING.present(content)["options"]]
    assert shown != [option.html for option in content.options]
    correct = ORDERING.correct_answer(content)
    assert ORDERING.grade(content, correct).fraction == 1
    content = pairs("pqrstu")
    correct = MATCHING.correct_answer(content)
    assert correct != {"pairs": {str(n): option_key(n - 1) for n in range(1, 7)}}
    assert MATCHING.grade(content, correct).fraction == 1


def expected(question_type: Any, content: Content, ways: list[dict[str, Any]]) -> Fraction:
    grades = [question_type.grade(content, question_type.read(content, way)[0]) for way in ways]
    return sum((Fraction(grade.fraction) for grade in grades), Fraction(0)) / len(ways)


def test_it_expects_from_guessing_the_mean_over_all_answers_with_several_parts() -> None:
    content = steps(4)
    ways = [{"order": list(way)} for way in itertools.permutations("abcd")]
    checks = [(ORDERING, content, ways)]
    content = pairs(["p", "q", "p"], ["r"])
    ways = [
        {"pairs": dict(zip("123", way, strict=True))} for way in itertools.product("abc", repeat=3)
    ]
    checks.append((MATCHING, content, ways))
    params = {"blanks": {"1": {"accept": ["x", "y"], "choices": ["x", "y", "z"]},
                         "2": {"accept": ["x"], "choices": ["w", "x"]}}}  # fmt: skip
    content = replace(content_of([], params), stem="[[1]] [[2]]", stem_html="[[1]] [[2]]")
    ways = [{"blanks": {"1": a, "2": b}} for a, b in itertools.product("abc", "ab")]
    checks.append((CLOZE, content, ways))
    params = {"text": "[[a]] [[b]] [[c]] [[d]]", "key": ["a", "c"]}
    keys = ["s1", "s3", "s5", "s7"]
    ways = [{"spans": list(way)} for size in range(5) for way in itertools.combinations(keys, size)]
    checks.append((HOTTEXT, content_of([], params), ways))
    for question_type, content, ways in checks:
        guess = question_type.random_guess_score(content)
        assert guess is not None
        assert abs(Fraction(guess) - expected(question_type, content, ways)) < Fraction(1, 10**6)


def test_it_keeps_blanks_out_of_tags_and_loses_none() -> None:
    html = '<p>A <a href="/x[[1]]" title="a > [[1]]">link</a> and [[2]].</p>'
    params = {"blanks": {"1": {"accept": ["x"]}, "2": {"accept": ["y"]}}}
    content = replace(content_of([], params), stem="[[1]] [[2]]", stem_html=html)
    layout = CLOZE.layout(content, {"blanks": {"1": "typed"}})
    assert [item.get("key") for item in layout] == [None, "2", None, "1"]
    assert layout[0]["html"] == html.partition("[[2]]")[0]
    assert [item.get("value") for item in layout] == [None, "", None, "typed"]
    assert CLOZE.plain_stem(html) == html.replace("[[2]]", "<span>_____</span>")


plain = st.none() | st.booleans() | st.integers(-9, 99) | st.text(max_size=9)
anything = st.recursive(
    plain | st.floats(allow_nan=False),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text("12a|*[", max_size=3), inner, max_size=3)
    ),
    max_leaves=6,
)
WITH_PARTS = ("cloze", "matching", "hottext")


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(WITH_PARTS), st.data())
def test_it_refuses_or_can_ask_whatever_an_author_sends(slug: str, data: st.DataObject) -> None:
    question_type = registry.get(slug)
    params = dict(examples.load(question_type)[0].content.params)
    name = data.draw(st.sampled_from(sorted(question_type.params_fields)))
    value = data.draw(anything)
    content = replace(examples.load(question_type)[0].content, params=params | {name: value})
    try:
        question_type.clean(content)
    except ValidationError:
        return
    content = content.arranged(question_type.order(content, seed=1, shuffle=True))
    correct = question_type.correct_answer(content)
    assert question_type.grade(content, question_type.read(content, correct)[0]).fraction == 1
    field = question_type.params_fields[name]()
    field.prepare_value(value)  # never fails
    shown = field.prepare_value(field.clean(value))
    # What the form shows and takes back is what was stored.
    assert field.prepare_value(field.clean(shown)) == shown
