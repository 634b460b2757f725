"""Loading a collection into the database, again and again."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from django.db import connection

from accounts.models import User
from quizzes.assessments.models import Quiz, QuizState
from quizzes.bank import services
from quizzes.bank.models import Question, QuestionBank, QuestionVersion, VersionState
from quizzes.bank.queries import drafts_of
from quizzes.interchange.bank_yaml import read_path
from quizzes.interchange.collection import Report
from quizzes.interchange.models import LoadedItem
from quizzes.interchange.services import import_bank
from quizzes.material.models import Edition, Source
from tests import make
from tests.interchange.test_read_folder import BANK, QUESTIONS, QUIZZES, TEXT, write

pytestmark = pytest.mark.django_db


def load(folder: Path, *, slug: str = "", overwrite: bool = False, **files: str) -> Report:
    collection = read_path(write(folder, **files))
    return import_bank(collection=collection, slug=slug, now=make.NOON, overwrite=overwrite)


def statuses(report: Report, kind: str = "question") -> dict[str, str]:
    return {line.title: line.status for line in report.lines if line.kind == kind}


def reasons(report: Report) -> str:
    return " ".join(line.reason for line in report.refused())


def rows() -> dict[str, int]:
    models = (QuestionBank, Question, QuestionVersion, Source, Edition, Quiz, LoadedItem)
    return {model.__name__: model.objects.count() for model in models}


def test_it_loads_everything_ready_and_published(tmp_path: Path) -> None:
    report = load(tmp_path)
    assert report.refused() == []
    assert report.counts() == {
        "read": 2,
        "imported": 2,
        "changed": 0,
        "unchanged": 0,
        "refused": 0,
        "skipped": 0,
    }
    assert QuestionBank.objects.get().use == "practice"
    assert set(QuestionVersion.objects.values_list("state", flat=True)) == {VersionState.READY}
    assert Question.objects.get(slug="first-act").topic.parent.slug == "mechanism"
    assert set(Quiz.objects.values_list("state", "mode")) == {
        (QuizState.PUBLISHED, "practice"),
        (QuizState.PUBLISHED, "exam"),
    }
    assert Quiz.objects.get(slug="practice-acting").slots.count() == 3
    assert Source.objects.get().audience == "public"


def test_it_changes_nothing_the_second_time(tmp_path: Path) -> None:
    load(tmp_path)
    before = rows()
    report = load(tmp_path)
    assert set(statuses(report).values()) == {"unchanged"}
    assert {line.status for line in report.lines} == {"unchanged"}
    assert rows() == before


def test_it_makes_a_new_version_of_what_changed(tmp_path: Path) -> None:
    load(tmp_path)
    report = load(tmp_path, questions=QUESTIONS.replace("How much?", "How many?"))
    assert statuses(report) == {"first-act": "unchanged", "how-much": "imported"}
    versions = Question.objects.get(slug="how-much").versions
    assert list(versions.values_list("number", "stem", "state")) == [
        (2, "How many?", "ready"),
        (1, "How much?", "ready"),
    ]


def test_it_changes_details_without_a_version(tmp_path: Path) -> None:
    load(tmp_path)
    load(tmp_path, questions=QUESTIONS.replace("level: application", "level: understanding"))
    question = Question.objects.get(slug="first-act")
    assert (question.level, question.versions.count()) == ("understanding", 1)


def test_it_takes_a_new_text_with_the_questions_that_follow_it(tmp_path: Path) -> None:
    load(tmp_path)
    report = load(
        tmp_path,
        text=TEXT.replace("the NMDA receptor", "NMDA receptors"),
        questions=QUESTIONS.replace("quote: blocks the NMDA receptor", "quote: NMDA receptors"),
    )
    assert report.refused() == []
    assert Source.objects.get().edition.number == 2
    newest = QuestionVersion.objects.get(question__slug="first-act", number=2)
    assert {anchor.edition.number for anchor in newest.anchors.all()} == {2}


def test_it_takes_nothing_when_a_new_text_breaks_a_question(tmp_path: Path) -> None:
    load(tmp_path)
    before = rows()
    report = load(
        tmp_path,
        text=TEXT.replace("the NMDA receptor", "NMDA receptors"),
        questions=QUESTIONS.replace("How much?", "How many?"),
    )
    assert "acting/first-act" in reasons(report)
    assert statuses(report) == {"first-act": "refused", "how-much": "refused"}
    assert rows() == before
    assert Source.objects.get().edition.number == 1


def test_it_refuses_a_text_that_breaks_a_question_changed_here(tmp_path: Path) -> None:
    load(tmp_path)
    edit_here()
    report = load(tmp_path, text=TEXT.replace("the NMDA receptor", "NMDA receptors"))
    assert statuses(report, "material") == {"acting": "refused"}
    assert "acting/first-act" in reasons(report)
    assert Source.objects.get().edition.number == 1


def edit_here() -> QuestionVersion:
    """Change a question on the site."""
    question = Question.objects.get(slug="first-act")
    [pk] = question.versions.values_list("pk", flat=True)
    draft = replace(drafts_of([pk])[pk], stem="Edited here?")
    return services.add_version(question=question, draft=draft, by=None, now=make.NOON)


def test_it_leaves_alone_what_was_changed_here(tmp_path: Path) -> None:
    load(tmp_path)
    edited = edit_here()
    QuestionBank.objects.update(title="Renamed here")
    Quiz.objects.filter(slug="practice-acting").update(attempts_allowed=3)
    Source.objects.update(summary="Changed here.")
    report = load(
        tmp_path,
        bank=BANK.replace("How it acts", "New title"),
        text=TEXT.replace("How ketamine acts", "New title"),
        questions=QUESTIONS.replace("first?", "at first?"),
        quizzes=QUIZZES.replace("title: Practice", "title: New title"),
    )
    skipped = {(line.kind, line.title) for line in report.lines if line.skipped}
    assert skipped == {
        ("bank", "acting"),
        ("material", "acting"),
        ("question", "first-act"),
        ("quiz", "practice-acting"),
    }
    assert report.refused() == []
    assert edited.question.versions.first() == edited
    assert QuestionBank.objects.get().title == "Renamed here"
    assert Quiz.objects.get(slug="practice-acting").title == "Practice"
    assert Source.objects.get().title == "How ketamine acts"


def test_it_overwrites_what_was_changed_here_when_told_to(tmp_path: Path) -> None:
    load(tmp_path)
    edited = edit_here()
    report = load(tmp_path, overwrite=True)
    assert statuses(report)["first-act"] == "imported"
    newest = edited.question.versions.first()
    assert (newest.number, newest.stem) == (3, "What is blocked first?")


@pytest.mark.parametrize("how", ["delete", "archive", "draft", "own settings"])
def test_it_brings_no_quiz_back(tmp_path: Path, how: str) -> None:
    load(tmp_path)
    quizzes = Quiz.objects.filter(slug="practice-acting")
    if how == "delete":
        quizzes.delete()
    elif how == "own settings":
        quizzes.update(review={"during": ["attempt"]})
    else:
        quizzes.update(state=how.replace("archive", "archived"))
    before = list(quizzes.values())
    report = load(tmp_path, quizzes=QUIZZES.replace("title: Practice", "title: New"))
    assert [line.title for line in report.lines if line.skipped] == ["practice-acting"]
    assert list(quizzes.values()) == before


def test_it_brings_no_retired_question_back(tmp_path: Path) -> None:
    load(tmp_path)
    question = Question.objects.get(slug="how-much")
    services.retire_question(question=question, by=None, now=make.NOON)
    report = load(tmp_path, questions=QUESTIONS.replace("How much?", "How many?"))
    assert [line.title for line in report.lines if line.skipped] == ["how-much"]
    assert question.versions.count() == 1


def test_it_refuses_one_question_and_loads_the_rest(tmp_path: Path) -> None:
    questions = QUESTIONS.replace("passage: rise", "passage: fall")
    report = load(tmp_path, questions=questions, quizzes="")
    [line] = report.refused()
    assert (line.title, line.line) == ("first-act", 1)
    assert "anchors.1.passage" in line.reason
    assert statuses(report)["how-much"] == "imported"


@pytest.mark.parametrize(
    ("old", "new", "place"),
    [
        ("topic: receptors", "topic: unknown", "topic:"),
        ("type: numeric", "type: riddle", "type:"),
        ("value: 30", "value: .nan", "params.value:"),
        ("fraction: 1,", "fraction: 7,", "options.1.fraction:"),
        ("level: application", "level: genius", "level:"),
        ("role: supports", "role: proves", "anchors.0.role:"),
        ("How much?", "x" * 100_000, "stem:"),
    ],
)
def test_it_refuses_what_no_type_can_ask(tmp_path: Path, old: str, new: str, place: str) -> None:
    report = load(tmp_path, questions=QUESTIONS.replace(old, new, 1))
    refused = [line for line in report.refused() if line.kind == "question"]
    assert len(refused) == 1
    assert place in refused[0].reason
    assert Question.objects.count() == 1


def test_it_refuses_a_quiz_whose_question_is_missing(tmp_path: Path) -> None:
    report = load(tmp_path, quizzes=QUIZZES.replace("question: first-act", "question: missing"))
    assert "slots.0.question" in reasons(report)
    assert [quiz.slug for quiz in Quiz.objects.all()] == ["exam-acting"]


@pytest.mark.parametrize(
    ("old", "new", "place"),
    [
        ("preset: exam", "preset: duel", "preset:"),
        ("time_limit_s: 600", "time_limit_s: 5", "time_limit_s:"),
        ("pass_mark: 60.5", "pass_mark: 101", "pass_mark:"),
        ("attempts_allowed: 1", "attempts_allowed: 99999999", "attempts_allowed:"),
        ("max_mark: 0.5", "max_mark: 1001", "slots.0.max_mark:"),
        ("draw: {}", "draw: {topic: unknown}", "slots.0.topic:"),
        ("draw: {}", "draw: {level: genius}", "slots.0.level:"),
        ("title: Exam", "title: Exam\n  audience: nobody", "audience:"),
        ("title: Exam", "title: Exam\n  grading_method: luck", "grading_method:"),
        ("title: Exam", "title: Exam\n  opens_at: 2026-06-01T12:00:00Z", "closes_at:"),
    ],
)
def test_it_refuses_a_quiz_that_cannot_be(tmp_path: Path, old: str, new: str, place: str) -> None:
    report = load(tmp_path, quizzes=QUIZZES.replace(old, new, 1))
    [line] = report.refused()
    assert (line.kind, line.title) == ("quiz", "exam-acting")
    assert place in line.reason
    assert Quiz.objects.count() == 1


def test_it_writes_nothing_in_a_dry_run_but_lists_the_same(tmp_path: Path) -> None:
    collection = read_path(write(tmp_path))
    before = rows()
    dry = import_bank(collection=collection, now=make.NOON, dry_run=True)
    assert rows() == before
    assert dry.lines == import_bank(collection=collection, now=make.NOON).lines


def test_it_writes_nothing_when_it_is_cut_off(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = rows()

    def progress(done: int, total: int) -> None:
        if done == total - 1:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        import_bank(collection=read_path(write(tmp_path)), now=make.NOON, progress=progress)
    assert rows() == before


def test_it_loads_into_the_bank_it_is_told(tmp_path: Path) -> None:
    load(tmp_path, slug="elsewhere")
    assert [bank.slug for bank in QuestionBank.objects.all()] == ["elsewhere"]
    assert set(statuses(load(tmp_path, slug="elsewhere")).values()) == {"unchanged"}


def test_it_asks_for_a_bank_when_none_is_named(tmp_path: Path) -> None:
    write(tmp_path)
    collection = read_path(tmp_path / "questions" / "acting.yaml")
    with pytest.raises(ValueError, match="Which bank"):
        import_bank(collection=collection, now=make.NOON)


def test_it_adds_questions_to_a_bank_made_here(tmp_path: Path, cora: User) -> None:
    bank = make.bank(cora, slug="acting")
    make.source(owner=cora, slug="acting")
    mine = make.question(bank, slug="how-much", type="numeric", topic="")
    write(tmp_path)
    questions = QUESTIONS.replace(
        "passage: rise, quote: Glutamate rises", "passage: fading, quote: fades"
    )
    (tmp_path / "questions" / "acting.yaml").write_text(
        questions.replace("topic: receptors", "topic: safety")
    )
    collection = read_path(tmp_path / "questions" / "acting.yaml")
    report = import_bank(collection=collection, slug="acting", now=make.NOON)
    assert report.counts()["skipped"] == 1
    assert statuses(report) == {"first-act": "imported", "how-much": "unchanged"}
    assert mine.versions.count() == 1


def test_it_gives_the_named_educator_the_bank_texts_and_quizzes(
    tmp_path: Path, cora: User, root: User
) -> None:
    load(tmp_path)
    assert list(QuestionBank.objects.get().owners.all()) == [cora]
    assert Source.objects.get().owner == cora
    assert set(Quiz.objects.values_list("owner", flat=True)) == {cora.pk}


def test_it_gives_them_to_the_first_admin_when_nobody_is_named(tmp_path: Path, root: User) -> None:
    load(tmp_path)
    assert list(QuestionBank.objects.get().owners.all()) == [root]


def test_it_waits_for_an_owner_and_never_takes_a_student(tmp_path: Path) -> None:
    User.objects.create_user("cora", "cora@example.org", "a password for the tests")
    load(tmp_path)
    assert not QuestionBank.objects.get().owners.exists()


def test_it_gives_an_owner_at_a_later_load_and_then_keeps_it(
    tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    load(tmp_path)
    root = request.getfixturevalue("root")
    load(tmp_path)
    assert list(QuestionBank.objects.get().owners.all()) == [root]
    request.getfixturevalue("cora")
    load(tmp_path)
    assert list(QuestionBank.objects.get().owners.all()) == [root]


def test_it_makes_a_new_revision_of_a_quiz_that_was_sat(tmp_path: Path, ada: User) -> None:
    load(tmp_path)
    quiz = Quiz.objects.get(slug="exam-acting")
    make.attempt(ada, quiz)
    changed = QUIZZES.replace("max_mark: 0.5", "max_mark: 0.75", 1)
    report = load(tmp_path, quizzes=changed)
    assert statuses(report, "quiz")["exam-acting"] == "imported"
    said = next(line.reason for line in report.lines if line.title == "exam-acting")
    assert said == "now revision 2, since attempts sat the last"
    assert [one.number for one in quiz.revisions.all()] == [1, 2]
    again = load(tmp_path, quizzes=changed)
    assert statuses(again, "quiz")["exam-acting"] == "unchanged"
    assert quiz.revisions.count() == 2


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite plans without counts")
def test_it_leaves_the_planner_with_the_size_of_what_was_loaded(tmp_path: Path) -> None:
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")  # of empty tables, as a new site has them
        load(tmp_path)
        cursor.execute("SELECT reltuples FROM pg_class WHERE relname = %s", ["quizzes_question"])
        assert cursor.fetchone()[0] == Question.objects.count() == 2
