"""Media of a folder: loaded with it, unchanged the second time, written back equal."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.conf import LazySettings
from django.utils import timezone

from quizzes.bank.models import QuestionBank
from quizzes.interchange.bank_yaml.reader import read_path
from quizzes.interchange.bank_yaml.writer import write_path
from quizzes.interchange.queries import collection_of
from quizzes.interchange.services import import_bank
from tests.make import picture, sound

pytestmark = pytest.mark.django_db
BANK = "slug: a-bank\ntitle: A bank\nuse: both\n"
QUESTIONS = """
- id: red-field
  type: true_false
  level: recall
  stem: "Is this field red? ![a field of one color](media:field) ![a beat](media:beat)"
  options:
    - {text: "True", fraction: 1, rationale: It is.}
    - {text: "False", fraction: 0, rationale: It is red.}
"""


@pytest.fixture
def folder(tmp_path: Path, settings: LazySettings) -> Path:
    settings.MEDIA_ROOT = tmp_path / "stored"
    made = tmp_path / "bank"
    (made / "media").mkdir(parents=True)
    (made / "questions").mkdir()
    (made / "bank.yaml").write_text(BANK)
    (made / "questions" / "all.yaml").write_text(QUESTIONS)
    (made / "media" / "field.jpg").write_bytes(picture(300, 200, "JPEG"))
    (made / "media" / "beat.wav").write_bytes(sound())
    return made


def statuses(folder: Path, **options: bool) -> list[tuple[str, str, str]]:
    report = import_bank(collection=read_path(folder), now=timezone.now(), **options)
    return [(line.kind, line.title, line.status) for line in report.lines]


def test_it_is_loaded_once_and_written_back_equal(folder: Path, tmp_path: Path) -> None:
    first = statuses(folder)
    assert ("media", "beat", "imported") in first
    assert ("question", "red-field", "imported") in first
    assert {status for _, _, status in statuses(folder)} == {"unchanged"}
    bank = QuestionBank.objects.get()
    assert bank.media.count() == 2
    written = tmp_path / "written"
    write_path(collection_of(bank), written)
    assert {status for _, _, status in statuses(written)} == {"unchanged"}
    again = tmp_path / "again"
    write_path(collection_of(bank), again)
    for name in ("media/field.jpg", "media/beat.wav", "questions/without-a-text.yaml"):
        assert (again / name).read_bytes() == (written / name).read_bytes()


def test_a_dry_run_leaves_no_file(folder: Path, tmp_path: Path) -> None:
    assert ("media", "field", "imported") in statuses(folder, dry_run=True)
    assert list((tmp_path / "stored").iterdir()) == []


def test_it_refuses_another_file_of_the_same_name_and_what_is_none(folder: Path) -> None:
    statuses(folder)
    (folder / "media" / "field.jpg").write_bytes(picture(20, 20))
    (folder / "media" / "note.svg").write_text("<svg/>")
    found = statuses(folder)
    assert ("media", "field", "refused") in found
    assert ("media", "note", "refused") in found
