from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import Accommodation
from quizzes.attempts import services
from quizzes.attempts.models import Save
from quizzes.attempts.taking.saving import Change, SignedOut
from tests import make
from tests.make import NOON

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


@pytest.fixture
def attempt(ada, cora):
    bank = make.bank(cora)
    return make.attempt(
        ada, make.quiz(cora, [make.question(bank), make.question(bank)], time_limit_s=600)
    )


def save(attempt, slot=1, choice="a", sequence=0, now=NOON, **fields):
    answer = None if choice is None else {"choice": choice}
    change = Change(slot, answer, fields.get("confidence"), fields.get("flagged", False), sequence)
    outcomes = services.save_answers(
        user_id=fields.get("user_id", attempt.user_id),
        attempt_id=attempt.pk,
        changes=[change],
        now=now,
        session_hash=fields.get("session_hash"),
    )
    return outcomes and outcomes[0]


def test_it_appends_a_save_and_raises_the_sequence_number(attempt):
    first, second = save(attempt), save(attempt, choice="b", sequence=1, confidence=3)
    assert [(one.status, one.sequence) for one in (first, second)] == [("saved", 1), ("saved", 2)]
    question = attempt.questions.get(slot=1)
    assert (question.answer, question.confidence, question.sequence) == ({"choice": "b"}, 3, 2)
    assert list(question.saves.values_list("sequence", "answer__choice")) == [(1, "a"), (2, "b")]


def test_it_acknowledges_a_retry_without_writing(attempt):
    save(attempt)
    again = save(attempt, sequence=0)
    assert (again.status, again.sequence) == ("unchanged", 1)
    assert Save.objects.count() == 1


def test_it_refuses_a_change_based_on_an_older_answer(attempt):
    save(attempt, choice="a")
    stale = save(attempt, choice="b", sequence=0)
    assert stale.status == "stale"
    assert stale.current["answer"] == {"choice": "a"}
    assert stale.current["sequence"] == 1
    assert attempt.questions.get(slot=1).answer == {"choice": "a"}


def test_it_clears_an_answer(attempt):
    save(attempt)
    assert save(attempt, choice=None, sequence=1).state == "todo"
    assert attempt.questions.get(slot=1).answer is None


def test_it_keeps_what_is_incomplete(ada, cora):
    bank = make.bank(cora)
    attempt = make.attempt(ada, make.quiz(cora, [make.question(bank, type="numeric")]))
    outcome = services.save_answers(
        user_id=ada.pk,
        attempt_id=attempt.pk,
        changes=[Change(1, {"value": "12,"}, None, False, 0)],
        now=NOON,
    )[0]
    assert (outcome.status, outcome.state) == ("saved", "invalid")
    assert attempt.questions.get().answer == {"value": "12,"}


@pytest.mark.parametrize("answer", [{"choice": "z"}, {"choice": 1}, ["a"], "a", {"nonsense": "a"}])
def test_it_refuses_an_answer_of_the_wrong_shape(attempt, answer):
    outcome = services.save_answers(
        user_id=attempt.user_id,
        attempt_id=attempt.pk,
        changes=[Change(1, answer, None, False, 0)],
        now=NOON,
    )[0]
    assert outcome.status == "invalid"
    assert outcome.message
    assert not Save.objects.exists()


def test_it_treats_the_attempt_of_another_as_missing(attempt, ben):
    assert save(attempt, user_id=ben.pk) is None
    assert save(attempt, slot=99) is None
    assert not Save.objects.exists()


def test_it_judges_each_of_several_changes_by_itself(attempt):
    save(attempt, slot=1)
    outcomes = services.save_answers(
        user_id=attempt.user_id,
        attempt_id=attempt.pk,
        changes=[
            Change(1, {"choice": "b"}, None, False, 0),
            Change(2, {"choice": "b"}, 1, True, 0),
            Change(7, None, None, False, 0),
        ],
        now=NOON,
    )
    assert [one.status for one in outcomes] == ["stale", "saved", "missing"]
    second = attempt.questions.get(slot=2)
    assert (second.answer, second.confidence, second.flagged) == ({"choice": "b"}, 1, True)


