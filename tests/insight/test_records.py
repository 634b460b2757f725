"""One record per student and question, fed by what attempts release, and counts that follow it."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.management import call_command
from django.db import OperationalError, connection
from django.test import Client

from accounts.models import User
from quizzes.assessments.models import Quiz
from quizzes.attempts import services
from quizzes.attempts.errors import OnlyEmbargoedQuestions
from quizzes.attempts.grading.correcting import correct_key
from quizzes.attempts.models import Attempt, Response
from quizzes.bank.corrections.services import Wanted
from quizzes.bank.models import Question, QuestionBank
from quizzes.bank.services import add_version, retire_question
from quizzes.insight import recording
from quizzes.insight.models import BankCounts, IncomingAnswer, QuestionRecord, StudentCounts
from quizzes.insight.text_counts import PassageCounts
from quizzes.material.models import Source
from quizzes.reader.questions import counts_on, results_of
from tests import make
from tests.make import NOON

SignIn = Callable[[User], Client]
MINUTE = timedelta(minutes=1)


@pytest.fixture
def bank(cora: User) -> QuestionBank:
    return make.bank(cora)


@pytest.fixture
def text(db: None) -> Source:
    return make.source()


@pytest.fixture
def question(bank: QuestionBank, text: Source) -> Question:
    return make.question(bank, anchored_in=text)


def passage(text: Source, user: User, now: datetime = NOON) -> PassageCounts:
    """What the reader's page knows of the first passage."""
    assert text.edition_id is not None
    return counts_on([text.edition_id], user, now=now)[text.edition_id].at("first-act")


def counted(text: Source, user: User, now: datetime = NOON) -> tuple[int, int, int]:
    found = passage(text, user, now)
    return found.questions, found.answered, found.right


def mark(response: Response, fraction: str, by: User) -> None:
    services.mark_response(
        response=response, fraction=Decimal(fraction), feedback="", reason="", by=by, now=NOON
    )


def test_an_answer_waits_in_the_inbox_until_work_folds_it(
    ada: User, cora: User, question: Question
) -> None:
    make.finished(ada, make.quiz(cora, [question]))
    assert (IncomingAnswer.objects.count(), QuestionRecord.objects.count()) == (1, 0)
    assert recording.fold_waiting() == 1
    assert recording.fold_waiting() == 0
    record = QuestionRecord.objects.get()
    assert (record.user, record.question) == (ada, question)
    assert (record.last_fraction, record.last_confidence, record.last_at) == (1, 2, NOON)
    assert record.first_response == record.last_response
    assert not record.is_wrong


def test_the_students_next_page_folds_it(
    signed_in: SignIn, ada: User, cora: User, question: Question, text: Source
) -> None:
    client = signed_in(ada)
    client.get("/")
    make.finished(ada, make.quiz(cora, [question]))
    assert "1 mastered" in client.get("/library/").content.decode()
    assert not IncomingAnswer.objects.exists()


def test_it_keeps_the_first_answer_and_the_newest(
    ada: User, cora: User, question: Question, text: Source
) -> None:
    quiz = make.quiz(cora, [question])
    for minutes, right in ((0, False), (1, True), (2, False)):
        make.finished(ada, quiz, right=right, now=NOON + minutes * MINUTE)
        recording.fold(ada.pk)
        assert counted(text, ada) == (1, 1, int(right))
    record = QuestionRecord.objects.get()
    assert (record.first_fraction, record.first_at) == (0, NOON)
    assert (record.last_fraction, record.last_at) == (0, NOON + 2 * MINUTE)
    assert record.is_wrong


def test_what_is_released_later_does_not_replace_what_was_submitted_after_it(
    ada: User, cora: User, question: Question
) -> None:
    quiz = make.quiz(cora, [question])
    quiz.review["just_after"], at_once = ["attempt"], quiz.review["just_after"]
    quiz.save()
    make.finished(ada, quiz)
    quiz.review["just_after"] = at_once
    quiz.save()
    make.finished(ada, quiz, right=False, now=NOON + MINUTE)
    recording.fold(ada.pk)
    assert QuestionRecord.objects.get().first_at == NOON + MINUTE
    services.release_due_responses(now=NOON + 61 * MINUTE)
    recording.fold(ada.pk)
    record = QuestionRecord.objects.get()
    assert (record.first_fraction, record.last_fraction) == (1, 0)


def test_a_withheld_answer_changes_nothing(
    ada: User, ben: User, cora: User, question: Question, text: Source
) -> None:
    exam = make.quiz(cora, [question], mode="exam", closes_at=NOON + 60 * MINUTE)
    make.finished(ada, exam)
    make.finished(ben, exam, right=False)
    assert not IncomingAnswer.objects.exists()
    assert counted(text, ada) == counted(text, ben) == (0, 0, 0)
    later = NOON + 61 * MINUTE
    services.release_due_responses(now=later)
    assert (counted(text, ada, later), counted(text, ben, later)) == ((1, 1, 1), (1, 1, 0))


