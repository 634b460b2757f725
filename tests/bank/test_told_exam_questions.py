"""What a bank kept for exams lets out: nothing, until the last quiz using a question is over."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from accounts.models import User
from quizzes.assessments.models import Quiz, Slot
from quizzes.assessments.queries import released_exam_questions
from quizzes.bank.models import Question, QuestionBank
from tests import make

pytestmark = pytest.mark.django_db
CLOSED = make.NOON - timedelta(hours=1)
OPEN = make.NOON + timedelta(hours=1)


@pytest.fixture
def secret(cora: User) -> Question:
    return make.question(make.bank(cora, use="exam"))


def exam(cora: User, question: Question, closes_at: datetime | None, **fields: Any) -> Quiz:
    opened = make.NOON - timedelta(days=1)
    return make.quiz(cora, [question], mode="exam", opens_at=opened, closes_at=closes_at, **fields)


def told() -> list[Question]:
    return list(released_exam_questions(make.NOON))


def test_it_tells_a_question_whose_last_quiz_has_closed(cora: User, secret: Question) -> None:
    exam(cora, secret, CLOSED)
    exam(cora, secret, make.NOON - timedelta(minutes=1))
    assert told() == [secret]


def test_it_keeps_a_question_until_the_time_limit_after_the_close_has_run_out(
    cora: User, secret: Question
) -> None:
    quiz = exam(cora, secret, CLOSED, time_limit_s=3601)
    assert told() == []
    Quiz.objects.filter(pk=quiz.pk).update(time_limit_s=3600)
    assert told() == [secret]


def test_it_keeps_a_question_while_answers_on_their_way_are_taken(
    cora: User, ada: User, secret: Question
) -> None:
    closes_at = make.NOON - timedelta(seconds=59)
    quiz = exam(cora, secret, closes_at)
    make.attempt(ada, quiz, now=closes_at - timedelta(minutes=1))
    assert told() == []


def test_it_keeps_a_question_that_no_quiz_used(secret: Question) -> None:
    assert told() == []


@pytest.mark.parametrize("closes_at", [OPEN, None])
def test_it_keeps_a_question_that_a_quiz_still_asks(
    cora: User, secret: Question, closes_at: datetime | None
) -> None:
    exam(cora, secret, CLOSED)
    exam(cora, secret, closes_at)
    assert told() == []


def test_it_keeps_a_question_that_a_quiz_is_being_made_of(cora: User, secret: Question) -> None:
    exam(cora, secret, CLOSED)
    exam(cora, secret, CLOSED, state="draft")
    assert told() == []


def test_it_keeps_a_question_while_someone_has_more_time(
    cora: User, ada: User, secret: Question
) -> None:
    quiz = exam(cora, secret, OPEN)
    make.attempt(ada, quiz)
    Quiz.objects.update(closes_at=CLOSED)
    assert told() == []


@pytest.mark.parametrize(
    ("topic", "level", "hidden"),
    [
        ("", "", True),
        ("mechanism", "recall", True),
        ("", "recall", True),
        ("safety", "", False),
        ("mechanism", "application", False),
    ],
)
def test_it_keeps_what_a_draw_could_still_take(
    cora: User, secret: Question, topic: str, level: str, hidden: bool
) -> None:
    exam(cora, secret, CLOSED)
    bank: QuestionBank = secret.bank
    Slot.objects.create(
        revision=make.quiz(cora, mode="exam").revision,
        position=1,
        draw_bank=bank,
        draw_topic=bank.topics.filter(slug=topic).first(),
        draw_level=level,
    )
    assert told() == ([] if hidden else [secret])


def test_it_knows_that_a_draw_takes_from_topics_below(cora: User, secret: Question) -> None:
    exam(cora, secret, CLOSED)
    topics = secret.bank.topics
    topics.filter(slug="mechanism").update(parent=topics.get(slug="safety"))
    Slot.objects.create(
        revision=make.quiz(cora).revision,
        position=1,
        draw_bank=secret.bank,
        draw_topic=topics.get(slug="safety"),
    )
    assert told() == []


def test_it_is_asked_only_of_banks_kept_for_exams(cora: User) -> None:
    question = make.question(make.bank(cora))
    exam(cora, question, CLOSED)
    assert told() == []
