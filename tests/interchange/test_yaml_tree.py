"""YAML of anyone's making: read as texts with their lines, or refused in bounded time."""

from __future__ import annotations

import time
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quizzes.interchange.bank_yaml import tree


def test_it_reads_tables_lists_and_texts_with_their_lines() -> None:
    root = tree.read(b"a: 1\nb:\n  - x\n  - {c: 'y'}\n")
    assert root == {"a": "1", "b": ["x", {"c": "y"}]}
    assert isinstance(root, tree.Table)
    assert (root["a"].line, root["b"].line, root["b"][1].line) == (1, 3, 4)


def test_it_leaves_words_as_they_were_written() -> None:
    root = tree.read(b"[No, yes, off, 012, 1:30, 2024-01-01, true, null, ~]")
    assert root == ["No", "yes", "off", "012", "1:30", "2024-01-01", "true", "null", "~"]


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("30", 30),
        ("-4", -4),
        ("2.5", 2.5),
        ("true", True),
        ("False", False),
        ("null", None),
        ("", None),
        ("'30'", "30"),
        ("'true'", "true"),
        ("No", "No"),
        ("1e3", "1e3"),
        ("1_000", "1_000"),
        ("0x1f", "0x1f"),
        (".inf", ".inf"),
        (".nan", ".nan"),
        ("NaN", "NaN"),
        ("012", "012"),
        ("9" * 5_000, "9" * 5_000),
    ],
)
def test_it_takes_plain_words_of_settings_for_json(written: str, value: object) -> None:
    node = tree.read(f"x: {written}".encode())
    assert isinstance(node, tree.Table)
    found = tree.value_of(node["x"])
    assert found == value
    assert type(found) is type(value)


BOMB = b"a: &a [x,x,x,x,x,x,x,x,x]\n" + b"".join(
    b"%c: &%c [*%c,*%c,*%c,*%c,*%c,*%c,*%c,*%c,*%c]\n" % (n, n, *[n - 1] * 9)
    for n in range(ord("b"), ord("j"))
)


@pytest.mark.parametrize(
    ("data", "line", "words"),
    [
        (BOMB, 1, "Anchors"),
        (b"a: 1\nb: *a", 2, "Aliases"),
        (b"x: !!python/object/apply:os.system ['true']", 1, "Tags"),
        (b"x: !!int '3'", 1, "Tags"),
        (b"[" * 100_000, 1, "nested"),
        (b"{a: " * 50, 1, "nested"),
        (b"- " * 50 + b"x", 1, "nested"),
        (b"a: 1\na: 2", 2, "twice"),
        (b"? [a]\n: b", 1, "must be text"),
        (b"--- a\n--- b", 2, "one document"),
        (b"a: b: c", 1, "mapping values"),
        (b"a:\n\t- x", 2, "cannot start"),
        (b"ok: 1\nx: \xff", 2, "UTF-8"),
        (b"x: \x00", 1, ""),
        (b"x: \x1b", 1, ""),
        (b'x: "\\ud800"', 1, ""),
        (b"x" * 1_000_001, 1, "1 MB"),
        (b"[" + b"1," * 100_001 + b"]", 1, "too many"),
    ],
)
def test_it_refuses_hostile_files_with_the_line(data: bytes, line: int, words: str) -> None:
    start = time.process_time()
    with pytest.raises(tree.YamlError) as refusal:
        tree.read(data)
    assert words in refusal.value.message
    assert refusal.value.line == line
    assert time.process_time() - start < 3


def test_it_reads_an_empty_file_as_nothing() -> None:
    assert tree.read(b"") is None
    assert tree.read(b"# only a comment\n") is None


@given(st.binary(max_size=200) | st.text(alphabet="[]{}:-,&*!|>'\"? \nab#%@`~", max_size=60))
@settings(max_examples=300, deadline=None)
def test_it_raises_nothing_else(data: bytes | str) -> None:
    with suppress(tree.YamlError):
        tree.read(data if isinstance(data, bytes) else data.encode())