def test_two_changes_of_one_slot_in_one_request_are_judged_in_order(attempt):
    changes = [Change(1, {"choice": key}, None, False, number) for number, key in enumerate("abc")]
    outcomes = services.save_answers(
        user_id=attempt.user_id, attempt_id=attempt.pk, changes=changes, now=NOON
    )
    assert [one.sequence for one in outcomes] == [1, 2, 3]
    question = attempt.questions.get(slot=1)
    assert (question.answer, question.sequence) == ({"choice": "c"}, 3)


@pytest.mark.parametrize(
    ("after", "status", "late"),
    [
        (10 * MINUTE - timedelta(seconds=1), "saved", False),
        (11 * MINUTE - timedelta(seconds=1), "saved", True),
        (11 * MINUTE + timedelta(seconds=1), "closed", None),
    ],
)
def test_it_takes_answers_until_the_grace_is_over(attempt, after, status, late):
    outcome = save(attempt, now=NOON + after)
    assert outcome.status == status
    assert list(Save.objects.values_list("late", flat=True)) == ([] if late is None else [late])


def test_it_takes_nothing_after_handing_in_but_acknowledges_what_it_has(attempt):
    save(attempt, choice="a")
    services.finish(attempt_id=attempt.pk, now=NOON)
    assert save(attempt, choice="b", sequence=1).status == "closed"
    assert save(attempt, choice="a", sequence=0).status == "unchanged"


def test_more_time_granted_meanwhile_is_honoured(attempt, ada):
    Accommodation.objects.create(user=ada, time_factor="2.00")
    services.close_overdue_attempts(now=NOON + 10 * MINUTE)
    assert save(attempt, now=NOON + 15 * MINUTE).status == "saved"
    assert services.close_overdue_attempts(now=NOON + 22 * MINUTE) == 1
    attempt.refresh_from_db()
    assert attempt.finished_at == NOON + 20 * MINUTE


@pytest.mark.parametrize("ending", ["disabled", "password", "sessions"])
def test_a_session_that_has_ended_saves_nothing(attempt, ada, ending):
    proof = ada.get_session_auth_hash()
    assert save(attempt, session_hash=proof).status == "saved"
    if ending == "disabled":
        ada.is_active = False
    elif ending == "password":
        ada.set_password("quite another password")
    else:
        ada.session_salt = "another"
    ada.save()
    with pytest.raises(SignedOut):
        save(attempt, choice="b", sequence=1, session_hash=proof)
    assert Save.objects.count() == 1


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    steps=st.lists(
        st.tuples(st.integers(0, 1), st.sampled_from("abc"), st.booleans(), st.booleans()),
        max_size=14,
    )
)
def test_two_tabs_never_lose_an_acknowledged_value(ada, cora, steps):
    """Each step: a tab changes its answer, perhaps sends it twice, perhaps reloads first."""
    bank = make.bank(cora)
    attempt = make.attempt(ada, make.quiz(cora, [make.question(bank)]))
    seen = [0, 0]
    acknowledged = []
    for tab, choice, twice, reloads in steps:
        if reloads:
            seen[tab] = attempt.questions.get().sequence
        for _ in range(1 + twice):
            outcome = save(attempt, choice=choice, sequence=seen[tab])
            if outcome.status == "saved":
                acknowledged.append(choice)
            if outcome.status in ("saved", "unchanged"):
                seen[tab] = outcome.sequence
    log = list(
        Save.objects.filter(question__attempt=attempt).values_list("answer__choice", flat=True)
    )
    assert log == acknowledged
    stored = attempt.questions.get().answer
    assert stored == ({"choice": acknowledged[-1]} if acknowledged else None)
