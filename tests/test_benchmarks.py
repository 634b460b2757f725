"""What the benchmarks measure can be made: a table or a field that is renamed breaks it here."""

from __future__ import annotations

import json
from typing import Any

import pytest

from accounts.models import User
from benchmarks import answered, scale, school
from quizzes.assessments.models import Mode
from quizzes.attempts.models import Attempt, Response
from quizzes.bank.models import Question
from tests import make

pytestmark = pytest.mark.django_db


def test_it_grows_a_site_to_the_size_it_is_asked_for(dana: User, signed_in: Any) -> None:
    source = make.source(owner=dana, slug="text")
    bank = make.bank(dana)
    quiz = make.quiz(dana, [make.question(bank, anchored_in=source)], mode=Mode.PRACTICE)
    world = json.loads(scale.open_shelf())
    student = User.objects.get(login="scale")
    before = Attempt.objects.filter(quiz=quiz, user=student).count()
    # One other student, whose attempts ask each question once.
    attempts, answers = scale.OTHERS, scale.OTHERS * scale.ASKED
    scale.grow(questions=answers + 1, responses=2 * answers, attempts=attempts)
    assert Question.objects.count() == answers + 1
    assert Attempt.objects.filter(user=student).count() == before + attempts
    assert Response.objects.count() >= 2 * answers
    client = signed_in(student)
    assert {client.get(page).status_code for page in world["pages"].values()} == {200}


def test_it_grades_anew_every_answer_that_it_gave(dana: User) -> None:
    make.question(make.bank(dana))
    school.open_school(1)
    answered.answer(12)
    assert answered.correct() == 12
