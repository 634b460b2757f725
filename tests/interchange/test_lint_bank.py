"""lint_bank: stored banks and folders, its report and its exit code, and the shipped bank."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from quizzes.bank.linting.findings import Finding
from quizzes.bank.linting.runs import shipped_runs
from quizzes.insight.coverage import totals
from quizzes.interchange.bank_yaml import read_path
from quizzes.interchange.linting import LintReport, lint_collection
from quizzes.interchange.services import import_bank
from tests import make
from tests.interchange.test_read_folder import QUESTIONS, write

FIXTURES = Path("fixtures")
SHIPPED = FIXTURES / "ketamine_trd"
LISTED = "- {material: acting, passage: rise, reason: It repeats the first.}\n"


def run(*args: str) -> tuple[str, bool]:
    """Return what lint_bank printed, and whether it failed."""
    out = StringIO()
    try:
        call_command("lint_bank", *args, stdout=out, stderr=StringIO())
    except CommandError:
        return out.getvalue(), True
    return out.getvalue(), False


@pytest.fixture(scope="module")
def shipped() -> LintReport:
    return lint_collection(read_path(SHIPPED), runs=shipped_runs(FIXTURES))


@pytest.mark.django_db
def test_it_says_the_same_of_a_folder_and_of_the_bank_loaded_from_it(tmp_path: Path) -> None:
    write(tmp_path)
    (tmp_path / "not_asked.yaml").write_text(LISTED)
    folder, _failed = run("--folder", str(tmp_path), "--json")
    import_bank(collection=read_path(tmp_path), now=make.NOON)
    stored, failed = run("--bank", "acting", "--json")
    assert json.loads(stored) == json.loads(folder)
    assert not failed
    (bank,) = json.loads(stored)["banks"]
    assert (bank["bank"], bank["questions"], bank["counts"]["error"]) == ("acting", 2, 0)
    states = {one["key"]: one["state"] for s in sections(bank) for one in s["passages"]}
    assert states == {"first-act": "asked", "rise": "not_asked"}
    assert {"finding", "severity", "name", "field", "why", "fix", "waived"} <= set(
        bank["findings"][0]
    )


def sections(bank: dict[str, Any]) -> list[dict[str, Any]]:
    return [section for text in bank["coverage"]["texts"] for section in text["sections"]]


@pytest.mark.django_db
def test_it_fails_on_an_error_after_the_report(tmp_path: Path) -> None:
    write(tmp_path, questions=QUESTIONS.replace("blocks the NMDA", "opens the NMDA"))
    text, failed = run("--folder", str(tmp_path))
    assert failed
    assert "! question first-act anchors.0.quote  quote-not-found" in text
    assert text.rstrip().endswith("waived 0.")


@pytest.mark.django_db
def test_it_lists_what_is_waived_as_waived_and_leaves_it_out_when_brief(tmp_path: Path) -> None:
    waive = "  penalty: 0.5\n  waive: [{finding: key-longest, reason: A name.}]\n"
    write(tmp_path, questions=QUESTIONS.replace("  penalty: 0.5\n", waive))
    assert "key-longest: 17 characters" in run("--folder", str(tmp_path))[0]
    assert "[waived: A name.]" in run("--folder", str(tmp_path))[0]
    assert "[waived" not in run("--folder", str(tmp_path), "--brief")[0]


@pytest.mark.django_db
@pytest.mark.parametrize("args", [("--bank", "unknown"), ("--folder", "nowhere")])
def test_it_refuses_what_is_not_there(args: tuple[str, str]) -> None:
    assert run(*args) == ("", True)


@pytest.mark.django_db
def test_it_prints_the_coverage_by_text_and_section(tmp_path: Path) -> None:
    text, _failed = run("--folder", str(write(tmp_path)))
    assert "How ketamine acts (acting): 1 of 2" in text
    assert "    First\n      ¶1 first-act  asked 1×: 1 questions, 0 cards" in text
    assert "¶2 rise  GAP: Glutamate rises." in text
    assert "Passages: 1 asked, 0 deliberately not asked, 1 gaps; 50%" in text


def test_the_shipped_bank_has_no_error_and_every_warning_is_waived_with_a_reason(
    shipped: LintReport,
) -> None:
    left = [one for severity in ("error", "warning") for one in shipped.open(severity)]
    assert [told(one) for one in left] == []
    assert "unused-waiver" not in {one.id for one in shipped.findings}


def told(one: Finding) -> tuple[str, str, str, str]:
    return one.id, one.name, one.field, one.detail


def test_the_shipped_bank_asks_every_passage_or_says_why_not(shipped: LintReport) -> None:
    assert totals(list(shipped.coverage))["gap"] == 0
    assert shipped.above_recall * 3 >= shipped.questions


def test_it_knows_the_word_runs_of_the_sources() -> None:
    runs = shipped_runs(FIXTURES)
    assert runs is not None
    assert len(runs) > 3_000
    assert runs.first("Words of our own stand here, and many of them, in no order of theirs.") == ""
