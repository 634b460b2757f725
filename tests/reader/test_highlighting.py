"""Marking stretches of a passage inside its HTML."""

from __future__ import annotations

import re
from html import unescape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizzes.material.markup import plain, render
from quizzes.reader.highlighting import Span, mark_spans


def marked(markdown: str, quote: str, kind: str = "anchor") -> str:
    start = plain(markdown).index(quote)
    return mark_spans(render(markdown), plain(markdown), [Span(start, start + len(quote), kind)])


def test_it_wraps_the_words() -> None:
    assert marked("It blocks the receptor.", "blocks") == (
        '<p>It <span class="anc">blocks</span> the receptor.</p>'
    )


def test_it_never_crosses_a_tag() -> None:
    assert marked("It *blocks the* receptor.", "the receptor", "mark") == (
        "<p>It <em>blocks <mark>the</mark></em><mark> receptor</mark>.</p>"
    )


def test_it_keeps_what_is_escaped_escaped() -> None:
    html = marked("Less < 5 & more <script>", "5 & more")
    assert "&lt;script&gt;" in html
    assert '<span class="anc">5 &amp; more</span>' in html


def test_it_wraps_a_whole_formula_but_nothing_inside_it() -> None:
    text = "Take $x^2$ twice."
    html = mark_spans(render(text), plain(text), [Span(0, len(plain(text)))])
    assert '<span class="anc">Take <math' in html
    assert "anc" not in html[html.index("<math") : html.index("</math>")]


def test_it_lets_a_mark_win_over_an_anchor() -> None:
    html = mark_spans("<p>one two</p>", "one two", [Span(0, 3, "mark"), Span(0, 7)])
    assert html == '<p><mark>one</mark><span class="anc"> two</span></p>'


def test_it_counts_lists_and_line_breaks_as_one_space() -> None:
    assert "<mark>two</mark>" in marked("- one\n- two\n", "two", "mark")


def test_it_marks_nothing_when_the_html_is_of_another_text() -> None:
    assert mark_spans("<p>one</p>", "two", [Span(0, 3)]) == "<p>one</p>"


@pytest.mark.parametrize("span", [Span(0, 0), Span(5, 3), Span(90, 99), Span(-3, 2)])
def test_it_survives_a_span_that_does_not_fit(span: Span) -> None:
    assert re.sub("<[^>]+>", "", mark_spans("<p>one</p>", "one", [span])) == "one"


@given(st.text(max_size=60), st.integers(0, 60), st.integers(0, 60))
def test_it_changes_no_word(text: str, start: int, length: int) -> None:
    try:
        html, words = render(text), plain(text)
    except ValueError:
        return
    after = mark_spans(html, words, [Span(start, start + length, "mark")])
    assert unescape(re.sub("</?mark>", "", after)) == unescape(html)
