from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from quizzes.assessments import review_options
from quizzes.attempts import hooks, services
from quizzes.attempts.grading import marking
from quizzes.attempts.models import Grade, GradePart, Response
from quizzes.attempts.queries import reviewed_questions, rows_of
from quizzes.attempts.taking.saving import Change
from quizzes.question_types import registry
from tests import make
from tests.make import NOON

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


@pytest.fixture
def bank(cora):
    return make.bank(cora)


@pytest.fixture
def told(monkeypatch):
    """The responses whose outcome has been sent."""
    heard = []
    monkeypatch.setattr(hooks, "_outcome", [lambda responses, now: heard.extend(responses)])
    return heard


def test_it_gives_every_question_one_response_and_one_grade(ada, cora, bank):
    quiz = make.quiz(cora, [make.question(bank, type=kind) for kind in make.DRAFTS], mode="exam")
    attempt = make.finished(ada, quiz)
    types = [registry.get(kind) for kind in make.DRAFTS]
    by_machine = sum(one.graded_by == "machine" for one in types)
    figures = (attempt.score, attempt.max_score, attempt.needs_marking)
    assert figures == (by_machine, len(types), True)
    assert Response.objects.count() == Grade.objects.count() == len(types)
    assert GradePart.objects.filter(grade__response__question__slot=2).count() >= 2
    states = set(attempt.questions.values_list("state", flat=True))
    assert states == {"finished", "needs_marking"}


def test_it_scores_nothing_for_what_is_wrong_or_left_open(ada, ben, cora, bank):
    quiz = make.quiz(cora, [make.question(bank, type="true_false"), make.question(bank)])
    assert make.finished(ada, quiz, right=False).score == 0
    attempt = make.attempt(ben, quiz)
    make.answers(attempt, slots=[1])
    assert services.finish(attempt_id=attempt.pk, now=NOON).score == 1


def test_handing_in_again_changes_nothing(ada, cora, bank):
    attempt = make.finished(ada, make.quiz(cora, [make.question(bank)]))
    again = services.finish(attempt_id=attempt.pk, now=NOON + MINUTE)
    assert (again.finished_at, again.score) == (attempt.finished_at, attempt.score)
    assert Grade.objects.count() == 1


def test_a_grader_that_fails_leaves_the_answer_to_a_person(ada, cora, bank):
    attempt = make.attempt(ada, make.quiz(cora, [make.question(bank, type="numeric")]))
    make.answers(attempt)
    # A stored setting that no form of ours would have let through.
    version = attempt.questions.get().version
    version.params = {"value": "no number", "tolerance": [], "units": 7}
    version.save()
    from quizzes.bank import content_cache

    content_cache.forget()
    finished = services.finish(attempt_id=attempt.pk, now=NOON)
    assert finished.needs_marking
    assert Grade.objects.get().fraction is None


def test_the_sweeper_closes_what_is_overdue_at_its_deadline(ada, ben, cora, bank):
    timed = make.quiz(cora, [make.question(bank)], time_limit_s=600)
    attempt = make.attempt(ada, timed)
    make.answers(attempt)
    untimed = make.attempt(ben, make.quiz(cora, [make.question(bank)]))
    assert services.close_overdue_attempts(now=NOON + 11 * MINUTE) == 0
    late = NOON + 11 * MINUTE + timedelta(seconds=1)
    assert services.close_overdue_attempts(now=late) == 1
    assert services.close_overdue_attempts(now=late) == 0
    attempt.refresh_from_db()
    untimed.refresh_from_db()
    assert (attempt.finished_at, attempt.score) == (NOON + 10 * MINUTE, 1)
    assert untimed.state == "in_progress"


