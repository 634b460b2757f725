from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from accounts.models import Accommodation
from quizzes.assessments.models import Slot
from quizzes.assessments.revisions import freeze
from quizzes.attempts import services
from quizzes.attempts.errors import NoAttemptsLeft, NotEnoughQuestions, NotOpen
from quizzes.attempts.models import Attempt
from quizzes.bank.drafts import QuestionDraft
from quizzes.bank.services import add_version, retire_question
from tests import make
from tests.make import NOON

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture
def bank(cora):
    return make.bank(cora)


def test_it_freezes_versions_order_and_marks(ada, cora, bank):
    asked = [make.question(bank), make.question(bank)]
    quiz = make.quiz(cora, asked)
    attempt = make.attempt(ada, quiz)
    before = list(attempt.questions.values_list("slot", "version", "order", "max_mark"))
    draft = QuestionDraft(type="single_choice", stem="Quite another?", slug=asked[0].slug,
                          topic="mechanism", **make.DRAFTS["single_choice"])  # fmt: skip
    add_version(question=asked[0], draft=draft, by=None, now=NOON, state="ready")
    quiz.slots.update(max_mark=9)
    assert list(attempt.questions.values_list("slot", "version", "order", "max_mark")) == before
    later = make.finished(ada, quiz).number
    again = make.attempt(ada, quiz)
    assert later == 1
    assert again.number == 2
    assert again.questions.get(slot=1).version.number == 2


def test_it_returns_the_open_attempt_instead_of_a_second(ada, cora, bank):
    quiz = make.quiz(cora, [make.question(bank)])
    first, started = services.start_attempt(user=ada, quiz=quiz, now=NOON)
    again, started_again = services.start_attempt(user=ada, quiz=quiz, now=NOON + HOUR)
    assert (started, started_again) == (True, False)
    assert again.pk == first.pk


def test_a_paused_question_is_neither_asked_nor_counted(ada, cora, bank, api, signed_in):
    paused, asked = make.question(bank), make.question(bank)
    quiz = make.quiz(cora, [paused, asked])
    Slot.objects.create(revision=quiz.revision, position=3, draw_bank=bank)
    make.question(bank)
    type(paused).objects.filter(pk=paused.pk).update(paused_at=NOON)
    assert make.attempt(ada, quiz).questions.count() == 2
    told = api(ada).get(f"/api/v1/quizzes/{quiz.slug}/").data
    assert (told["question_count"], told["max_mark"]) == (2, 2)
    for page in (f"/quizzes/{quiz.slug}/", "/library/"):
        assert "2 questions" in signed_in(ada).get(page).content.decode()


@pytest.mark.parametrize("pinned", [False, True])
@pytest.mark.parametrize("how", ["retired", "paused"])
def test_a_lost_question_is_not_asked_and_its_educators_see_why(
    ada, cora, bank, api, signed_in, how, pinned
):
    lost, asked = make.question(bank), make.question(bank)
    quiz = make.quiz(cora, [lost, asked])
    if pinned:
        quiz.slots.filter(position=1).update(version=lost.versions.get())
    type(lost).objects.filter(pk=lost.pk).update(**{f"{how}_at": NOON})
    attempt = make.attempt(ada, quiz)
    assert [one.version.question for one in attempt.questions.all()] == [asked]
    seen = api(ada).get(f"/api/v1/quizzes/{quiz.slug}/").data
    assert (seen["question_count"], seen["max_mark"], seen["notices"]) == (1, 1, None)
    for page in (f"/quizzes/{quiz.slug}/", "/library/"):
        assert "1 question" in signed_in(ada).get(page).content.decode()
    (notice,) = api(cora).get(f"/api/v1/quizzes/{quiz.slug}/").data["notices"]
    assert (notice["code"], notice["slot"]) == ("question_lost", 1)
    assert f"is {how} and is not asked" in notice["detail"]


