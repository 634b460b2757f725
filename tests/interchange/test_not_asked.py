"""not_asked.yaml: passages that are deliberately not asked, loaded again and again."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from quizzes.bank.drafts import NotAskedDraft, Waiver
from quizzes.bank.models import Question
from quizzes.bank.not_asked.models import NotAsked
from quizzes.bank.not_asked.services import mark_not_asked
from quizzes.interchange.bank_yaml import read_path, write_path
from quizzes.interchange.collection import Report
from quizzes.interchange.queries import collection_of
from quizzes.interchange.services import import_bank
from tests import make
from tests.interchange.test_read_folder import QUESTIONS, write

pytestmark = pytest.mark.django_db
LIST = "- {material: acting, passage: rise, reason: It repeats the first.}\n"
WAIVED = QUESTIONS.replace(
    "  penalty: 0.5\n",
    "  penalty: 0.5\n  waive: [{finding: key-longest, reason: The name is long.}]\n",
)


def load(folder: Path, listed: str = LIST, questions: str = WAIVED) -> Report:
    write(folder, questions=questions)
    (folder / "not_asked.yaml").write_text(listed)
    return import_bank(collection=read_path(folder), now=make.NOON)


def line(report: Report) -> tuple[str, bool, str]:
    (one,) = [one for one in report.lines if one.kind == "not_asked"]
    return one.status, one.skipped, one.reason


def test_it_loads_reasons_and_waivers_and_changes_nothing_the_second_time(tmp_path: Path) -> None:
    first = load(tmp_path)
    assert first.refused() == []
    assert line(first) == ("imported", False, "")
    assert NotAsked.objects.values_list("source__slug", "key", "reason").get() == (
        "acting",
        "rise",
        "It repeats the first.",
    )
    waived = Question.objects.get(slug="first-act").waivers
    assert waived == [{"finding": "key-longest", "reason": "The name is long."}]
    again = load(tmp_path)
    assert {one.status for one in again.lines} == {"unchanged"}


def test_it_takes_a_new_reason_and_leaves_one_given_on_the_site(tmp_path: Path) -> None:
    load(tmp_path)
    changed = LIST.replace("It repeats the first.", "It is about method.")
    assert line(load(tmp_path, changed))[0] == "imported"
    assert NotAsked.objects.get().reason == "It is about method."
    mark_not_asked(draft=NotAskedDraft("acting", "rise", "Said here."), by=None, now=make.NOON)
    assert line(load(tmp_path, LIST))[:2] == ("unchanged", True)
    assert NotAsked.objects.get().reason == "Said here."


@pytest.mark.parametrize(
    ("listed", "said"),
    [
        (LIST.replace("rise", "gone"), "There is no passage “gone”"),
        (LIST.replace("acting", "lacking"), "There is no passage “rise” in “lacking”"),
        (LIST.replace("It repeats the first.", '""'), "reason"),
        (LIST + LIST, "is already in not_asked.yaml"),
    ],
)
def test_it_refuses_what_names_no_passage_or_no_reason(
    tmp_path: Path, listed: str, said: str
) -> None:
    report = load(tmp_path, listed)
    (refused,) = report.refused()
    assert (refused.kind, refused.file) == ("not_asked", "not_asked.yaml")
    assert said in refused.reason


def test_it_refuses_to_waive_what_is_no_finding(tmp_path: Path) -> None:
    report = load(tmp_path, questions=WAIVED.replace("key-longest", "key-too-long"))
    refused = report.refused()[0]
    assert (refused.kind, refused.title) == ("question", "first-act")
    assert "There is no finding “key-too-long” to waive." in refused.reason


def test_it_exports_both_equal(tmp_path: Path) -> None:
    load(tmp_path / "in")
    bank = Question.objects.first().bank
    write_path(collection_of(bank), tmp_path / "out")
    written, read = read_path(tmp_path / "out"), read_path(tmp_path / "in")
    assert [i.value for i in written.not_asked] == [i.value for i in read.not_asked]
    (waiver,) = written.questions[0].value.waivers
    assert waiver == Waiver("key-longest", "The name is long.")


def test_a_question_without_waivers_keeps_the_hash_it_was_loaded_with(tmp_path: Path) -> None:
    draft = read_path(write(tmp_path)).questions[0].value
    assert "waivers" not in draft.details()
    waived = replace(draft, waivers=(Waiver("clang", "So."),))
    assert waived.fingerprint() != draft.fingerprint()
