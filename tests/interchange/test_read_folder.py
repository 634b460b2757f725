"""Reading a bank's folder: what it holds, and where everything refused stands."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from quizzes.assessments.drafts import SlotDraft
from quizzes.bank.drafts import AnchorDraft, OptionDraft
from quizzes.interchange.bank_yaml import read_path
from quizzes.interchange.collection import Collection, TopicDraft

BANK = """\
slug: acting
title: How it acts
owners: [cora@example.org]
licence: CC BY 4.0
use: practice
topics:
  - {slug: mechanism, title: Mechanism, children: [{slug: receptors, title: Receptors}]}
  - {slug: safety, title: Safety}
"""
TEXT = """\
---
title: How ketamine acts
audience: public
---
## First

Ketamine blocks the NMDA receptor. {#first-act}

Glutamate rises. {#rise}
"""
QUESTIONS = """\
- id: first-act
  type: single_choice
  topic: receptors
  level: application
  tags: [receptors]
  stem: >-
    What is blocked
    first?
  options:
    - text: No
      rationale: It is a word.
      anchor: {material: acting, passage: rise, quote: Glutamate rises}
    - {text: The NMDA receptor, fraction: 1, rationale: It is., pin: true}
  explanation: It is.
  anchors:
    - {material: acting, passage: first-act, quote: blocks the NMDA receptor, role: supports}
  hints: [Think.]
  penalty: 0.5
- id: how-much
  type: numeric
  stem: How much?
  params: {value: 30, tolerance: 0.5, units: ["%", percent]}
"""
QUIZZES = """\
- slug: practice-acting
  title: Practice
  slots:
    - {question: first-act, max_mark: 2}
    - {draw: {topic: receptors, level: recall}, count: 2}
- slug: exam-acting
  title: Exam
  preset: exam
  time_limit_s: 600
  attempts_allowed: 1
  pass_mark: 60.5
  shuffle_questions: true
  closes_at: 2026-05-01T12:00:00+02:00
  slots: [{draw: {}, max_mark: 0.5}]
"""


def write(folder: Path, **files: str) -> Path:
    """Write a folder of the files above, with changes: bank, text, questions, quizzes."""
    for name, default, path in (
        ("bank", BANK, "bank.yaml"),
        ("text", TEXT, "materials/acting.md"),
        ("questions", QUESTIONS, "questions/acting.yaml"),
        ("quizzes", QUIZZES, "quizzes.yaml"),
    ):
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(files.get(name, default), encoding="utf-8")
    return folder


def read(folder: Path, **files: str) -> Collection:
    return read_path(write(folder, **files))


def test_it_reads_bank_texts_questions_and_quizzes(tmp_path: Path) -> None:
    found = read(tmp_path)
    assert found.refused == ()
    assert found.bank.topics == (
        TopicDraft("mechanism", "Mechanism"),
        TopicDraft("receptors", "Receptors", "mechanism"),
        TopicDraft("safety", "Safety"),
    )
    assert [item.value.slug for item in found.documents] == ["acting"]
    assert [(item.file, item.line) for item in found.questions] == [
        ("questions/acting.yaml", 1),
        ("questions/acting.yaml", 19),
    ]
    assert [item.value.slug for item in found.quizzes] == ["practice-acting", "exam-acting"]


def test_it_reads_a_question_with_an_option_called_no(tmp_path: Path) -> None:
    question = read(tmp_path).questions[0].value
    assert question.stem == "What is blocked first?"
    assert question.options == (
        OptionDraft("No", Decimal(0), "It is a word."),
        OptionDraft("The NMDA receptor", Decimal(1), "It is.", pinned=True),
    )
    assert question.anchors == (
        AnchorDraft("acting", "first-act", "blocks the NMDA receptor", "supports"),
        AnchorDraft("acting", "rise", "Glutamate rises", "refutes", option=0),
    )
    assert (question.penalty, question.hints, question.tags) == (
        Decimal("0.5"),
        ("Think.",),
        ("receptors",),
    )


def test_it_reads_settings_as_json(tmp_path: Path) -> None:
    question = read(tmp_path).questions[1].value
    assert question.params == {"value": 30, "tolerance": 0.5, "units": ["%", "percent"]}
    assert (question.level, question.topic) == ("recall", "")


def test_it_counts_draws_out(tmp_path: Path) -> None:
    practice, exam = (item.value for item in read(tmp_path).quizzes)
    draw = SlotDraft(topic="receptors", level="recall")
    assert practice.slots == (SlotDraft("first-act", max_mark=Decimal(2)), draw, draw)
    assert exam.slots == (SlotDraft(max_mark=Decimal("0.5")),)
    assert exam.closes_at == datetime(2026, 5, 1, 10, tzinfo=UTC)
    assert (exam.time_limit_s, exam.pass_mark) == (600, Decimal("60.5"))


def test_it_reads_one_file_of_questions(tmp_path: Path) -> None:
    write(tmp_path)
    found = read_path(tmp_path / "questions" / "acting.yaml")
    assert (found.bank, len(found.questions)) == (None, 2)
    assert found.questions[0].file == "acting.yaml"


def test_it_notes_what_reading_changed(tmp_path: Path) -> None:
    found = read(tmp_path, questions=QUESTIONS.replace("It is a word.", "It\u2066 is a word."))
    assert found.questions[0].value.options[0].rationale == "It is a word."
    assert found.questions[0].notes[0].startswith("options.0.rationale: ")


@pytest.mark.parametrize(
    ("old", "new", "place"),
    [
        ("id: first-act", "id: first act", "id:"),
        ("id: first-act", "slug: first-act", "slug: Unknown name"),
        ("  stem: >-\n    What is blocked\n    first?\n", "", "stem: This is missing"),
        ("topic: receptors", "topic: [receptors]", "topic: This must be text"),
        ("tags: [receptors]", "tags: receptors", "tags: This must be a list"),
        ("tags: [receptors]", "tags: [[receptors]]", "tags.0: This must be text"),
        ("fraction: 1,", "fraction: one,", "options.1.fraction: This must be a number"),
        ("fraction: 1,", "fraction: .inf,", "options.1.fraction: This must be a number"),
        ("fraction: 1,", "fraction: 1e400,", "options.1.fraction: This must be a number"),
        ("pin: true", "pin: 1", "options.1.pin: This must be true or false"),
        ("{text: The NMDA receptor,", "{colour: red,", "options.1.colour: Unknown name"),
        ("- text: No", "- No text: No", "options.0.No text: Unknown name"),
        ("anchor: {material: acting,", "anchor: {", "options.0.anchor.material: This is missing"),
        ("role: supports", "rule: supports", "anchors.0.rule: Unknown name"),
        ("hints: [Think.]", 'hints: ["a\\0b"]', "hints.0: "),
        ("explanation: It is.", "params: [1]", "params: This must be a table"),
        ("explanation: It is.", "waived: all", "waived: Unknown name"),
    ],
)
def test_it_refuses_a_question_and_names_file_line_and_place(
    tmp_path: Path, old: str, new: str, place: str
) -> None:
    assert old in QUESTIONS
    found = read(tmp_path, questions=QUESTIONS.replace(old, new, 1))
    [line] = found.refused
    assert place in line.reason
    assert (line.kind, line.file, line.line) == ("question", "questions/acting.yaml", 1)
    assert line.type == "single_choice"
    assert [item.value.slug for item in found.questions] == ["how-much"]


@pytest.mark.parametrize(
    ("old", "new", "place"),
    [
        ("title: Practice", "mode: practice", "mode: Unknown name"),
        ("{question: first-act, max_mark: 2}", "{max_mark: 2}", "either a question or a draw"),
        (
            "{question: first-act, max_mark: 2}",
            "{question: first-act, draw: {}}",
            "either a question or a draw",
        ),
        (
            "{question: first-act, max_mark: 2}",
            "{question: first-act, count: 2}",
            "listed only once",
        ),
        ("count: 2", "count: 101", "slots.1.count"),
        ("count: 2", "count: -1", "slots.1.count"),
    ],
)
def test_it_refuses_a_quiz_and_names_the_place(
    tmp_path: Path, old: str, new: str, place: str
) -> None:
    found = read(tmp_path, quizzes=QUIZZES.replace(old, new, 1))
    assert [place in line.reason for line in found.refused] == [True]
    assert [item.value.slug for item in found.quizzes] == ["exam-acting"]


@pytest.mark.parametrize(
    ("old", "new", "place"),
    [
        ("time_limit_s: 600", "time_limit_s: 600.5", "time_limit_s"),
        ("T12:00:00+02:00", "T12:00:00", "closes_at"),
        ("2026-05-01T", "2026-13-01T", "closes_at"),
    ],
)
def test_it_refuses_numbers_and_times_it_cannot_read(
    tmp_path: Path, old: str, new: str, place: str
) -> None:
    found = read(tmp_path, quizzes=QUIZZES.replace(old, new, 1))
    assert found.refused[0].reason.startswith(place)


@pytest.mark.parametrize("entry", ["3", "[a]", "null", "''", "{}", "- {}"])
def test_it_refuses_entries_that_are_no_question(tmp_path: Path, entry: str) -> None:
    found = read(tmp_path, questions=f"{QUESTIONS}- {entry}\n")
    assert [line.kind for line in found.refused] == ["question"]
    assert len(found.questions) == 2


@pytest.mark.parametrize("text", ["a: 1", "text", "[", "- &a x\n- *a", "\x01"])
def test_it_refuses_a_file_that_is_no_list(tmp_path: Path, text: str) -> None:
    found = read(tmp_path, questions=text)
    assert [(line.kind, line.file) for line in found.refused] == [("file", "questions/acting.yaml")]
    assert found.questions == ()
    assert len(found.quizzes) == 2


def test_it_takes_an_empty_file_for_no_questions(tmp_path: Path) -> None:
    found = read(tmp_path, questions="")
    assert (found.questions, found.refused) == ((), ())


def test_it_refuses_the_second_of_one_id(tmp_path: Path) -> None:
    write(tmp_path)
    (tmp_path / "questions" / "more.yaml").write_text(QUESTIONS)
    found = read_path(tmp_path)
    assert len(found.questions) == 2
    assert [(line.title, line.file) for line in found.refused] == [
        ("first-act", "questions/more.yaml"),
        ("how-much", "questions/more.yaml"),
    ]
    assert "questions/acting.yaml" in found.refused[0].reason


def test_it_refuses_a_broken_text_with_its_line(tmp_path: Path) -> None:
    found = read(tmp_path, text=TEXT.replace(" {#rise}", ""))
    assert [(line.kind, line.title, line.line) for line in found.refused] == [
        ("material", "acting", 9)
    ]


@pytest.mark.parametrize(
    "bank",
    [
        "title: no slug",
        "slug: a b\ntitle: x",
        "slug: a\ntitle: x\nuse: everything",
        "slug: a\ntitle: x\nowner: me",
        "slug: a\ntitle: x\ntopics: [{slug: a, title: A}, {slug: a, title: B}]",
        "- slug: a",
        "[",
    ],
)
def test_it_refuses_a_broken_bank(tmp_path: Path, bank: str) -> None:
    found = read(tmp_path, bank=bank)
    assert found.bank is None
    assert len(found.refused) == 1


def test_it_says_when_there_is_no_bank(tmp_path: Path) -> None:
    found = read_path(tmp_path)
    assert [line.file for line in found.refused] == ["bank.yaml"]