class TestChecking:
    def quiz(self, cora, bank, behaviour, **fields):
        return make.quiz(cora, [make.question(bank, **fields)], behaviour=behaviour)

    def check(self, attempt, now=NOON):
        return services.check_answer(user=attempt.user, attempt_id=attempt.pk, slot=1, now=now)

    def test_it_grades_once_and_locks(self, ada, cora, bank):
        attempt = make.attempt(ada, self.quiz(cora, bank, "immediate"))
        make.answers(attempt)
        first, again = self.check(attempt), self.check(attempt, NOON + MINUTE)
        assert first == again
        assert (first.state, first.correct, first.fraction) == ("finished", True, 1)
        assert Grade.objects.count() == 1
        services.finish(attempt_id=attempt.pk, now=NOON)
        assert Grade.objects.count() == 1

    def test_it_costs_nothing_to_check_what_is_not_answered(self, ada, cora, bank):
        attempt = make.attempt(ada, self.quiz(cora, bank, "immediate"))
        assert self.check(attempt).state == "todo"
        assert not Response.objects.exists()

    def test_it_is_refused_where_grading_is_deferred(self, ada, cora, bank):
        attempt = make.attempt(ada, self.quiz(cora, bank, "deferred"))
        make.answers(attempt)
        with pytest.raises(services.NothingToCheck):
            self.check(attempt)

    def test_it_leaves_an_essay_open(self, ada, cora, bank):
        attempt = make.attempt(ada, self.quiz(cora, bank, "immediate", type="essay"))
        make.answers(attempt)
        assert self.check(attempt).state == "complete"

    def test_several_tries_give_hints_and_cost_penalties(self, ada, cora, bank):
        quiz = self.quiz(cora, bank, "interactive", hints=("Think of glutamate.",),
                         penalty=Decimal("0.25"))  # fmt: skip
        attempt = make.attempt(ada, quiz)
        make.answers(attempt, right=False)
        first = self.check(attempt)
        assert (first.state, first.correct, first.tries_left) == ("complete", False, 1)
        assert first.hint == "Think of glutamate."
        assert self.check(attempt) == first
        make.answers(attempt)
        second = self.check(attempt)
        assert (second.correct, second.fraction) == (True, Decimal("0.75"))
        assert services.finish(attempt_id=attempt.pk, now=NOON).score == Decimal("0.75")

    def test_a_changed_answer_that_was_not_checked_counts_as_the_next_try(self, ada, cora, bank):
        quiz = self.quiz(cora, bank, "interactive", hints=("Think.",), penalty=Decimal("0.25"))
        attempt = make.attempt(ada, quiz)
        make.answers(attempt, right=False)
        self.check(attempt)
        make.answers(attempt)
        assert services.finish(attempt_id=attempt.pk, now=NOON).score == Decimal("0.75")


class TestRelease:
    def test_practice_is_released_when_it_is_checked(self, ada, cora, bank, told):
        attempt = make.attempt(ada, make.quiz(cora, [make.question(bank), make.question(bank)]))
        make.answers(attempt)
        services.check_answer(user=ada, attempt_id=attempt.pk, slot=1, now=NOON)
        assert [one.question.slot for one in told] == [1]
        services.finish(attempt_id=attempt.pk, now=NOON)
        assert [one.question.slot for one in told] == [1, 2]

    def test_an_exam_is_released_after_its_close_and_once(self, ada, cora, bank, told):
        quiz = make.quiz(cora, [make.question(bank)], mode="exam", closes_at=NOON + 60 * MINUTE)
        attempt = make.finished(ada, quiz)
        assert services.release_due_responses(now=NOON + 59 * MINUTE) == 0
        assert not make.shown(attempt, now=NOON + 59 * MINUTE).correctness
        assert services.release_due_responses(now=NOON + 61 * MINUTE) == 1
        assert services.release_due_responses(now=NOON + 62 * MINUTE) == 0
        assert len(told) == 1
        assert make.shown(attempt, now=NOON + 61 * MINUTE).right_answer

    def test_results_come_at_the_close_and_the_time_limit_whoever_has_more_time(
        self, ada, ben, cora, bank, told
    ):
        from accounts.models import Accommodation

        Accommodation.objects.create(user=ben, time_factor="1.50")
        quiz = make.quiz(
            cora,
            [make.question(bank)],
            mode="exam",
            time_limit_s=3600,
            closes_at=NOON + 60 * MINUTE,
        )
        attempt = make.finished(ada, quiz)
        assert services.release_due_responses(now=NOON + 119 * MINUTE) == 0
        assert not make.shown(attempt, now=NOON + 119 * MINUTE).correctness
        assert make.shown(attempt, now=NOON + 120 * MINUTE).correctness
        assert services.release_due_responses(now=NOON + 120 * MINUTE) == 1

    def test_they_wait_for_whoever_still_writes_then(self, ada, ben, cora, bank, told):
        from accounts.models import Accommodation

        Accommodation.objects.create(user=ben, time_factor="3.00")
        quiz = make.quiz(
            cora,
            [make.question(bank)],
            mode="exam",
            time_limit_s=3600,
            closes_at=NOON + 60 * MINUTE,
        )
        attempt = make.finished(ada, quiz)
        writing = make.attempt(ben, quiz, now=NOON + 59 * MINUTE)
        for moment in (NOON + 120 * MINUTE, NOON + 150 * MINUTE):
            assert not make.shown(attempt, now=moment).correctness
            assert services.release_due_responses(now=moment) == 0
        services.finish(attempt_id=writing.pk, now=NOON + 151 * MINUTE)
        assert make.shown(attempt, now=NOON + 151 * MINUTE).correctness
        assert services.release_due_responses(now=NOON + 151 * MINUTE) == 2

    def test_a_preview_keeps_nobody_waiting(self, ada, cora, bank, told):
        quiz = make.quiz(cora, [make.question(bank)], mode="exam", closes_at=NOON + 60 * MINUTE)
        attempt = make.finished(ada, quiz)
        services.start_attempt(user=cora, quiz=quiz, now=NOON, preview=True)
        assert make.shown(attempt, now=NOON + 60 * MINUTE).correctness

    def test_nothing_is_told_while_answers_on_their_way_are_taken(self, ada, ben, cora, bank, told):
        quiz = make.quiz(cora, [make.question(bank)], mode="exam", closes_at=NOON + 60 * MINUTE)
        early, late = make.finished(ada, quiz), make.attempt(ben, quiz)
        in_grace = quiz.closes_at + timedelta(seconds=59)
        assert services.release_due_responses(now=in_grace) == 0
        assert not make.shown(early, now=in_grace).correctness
        make.answers(late, now=in_grace)
        assert late.questions.get().saves.count() == 1
        after = quiz.closes_at + timedelta(seconds=61)
        assert make.shown(early, now=after).right_answer

    def test_an_earlier_close_tells_nothing_while_somebody_writes_on(
        self, ada, ben, cora, bank, told
    ):
        quiz = make.quiz(cora, [make.question(bank)], mode="exam", closes_at=NOON + 60 * MINUTE)
        early, late = make.finished(ada, quiz), make.attempt(ben, quiz)
        type(quiz).objects.update(closes_at=NOON + 10 * MINUTE)
        early.quiz.refresh_from_db()
        for moment in (NOON + 20 * MINUTE, NOON + 60 * MINUTE):
            assert not make.shown(early, now=moment).correctness
            assert services.release_due_responses(now=moment) == 0
        services.finish(attempt_id=late.pk, now=NOON + 30 * MINUTE)
        assert make.shown(early, now=NOON + 31 * MINUTE).right_answer
        assert services.release_due_responses(now=NOON + 31 * MINUTE) == 2

    def test_homework_tells_marks_at_once_and_answers_after_the_close(self, ada, cora, bank):
        quiz = make.quiz(cora, [make.question(bank)], mode="homework", closes_at=NOON + 60 * MINUTE)
        attempt = make.finished(ada, quiz)
        now = make.shown(attempt, now=NOON)
        assert now.marks
        assert not now.right_answer
        assert make.shown(attempt, now=NOON + 61 * MINUTE).right_answer