def test_an_answer_to_a_question_that_an_exam_asks_is_recorded_with_its_result(
    ada: User, cora: User, question: Question, text: Source
) -> None:
    newer = make.attempt(ada, make.quiz(cora, [question]))
    make.finished(ada, make.quiz(cora, [question], mode="exam", closes_at=NOON + 60 * MINUTE))
    make.answers(newer, right=False)
    services.finish(attempt_id=newer.pk, now=NOON + MINUTE)
    services.release_due_responses(now=NOON + 59 * MINUTE)
    assert not IncomingAnswer.objects.exists()
    later = NOON + 61 * MINUTE
    for _ in range(2):  # the practice may be looked at before the exam
        services.release_due_responses(now=later)
    assert counted(text, ada, later) == (1, 1, 0)
    record = QuestionRecord.objects.get()
    assert (record.first_fraction, record.last_at) == (1, NOON + MINUTE)


def test_a_question_asked_again_in_an_exam_is_in_no_count_meanwhile(
    ada: User, cora: User, question: Question, text: Source
) -> None:
    make.finished(ada, make.quiz(cora, [question]))
    assert counted(text, ada) == (1, 1, 1)
    exam = make.quiz(cora, [question], mode="exam", closes_at=NOON + 60 * MINUTE)
    attempt = make.attempt(ada, exam)
    assert counted(text, ada) == (0, 0, 0)
    make.answers(attempt, right=False)
    services.finish(attempt_id=attempt.pk, now=NOON)
    assert counted(text, ada) == (0, 0, 0)
    services.release_due_responses(now=NOON + 3 * MINUTE)
    assert counted(text, ada, NOON + 3 * MINUTE) == (0, 0, 0)
    later = NOON + 61 * MINUTE
    services.release_due_responses(now=later)
    assert counted(text, ada, later) == (1, 1, 0)


def test_a_blank_counts_as_asked_but_not_as_answered(
    ada: User, cora: User, question: Question, text: Source
) -> None:
    attempt = make.attempt(ada, make.quiz(cora, [question]))
    services.finish(attempt_id=attempt.pk, now=NOON)
    assert counted(text, ada) == (1, 0, 0)
    assert QuestionRecord.objects.get().last_blank


def test_an_essay_counts_once_it_is_marked_and_follows_its_marks(
    ada: User, cora: User, bank: QuestionBank, text: Source
) -> None:
    essay = make.question(bank, type="essay", anchored_in=text)
    make.finished(ada, make.quiz(cora, [essay]))
    assert counted(text, ada) == (1, 0, 0)
    for fraction, right in (("0.5", 0), ("1", 1), ("0", 0)):
        mark(Response.objects.get(), fraction, cora)
        assert counted(text, ada) == (1, 1, right)
    assert QuestionRecord.objects.get().first_fraction == 0


def test_an_inbox_that_cannot_be_folded_fails_no_page(
    signed_in: SignIn, ada: User, cora: User, question: Question
) -> None:
    def full_disk(execute: Any, sql: str, *rest: Any) -> Any:
        if sql.startswith("INSERT INTO") and "questionrecord" in sql:
            raise OperationalError
        return execute(sql, *rest)

    make.finished(ada, make.quiz(cora, [question]))
    client = signed_in(ada)
    with connection.execute_wrapper(full_disk):
        assert client.get("/library/").status_code == 200
        assert recording.fold_waiting() == 1
    assert IncomingAnswer.objects.count() == 1
    assert "1 mastered" in client.get("/library/").content.decode()


def test_a_preview_leaves_no_record(cora: User, question: Question) -> None:
    attempt, _ = services.start_attempt(
        user=cora, quiz=make.quiz(cora, [question]), now=NOON, preview=True
    )
    make.answers(attempt)
    services.finish(attempt_id=attempt.pk, now=NOON)
    call_command("rebuild_answers")
    assert not QuestionRecord.objects.exists()
    assert not IncomingAnswer.objects.exists()


def test_an_answer_to_an_earlier_fact_is_not_known(
    ada: User, cora: User, question: Question, text: Source
) -> None:
    from dataclasses import replace

    from quizzes.bank.queries import drafts_of

    make.finished(ada, make.quiz(cora, [question]))
    assert counted(text, ada) == (1, 1, 1)
    version = question.versions.get()
    draft = drafts_of([version.pk])[version.pk]

    def write(stem: str, *, new_fact: bool) -> None:
        add_version(
            question=question,
            draft=replace(draft, stem=stem),
            by=cora,
            now=NOON,
            state="ready",
            new_fact=new_fact,
        )

    write("What is asked, in other words?", new_fact=False)
    assert counted(text, ada) == (1, 1, 1)
    assert results_of(ada, [question.pk])[question.pk].verdict == "right"
    write("What is true since this year?", new_fact=True)
    assert counted(text, ada) == (1, 0, 0)
    assert results_of(ada, [question.pk]) == {}
    write("What is true since this year, again?", new_fact=False)
    assert counted(text, ada) == (1, 0, 0)
    make.finished(ada, make.quiz(cora, [question]), now=NOON + MINUTE)
    assert counted(text, ada) == (1, 1, 1)
    call_command("rebuild_answers")
    assert counted(text, ada) == (1, 1, 1)


