"""A key that was wrong is corrected for those who have answered."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from accounts.models import User
from quizzes.attempts import hooks, services
from quizzes.attempts.grading import regrading
from quizzes.attempts.grading.correcting import correct_key
from quizzes.attempts.models import Attempt, Grade, GradePart, MarkChange
from quizzes.attempts.queries import rows_of
from quizzes.attempts.taking.saving import Change
from quizzes.bank.corrections.models import KeyCorrection
from quizzes.bank.corrections.services import StaleBase, Wanted
from tests import make
from tests.make import NOON

pytestmark = pytest.mark.django_db
LATER = NOON + timedelta(days=1)
# The key of make.question was B of three; it should have been A.
A_IS_RIGHT = {"fractions": ["1", "0", "0"]}


@pytest.fixture
def bank(cora):
    return make.bank(cora)


@pytest.fixture
def regraded(monkeypatch):
    heard = []
    listener = lambda changes, *, now: heard.extend(changes)  # noqa: E731
    monkeypatch.setattr(hooks, "_regraded", [listener])
    return heard


def change_key(question, by, *, base=None, now=LATER, **fields):
    values = {"kind": "change_key", "why": "A misprint.", "payload": A_IS_RIGHT} | fields
    return correct_key(question=question, wanted=Wanted(base=base, **values), by=by, now=now)


def students(count):
    return [User.objects.create_user(f"student-{n}", None) for n in range(count)]


def choose(attempt, position, *, slot=1, now=NOON):
    """Save the option at an authored position, wherever it is shown."""
    question = attempt.questions.get(slot=slot)
    key = "abc"[question.order.index(position)]
    services.save_answers(
        user_id=attempt.user_id,
        attempt_id=attempt.pk,
        changes=[Change(slot, {"choice": key}, None, False, question.sequence)],
        now=now,
    )


def chosen(user, quiz, position, *, now=NOON):
    attempt = make.attempt(user, quiz, now=now)
    choose(attempt, position, now=now)
    return services.finish(attempt_id=attempt.pk, now=now)


def scores(*attempts):
    return [Attempt.objects.get(pk=one.pk).score for one in attempts]


def test_it_grades_everybody_anew_and_keeps_the_grades_before(ada, ben, cora, bank, regraded):
    question = make.question(bank)
    quiz = make.quiz(cora, [question])
    right, wrong = chosen(ada, quiz, 1), chosen(ben, quiz, 0)
    effect = change_key(question, cora)
    assert (effect.affected, effect.up, effect.down, effect.elsewhere) == (2, 1, 1, 0)
    assert {(one.attempt_id, one.old, one.new) for one in effect.changes} == {
        (right.pk, 1, 0),
        (wrong.pk, 0, 1),
    }
    assert scores(right, wrong) == [0, 1]
    correction = KeyCorrection.objects.get()
    assert (effect.id, correction.regraded_at) == (correction.pk, LATER)
    grades = Grade.objects.filter(response__question__attempt=right).order_by("number")
    assert list(grades.values_list("raw_fraction", "fraction", "ruleset", "correction")) == [
        (1, 1, "1", None),
        (0, 0, "1", correction.pk),
    ]
    assert GradePart.objects.filter(grade__in=grades).count() == 2
    assert {(one.old, one.new, one.grade_number) for one in regraded} == {(1, 0, 2), (0, 1, 2)}


def test_a_dry_run_writes_nothing(ada, cora, bank):
    question = make.question(bank)
    attempt = chosen(ada, make.quiz(cora, [question]), 0)
    wanted = Wanted("change_key", "A misprint.", A_IS_RIGHT)
    effect = correct_key(question=question, wanted=wanted, by=cora, now=LATER, dry_run=True)
    assert (effect.id, effect.up, len(effect.changes)) == (None, 1, 1)
    assert scores(attempt) == [0]
    assert not KeyCorrection.objects.exists()


def test_an_open_attempt_is_graded_by_the_new_key_when_it_ends(ada, ben, cora, bank):
    question = make.question(bank)
    quiz = make.quiz(cora, [question], mode="exam")
    attempt = make.attempt(ada, quiz)
    choose(attempt, 0)
    effect = change_key(question, cora)
    assert (effect.affected, effect.still_open) == (0, 1)
    assert services.finish(attempt_id=attempt.pk, now=LATER).score == 1
    assert Grade.objects.get().correction_id == effect.id
    assert chosen(ben, quiz, 0, now=LATER).score == 1
    assert not MarkChange.objects.exists()


def test_saying_the_same_again_does_nothing_and_another_base_is_refused(ada, cora, bank):
    question = make.question(bank)
    chosen(ada, make.quiz(cora, [question]), 0)
    first = change_key(question, cora)
    again = change_key(question, cora)
    assert (again.id, again.same, again.affected) == (None, True, 0)
    with pytest.raises(StaleBase) as caught:
        change_key(question, cora, payload={"fractions": ["0", "0", "1"]})
    assert caught.value.current == first.id
    change_key(question, cora, payload={"fractions": ["0", "0", "1"]}, base=first.id)
    assert KeyCorrection.objects.count() == 2


def test_another_right_answer_adds_and_is_withdrawn(ada, ben, cora, bank):
    question = make.question(bank)
    quiz = make.quiz(cora, [question])
    right, other = chosen(ada, quiz, 1), chosen(ben, quiz, 0)
    first = change_key(question, cora, kind="accept_also")
    assert scores(right, other) == [1, 1]
    change_key(question, cora, kind="withdraw", payload={}, base=first.id)
    assert scores(right, other) == [1, 0]


def test_full_marks_and_dropping_hold_in_the_quiz_they_name(ada, cora, bank):
    question, second = make.question(bank), make.question(bank)
    quiz, elsewhere = make.quiz(cora, [question, second]), make.quiz(cora, [question])
    here, there = chosen(ada, quiz, 0), chosen(ada, elsewhere, 0)
    given = change_key(question, cora, kind="full_marks", payload={}, quiz_id=quiz.pk)
    assert scores(here, there) == [1, 0]
    grade = Grade.objects.get(correction=given.id)
    assert (grade.raw_fraction, grade.fraction) == (0, 1)
    dropped = change_key(question, cora, kind="drop", payload={}, quiz_id=quiz.pk, base=given.id)
    here.refresh_from_db()
    assert (here.score, here.max_score) == (0, 1)
    assert here.questions.get(slot=1).dropped
    change_key(question, cora, kind="withdraw", payload={}, quiz_id=quiz.pk, base=dropped.id)
    here.refresh_from_db()
    # Withdrawn, the full marks before it hold again.
    assert (here.score, here.max_score) == (1, 2)


def test_a_dropped_question_stays_in_open_attempts_uncounted_and_is_asked_no_more(
    ada, ben, cora, bank
):
    question, second = make.question(bank), make.question(bank)
    quiz = make.quiz(cora, [question, second])
    attempt = make.attempt(ada, quiz)
    change_key(question, cora, kind="drop", payload={}, quiz_id=quiz.pk)
    # Nobody has answered the version yet, but it is the one that is asked.
    make.answers(attempt)
    assert attempt.questions.count() == 2
    finished = services.finish(attempt_id=attempt.pk, now=LATER)
    assert (finished.score, finished.max_score) == (1, 1)
    assert list(attempt.questions.order_by("slot").values_list("dropped", flat=True)) == [
        True,
        False,
    ]
    new = make.attempt(ben, quiz, now=LATER)
    assert [one.version.question_id for one in new.questions.all()] == [second.pk]


def test_dropping_a_question_that_waits_for_marking_ends_the_wait(ada, cora, bank):
    question, second = make.question(bank, type="essay"), make.question(bank)
    quiz = make.quiz(cora, [question, second])
    attempt = make.finished(ada, quiz)
    assert attempt.needs_marking
    change_key(question, cora, kind="drop", payload={}, quiz_id=quiz.pk)
    attempt.refresh_from_db()
    assert (attempt.needs_marking, attempt.score, attempt.max_score) == (False, 1, 1)


def test_a_grade_given_by_a_person_stays(ada, cora, bank):
    question = make.question(bank)
    attempt = chosen(ada, make.quiz(cora, [question]), 1)
    response = attempt.questions.get().responses.get()
    services.mark_response(
        response=response, fraction=Decimal("0.5"), feedback="", reason="Half.", by=cora, now=NOON
    )
    effect = change_key(question, cora)
    assert effect.by_hand == [(attempt.pk, 1)]
    assert effect.affected == 0
    assert scores(attempt) == [Decimal("0.5")]


def test_every_try_is_graded_anew_and_only_wrong_ones_cost(ada, cora, bank):
    question = make.question(bank, hints=("Think.", "Think again."), penalty=Decimal("0.25"))
    quiz = make.quiz(cora, [question], behaviour="interactive")
    attempt = make.attempt(ada, quiz)
    for position in (2, 0, 1):
        choose(attempt, position)
        services.check_answer(user=ada, attempt_id=attempt.pk, slot=1, now=NOON)
    assert services.finish(attempt_id=attempt.pk, now=NOON).score == Decimal("0.5")
    change_key(question, cora)
    # A was the second try: one wrong try before it.
    assert scores(attempt) == [Decimal("0.75")]
    row = rows_of(Attempt.objects.get(pk=attempt.pk), graded=True)[0]
    assert row.fraction == Decimal("0.75")


def test_only_who_could_see_a_mark_is_shown_that_it_changed(ada, ben, cora, bank):
    question = make.question(bank)
    chosen(ada, make.quiz(cora, [question]), 0)
    chosen(ben, make.quiz(cora, [question], mode="exam"), 0)
    change_key(question, cora)
    change = MarkChange.objects.get()
    assert (change.user, change.old_mark, change.new_mark) == (ada, 0, 1)
    assert (change.old_percent, change.new_percent, change.seen_at) == (0, 100, None)


def test_what_is_left_over_is_regraded_in_batches_and_no_response_twice(cora, bank, monkeypatch):
    monkeypatch.setattr("quizzes.attempts.grading.correcting.AT_ONCE", 2)
    question = make.question(bank)
    quiz = make.quiz(cora, [question])
    attempts = [chosen(user, quiz, 0) for user in students(5)]
    effect = change_key(question, cora)
    assert sum(scores(*attempts)) == 2
    assert KeyCorrection.objects.get().regraded_at is None
    # Killed after one batch more, and taken up again.
    assert regrading.regrade_batch(effect.id, now=LATER, limit=2) == 2
    assert regrading.regrade_due(now=LATER) == 1
    assert sum(scores(*attempts)) == 5
    assert Grade.objects.filter(correction=effect.id).count() == 5
    assert regrading.regrade_due(now=LATER) == 0


def test_regrading_takes_as_many_queries_for_many_as_for_few(
    cora, bank, django_assert_max_num_queries
):
    question = make.question(bank)
    quiz = make.quiz(cora, [question])
    for user in students(40):
        chosen(user, quiz, 0)
    with django_assert_max_num_queries(45):
        change_key(question, cora)


def test_it_reaches_answered_versions_that_show_the_same(ada, cora, bank):
    from quizzes.bank import services as authoring
    from quizzes.bank.queries import drafts_of

    question = make.question(bank)
    attempt = chosen(ada, make.quiz(cora, [question]), 0)
    old = question.versions.get()
    draft = drafts_of([old.pk])[old.pk]
    from dataclasses import replace

    new = authoring.add_version(
        question=question,
        draft=replace(draft, explanation="Because it says so."),
        by=cora,
        now=NOON,
        state="ready",
    )
    change_key(question, cora)
    assert set(KeyCorrection.objects.values_list("version", flat=True)) == {old.pk, new.pk}
    assert scores(attempt) == [1]
    reworded = authoring.add_version(
        question=question,
        draft=replace(draft, stem="Another question?"),
        by=cora,
        now=NOON,
        state="ready",
    )
    base = KeyCorrection.objects.latest("pk").pk
    effect = change_key(question, cora, payload={"fractions": ["0", "0", "1"]}, base=base)
    assert [one.pk for one in effect.others] == [old.pk]
    assert KeyCorrection.objects.latest("pk").version_id == reworded.pk


def test_a_correction_never_changes_what_students_are_shown(ada, cora, bank):
    question = make.question(bank, type="numeric")
    make.finished(ada, make.quiz(cora, [question]))
    for payload in ({"params": {"units": ["g"]}}, {"fractions": ["1"]}, {}, {"stem": "x"}):
        with pytest.raises(ValidationError):
            change_key(question, cora, payload=payload)
    change_key(question, cora, payload={"params": {"value": 31}})
    assert Attempt.objects.get().score == 0


def test_it_is_for_those_who_may_write_in_the_bank_and_change_the_quiz(ada, ben, cora, bank):
    question = make.question(bank)
    dan = User.objects.create_user("dan", None, is_staff=True)
    quiz = make.quiz(dan, [question])
    chosen(ada, quiz, 0)
    with pytest.raises(PermissionDenied):
        change_key(question, ben)
    with pytest.raises(PermissionDenied):
        change_key(question, cora, kind="drop", payload={}, quiz_id=quiz.pk)
    with pytest.raises(ValidationError):
        change_key(question, cora, kind="drop", payload={})
    # Attempts at other people's quizzes are regraded, and told as a number only.
    effect = change_key(question, cora)
    assert (effect.changes, effect.elsewhere) == ([], 1)
