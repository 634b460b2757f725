"""The terms of an attempt: stored at its start, and kept current while it is open."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from accounts.hooks import terms_changed
from accounts.models import Accommodation, User
from accounts.services import change_accommodation
from quizzes.assessments.models import Quiz
from quizzes.assessments.queries import draft_of
from quizzes.assessments.services import change_quiz
from quizzes.attempts import services
from quizzes.attempts.errors import NoAttemptsLeft, NotOpen
from quizzes.attempts.models import Attempt
from quizzes.bank.models import QuestionBank
from tests import make
from tests.admin.test_quizzes import change
from tests.make import NOON

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)
HOUR = 60 * MINUTE


@pytest.fixture
def bank(cora: User) -> QuestionBank:
    return make.bank(cora)


@pytest.fixture
def quiz(cora: User, bank: QuestionBank) -> Quiz:
    """An exam of forty minutes, open from eleven to one."""
    return make.quiz(
        cora,
        [make.question(bank)],
        mode="exam",
        opens_at=NOON - HOUR,
        closes_at=NOON + HOUR,
        time_limit_s=2400,
    )


def terms_of(attempt: Attempt) -> tuple[Any, ...]:
    attempt.refresh_from_db()
    return attempt.opens_at, attempt.closes_at, attempt.time_limit_s, attempt.deadline


def grant(user: User, factor: str) -> None:
    def write() -> None:
        Accommodation.objects.update_or_create(user=user, defaults={"time_factor": factor})

    change_accommodation(user=user, write=write, by=None)


def set_dates(quiz: Quiz, now: datetime = NOON, **dates: Any) -> None:
    bank = QuestionBank.objects.get()
    draft = replace(draft_of(quiz, bank=bank), **dates)
    change_quiz(quiz=quiz, draft=draft, bank=bank, by=None, now=now)


class TestStored:
    def test_it_stores_the_terms_in_effect_at_the_start(
        self, ada: User, ben: User, quiz: Quiz
    ) -> None:
        grant(ben, "1.50")
        opens = NOON - HOUR
        assert terms_of(make.attempt(ada, quiz)) == (opens, NOON + HOUR, 2400, NOON + 40 * MINUTE)
        assert terms_of(make.attempt(ben, quiz)) == (opens, NOON + 80 * MINUTE, 3600, NOON + HOUR)

    def test_a_preview_has_none(self, cora: User, quiz: Quiz) -> None:
        preview, _ = services.start_attempt(user=cora, quiz=quiz, now=NOON, preview=True)
        assert terms_of(preview) == (None, None, None, None)

    def test_a_quiz_without_dates_gives_none(self, ada: User, cora: User, bank: Any) -> None:
        attempt = make.attempt(ada, make.quiz(cora, [make.question(bank)]))
        assert terms_of(attempt) == (None, None, None, None)

    def test_more_time_lengthens_an_attempt_begun_before_the_close(
        self, ada: User, ben: User, quiz: Quiz
    ) -> None:
        grant(ben, "1.50")
        late = NOON + 50 * MINUTE
        assert make.attempt(ada, quiz, now=late).deadline == NOON + HOUR
        assert make.attempt(ben, quiz, now=late).deadline == NOON + 80 * MINUTE

    def test_nobody_starts_after_the_quiz_s_own_close(self, ben: User, quiz: Quiz) -> None:
        grant(ben, "3.00")
        with pytest.raises(NotOpen):
            make.attempt(ben, quiz, now=NOON + HOUR)
        assert make.attempt(ben, quiz, now=NOON + HOUR - MINUTE).pk

    def test_a_window_without_a_limit_is_not_stretched(
        self, ben: User, cora: User, bank: QuestionBank
    ) -> None:
        grant(ben, "1.50")
        window = make.quiz(cora, [make.question(bank)], opens_at=NOON - HOUR, closes_at=NOON + HOUR)
        assert terms_of(make.attempt(ben, window))[1:] == (NOON + HOUR, None, NOON + HOUR)


class TestKeptCurrent:
    def test_time_granted_meanwhile_is_had_at_once(self, ada: User, ben: User, quiz: Quiz) -> None:
        attempt, other = make.attempt(ada, quiz), make.attempt(ben, quiz)
        grant(ada, "1.25")
        assert terms_of(attempt)[1:] == (NOON + 70 * MINUTE, 3000, NOON + 50 * MINUTE)
        assert other.deadline == terms_of(other)[3]

    def test_the_admin_s_form_grants_it(
        self, ada: User, root: User, quiz: Quiz, signed_in: Any
    ) -> None:
        attempt = make.attempt(ada, quiz)
        page = signed_in(root).get(f"/admin/accounts/user/{ada.pk}/change/")
        form = page.context["adminform"].form
        sent = {name: form[name].value() or "" for name in form.fields}
        sent |= {
            "accommodation-TOTAL_FORMS": "1",
            "accommodation-INITIAL_FORMS": "0",
            "accommodation-0-time_factor": "2.00",
            "accommodation-0-extra_attempts": "0",
            "accommodation-0-user": ada.pk,
        }
        sent = {name: value for name, value in sent.items() if value is not False}
        reply = signed_in(root).post(f"/admin/accounts/user/{ada.pk}/change/", sent)
        assert reply.status_code == 302
        assert terms_of(attempt)[2:] == (4800, NOON + 80 * MINUTE)

    def test_time_taken_back_is_not_taken_from_an_open_attempt(self, ada: User, quiz: Quiz) -> None:
        grant(ada, "1.50")
        attempt = make.attempt(ada, quiz)
        before = terms_of(attempt)
        grant(ada, "1.00")
        assert terms_of(attempt) == before

    @pytest.mark.parametrize(
        ("dates", "closes", "limit", "ends"),
        [
            ({"time_limit_s": 3000}, HOUR, 3000, 50 * MINUTE),
            ({"time_limit_s": None}, HOUR, None, HOUR),
            ({"closes_at": NOON + 2 * HOUR}, 2 * HOUR, 2400, 40 * MINUTE),
            ({"closes_at": None, "time_limit_s": None}, None, None, None),
            # What would end it earlier leaves its terms as they were.
            ({"time_limit_s": 600}, HOUR, 2400, 40 * MINUTE),
            ({"closes_at": NOON + 10 * MINUTE}, HOUR, 2400, 40 * MINUTE),
        ],
    )
    def test_it_follows_the_dates_of_its_quiz_where_it_loses_nothing(
        self, ada: User, quiz: Quiz, dates: Any, closes: Any, limit: Any, ends: Any
    ) -> None:
        attempt = make.attempt(ada, quiz)
        set_dates(quiz, **dates)
        _opens, *found = terms_of(attempt)
        assert found == [closes and NOON + closes, limit, ends and NOON + ends]

    def test_an_end_is_not_given_to_an_attempt_that_has_none(
        self, ada: User, ben: User, cora: User, bank: QuestionBank
    ) -> None:
        """Whoever began without an end is waited for, until the attempt is submitted."""
        quiz = make.quiz(cora, [make.question(bank)], mode="exam")
        done, writing = make.finished(ben, quiz), make.attempt(ada, quiz)
        set_dates(quiz, closes_at=NOON + MINUTE)
        assert terms_of(writing) == (None, None, None, None)
        assert not make.shown(done, now=NOON + HOUR).correctness
        services.finish(attempt_id=writing.pk, now=NOON + HOUR)
        assert make.shown(done, now=NOON + HOUR).correctness

    def test_a_finished_one_follows_the_close_alone(self, ada: User, ben: User, quiz: Quiz) -> None:
        grant(ben, "1.50")
        attempts = make.finished(ada, quiz), make.finished(ben, quiz)
        set_dates(quiz, closes_at=NOON + 2 * HOUR, time_limit_s=2400)
        own, longer = (terms_of(one)[1:] for one in attempts)
        assert own == (NOON + 2 * HOUR, 2400, NOON + 40 * MINUTE)
        assert longer == (NOON + 2 * HOUR + 20 * MINUTE, 3600, NOON + HOUR)

    def test_other_changes_of_a_quiz_leave_attempts_alone(self, ada: User, quiz: Quiz) -> None:
        attempt = make.attempt(ada, quiz)
        Attempt.objects.update(deadline=NOON + MINUTE)
        set_dates(quiz, title="Another title")
        assert terms_of(attempt)[3] == NOON + MINUTE

    def test_attempts_allowed_are_resolved_live(self, ada: User, quiz: Quiz) -> None:
        set_dates(quiz, attempts_allowed=1)
        make.finished(ada, Quiz.objects.get())
        with pytest.raises(NoAttemptsLeft):
            make.attempt(ada, Quiz.objects.get())
        set_dates(Quiz.objects.get(), attempts_allowed=2)
        assert make.attempt(ada, Quiz.objects.get()).number == 2

    def test_it_costs_the_same_for_any_number_of_attempts(
        self, cora: User, quiz: Quiz, django_assert_num_queries: Any
    ) -> None:
        for number in range(3):
            user = User.objects.create_user(f"s{number}")
            Accommodation.objects.create(user=user, time_factor=f"1.{number + 1}0")
            make.attempt(user, quiz)
        Quiz.objects.update(time_limit_s=2500)
        with django_assert_num_queries(11):
            terms_changed(quizzes=[quiz.pk])
        for number in range(3, 40):
            user = User.objects.create_user(f"s{number}")
            Accommodation.objects.create(user=user, time_factor=f"1.{number + 10}")
            make.attempt(user, Quiz.objects.get())
        Quiz.objects.update(time_limit_s=2600)
        with django_assert_num_queries(11):
            terms_changed(quizzes=[quiz.pk])
        limits = set(Attempt.objects.values_list("time_limit_s", flat=True))
        assert len(limits) == 38  # two are granted what another is granted
        assert min(limits) == 2860


class TestResultsThatAreOut:
    """Once students have seen answers, they cannot be asked for again, nor hidden."""

    OUT = NOON + 2 * HOUR

    @pytest.fixture
    def done(self, ada: User, quiz: Quiz) -> Attempt:
        return make.finished(ada, quiz)

    @pytest.mark.parametrize(
        ("dates", "field"),
        [
            ({"closes_at": NOON + 9 * HOUR}, "closes_at"),
            ({"closes_at": None}, "closes_at"),
            ({"time_limit_s": 2401}, "time_limit_s"),
        ],
    )
    def test_the_close_moves_no_later(
        self, quiz: Quiz, done: Attempt, dates: Any, field: str
    ) -> None:
        with pytest.raises(ValidationError) as refused:
            set_dates(quiz, now=self.OUT, **dates)
        assert list(refused.value.message_dict) == [field]
        assert Quiz.objects.get().closes_at == NOON + HOUR
        set_dates(quiz, now=self.OUT, closes_at=NOON + MINUTE)
        assert Quiz.objects.get().closes_at == NOON + MINUTE

    def test_it_moves_later_before(self, quiz: Quiz, done: Attempt) -> None:
        set_dates(quiz, now=NOON + HOUR + 39 * MINUTE, closes_at=NOON + 9 * HOUR)
        assert not make.shown(done, now=self.OUT).correctness

    def test_it_moves_later_while_somebody_still_writes(
        self, ben: User, quiz: Quiz, done: Attempt
    ) -> None:
        grant(ben, "9.00")
        make.attempt(ben, quiz)
        set_dates(quiz, now=self.OUT, closes_at=NOON + 9 * HOUR)

    def test_it_moves_later_where_nobody_has_seen_anything(self, quiz: Quiz) -> None:
        set_dates(quiz, now=self.OUT, closes_at=NOON + 9 * HOUR)

    def test_it_moves_later_where_nothing_waited_for_it(self, quiz: Quiz, done: Attempt) -> None:
        quiz.review = make.review_options.preset("self_test")
        quiz.save()
        set_dates(quiz, now=self.OUT, closes_at=NOON + 9 * HOUR)

    def test_the_api_says_why(self, quiz: Quiz, done: Attempt, cora: User, api: Any) -> None:
        path = f"/api/v1/quizzes/{quiz.slug}/"
        reply = api(cora).patch(path, {"closes_at": "2030-01-01T00:00:00Z"}, format="json")
        assert reply.status_code == 400
        assert "cannot close later" in str(reply.json()["closes_at"])

    def test_the_form_says_why_at_the_field(
        self, quiz: Quiz, done: Attempt, cora: User, signed_in: Any
    ) -> None:
        client: Client = signed_in(cora)
        reply = change(client, quiz, closes_at="2030-01-01T00:00")
        assert reply.status_code == 200
        assert "cannot close later" in reply.content.decode()
        assert Quiz.objects.get().closes_at == NOON + HOUR