@pytest.mark.parametrize("pinned", [False, True])
def test_a_quiz_with_a_retired_question_is_not_published(cora, bank, api, pinned):
    kept, lost = make.question(bank), make.question(bank)
    quiz = make.quiz(cora, [kept, lost], state="draft")
    if pinned:
        quiz.slots.filter(position=2).update(version=lost.versions.get())
    address, body = f"/api/v1/quizzes/{quiz.slug}/", {"state": "published"}
    type(lost).objects.filter(pk=lost.pk).update(retired_at=NOON)
    refused = api(cora).patch(address, body, format="json")
    assert refused.status_code == 400
    assert "is retired and is not asked" in str(refused.data["state"])
    type(lost).objects.filter(pk=lost.pk).update(retired_at=None)
    assert api(cora).patch(address, body, format="json").status_code == 200


def test_the_database_refuses_a_second_open_attempt(ada, cora, bank):
    attempt = make.attempt(ada, make.quiz(cora, [make.question(bank)]))
    attempt.pk, attempt.number = None, 2
    with pytest.raises(IntegrityError), transaction.atomic():
        attempt.save(force_insert=True)


@pytest.mark.parametrize(
    ("opens", "closes", "is_open"),
    [(HOUR, 2 * HOUR, False), (-2 * HOUR, -HOUR, False), (-HOUR, HOUR, True), (None, None, True)],
)
def test_it_starts_only_between_the_dates(ada, cora, bank, opens, closes, is_open):
    quiz = make.quiz(
        cora,
        [make.question(bank)],
        opens_at=opens and NOON + opens,
        closes_at=closes and NOON + closes,
    )
    if is_open:
        assert make.attempt(ada, quiz).state == "in_progress"
    else:
        with pytest.raises(NotOpen):
            make.attempt(ada, quiz)
        assert not Attempt.objects.exists()


def test_it_counts_attempts_and_honours_extra_ones(ada, ben, cora, bank):
    quiz = make.quiz(cora, [make.question(bank)], attempts_allowed=1)
    Accommodation.objects.create(user=ben, extra_attempts=1)
    make.finished(ada, quiz)
    make.finished(ben, quiz)
    with pytest.raises(NoAttemptsLeft):
        make.attempt(ada, quiz)
    assert make.finished(ben, quiz).number == 2
    with pytest.raises(NoAttemptsLeft):
        make.attempt(ben, quiz)


def test_it_closes_an_overdue_attempt_before_it_starts_the_next(ada, cora, bank):
    quiz = make.quiz(cora, [make.question(bank)], time_limit_s=600)
    first = make.attempt(ada, quiz)
    second = make.attempt(ada, quiz, now=NOON + HOUR)
    first.refresh_from_db()
    assert (first.state, first.finished_at) == ("finished", NOON + timedelta(minutes=10))
    assert second.number == 2


def test_a_preview_has_no_limits_and_never_counts(cora, bank):
    quiz = make.quiz(
        cora, [make.question(bank)], attempts_allowed=1, closes_at=NOON - HOUR, time_limit_s=60
    )
    for _ in range(2):
        attempt, _started = services.start_attempt(user=cora, quiz=quiz, now=NOON, preview=True)
        assert attempt.deadline is None
        services.finish(attempt_id=attempt.pk, now=NOON)
    assert not Attempt.objects.without_previews().exists()