class TestMarking:
    @pytest.fixture
    def essay(self, ada, cora, bank):
        attempt = make.finished(ada, make.quiz(cora, [make.question(bank, type="essay")]))
        return Response.objects.get(question__attempt=attempt)

    def mark(self, response, fraction, by, reason=""):
        return services.mark_response(
            response=response, fraction=Decimal(fraction), feedback="Well *argued*.", reason=reason,
            by=by, now=NOON,
        )  # fmt: skip

    def test_it_adds_a_grade_and_brings_the_score_up_to_date(self, essay, cora):
        grade = self.mark(essay, "0.5", cora)
        attempt = essay.question.attempt
        attempt.refresh_from_db()
        assert (attempt.score, attempt.needs_marking) == (Decimal("0.5"), False)
        assert "<em>argued</em>" in grade.feedback_html
        assert attempt.questions.get().state == "finished"

    def test_a_second_mark_supersedes_the_first_and_keeps_it(self, essay, cora):
        self.mark(essay, "0.5", cora)
        self.mark(essay, "1", cora, reason="second reading")
        essay.question.attempt.refresh_from_db()
        assert essay.question.attempt.score == 1
        assert list(essay.grades.values_list("number", "fraction", "reason")) == [
            (1, None, ""),
            (2, Decimal("0.5"), ""),
            (3, Decimal(1), "second reading"),
        ]

    @pytest.mark.parametrize("fraction", ["-0.1", "1.1", "NaN", "Infinity"])
    def test_it_refuses_a_mark_out_of_range(self, essay, cora, fraction):
        with pytest.raises(ValidationError):
            self.mark(essay, fraction, cora)
        assert essay.grades.count() == 1


def test_scores_can_be_recomputed_from_the_log(ada, ben, cora, bank):
    quiz = make.quiz(
        cora, [make.question(bank, type=kind) for kind in make.DRAFTS], behaviour="interactive"
    )
    for user in (ada, ben):
        for right in (True, False):
            attempt = make.finished(user, quiz, right=right)
            assert marking.fold(attempt) == (
                attempt.score,
                attempt.max_score,
                attempt.needs_marking,
            )


