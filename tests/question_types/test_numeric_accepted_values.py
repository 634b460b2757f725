"""A number may have several values that are accepted, each worth all of the mark or a part."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from quizzes.question_types import registry
from quizzes.question_types.base import Content
from quizzes.question_types.types.numeric.fields import AcceptedField

STORED = [
    {"value": 40, "unit": "mg", "tolerance": 2, "fraction": 0.5},
    {"value": 0.5, "unit": "g"},
    {"value": 7},
]


def content(**params: Any) -> Content:
    return Content("How much?", "<p>How much?</p>", (), params)


def test_the_form_shows_lines_and_reads_them_back() -> None:
    lines = AcceptedField(required=False).prepare_value(STORED)
    assert lines == "40 mg ± 2 = 0.5\n0.5 g\n7"
    assert AcceptedField(required=False).clean(lines) == STORED
    assert AcceptedField(required=False).clean("40mg +- 2 = 0.5\n\n") == STORED[:1]
    assert AcceptedField(required=False).clean("") == []


@pytest.mark.parametrize("line", ["many", "40 ± some", "40 = 2", "40 = 0", "= 1", "40 ± -1"])
def test_it_refuses_a_line_that_is_none(line: str) -> None:
    with pytest.raises(ValidationError):
        AcceptedField(required=False).clean(line)


def test_the_best_that_fits_counts_and_is_named_alike_in_statistics() -> None:
    numeric = registry.get("numeric")
    asked = content(value=40, tolerance=1, also=[{"value": 42, "tolerance": 2, "fraction": 0.5}])
    worth = {
        text: (grade.fraction, grade.parts[0].classification)
        for text in ("40", "41", "43", "45")
        for grade in [numeric.grade(asked, {"value": text})]
    }
    assert worth == {
        "40": (Decimal(1), "right"),
        "41": (Decimal(1), "right"),
        "43": (Decimal("0.5"), "42"),
        "45": (Decimal(0), "another number"),
    }


def test_the_right_answer_names_all_that_is_accepted() -> None:
    numeric = registry.get("numeric")
    asked = content(value=30, units=["%"], also=[{"value": 31, "fraction": 0.25}, {"value": 29}])
    assert numeric.correct_answer(asked) == {"value": "30%"}
    assert numeric.describe_correct(asked) == "30%, or 31% (0.25 of the mark), or 29%"
    assert numeric.describe_correct(content(value=2)) == "2"


def test_a_student_is_told_nothing_of_them_before() -> None:
    asked = content(value=30, units=["%"], also=[{"value": 31}])
    presented = registry.get("numeric").present(asked)
    assert presented == {"options": [], "params": {"units": ["%"], "unit_needed": False}}
