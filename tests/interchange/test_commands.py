"""The commands: their counts, reports and exit codes, and that files and rows stay equal."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from accounts.models import User
from quizzes.assessments.models import Quiz
from quizzes.bank import services
from quizzes.bank.models import Question, QuestionBank
from quizzes.bank.validation import check
from quizzes.interchange.bank_yaml import read_path
from quizzes.material.models import Source
from tests import make
from tests.interchange.test_read_folder import QUESTIONS, write

pytestmark = pytest.mark.django_db
SHIPPED = Path("fixtures/ketamine_trd")


def run(*args: str, **options: Any) -> str:
    out = StringIO()
    call_command(*args, stdout=out, stderr=StringIO(), **options)
    return out.getvalue()


def refused(*args: str) -> str:
    """Run a command that must fail; return what it printed before."""
    out = StringIO()
    with pytest.raises(CommandError):
        call_command(*args, stdout=out, stderr=StringIO())
    return out.getvalue()


def test_it_prints_one_json_object_as_the_contract_says(tmp_path: Path) -> None:
    write(tmp_path)
    report = json.loads(run("import_questions", str(tmp_path), "--bank", "acting", "--json"))
    assert {name: report[name] for name in ("read", "imported", "changed", "unchanged")} == {
        "read": 2,
        "imported": 2,
        "changed": 0,
        "unchanged": 0,
    }
    assert report["refused"] == 0
    assert report["questions"][0] == {
        "file": "questions/acting.yaml",
        "line": 1,
        "title": "first-act",
        "type": "single_choice",
        "status": "imported",
        "reason": "",
    }


def test_it_counts_changed_ones_twice(tmp_path: Path) -> None:
    write(tmp_path, questions=QUESTIONS.replace("It is a word.", "It\u2066 is."))
    report = json.loads(run("import_questions", str(tmp_path), "--json"))
    assert (report["read"], report["imported"], report["changed"]) == (2, 2, 1)
    assert report["questions"][0]["status"] == "changed"
    assert "options.0.rationale" in report["questions"][0]["reason"]


def test_it_fails_on_a_refusal_after_the_report(tmp_path: Path) -> None:
    write(tmp_path, questions=QUESTIONS.replace("type: numeric", "type: riddle"))
    report = json.loads(refused("import_questions", str(tmp_path), "--json"))
    assert (report["read"], report["imported"], report["refused"]) == (2, 1, 1)
    assert report["read"] == report["imported"] + report["unchanged"] + report["refused"]
    assert Question.objects.count() == 1


def test_it_prints_the_report_when_everything_was_refused(tmp_path: Path) -> None:
    write(tmp_path, bank="[", text="no", questions="[", quizzes="[")
    text = refused("import_questions", str(tmp_path), "--bank", "acting")
    assert "materials/acting.md:1" in text
    assert text.endswith("0 refused, 0 skipped.\n")
    assert json.loads(refused("import_questions", str(tmp_path), "--json"))["read"] == 0


def test_it_writes_nothing_in_a_dry_run(tmp_path: Path) -> None:
    text = run("import_questions", str(write(tmp_path)), "--dry-run")
    assert "+ questions/acting.yaml:1 question first-act imported" in text
    assert not QuestionBank.objects.exists()


@pytest.mark.parametrize("name", ["nothing", "odd.docx"])
def test_it_refuses_what_it_cannot_open(tmp_path: Path, name: str) -> None:
    (tmp_path / "odd.docx").write_bytes(b"PK")
    refused("import_questions", str(tmp_path / name), "--bank", "acting")


def test_it_exports_what_it_imported_equal(tmp_path: Path) -> None:
    source, target = tmp_path / "in", tmp_path / "out"
    run("import_questions", str(write(source)))
    run("export_questions", "--bank", "acting", "--output", str(target))
    assert values(target) == values(source)
    report = json.loads(run("import_questions", str(target), "--json"))
    assert report["unchanged"] == report["read"] == 2


def values(path: Path) -> dict[str, Any]:
    """Return what a folder says, whatever stands in which file and order; its texts are loaded."""
    found = read_path(path)
    assert found.refused == ()
    return {
        "bank": (found.bank.fingerprint(), {topic.fingerprint() for topic in found.bank.topics}),
        "documents": {item.value for item in found.documents},
        "questions": {
            item.value.slug: check(item.value, user=None).draft.fingerprint()
            for item in found.questions
        },
        "quizzes": {item.value.slug: item.value.fingerprint() for item in found.quizzes},
        "not_asked": {item.value for item in found.not_asked},
    }


def test_it_loads_the_shipped_folder_without_a_refusal_and_writes_it_equal(
    tmp_path: Path, cora: User
) -> None:
    report = json.loads(run("import_questions", str(SHIPPED), "--json"))
    assert report["refused"] == 0
    assert report["read"] == report["imported"] >= 190
    assert len({question["type"] for question in report["questions"]}) == 10
    assert Quiz.objects.published().count() >= 15
    assert Source.objects.published().filter(audience="public").count() == 4
    run("export_questions", "--bank", "ketamine-trd", "--output", str(tmp_path))
    shipped, written = values(SHIPPED), values(tmp_path)
    assert written["questions"] == shipped["questions"]
    assert written["documents"] == shipped["documents"]
    assert written["quizzes"] == shipped["quizzes"]
    assert written["not_asked"] == shipped["not_asked"]
    assert written["bank"] == shipped["bank"]


def test_it_exports_again_into_the_same_folder(tmp_path: Path) -> None:
    run("import_questions", str(write(tmp_path / "in")))
    target = tmp_path / "out"
    run("export_questions", "--bank", "acting", "--output", str(target))
    first = {path.name: path.read_text() for path in target.rglob("*.*")}
    (target / "questions" / "stale.yaml").write_text(QUESTIONS)
    run("export_questions", "--bank", "acting", "--output", str(target))
    assert {path.name: path.read_text() for path in target.rglob("*.*")} == first


def test_it_writes_into_no_folder_of_other_things(tmp_path: Path) -> None:
    run("import_questions", str(write(tmp_path / "in")))
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("years of work")
    refused("export_questions", "--bank", "acting", "--output", str(tmp_path / "mine"))
    refused("export_questions", "--bank", "acting", "--output", str(tmp_path))
    assert [path.name for path in (tmp_path / "mine").iterdir()] == ["thesis.txt"]
    refused("export_questions", "--bank", "unknown", "--output", str(tmp_path / "new"))


def test_it_lists_what_an_export_leaves_out(tmp_path: Path, cora: User) -> None:
    bank = make.bank(cora, slug="mixed")
    ready = make.question(bank, slug="ready")
    make.question(bank, slug="unfinished", state="draft")
    gone = make.question(bank, slug="gone")
    services.retire_question(question=gone, by=cora, now=make.NOON)
    make.quiz(cora, [ready], review={"during": []}, slug="odd")
    report = json.loads(
        run("export_questions", "--bank", "mixed", "--output", str(tmp_path / "out"), "--json")
    )
    assert report["questions"] == 1
    assert [(line["kind"], line["title"]) for line in report["left_out"]] == [
        ("question", "unfinished"),
        ("question", "gone"),
        ("quiz", "odd"),
    ]


def test_it_loads_fixtures_only_when_they_changed(tmp_path: Path) -> None:
    root = str(tmp_path)
    write(tmp_path / "acting")
    first = json.loads(run("load_fixtures", "--root", root, "--json"))
    assert first["collections"]["acting"]["imported"] == 2
    assert run("load_fixtures", "--root", root) == "acting: Nothing new.\n"
    write(tmp_path / "acting", questions=QUESTIONS.replace("How much?", "How many?"))
    assert "1 imported" in run("load_fixtures", "--root", root)
    assert "2 unchanged" in run("load_fixtures", "--root", root, "--force")


def test_it_tells_what_a_start_skipped_and_keeps_telling_what_it_refused(tmp_path: Path) -> None:
    root = str(tmp_path)
    write(tmp_path / "acting")
    run("load_fixtures", "--root", root)
    QuestionBank.objects.update(title="Renamed here")
    write(tmp_path / "acting", questions=QUESTIONS.replace("type: numeric", "type: riddle"))
    for _again in range(2):
        text = refused("load_fixtures", "--root", root)
        assert "bank acting skipped" in text
        assert "question how-much refused" in text


def test_it_gives_fixtures_an_owner_as_soon_as_there_is_one(
    tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    write(tmp_path / "acting")
    run("load_fixtures", "--root", str(tmp_path))
    cora = request.getfixturevalue("cora")
    run("load_fixtures", "--root", str(tmp_path))
    assert list(QuestionBank.objects.get().owners.all()) == [cora]


SEVERAL_PARTS = """
- id: blanks
  type: cloze
  stem: It blocks the [[1]] receptor within [[2]], at [[10]] percent.
  params:
    blanks:
      1: {accept: [NMDA, N-methyl-D-aspartate]}
      2: {accept: [hours], choices: [days, hours]}
      10: {accept: [30]}
    rationales: {1: A receptor for glutamate.}
