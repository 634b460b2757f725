"""Where a quote stands in a passage."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizzes.material.anchoring import Span, distinguishing_prefix, locate, places, span_at

PLAIN = "It blocks the receptor. Later it blocks the receptor again."


def test_it_finds_a_quote_with_its_context() -> None:
    span = locate("Ketamine blocks it.", "blocks")
    assert span == Span(start=9, quote="blocks", prefix="Ketamine ", suffix=" it.")


def test_it_takes_the_first_of_several_places_unless_a_prefix_tells() -> None:
    assert locate(PLAIN, "blocks the receptor").start == 3
    assert locate(PLAIN, "blocks the receptor", "Later it").start == 33
    assert locate(PLAIN, "blocks the receptor", "Never it") is None


def test_it_reads_over_white_space_and_composed_letters() -> None:
    assert locate("a naïve reader", "nai\u0308ve\n  reader").quote == "naïve reader"


@pytest.mark.parametrize("quote", ["", "   ", "Blocks", "not there"])
def test_it_finds_nothing_that_is_not_said(quote: str) -> None:
    assert locate(PLAIN, quote) is None


@given(st.text(alphabet="ab ", max_size=30).map(lambda t: " ".join(t.split())), st.data())
def test_it_tells_every_place_by_its_prefix(plain: str, data: st.DataObject) -> None:
    words = sorted(set(plain.split()))
    if not words:
        return
    quote = data.draw(st.sampled_from(words))
    for start in places(plain, quote):
        span = span_at(plain, start, quote)
        assert locate(plain, quote, distinguishing_prefix(plain, span)) == span