def test_counts_follow_what_a_bank_asks(
    ada: User, cora: User, bank: QuestionBank, question: Question, text: Source
) -> None:
    make.finished(ada, make.quiz(cora, [question]))
    assert counted(text, ada) == (1, 1, 1)
    other = make.question(bank, anchored_in=text)
    assert counted(text, ada) == (2, 1, 1)
    retire_question(question=other, by=cora, now=NOON)
    assert counted(text, ada) == (1, 1, 1)
    bank.use = "exam"
    bank.save()
    assert counted(text, ada) == (0, 0, 0)
    assert counted(text, cora) == (1, 0, 0)


def test_a_finish_costs_the_inbox_one_statement(
    ada: User, cora: User, bank: QuestionBank, django_assert_max_num_queries: Any
) -> None:
    quiz = make.quiz(cora, [make.question(bank) for _ in range(20)])
    attempt = make.attempt(ada, quiz)
    make.answers(attempt)
    with django_assert_max_num_queries(15):
        services.finish(attempt_id=attempt.pk, now=NOON)
    assert IncomingAnswer.objects.count() == 20


def everything() -> list[list[Any]]:
    """All that rebuild_answers makes, without the ids of the rows."""
    rows: list[list[Any]] = []
    for model in (QuestionRecord, StudentCounts, BankCounts):
        names = [one.attname for one in model._meta.concrete_fields if not one.primary_key]
        rows.append(sorted(model.objects.values_list(*names), key=repr))
    return rows


@pytest.mark.parametrize("seed", range(4))
def test_rebuilding_reproduces_every_row_after_a_random_history(
    ada: User, ben: User, cora: User, bank: QuestionBank, text: Source, seed: int
) -> None:
    luck = random.Random(seed)
    asked = [
        make.question(bank, type=luck.choice(("single_choice", "essay", "numeric")),
                      anchored_in=luck.choice((text, make.source())))
        for _ in range(8)
    ]  # fmt: skip
    quizzes: list[Quiz] = [
        make.quiz(cora, luck.sample(asked, 4)),
        make.quiz(cora, luck.sample(asked, 4), behaviour="interactive"),
        make.quiz(cora, luck.sample(asked, 4), mode="exam", closes_at=NOON + 90 * MINUTE),
    ]
    for turn in range(24):
        now = NOON + turn * 5 * MINUTE
        user = luck.choice((ada, ben))
        deed = luck.random()
        marked = Response.objects.filter(question__version__question__type="essay")
        if deed < 0.55:
            quiz = luck.choice(quizzes)
            if quiz.closes_at and now >= quiz.closes_at:
                continue
            try:
                attempt = make.attempt(user, quiz, now=now)
            except OnlyEmbargoedQuestions:
                continue
            slots = range(1, attempt.questions.count() + 1)
            answered = [slot for slot in slots if luck.random() < 0.8]
            if answered:
                make.answers(attempt, right=luck.random() < 0.6, slots=answered, now=now)
            services.finish(attempt_id=attempt.pk, now=now)
        elif deed < 0.7 and marked.exists():
            mark(luck.choice(list(marked)), luck.choice(("0", "0.5", "1")), cora)
        elif deed < 0.8:
            services.release_due_responses(now=now)
        elif deed < 0.9:
            counted(text, user)
        else:
            recording.fold_waiting()
    services.release_due_responses(now=NOON + 200 * MINUTE)
    recording.fold_waiting()
    for user in (ada, ben):
        counted(text, user)
    assert Attempt.objects.exists()
    before = everything()
    assert before[0] != []
    call_command("rebuild_answers")
    for user in (ada, ben):
        counted(text, user)
    assert everything() == before


def test_rebuilding_keeps_a_students_own_flag_and_note(
    ada: User, cora: User, question: Question
) -> None:
    make.finished(ada, make.quiz(cora, [question]))
    recording.fold_waiting()
    QuestionRecord.objects.update(flagged=True, note="Look again.", last_fraction=Decimal("0.3"))
    call_command("rebuild_answers")
    record = QuestionRecord.objects.get()
    assert (record.flagged, record.note, record.last_fraction) == (True, "Look again.", 1)


def test_a_correction_grades_an_essay_and_its_withdrawal_leaves_it_to_a_person(
    ada: User, cora: User, bank: QuestionBank, text: Source
) -> None:
    essay = make.question(bank, type="essay", anchored_in=text)
    quiz = make.quiz(cora, [essay])
    make.finished(ada, quiz)
    base = None
    for kind, known in (("full_marks", (1, 1, 1)), ("withdraw", (1, 0, 0))):
        wanted = Wanted(kind, "A misprint.", quiz_id=quiz.pk, base=base)
        base = correct_key(question=essay, wanted=wanted, by=cora, now=NOON + MINUTE).id
        assert counted(text, ada) == known
    call_command("rebuild_answers")
    assert counted(text, ada) == (1, 0, 0)
    assert not QuestionRecord.objects.exists()
    mark(Response.objects.get(), "1", cora)
    assert counted(text, ada) == (1, 1, 1)