- id: pairs
  type: matching
  stem: What does each act on?
  params: {pairs: [[Ketamine, NMDA receptor], [SSRI, Serotonin reuptake]], extra: [Dopamine]}
- id: steps
  type: ordering
  stem: In which order?
  options:
    - text: An infusion
      rationale: It begins with it.
    - text: Glutamate
    - text: Mood
- id: sentence
  type: hottext
  stem: Which sentence?
  params:
    text: "[[It acts soon.]] And then:\\n\\n[[It fades.]]"
    key: [It fades.]
    max_choices: 1
"""


def test_it_loads_and_writes_answers_with_several_parts_equal(tmp_path: Path) -> None:
    given = tmp_path / "parts.yaml"
    given.write_text(SEVERAL_PARTS, encoding="utf-8")
    command = ["import_questions", str(given), "--bank", "parts", "--format", "bank_yaml"]
    assert json.loads(run(*command, "--json"))["imported"] == 4
    out = tmp_path / "out"
    write = ["export_questions", "--bank", "parts", "--format", "bank_yaml", "--output", str(out)]
    run(*write)
    written = (out / "questions" / "without-a-text.yaml").read_text(encoding="utf-8")
    assert "fraction" not in written
    again = ["import_questions", str(out), "--bank", "parts", "--format", "bank_yaml", "--json"]
    for source in (command[1], str(out)):
        again[1] = source
        assert json.loads(run(*again))["unchanged"] == 4
