"""Graded, Outcome and Regraded: each once for every response, whichever way it came about."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection

from accounts.models import User
from quizzes.attempts import hooks, services
from quizzes.attempts.hooks import Regrading
from quizzes.attempts.models import Attempt, Response
from tests import make
from tests.make import NOON

MINUTE = timedelta(minutes=1)


@dataclass
class Heard:
    """What a listener of each kind was called with."""

    graded: list[int] = field(default_factory=list)
    outcome: list[int] = field(default_factory=list)
    regraded: list[Regrading] = field(default_factory=list)


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> Heard:
    one = Heard()

    def on_graded(responses: Any, *, now: Any) -> None:
        one.graded += [response.pk for response in responses]

    def on_outcome(responses: Any, *, now: Any) -> None:
        one.outcome += [response.pk for response in responses]

    def on_regraded(changes: Any, *, now: Any) -> None:
        one.regraded += changes

    for name, listener in (
        ("_graded", on_graded),
        ("_outcome", on_outcome),
        ("_regraded", on_regraded),
    ):
        monkeypatch.setattr(hooks, name, [listener])
    return one


def responses(attempt: Attempt) -> list[int]:
    return list(
        Response.objects.filter(question__attempt=attempt)
        .order_by("pk")
        .values_list("pk", flat=True)
    )


def mark(response: Response, fraction: str, by: User) -> None:
    services.mark_response(
        response=response, fraction=Decimal(fraction), feedback="", reason="", by=by, now=NOON
    )


def test_it_sends_what_is_checked_at_the_check_and_not_again_at_the_finish(
    ada: User, cora: User, heard: Heard
) -> None:
    bank = make.bank(cora)
    attempt = make.attempt(ada, make.quiz(cora, [make.question(bank), make.question(bank)]))
    make.answers(attempt)
    for _ in range(2):
        services.check_answer(user=ada, attempt_id=attempt.pk, slot=1, now=NOON)
    assert heard.graded == heard.outcome == responses(attempt)
    for _ in range(2):
        services.finish(attempt_id=attempt.pk, now=NOON)
    assert heard.graded == heard.outcome == responses(attempt)
    assert len(heard.outcome) == 2
    assert not Response.objects.filter(outcome_sent_at=None).exists()


def test_it_sends_every_try_once(ada: User, cora: User, heard: Heard) -> None:
    asked = [make.question(make.bank(cora), hints=("Think.",))]
    attempt = make.attempt(ada, make.quiz(cora, asked, behaviour="interactive"))
    make.answers(attempt, right=False)
    services.check_answer(user=ada, attempt_id=attempt.pk, slot=1, now=NOON)
    make.answers(attempt)
    services.finish(attempt_id=attempt.pk, now=NOON)
    assert len(heard.graded) == 2
    assert heard.graded == heard.outcome == responses(attempt)


def test_the_outcome_of_an_exam_waits_for_its_close(ada: User, cora: User, heard: Heard) -> None:
    quiz = make.quiz(
        cora, [make.question(make.bank(cora))], mode="exam", closes_at=NOON + 60 * MINUTE
    )
    attempt = make.finished(ada, quiz)
    assert heard.graded == responses(attempt)
    services.release_due_responses(now=NOON + 59 * MINUTE)
    assert heard.outcome == []
    assert Response.objects.get().outcome_sent_at is None
    for minutes in (61, 62):
        services.release_due_responses(now=NOON + minutes * MINUTE)
    assert heard.graded == heard.outcome == responses(attempt)
    assert Response.objects.get().outcome_sent_at == NOON + 61 * MINUTE


def test_what_was_checked_without_feedback_is_sent_at_the_finish(
    ada: User, cora: User, heard: Heard
) -> None:
    quiz = make.quiz(cora, [make.question(make.bank(cora))])
    quiz.review["during"] = ["attempt"]
    quiz.save()
    attempt = make.attempt(ada, quiz)
    make.answers(attempt)
    services.check_answer(user=ada, attempt_id=attempt.pk, slot=1, now=NOON)
    assert (heard.graded, heard.outcome) == (responses(attempt), [])
    services.finish(attempt_id=attempt.pk, now=NOON)
    assert heard.graded == heard.outcome == responses(attempt)


def test_an_essay_is_sent_when_it_is_marked_and_a_second_mark_regrades_it(
    ada: User, cora: User, heard: Heard
) -> None:
    quiz = make.quiz(cora, [make.question(make.bank(cora), type="essay")])
    attempt = make.finished(ada, quiz)
    essay = Response.objects.get()
    assert essay.released_at is not None
    assert (heard.graded, heard.outcome) == ([], [])
    mark(essay, "0.5", cora)
    assert heard.graded == heard.outcome == responses(attempt)
    assert heard.regraded == []
    mark(essay, "1", cora)
    assert heard.regraded == [Regrading(essay.pk, Decimal("0.5"), Decimal(1), 3)]
    assert len(heard.graded) == len(heard.outcome) == 1


def test_a_marked_essay_of_an_exam_waits_for_the_close_as_well(
    ada: User, cora: User, heard: Heard
) -> None:
    quiz = make.quiz(
        cora,
        [make.question(make.bank(cora), type="essay")],
        mode="exam",
        closes_at=NOON + 60 * MINUTE,
    )
    make.finished(ada, quiz)
    essay = Response.objects.get()
    mark(essay, "0.5", cora)
    mark(essay, "0.75", cora)
    assert (heard.graded, heard.outcome, len(heard.regraded)) == ([essay.pk], [], 1)
    services.release_due_responses(now=NOON + 61 * MINUTE)
    assert heard.outcome == [essay.pk]


def test_an_essay_released_before_it_is_marked_is_sent_at_the_mark(
    ada: User, cora: User, heard: Heard
) -> None:
    quiz = make.quiz(
        cora,
        [make.question(make.bank(cora), type="essay")],
        mode="exam",
        closes_at=NOON + 60 * MINUTE,
    )
    make.finished(ada, quiz)
    services.release_due_responses(now=NOON + 61 * MINUTE)
    assert (heard.graded, heard.outcome) == ([], [])
    mark(Response.objects.get(), "0.5", cora)
    assert heard.graded == heard.outcome == [Response.objects.get().pk]


def test_a_preview_sends_nothing(cora: User, heard: Heard) -> None:
    bank = make.bank(cora)
    asked = [make.question(bank), make.question(bank, type="essay")]
    quiz = make.quiz(cora, asked)
    attempt, _ = services.start_attempt(user=cora, quiz=quiz, now=NOON, preview=True)
    make.answers(attempt)
    services.check_answer(user=cora, attempt_id=attempt.pk, slot=1, now=NOON)
    services.finish(attempt_id=attempt.pk, now=NOON)
    essay = Response.objects.get(question__slot=2)
    mark(essay, "0.5", cora)
    mark(essay, "1", cora)
    exam = make.quiz(cora, asked, mode="exam", closes_at=NOON + 60 * MINUTE)
    attempt, _ = services.start_attempt(user=cora, quiz=exam, now=NOON, preview=True)
    make.answers(attempt)
    services.finish(attempt_id=attempt.pk, now=NOON)
    assert services.release_due_responses(now=NOON + 61 * MINUTE) == 2
    assert heard == Heard()


def test_a_worker_killed_half_way_has_sent_nothing_and_the_next_sends_all(
    ada: User, cora: User, heard: Heard, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Killed(BaseException):
        """Ends the process's work as a signal would: nothing catches it."""

    def kill(responses: Any, *, now: Any) -> None:
        raise Killed

    attempt = make.attempt(ada, make.quiz(cora, [make.question(make.bank(cora))]))
    make.answers(attempt)
    with monkeypatch.context() as patched:
        patched.setattr(hooks, "_outcome", [kill])
        with pytest.raises(Killed):
            services.finish(attempt_id=attempt.pk, now=NOON)
    assert not Response.objects.exists()
    heard.graded.clear()
    services.finish(attempt_id=attempt.pk, now=NOON)
    assert heard.graded == heard.outcome == responses(attempt)


def test_a_listener_that_fails_fails_no_submission(ada: User, cora: User, heard: Heard) -> None:
    def fails(responses: Any, *, now: Any) -> None:
        with connection.cursor() as cursor:
            cursor.execute("UPDATE accounts_user SET name = 'half-written'")
            cursor.execute("SELECT nothing FROM nowhere")

    hooks.on_outcome(fails)
    attempt = make.finished(ada, make.quiz(cora, [make.question(make.bank(cora))]))
    assert attempt.score == 1
    assert Response.objects.get().outcome_sent_at == NOON
    assert heard.outcome == responses(attempt)
    ada.refresh_from_db()
    assert ada.name == "Ada Osei"
