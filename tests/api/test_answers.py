"""PUT /attempts/{id}/answers/…: the saving rule of the contract, through the door clients use."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from knox.models import AuthToken

from accounts import services as accounts
from accounts.models import User
from quizzes.api import throttling
from quizzes.assessments.models import Quiz
from quizzes.attempts.models import Attempt, Save
from quizzes.attempts.taking import saving
from tests import make
from tests.api.conftest import Caller

pytestmark = pytest.mark.django_db
Callers = Callable[[Any], Caller]


def body(answer: Any, sequence: int = 0, **fields: Any) -> dict[str, Any]:
    return {"answer": answer, "confidence": None, "flagged": False, "sequence": sequence} | fields


def path(attempt: Attempt, slot: int | str = "") -> str:
    return f"/attempts/{attempt.pk}/answers/" + (f"{slot}/" if slot else "")


@pytest.mark.parametrize("caller", ["program", "script"])
def test_it_saves_by_token_and_by_session(
    caller: str, request: Any, ada: User, taken: Attempt
) -> None:
    reply = request.getfixturevalue(caller)(ada).put(
        path(taken, 1), body({"choice": "b"}, confidence=3, flagged=True)
    )
    assert reply.status_code == 200
    saved = reply.json()
    assert saved.pop("saved_at").endswith("Z")
    assert saved == {"slot": 1, "sequence": 1, "state": "complete"}
    question = taken.questions.get(slot=1)
    assert (question.answer, question.confidence, question.flagged) == ({"choice": "b"}, 3, True)


def test_it_acknowledges_a_retry_without_writing(
    program: Callers, ada: User, taken: Attempt
) -> None:
    caller = program(ada)
    caller.put(path(taken, 1), body({"choice": "b"}))
    again = caller.put(path(taken, 1), body({"choice": "b"}))
    assert (again.status_code, again.json()["sequence"]) == (200, 1)
    assert Save.objects.count() == 1


def test_it_refuses_a_stale_save_with_what_is_stored(
    program: Callers, ada: User, taken: Attempt
) -> None:
    caller = program(ada)
    caller.put(path(taken, 1), body({"choice": "b"}, confidence=2))
    reply = caller.put(path(taken, 1), body({"choice": "a"}))
    assert reply.status_code == 409
    assert reply.json() == {
        "code": "stale",
        "current": {
            "slot": 1,
            "answer": {"choice": "b"},
            "confidence": 2,
            "flagged": False,
            "sequence": 1,
            "state": "complete",
        },
    }


def test_it_refuses_saves_after_the_end(program: Callers, ada: User, quiz: Quiz) -> None:
    attempt = make.finished(ada, quiz)
    reply = program(ada).put(path(attempt, 1), body({"choice": "a"}, 1))
    assert reply.status_code == 409
    assert reply.json() == {"code": "closed", "state": "finished"}


@pytest.mark.parametrize(("late", "status"), [(-1, 200), (59, 200), (62, 409)])
def test_it_takes_answers_for_a_minute_after_the_deadline(
    late: int, status: int, program: Callers, ada: User, taken: Attempt
) -> None:
    taken.deadline = timezone.now() - timedelta(seconds=late)
    taken.save()
    reply = program(ada).put(
        path(taken, 1), body({"choice": "a"}), Date="Mon, 01 Jan 2001 00:00:00 GMT"
    )
    assert reply.status_code == status
    if status == 200:
        assert Save.objects.get().late == (late > 0)


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        (body({"choice": "z"}), "answer"),
        (body({"choice": 1}), "answer"),
        (body({"choice": "a", "score": 1}), "answer"),
        (body("a"), "answer"),
        (body(["a"]), "answer"),
        (body(None, True), "sequence"),
        (body(None, 1.0), "sequence"),
        (body(None, "1"), "sequence"),
        (body(None, -1), "sequence"),
        (body(None, 2**31), "sequence"),
        (body(None, confidence=4), "confidence"),
        (body(None, confidence=True), "confidence"),
        (body(None, confidence="1"), "confidence"),
        (body(None, flagged=1), "flagged"),
        (body(None, flagged=None), "flagged"),
        (body(None, state="finished"), "state"),
        (body(None, slot=1), "slot"),
        ({"answer": None}, "sequence"),
        ({"sequence": 0}, "answer"),
        ([], "body"),
        (None, "body"),
        (b'{"answer": NaN}', "body"),
        (b'{"answer": null, "answer": null, "sequence": 0}', "body"),
    ],
)
def test_it_refuses_bodies_that_are_not_exactly_right(
    sent: Any, field: str, program: Callers, ada: User, taken: Attempt
) -> None:
    reply = program(ada).put(path(taken, 1), sent)
    assert reply.status_code == 400
    assert field in reply.json()
    assert not Save.objects.exists()


def test_it_saves_several_each_judged_by_itself(
    program: Callers, ada: User, taken: Attempt
) -> None:
    caller = program(ada)
    caller.put(path(taken, 2), body({"choices": ["a"]}))
    answers = [
        {"slot": 1, **body({"choice": "a"})},
        {"slot": 2, **body({"choices": ["b"]})},
        {"slot": 3, **body({"text": 5})},
        {"slot": 9, **body(None)},
    ]
    reply = caller.put(path(taken), {"answers": answers})
    assert reply.status_code == 200
    results = reply.json()["results"]
    assert [(one["slot"], one["status"]) for one in results] == [
        (1, "saved"),
        (2, "stale"),
        (3, "invalid"),
        (9, "missing"),
    ]
    assert results[1]["current"]["answer"] == {"choices": ["a"]}
    assert all(len(one) == 7 for one in results)


@pytest.mark.parametrize(
    "answers",
    [
        [],
        None,
        {},
        [{"slot": 1, **body(None)}] * 2,
        [{"slot": 0, **body(None)}],
        [{"slot": True, **body(None)}],
        [body(None)],
        [{"slot": 1, **body(None, True)}],
        [{"slot": n, **body(None)} for n in range(1, 52)],
    ],
)
def test_it_refuses_a_broken_list_as_a_whole(
    answers: Any, program: Callers, ada: User, taken: Attempt
) -> None:
    assert program(ada).put(path(taken), {"answers": answers}).status_code == 400


@pytest.mark.parametrize("slot", ["1", ""])
def test_it_hides_attempts_of_others_from_everyone(
    slot: str, program: Callers, ben: User, cora: User, root: User, taken: Attempt
) -> None:
    sent = body(None) if slot else {"answers": [{"slot": 1, **body(None)}]}
    for user in (ben, cora, root):
        reply = program(user).put(path(taken, slot), sent)
        missing = program(user).put(
            f"/attempts/{taken.pk + 999}/answers/{slot and slot + '/'}", sent
        )
        assert reply.status_code == missing.status_code == 404
        assert reply.content == missing.content


@pytest.mark.parametrize("number", ["99999999999999999", "999999999999999999", "40000"])
def test_it_knows_no_slot_with_an_absurd_number(
    number: str, program: Callers, ada: User, taken: Attempt
) -> None:
    assert program(ada).put(path(taken, number), body(None)).status_code == 404
    assert program(ada).put(f"/attempts/{number}/answers/1/", body(None)).status_code == 404


def test_it_asks_nobody_in(program: Callers, taken: Attempt) -> None:
    reply = program(None).put(path(taken, 1), body(None))
    assert (reply.status_code, reply["WWW-Authenticate"]) == (401, "Token")
    for header in ("Token", "Token x y", "Token \xff", "Token " + "0" * 64, "Bearer x"):
        assert program(None).put(path(taken, 1), b"{", Authorization=header).status_code == 401


def test_it_asks_scripts_for_their_token_against_forgery(
    script: Callers, ada: User, taken: Attempt
) -> None:
    caller = script(ada)
    caller.headers = {}
    assert caller.put(path(taken, 1), body(None)).status_code == 403
    caller.headers = {"X-CSRFToken": "x" * 64}
    assert caller.put(path(taken, 1), body(None)).status_code == 403


def test_it_takes_no_form(script: Callers, ada: User, taken: Attempt) -> None:
    caller = script(ada)
    for kind in (
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
    ):
        reply = caller.client.put(
            "/api/v1" + path(taken, 1), "{}", content_type=kind, headers=caller.headers
        )
        assert reply.status_code == 415


def test_it_answers_put_alone(program: Callers, ada: User, taken: Attempt) -> None:
    for method in ("GET", "POST", "PATCH", "DELETE", "OPTIONS"):
        reply = program(ada)(method, path(taken, 1), body(None))
        assert (reply.status_code, reply["Allow"]) == (405, "PUT")


def test_it_notices_that_a_session_has_ended(script: Callers, ada: User, taken: Attempt) -> None:
    caller = script(ada)
    assert caller.put(path(taken, 1), body({"choice": "a"})).status_code == 200
    accounts.end_sessions(user=ada)
    for sent in (body({"choice": "b"}, 1), body("wrong shape", 1), b"{"):
        assert caller.put(path(taken, 1), sent).status_code == 401
    assert caller.put(path(taken, 77), body(None)).status_code == 401
    assert Save.objects.count() == 1


def test_it_lets_no_disabled_user_save(
    script: Callers, program: Callers, ada: User, taken: Attempt
) -> None:
    callers = (script(ada), program(ada))
    User.objects.filter(pk=ada.pk).update(is_active=False)
    for caller in callers:
        assert caller.put(path(taken, 1), body({"choice": "a"})).status_code == 401


def test_it_lets_no_expired_token_save(program: Callers, ada: User, taken: Attempt) -> None:
    caller = program(ada)
    AuthToken.objects.update(expiry=timezone.now() - timedelta(seconds=1))
    assert caller.put(path(taken, 1), body(None)).status_code == 401


def test_it_asks_staff_for_a_second_factor(
    program: Callers, script: Callers, cora: User, quiz: Quiz, settings: Any
) -> None:
    attempt = make.attempt(cora, quiz)
    callers = (program(cora), script(cora))
    settings.SECOND_FACTOR_FOR_STAFF = True
    for caller in callers:
        assert caller.put(path(attempt, 1), body(None)).status_code == 403


def counted(act: Callable[[], Any]) -> int:
    """Count statements, BEGIN and COMMIT among them, which are savepoints within a test."""
    with CaptureQueriesContext(connection) as queries:
        reply = act()
    assert reply.status_code == 200, reply.content
    return len(queries)


@pytest.mark.parametrize("caller", ["program", "script"])
def test_it_saves_one_answer_in_six_statements(
    caller: str, request: Any, ada: User, taken: Attempt
) -> None:
    put = request.getfixturevalue(caller)(ada).put
    put(path(taken, 1), body({"choice": "a"}))
    assert counted(lambda: put(path(taken, 1), body({"choice": "b"}, 1))) <= 6


@pytest.mark.parametrize("caller", ["program", "script"])
def test_it_saves_twenty_answers_in_nine_statements(
    caller: str, request: Any, ada: User, cora: User
) -> None:
    bank = make.bank(cora)
    quiz = make.quiz(cora, [make.question(bank) for _ in range(20)])
    attempt = make.attempt(ada, quiz)
    put = request.getfixturevalue(caller)(ada).put
    several = [{"slot": slot, **body({"choice": "a"})} for slot in range(1, 21)]
    assert counted(lambda: put(path(attempt), {"answers": several})) <= 9
    assert Save.objects.count() == 20


def test_it_holds_a_flood_of_saves_and_says_how_long(
    program: Callers, ada: User, ben: User, quiz: Quiz, taken: Attempt, monkeypatch: Any
) -> None:
    caller = program(ada)
    monkeypatch.setattr(throttling, "SAVES", throttling.Budget(rate=0.5, burst=20))
    statuses = [caller.put(path(taken, 1), body(None)).status_code for _ in range(30)]
    assert statuses[:20] == [200] * 20
    assert statuses[-1] == 429
    assert int(caller.put(path(taken, 1), body(None))["Retry-After"]) <= 2
    other = make.attempt(ben, quiz)
    assert program(ben).put(path(other, 1), body(None)).status_code == 200


def test_it_holds_a_flood_whichever_process_took_the_saves(
    program: Callers, ada: User, ben: User, quiz: Quiz, taken: Attempt, monkeypatch: Any
) -> None:
    monkeypatch.setattr(saving, "SAVES_AT_ONCE", 6)
    caller = program(ada)

    def change(sequence: int) -> Any:
        # As another process, which has seen as much of this attempt as is its share.
        throttling.forget()
        throttling.SHARE_OF_SAVES.take((ada.pk, taken.pk), cost=throttling.SHARE_OF_SAVES.burst)
        answer = {"choice": "ab"[sequence % 2]}
        return caller.put(path(taken, 1), body(answer, sequence))

    with time_machine.travel(timezone.now(), tick=False) as clock:
        assert [change(sequence).status_code for sequence in range(6)] == [200] * 6
        clock.shift(5)
        refused = change(6)
        assert (refused.status_code, refused["Retry-After"]) == (429, "15")
        assert Save.objects.count() == 6
        other = make.attempt(ben, quiz)
        assert program(ben).put(path(other, 1), body({"choice": "a"})).status_code == 200
        clock.shift(15)
        assert change(6).status_code == 200


def test_it_counts_every_answer_of_a_list(program: Callers, ada: User, taken: Attempt) -> None:
    answers = [{"slot": slot, **body(None)} for slot in range(1, 51)]
    caller = program(ada)
    statuses = [caller.put(path(taken), {"answers": answers}).status_code for _ in range(3)]
    assert statuses == [200, 200, 429]


def test_it_lets_no_stranger_use_up_the_owner_s_saves(
    program: Callers, ada: User, ben: User, taken: Attempt
) -> None:
    stranger = program(ben)
    answers = [{"slot": slot, **body(None)} for slot in range(1, 51)]
    assert [stranger.put(path(taken), {"answers": answers}).status_code for _ in range(3)] == [
        404,
        404,
        429,
    ]
    assert program(ada).put(path(taken, 1), body(None)).status_code == 200
