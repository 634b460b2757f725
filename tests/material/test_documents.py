"""A study text's file: what it holds, and every defect with its line."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quizzes.material import documents
from quizzes.material.documents import Document, DocumentError, PassageText, SectionText

FILE = """\
---
title: A study text
authors: unknown
date: 2023-05-01
audience: public
---
Before any heading. {#before}

## Ketamine: an overview

One sentence.
A second *sentence*. {#first from="Introduction"}

### Two effects

- It blocks a receptor. {#effect-one from="Effects"}
- It raises glutamate,
  for a while. {#effect-two}
"""
SHIPPED = sorted(Path("fixtures").glob("*/materials/*.md"))


def parse(text: str) -> Document:
    return documents.parse(text.encode(), slug="a-text")


def test_it_reads_front_matter_sections_and_passages() -> None:
    document = parse(FILE)
    assert (document.slug, document.title) == ("a-text", "A study text")
    assert (document.authors, document.date, document.audience) == ("", "2023-05-01", "public")
    assert document.sections == (
        SectionText(2, "", (PassageText("before", "Before any heading."),)),
        SectionText(
            2,
            "Ketamine: an overview",
            (PassageText("first", "One sentence.\nA second *sentence*.", "Introduction"),),
        ),
        SectionText(
            3,
            "Two effects",
            (
                PassageText("effect-one", "It blocks a receptor.", "Effects", True),
                PassageText("effect-two", "It raises glutamate,\nfor a while.", "", True),
            ),
        ),
    )


def test_it_writes_a_file_that_reads_equal() -> None:
    assert documents.parse(documents.write(parse(FILE)), slug="a-text") == parse(FILE)


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_it_reads_every_shipped_text_and_writes_it_equal(path: Path) -> None:
    document = documents.parse(path.read_bytes(), slug=path.stem)
    assert documents.parse(documents.write(document), slug=path.stem) == document
    assert document.audience == "public"
    assert all(passage.drawn_from for passage in document.passages())


def test_it_tells_sections_of_one_title_apart() -> None:
    document = parse("---\ntitle: T\n---\n## A\n\nx {#a}\n\n## A\n\ny {#b}\n")
    assert documents.section_slugs(document) == ["a", "a-2"]


HEAD = "---\ntitle: T\n---\n"


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("## A\n\nx {#a}\n", 1, "begins with"),
        ("---\ntitle: T\n", 1, "does not end"),
        ("---\nauthors: X\n---\nx {#a}\n", 1, "no title"),
        ("---\ntitle: T\nauthor: X\n---\nx {#a}\n", 3, "Unknown name “author”"),
        ("---\ntitle: T\ntitle: U\n---\nx {#a}\n", 3, "twice"),
        ("---\ntitle: [a]\n---\nx {#a}\n", 2, "must be text"),
        ("---\ntitle: &a T\nauthors: *a\n---\nx {#a}\n", 3, "aliases"),
        ("---\ntitle: T\naudience: all\n---\nx {#a}\n", 3, "audience"),
        ("---\ntitle: T\nurl: javascript:alert(1)\n---\nx {#a}\n", 3, "http"),
        ("---\ntitle: 'T\n---\nx {#a}\n", 2, "not YAML"),
        (f"---\ntitle: {'x' * 300}\n---\nx {{#a}}\n", 2, "too long"),
        (HEAD + "No key.\n", 4, "does not end with its key"),
        (HEAD + "x {#A b}\n", 4, "does not end with its key"),
        (HEAD + "x {#Upper}\n", 4, "lower-case"),
        (HEAD + "x {#a}\n\ny {#a}\n", 6, "already used in line 4"),
        (HEAD + "{#a}\n", 4, "empty"),
        (HEAD + "# Too high\n\nx {#a}\n", 4, "## or ###"),
        (HEAD + "### First\n\nx {#a}\n", 4, "first heading is ##"),
        (HEAD + "- x {#a}\n- no key\n", 5, "does not end with its key"),
        (HEAD, 4, "no passage"),
        (HEAD + f"{'x' * 10_001} {{#a}}\n", 4, "too long"),
    ],
)
def test_it_names_every_defect_with_its_line(text: str, line: int, words: str) -> None:
    with pytest.raises(DocumentError) as refusal:
        parse(text)
    first = refusal.value.defects[0]
    assert words in first.message
    assert first.line == line


def test_it_lists_all_defects_at_once() -> None:
    with pytest.raises(DocumentError) as refusal:
        parse(HEAD + "one\n\ntwo {#B}\n\nthree\n")
    assert [defect.line for defect in refusal.value.defects] == [4, 6, 8]


@pytest.mark.parametrize("data", [b"\xff\xfe", b"---\ntitle: T\n---\nx\0 {#a}\n", b"x" * 1_000_001])
def test_it_refuses_what_is_no_text(data: bytes) -> None:
    with pytest.raises(DocumentError):
        documents.parse(data, slug="x")


@given(st.text(alphabet="ab{}#\"=- \n:&*'1>|", max_size=120))
@settings(max_examples=300, deadline=None)
def test_it_either_refuses_a_file_or_writes_it_equal(body: str) -> None:
    try:
        document = parse(HEAD + body)
    except DocumentError:
        return
    assert documents.parse(documents.write(document), slug="a-text") == document