class TestDraws:
    def draw(self, quiz, bank, position, **fields):
        return Slot.objects.create(
            revision=quiz.revision, position=position, draw_bank=bank, **fields
        )

    def test_it_draws_by_topic_and_level_without_asking_twice(self, ada, cora, bank):
        wanted = [make.question(bank, level="application") for _ in range(3)]
        make.question(bank, level="recall")
        make.question(bank, level="application", topic="safety")
        quiz = make.quiz(cora, [wanted[0]])
        topic = bank.topics.get(slug="mechanism")
        for position in (2, 3):
            self.draw(quiz, bank, position, draw_topic=topic, draw_level="application")
        attempt = make.attempt(ada, quiz)
        asked = set(attempt.questions.values_list("version__question", flat=True))
        assert asked == {question.pk for question in wanted}

    def test_it_draws_from_topics_below_the_one_named(self, ada, cora, bank):
        parent = bank.topics.get(slug="mechanism")
        child = bank.topics.create(slug="receptors", title="Receptors", parent=parent)
        below = make.question(bank, topic=child.slug)
        quiz = make.quiz(cora)
        self.draw(quiz, bank, 1, draw_topic=parent)
        assert make.attempt(ada, quiz).questions.get().version.question == below

    def test_it_differs_between_attempts_and_repeats_for_a_seed(self, ada, cora, bank):
        for _ in range(12):
            make.question(bank)
        quiz = make.quiz(cora)
        for position in range(1, 5):
            self.draw(quiz, bank, position)
        papers = {
            tuple(make.finished(ada, quiz).questions.values_list("version", flat=True))
            for _ in range(5)
        }
        assert len(papers) > 1

    @pytest.mark.parametrize("hindrance", ["draft", "retired", "other bank", "too few"])
    def test_it_refuses_when_too_few_questions_are_ready(self, ada, cora, bank, hindrance):
        question = make.question(
            make.bank(cora) if hindrance == "other bank" else bank,
            state="draft" if hindrance == "draft" else "ready",
        )
        if hindrance == "retired":
            retire_question(question=question, by=None, now=NOON)
        quiz = make.quiz(cora)
        self.draw(quiz, bank, 1)
        if hindrance == "too few":
            self.draw(quiz, bank, 2)
        with pytest.raises(NotEnoughQuestions):
            make.attempt(ada, quiz)
        assert not Attempt.objects.exists()

    def test_it_refuses_an_empty_quiz(self, ada, cora):
        with pytest.raises(NotEnoughQuestions):
            make.attempt(ada, make.quiz(cora))


@pytest.mark.parametrize("factor", ["1.00", "1.25", "1.50", "2.00"])
@pytest.mark.parametrize(
    ("limit", "opens", "closes", "expected"),
    [
        # The limit alone, the close alone, whichever ends first; in minutes from the start.
        (40, None, None, lambda f: 40 * f),
        (40, None, 600, lambda f: 40 * f),
        (40, None, 10, lambda f: 10 + 40 * (f - 1)),
        (None, None, 90, lambda f: 90),
        # A window without a limit is not stretched.
        (None, -30, 90, lambda f: 90),
        (None, None, None, lambda f: None),
    ],
)
def test_the_deadline_honours_the_accommodation(
    ada, cora, bank, factor, limit, opens, closes, expected
):
    Accommodation.objects.create(user=ada, time_factor=Decimal(factor))
    quiz = make.quiz(
        cora,
        [make.question(bank)],
        time_limit_s=limit and limit * 60,
        opens_at=opens and NOON + timedelta(minutes=opens),
        closes_at=closes and NOON + timedelta(minutes=closes),
    )
    minutes = expected(float(factor))
    deadline = make.attempt(ada, quiz).deadline
    assert deadline == (None if minutes is None else NOON + timedelta(minutes=minutes))


class TestRevisions:
    def test_it_freezes_the_revision_at_the_first_attempt_that_is_no_preview(
        self, ada, ben, cora, bank
    ):
        quiz = make.quiz(cora, [make.question(bank)])
        Slot.objects.create(revision=quiz.revision, position=2, draw_bank=bank)
        make.question(bank)
        services.start_attempt(user=cora, quiz=quiz, now=NOON, preview=True)
        assert quiz.revision.frozen_at is None
        attempt = make.attempt(ada, quiz)
        assert quiz.revision.frozen_at == NOON
        slots = list(quiz.slots.order_by("position").values_list("pk", flat=True))
        assert list(attempt.questions.values_list("quiz_slot", flat=True)) == slots
        make.attempt(ben, quiz, now=NOON + timedelta(hours=1))
        assert quiz.revision.frozen_at == NOON

    def test_it_draws_again_where_the_revision_was_replaced_meanwhile(self, cora, bank):
        quiz = make.quiz(cora, [make.question(bank)])
        gone = quiz.revision.pk
        quiz.revision.delete()
        with transaction.atomic():
            assert not freeze(quiz.pk, gone, now=NOON)
