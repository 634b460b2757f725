"""Two hundred typed numbers and what they are read as."""

from __future__ import annotations

import time
from decimal import Decimal
from fractions import Fraction

import pytest

from quizzes.question_types.types.numeric.fields import NumberField, UnitsField
from quizzes.question_types.types.numeric.numbers import (
    Unit,
    parse_number,
    parse_units,
    read_quantity,
)

READ = {
    "0": ["0", "00", "0.0", "-0", "+0", "0e0", "0,0", ".0", ",0", " 0 ", "0e999", "-0.000"],
    "1": ["1", "01", "1.0", "1.000", "+1", "1e0", "1E0", "1e+0", "1e-0", "10e-1", "0.1e1", "1,0"],
    "5": ["5", "５", "𝟓", "5.00", "\t5\n", "\u00a05\u00a0", "50e-1", "0005", "5,0000", "＋5"],
    "12.5": ["12.5", "12,5", "+12.5", "1.25e1", "125e-1", "12.50", "１２.５", "１２．５", "12，5"],
    "-3": ["-3", "−3", "–3", "－3", "-3.0", "-3,0", "-0.3e1", "‐3", "\u20113", "﹣3"],
    "0.5": ["0.5", ".5", ",5", "0,5", "00.5", "5e-1", "0.500", "0,500", "+.5", "5E-01"],
    "0.125": ["0.125", "0,125", ".125", ",125", "1.25e-1", "125e-3"],
    "1000": ["1000", "1 000", "1\u00a0000", "1\u202f000", "1\u2009000", "1e3", "1E+3", "10e2"],
    "1234.5": ["1234.5", "1234,5", "1,234.5", "1.234,5", "1 234.5", "1 234,5", "1.2345e3"],
    "1234567": ["1234567", "1,234,567", "1.234.567", "1 234 567", "1.234567e6"],
    "1234567.8": ["1,234,567.8", "1.234.567,8", "1 234 567.8", "1 234 567,8", "1234567,8"],
    "1.234": ["1.234", "1234e-3", "+1.234", "1.2340"],
    "12345.678": ["12345.678", "12345,678", "12,345.678", "12.345,678", "12 345.678"],
    "1e100": ["1e100", "1E100", "1e+100", "10e99"],
    "1e-100": ["1e-100", "1E-100", "0.1e-99"],
    "1e999": ["1e999", "1E+999", "10e998"],
}


UNREADABLE = [
    # words that other parsers take for numbers, and other bases
    *["nan", "NaN", "-nan", "inf", "-inf", "Infinity", "∞", "None", "true", "null"],
    *["1_000", "1__0", "_1", "1_", "0x1F", "0X1f", "0b101", "0o17", "1f", "1L", "0x", "1e"],
    # marks left hanging or doubled
    *["12.", "12,", ".", ",", "-", "+", "--5", "+-5", "-+5", "- 5", "5-", "1..2", "1,,2", "1.2.3"],
    *["1,2,3", ".5.", "5.e3", "1.,5", "e5", "e", ".e1", "1e1.5", "1e5,5", "1 e3", "1e 3", "1e--3"],
    # thousands that could be decimals, or no thousands at all
    *["1,000", "12,345", "999,999", "100,000", "1,234e3", "-1,000", "1,00,000", "1,000,00"],
    *["1,0000,000", "1 0000", "1 00", "10 00", "1,000 000", "1'000", "1.000.00", "1,234.567.8"],
    *["1.234,567,8", "1234,567.8", "1  000", "1\n000"],
    # exponents and lengths past the bounds
    *["1e1000", "1e-1000", "1e+99999999", "1" * 41, "0." + "1" * 40, "1" * 5000, "9" * 101],
    # other scripts and look-alikes
    *["٣", "३", "๓", "十", "½", "①", "10²", "10⁻³", "²", "Ⅻ", "5̶", "1٫5", "1٬000", "𝟓𝟓x²"],
    # sums, ranges, words, more than one number
    *["1+1", "2*3", "1/2", "4-6", "4–6", "5 or 6", "about 5", "<5", "≥5", "~5", "5±1", "5 6"],
    *["1;2", "five", "", " ", "5!", "(5)", "$5", "=5", "5=5", "#5", "1e3e3", "5\x00", "5%%", "%"],
]
ROWS = [(text, value) for value, texts in READ.items() for text in texts]
MG = parse_units(
    ["mg", "milligrams", {"name": "g", "factor": 1000}, {"name": "µg", "factor": "0.001"}]
)
PERCENT = parse_units(["%", "percent"])


