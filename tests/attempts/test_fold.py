"""From tries to a score: the one fold."""

from __future__ import annotations

from decimal import Decimal

import pytest

from quizzes.attempts.grading import percent
from quizzes.attempts.grading.fold import GradedQuestion, Try, counted_try, fold

ONE = Decimal(1)


def tried(*fractions: str | None, by_hand: bool = False) -> list[Try]:
    values = [None if one is None else Decimal(one) for one in fractions]
    tries = [Try(n, n, None, one, one) for n, one in enumerate(values, start=1)]
    if by_hand:
        last = tries[-1]
        tries[-1] = Try(last.response_id, last.number, None, last.raw, last.fraction, by_hand=True)
    return tries


@pytest.mark.parametrize(
    ("tries", "counts"),
    [
        ([], None),
        (tried("0.5"), "0.5"),
        (tried("0.5", "0.25"), "0.5"),
        (tried("0", "0.6666667"), "0.6666667"),
        (tried("0.5", None), None),
        (tried("1", "0.25", by_hand=True), "0.25"),
    ],
)
def test_it_counts_the_best_try_unless_a_person_has_the_last_word(tries, counts):
    found = counted_try(tries)
    assert (found and found.fraction) == (None if counts is None else Decimal(counts))


def test_it_sums_marks_never_below_zero_and_says_what_waits():
    questions = [
        GradedQuestion(tried("1"), Decimal(2)),
        GradedQuestion(tried(None), ONE),
        GradedQuestion(tried("-0.5"), ONE),
    ]
    assert fold(questions) == (Decimal("1.5"), Decimal(4), True)
    assert fold([GradedQuestion(tried("-1"), ONE)]).score == 0


@pytest.mark.parametrize("right_of_two", [0, 1, 2])
@pytest.mark.parametrize("dropped_is_right", [False, True])
def test_dropping_a_question_takes_its_maximum_and_lowers_no_percentage(
    right_of_two, dropped_is_right
):
    kept = [GradedQuestion(tried("1" if n < right_of_two else "0"), ONE) for n in range(2)]
    last = tried("1" if dropped_is_right else "0")
    before = fold([*kept, GradedQuestion(last, ONE)])
    after = fold([*kept, GradedQuestion(last, ONE, dropped=True)])
    assert after.max_score == 2
    assert after.score == min(2, right_of_two + dropped_is_right)
    assert percent(after.score, after.max_score) >= percent(before.score, before.max_score)


def test_it_gives_no_percentage_where_nothing_can_be_scored():
    after = fold([GradedQuestion(tried("1"), ONE, dropped=True)])
    assert (after.score, after.max_score, after.needs_marking) == (0, 0, False)
    assert percent(after.score, after.max_score) is None
    assert not fold([GradedQuestion(tried(None), ONE, dropped=True)]).needs_marking