def test_every_type_tells_nothing_of_the_key_before_it_is_graded(ada, cora, bank):
    from quizzes.attempts import queries

    quiz = make.quiz(cora, [make.question(bank, type=kind) for kind in make.DRAFTS], mode="exam")
    attempt = make.attempt(ada, quiz)
    for question in queries.question_contexts(queries.rows_of(attempt, graded=False)):
        assert "fraction" not in str(question)
        assert "rubric" not in str(question["params"])
    assert {kind.slug for kind in registry.all_types()} == set(make.DRAFTS)


@pytest.mark.parametrize(
    ("items", "is_told"),
    [
        (["specific_feedback", "correctness"], True),
        (["specific_feedback"], False),
        (["correctness"], False),
    ],
)
def test_it_tells_what_grading_noticed_where_that_may_be_told(ada, cora, bank, items, is_told):
    """A forgiven slip of spelling also says that the answer is right."""
    attempt = make.attempt(ada, make.quiz(cora, [make.question(bank, type="short_answer")]))
    change = Change(1, {"text": "neuroplasticty"}, None, False, 0)
    services.save_answers(user_id=ada.pk, attempt_id=attempt.pk, changes=[change], now=NOON)
    attempt = services.finish(attempt_id=attempt.pk, now=NOON)
    shown = review_options.at({"later": ["attempt", *items]}, "later")
    (told,) = reviewed_questions(rows_of(attempt, graded=True), make.review(shown))
    assert ("A spelling slip was accepted." in told.remark) == is_told


@pytest.mark.parametrize("item", review_options.ITEMS)
def test_each_review_option_shows_its_item_and_nothing_else(ada, cora, bank, item):
    """Generated: one option at a time, against what each of them alone may tell."""
    from quizzes.attempts.pages import result_contexts

    attempt = make.finished(
        ada, make.quiz(cora, [make.question(bank, anchored_in=make.source())]), right=False
    )
    attempt.quiz.review = {"just_after": ["attempt", item]}
    page = result_contexts.review_page(attempt, ada, now=NOON)
    one = page["questions"][0]
    visible = {
        "correctness": one.verdict is not None,
        "max_marks": one.max_mark is not None,
        "marks": one.mark is not None and page["score"] is not None,
        "specific_feedback": any(option["rationale_html"] for option in one.options),
        "general_feedback": bool(one.explanation_html) and bool(one.passages),
        "right_answer": bool(one.right_keys) and one.correct_summary is not None,
    }
    assert visible == {name: name == item for name in visible}
    attempt.quiz.review = {}
    nothing = result_contexts.review_page(attempt, ada, now=NOON)
    assert nothing["questions"] == []


@pytest.mark.parametrize(
    ("method", "counted"), [("highest", 100), ("average", 50), ("first", 100), ("last", 0)]
)
def test_the_counted_score_follows_the_method(ada, cora, bank, api, signed_in, method, counted):
    quiz = make.quiz(cora, [make.question(bank)], grading_method=method)
    address = f"/api/v1/quizzes/{quiz.slug}/"
    assert api(ada).get(address).data["counted_score"] is None
    make.finished(ada, quiz)
    make.finished(ada, quiz, right=False)
    assert api(ada).get(address).data["counted_score"] == counted
    (line,) = api(ada).get("/api/v1/quizzes/").data["results"]
    assert (line["grading_method"], line["counted_score"]) == (method, counted)
    page = signed_in(ada).get(f"/quizzes/{quiz.slug}/").content.decode()
    assert f'Counted score</dt><dd class="num">{counted}%' in page


@pytest.mark.parametrize("method", ["highest", "average", "last"])
def test_the_counted_score_waits_for_marking(ada, cora, bank, api, signed_in, method):
    quiz = make.quiz(cora, [make.question(bank)], grading_method=method)
    make.finished(ada, quiz)
    waiting = make.finished(ada, quiz)
    type(waiting).objects.filter(pk=waiting.pk).update(needs_marking=True)
    assert api(ada).get(f"/api/v1/quizzes/{quiz.slug}/").data["counted_score"] is None
    page = signed_in(ada).get(f"/quizzes/{quiz.slug}/").content.decode()
    assert 'Counted score</dt><dd class="num">not shown yet' in page


@pytest.mark.parametrize("right", [True, False])
def test_the_counted_score_is_withheld_with_the_marks(ada, cora, bank, api, signed_in, right):
    quiz = make.quiz(cora, [make.question(bank)], review={})
    make.finished(ada, quiz, right=right)
    assert api(ada).get(f"/api/v1/quizzes/{quiz.slug}/").data["counted_score"] is None
    page = signed_in(ada).get(f"/quizzes/{quiz.slug}/").content.decode()
    assert 'Counted score</dt><dd class="num">not shown yet' in page
