"""Strict JSON: what two readers could take differently is refused."""

from __future__ import annotations

import time

import pytest

from quizzes.api.parsing import BrokenJSON, parse


@pytest.mark.parametrize(
    ("body", "value"),
    [
        (b"{}", {}),
        (b' {"a": [1, -2.5, true, null, "\xc3\xa9"]}\n', {"a": [1, -2.5, True, None, "é"]}),
        (b'"\\ud83d\\ude00"', "😀"),
        (b'{"a": {"a": 1}}', {"a": {"a": 1}}),
    ],
)
def test_it_reads_json(body: bytes, value: object) -> None:
    assert parse(body) == value


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"{'a': 1}",
        b"[1,]",
        b'{"a": 1} {"b": 2}',
        b'{"a": 1, "a": 2}',
        b'{"a": {"b": 1, "b": 1}}',
        b"NaN",
        b"[Infinity]",
        b"-Infinity",
        b"1e999",
        b"9" * 5000,
        b"0." + b"1" * 5000,
        b'"\\u0000"',
        b'{"\\u0000": 1}',
        b'"\\ud800"',
        b'"\\udfff\\ud800"',
        b'"a\x00b"',
        b'"\xff\xfe"',
        b"\xef\xbb\xbf{}",
        b"\xff\xfe{\x00}\x00",
        b"[" * 21 + b"]" * 21,
        b"[" * 100_000,
        b'{"a":' * 50_000 + b"1" + b"}" * 50_000,
        b'"' + b"x" * 1_000_001 + b'"',
    ],
)
def test_it_refuses_what_is_not_plain_json(body: bytes) -> None:
    with pytest.raises(BrokenJSON):
        parse(body)


def test_it_takes_as_much_depth_as_allowed() -> None:
    assert parse(b"[" * 20 + b"]" * 20)


def test_it_refuses_hostile_bodies_quickly() -> None:
    started = time.perf_counter()
    for body in (
        b"[" * 999_999,
        b'"\\' * 499_999,
        b"[" + b"1," * 499_000 + b"1]",
        b'{"":' * 200_000,
    ):
        try:
            parse(body)
        except BrokenJSON:
            continue
    assert time.perf_counter() - started < 4
