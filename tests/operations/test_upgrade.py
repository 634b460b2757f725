"""A site of an earlier version is upgraded: nothing that was answered, scored or noted is lost."""

from __future__ import annotations

import gzip
import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.conf import settings

from tests.operations.site import Site, database

pytestmark = pytest.mark.race

FOLDER = Path(__file__).parent / "before_the_house"
ENGINE = settings.DATABASES["default"]["ENGINE"]
KIND = "sqlite" if ENGINE.endswith("sqlite3") else "postgresql"
# Reads the same facts as were written down before, by the tables' names of today.
READ = """
import json
from django.db import connection

def value(name, found):
    if hasattr(found, "isoformat"):
        return found.isoformat().replace("+00:00", "")
    if name in ("score", "max_score", "fraction", "max_mark") and found is not None:
        return str(round(float(found), 5))
    if name in ("answer", "order"):
        return json.loads(found) if isinstance(found, str) else found
    if name in ("preview", "needs_marking", "flagged", "late"):
        return bool(found)
    return found

def rows(sql):
    with connection.cursor() as cursor:
        cursor.execute(sql)
        names = [column[0] for column in cursor.description]
        return [{name: value(name, found) for name, found in zip(names, row)} for row in cursor]

print(json.dumps({name: rows(sql) for name, sql in json.loads(%r).items()}))
"""
QUERIES = {
    "attempts": "SELECT a.id, u.login, q.slug AS quiz, a.number, a.preview, a.state, a.score,"
    " a.max_score, a.needs_marking FROM quizzes_attempt a JOIN accounts_user u ON u.id = a.user_id"
    " JOIN quizzes_quiz q ON q.id = a.quiz_id ORDER BY a.id",
    "questions": 'SELECT id, attempt_id, slot, version_id, "order", max_mark, sequence, state,'
    " answer, confidence, flagged, tries FROM quizzes_attemptquestion ORDER BY id",
    "saves": "SELECT id, question_id, sequence, answer, confidence, flagged, state, late"
    " FROM quizzes_save ORDER BY id",
    "responses": "SELECT id, question_id, number, sequence, answer, confidence"
    " FROM quizzes_response ORDER BY id",
    "grades": "SELECT id, response_id, number, fraction, feedback, reason, grader_id"
    " FROM quizzes_grade ORDER BY id",
    "parts": 'SELECT p.id, g.response_id, p."key", p.classification, p.fraction, p.option_id'
    " FROM quizzes_gradepart p JOIN quizzes_grade g ON g.id = p.grade_id ORDER BY p.id",
    "annotations": "SELECT id, user_id, passage_key, quote, kind, note"
    " FROM quizzes_annotation ORDER BY id",
    "reports": "SELECT id, question_id, kind, text FROM quizzes_report ORDER BY id",
    "cards": "SELECT c.id, n.slug AS note, c.ordinal FROM quizzes_card c"
    " JOIN quizzes_note n ON n.id = c.note_id ORDER BY c.id",
    "slots": "SELECT s.id, q.slug AS quiz, s.position, s.question_id, s.max_mark"
    " FROM quizzes_slot s JOIN quizzes_quizrevision v ON v.id = s.revision_id"
    " JOIN quizzes_quiz q ON q.id = v.quiz_id ORDER BY s.id",
}


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Site]:
    """A site with an empty database, not yet migrated."""
    data_dir = tmp_path / "data"
    data_dir.mkdir(mode=0o700)
    with database(ENGINE) as environment:
        yield Site(data_dir, environment)


def put_old_database(site: Site) -> None:
    if KIND == "sqlite":
        with (
            gzip.open(FOLDER / "sqlite.sqlite3.gz") as old,
            (site.data_dir / "passage.sqlite3").open("wb") as new,
        ):
            shutil.copyfileobj(old, new)
        return
    script = gzip.decompress((FOLDER / "postgresql.sql.gz").read_bytes())
    with psycopg.connect(site.environment["DATABASE_URL"], autocommit=True) as connection:
        connection.execute(script)


def facts_before() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(gzip.decompress((FOLDER / f"{KIND}.json.gz").read_bytes()))
    return found


def facts_now(site: Site) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(site.python(READ % json.dumps(QUERIES)))
    return found


def test_it_keeps_every_attempt_score_save_and_note(empty: Site) -> None:
    put_old_database(empty)
    done = empty.manage("migrate", "-v", "0")
    assert done.returncode == 0, done.stderr
    before, now = facts_before(), facts_now(empty)
    assert len(before["attempts"]) > 15
    for name, rows in before.items():
        assert now[name] == rows, name
    valid = empty.python(
        "from quizzes.assessments.models import Quiz;"
        " from quizzes.assessments.review_options import problems;"
        " print([problems(quiz.review) for quiz in Quiz.objects.all()])"
    )
    assert set(valid.strip()) <= set("[], ")


def test_it_restores_a_backup_of_an_earlier_version(empty: Site) -> None:
    for command in (["migrate", "-v", "0"], ["createcachetable"]):
        assert empty.manage(*command).returncode == 0
    backup = FOLDER / f"backup-{KIND}.zip"
    done = empty.manage("restore", str(backup))
    assert done.returncode == 0, done.stderr
    done = empty.manage("migrate", "-v", "0")
    assert done.returncode == 0, done.stderr
    before, now = facts_before(), facts_now(empty)
    for name, rows in before.items():
        assert now[name] == rows, name
