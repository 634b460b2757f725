"""What each person sees of an attempt: options, embargoed questions, figures, the next moment."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from accounts.models import User
from quizzes.assessments.models import Quiz
from quizzes.assessments.review_options import EVERYTHING, NOTHING
from quizzes.attempts import services
from quizzes.attempts.disclosure import NextDisclosure, visible_review
from quizzes.attempts.disclosure.figures import counted
from quizzes.attempts.models import Attempt, Response
from quizzes.bank.models import Question
from tests import make
from tests.make import NOON

pytestmark = pytest.mark.django_db
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


@pytest.fixture
def asked(cora: User) -> list[Question]:
    bank = make.bank(cora)
    return [make.question(bank) for _ in range(2)]


@pytest.fixture
def exam(cora: User, asked: list[Question]) -> Quiz:
    return make.quiz(cora, asked[:1], mode="exam", closes_at=NOON + HOUR, time_limit_s=3600)


def fresh(attempt: Attempt) -> Attempt:
    return Attempt.objects.select_related("quiz").get(pk=attempt.pk)


class TestWho:
    def test_staff_see_what_they_may_change_and_a_student_what_is_shown(
        self, ada: User, ben: User, cora: User, dana: User, exam: Quiz
    ) -> None:
        attempt = fresh(make.finished(ada, exam))

        def seen(user: User) -> Any:
            return visible_review([attempt], user, NOON)[attempt.pk]

        assert seen(cora).options == EVERYTHING
        assert (seen(cora).next, seen(cora).embargoed) == (None, frozenset())
        assert seen(ada).options.attempt
        assert not seen(ada).options.correctness
        for other in (ben, dana):
            assert seen(other).options == NOTHING

    def test_an_author_sees_an_own_question_of_another_s_quiz(
        self, ada: User, cora: User, dana: User, asked: list[Question]
    ) -> None:
        foreign = make.question(make.bank(dana))
        attempt = fresh(make.finished(ada, make.quiz(cora, [asked[0], foreign], mode="exam")))
        review = visible_review([attempt], dana, NOON)[attempt.pk]
        assert review.of_question(foreign.pk) == EVERYTHING
        assert review.of_question(asked[0].pk) == NOTHING

    def test_what_one_is_taking_one_sees_as_a_student(self, cora: User, exam: Quiz) -> None:
        preview, _ = services.start_attempt(user=cora, quiz=exam, now=NOON, preview=True)
        assert not visible_review([preview], cora, NOON)[preview.pk].options.correctness
        services.finish(attempt_id=preview.pk, now=NOON)
        done = fresh(preview)
        assert visible_review([done], cora, NOON)[done.pk].options == EVERYTHING


class TestEmbargoedQuestions:
    def test_they_show_no_more_than_that_they_were_asked(
        self, ada: User, cora: User, asked: list[Question], exam: Quiz
    ) -> None:
        done = fresh(make.finished(ada, make.quiz(cora, asked), now=NOON - HOUR))
        make.attempt(ada, exam)
        review = visible_review([done], ada, NOON)[done.pk]
        assert review.embargoed == {asked[0].pk}
        assert review.of_question(asked[1].pk).right_answer
        shown = review.of_question(asked[0].pk)
        assert (shown.attempt, shown.max_marks) == (True, True)
        assert {shown.correctness, shown.marks, shown.right_answer} == {False}
        assert review.options.marks  # known before the exam began

    def test_it_is_released_when_the_embargo_ends(
        self, ada: User, cora: User, asked: list[Question], exam: Quiz
    ) -> None:
        begun = make.attempt(ada, make.quiz(cora, asked))
        sat = make.attempt(ada, exam)
        make.answers(begun)
        services.finish(attempt_id=begun.pk, now=NOON)
        waiting = Response.objects.filter(released_at=None)
        assert [one.question.version.question for one in waiting] == [asked[0]]
        services.finish(attempt_id=sat.pk, now=NOON)
        assert services.release_due_responses(now=NOON + HOUR) == 0
        assert services.release_due_responses(now=NOON + 2 * HOUR) == 2
        assert not waiting.all()


class TestNext:
    SCORE_AND_ANSWERS = {"score": True, "answers": True}

    @pytest.mark.parametrize(
        ("after", "when", "at"),
        [
            (timedelta(0), "close", HOUR),
            (HOUR - MINUTE, "close", HOUR),
            (HOUR, "everyone", None),
            (2 * HOUR - MINUTE, "everyone", None),
        ],
    )
    def test_it_names_the_close_before_it_and_nothing_after(
        self, ada: User, exam: Quiz, after: timedelta, when: str, at: timedelta | None
    ) -> None:
        attempt = fresh(make.finished(ada, exam))
        found = visible_review([attempt], ada, NOON + after)[attempt.pk].next
        assert found == NextDisclosure(when, at and NOON + at, **self.SCORE_AND_ANSWERS)

    def test_nothing_is_to_come_once_it_is_out(self, ada: User, exam: Quiz) -> None:
        attempt = fresh(make.finished(ada, exam))
        assert visible_review([attempt], ada, NOON + 2 * HOUR)[attempt.pk].next is None

    def test_two_minutes_after_submitting_are_one_s_own(
        self, ada: User, cora: User, asked: list[Question]
    ) -> None:
        quiz = make.quiz(cora, asked, review={"later": ["attempt", "marks"]})
        attempt = fresh(make.finished(ada, quiz))
        found = visible_review([attempt], ada, NOON)[attempt.pk].next
        assert found == NextDisclosure("soon", NOON + 2 * MINUTE, score=True, answers=False)


class TestFigures:
    @pytest.mark.parametrize(
        ("method", "expected"),
        [("highest", None), ("average", None), ("first", 100), ("last", None)],
    )
    def test_a_counted_score_waits_for_every_attempt_it_needs(
        self, ada: User, cora: User, asked: list[Question], method: str, expected: int | None
    ) -> None:
        """The second attempt was submitted while an exam asks one of its questions."""
        practice = make.quiz(cora, asked)
        first = make.finished(ada, practice, now=NOON - HOUR)
        second = make.attempt(ada, practice, now=NOON - 2 * MINUTE)
        sat = make.attempt(ada, make.quiz(cora, asked[:1], mode="exam"), now=NOON - MINUTE)
        services.finish(attempt_id=second.pk, now=NOON)
        attempts = [fresh(one) for one in (first, second)]
        assert visible_review(attempts, ada, NOON).counted_percent(method, attempts) == expected
        services.finish(attempt_id=sat.pk, now=NOON)  # never shows a result: nothing is to come
        shown = visible_review(attempts, ada, NOON).counted_percent(method, attempts)
        assert shown == {"highest": 100, "average": 50, "first": 100, "last": 0}[method]

    @pytest.mark.parametrize(
        ("method", "scores", "expected"),
        [
            ("highest", [], None),
            ("highest", [1, 3, 2], 3),
            ("highest", [1, None], None),
            ("average", [1, 2], Decimal("1.5")),
            ("average", [None, 2], None),
            ("first", [1, None], 1),
            ("first", [None, 2], None),
            ("last", [None, 2], 2),
            ("last", [1, None], None),
        ],
    )
    def test_none_stands_for_a_withheld_score(
        self, method: str, scores: list[Any], expected: Any
    ) -> None:
        assert counted(method, scores) == expected


def test_many_attempts_cost_what_few_do(
    ada: User, cora: User, asked: list[Question], exam: Quiz, django_assert_num_queries: Any
) -> None:
    make.attempt(ada, exam)

    def look(now: datetime) -> None:
        attempts = list(Attempt.objects.filter(user=ada).select_related("quiz"))
        review = visible_review(attempts, ada, now)
        assert any(review.percent(one) is not None for one in attempts)

    for number in range(2):
        closed = make.quiz(cora, asked, closes_at=NOON)
        make.finished(ada, closed, now=NOON - HOUR * (number + 1))
    # The attempts, then candidates, those still in progress, the embargo, what it is in.
    with django_assert_num_queries(5):
        look(NOON + MINUTE)
    for number in range(12):
        closed = make.quiz(cora, asked, closes_at=NOON)
        make.finished(ada, closed, now=NOON - HOUR * (number + 1))
    with django_assert_num_queries(5):
        look(NOON + MINUTE)
    one = Attempt.objects.select_related("quiz").get(quiz=exam)
    with django_assert_num_queries(0):
        assert not visible_review([one], ada, NOON).options(one).correctness