def test_it_has_a_table_of_at_least_two_hundred_rows() -> None:
    assert len(ROWS) + len(UNREADABLE) >= 200


@pytest.mark.parametrize(("text", "value"), ROWS)
def test_it_reads_a_number(text: str, value: str) -> None:
    quantity = read_quantity(text, ())
    assert quantity is not None
    assert quantity.value == Fraction(Decimal(value))


@pytest.mark.parametrize("text", UNREADABLE)
def test_it_refuses_what_is_no_clear_number(text: str) -> None:
    assert read_quantity(text, ()) is None


@pytest.mark.parametrize(
    ("text", "units", "value"),
    [
        ("30", PERCENT, 30),
        ("30%", PERCENT, 30),
        ("30 %", PERCENT, 30),
        ("30 ％", PERCENT, 30),
        ("30 PERCENT.", PERCENT, 30),
        ("5 mg", MG, 5),
        ("5mg", MG, 5),
        ("5 Mg", MG, 5),
        ("0.005 g", MG, 5),
        ("5 000 µg", MG, 5),
        ("5e3μg", MG, 5),
        ("5 milligrams", MG, 5),
        ("5 kg", MG, None),
        ("30 mg", PERCENT, None),
        ("30 mg per day", PERCENT, None),
    ],
)
def test_it_reads_a_unit(text: str, units: tuple[Unit, ...], value: int | None) -> None:
    quantity = read_quantity(text, units)
    assert quantity is not None
    assert quantity.value == value


@pytest.mark.parametrize("text", ["5", "5 m2", "5 mg 6", "5 -", "mg", "5 " + "m" * 41, "5 ²"])
def test_it_refuses_a_quantity_whose_unit_is_missing_or_no_word(text: str) -> None:
    assert read_quantity(text, MG) is None


def test_it_tells_units_apart_that_differ_in_case_alone() -> None:
    units = parse_units(["mM", {"name": "MM", "factor": 1000}])
    assert [read_quantity(text, units) for text in ("1 mM", "1 MM")] == [
        read_quantity("1 mM", units),
        read_quantity("1000 mM", units),
    ]
    unclear = read_quantity("1 mm", units)
    assert unclear is not None
    assert unclear.value is None


@pytest.mark.parametrize(
    "text",
    ["1" * 50_000, "1," * 25_000, "1 " * 25_000, "1.000" * 10_000, "-" * 50_000, "1e" * 25_000],
)
def test_it_answers_long_input_at_once(text: str) -> None:
    start = time.process_time()
    assert read_quantity(text, MG) is None
    assert time.process_time() - start < 0.1


@pytest.mark.parametrize("value", [True, False, None, [], {}, "5 mg", float("nan"), float("inf")])
def test_it_refuses_an_authors_value_that_is_no_number(value: object) -> None:
    assert parse_number(value) is None


def test_it_refuses_an_authors_endless_integer() -> None:
    assert parse_number(10**5000) is None


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        *[("30", 30), ("0.5", 0.5), ("1e3", 1000), ("0,25", 0.25), (30, 30), (0.1, 0.1)],
        *[("-2", -2), ("0.1234567890123456789", "0.1234567890123456789"), ("1e300", "1e300")],
    ],
)
def test_it_stores_an_authors_number_without_loss(typed: object, stored: object) -> None:
    cleaned = NumberField().clean(typed)
    assert cleaned == stored
    assert type(cleaned) is type(stored)
    assert parse_number(cleaned) == parse_number(typed)


def test_it_lets_authors_write_one_unit_a_line() -> None:
    field = UnitsField(required=False)
    stored = field.clean("mg\n milligrams \n\ng = 1000\n")
    assert stored == ["mg", "milligrams", {"name": "g", "factor": 1000}]
    assert field.clean(field.prepare_value(stored)) == stored
