"""What cannot be told apart tells nothing: right and wrong answers, keys in different places.

The same steps are walked twice from the same state of the database, at the same moment; then the
replies must be equal but for tokens and numbers of rows.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.core.cache import cache
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from quizzes.api import throttling
from quizzes.attempts import services
from quizzes.attempts.models import Attempt
from quizzes.bank import content_cache
from quizzes.bank.drafts import OptionDraft
from tests import make
from tests.security.canaries import ANSWERS, questions

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


def undone(steps: Callable[[], Any]) -> Any:
    """Take the steps, and take them back: in the database and in the process's memory."""
    with transaction.atomic():
        result = steps()
        transaction.set_rollback(True)
    content_cache.forget()
    throttling.forget()
    cache.clear()
    return result


def normalised(reply: Any) -> tuple[int, str, list[tuple[str, str]]]:
    """A reply without what is random by nature: tokens, and numbers of rows."""
    text = reply.content.decode()
    text = re.sub(r'(csrfmiddlewaretoken" value=|data-key=)"[^"]+"', r'\1""', text)
    text = re.sub(r'(attempts/|data-attempt="|"id": ?|[?;]mark=|;from=|/q/)\d+', r"\1N", text)
    headers = [(name, re.sub(r"attempts/\d+", "N", value)) for name, value in reply.items()]
    headers = [one for one in headers if one[0] != "Content-Length"]
    return reply.status_code, text, sorted(headers)


def assert_equal(walk: list[Any], other: list[Any]) -> None:
    for one, two in zip(walk, other, strict=True):
        where = f"{one.request['REQUEST_METHOD']} {one.request['PATH_INFO']}"
        assert one.status_code < 400, (where, one.content[:300])
        assert normalised(one) == normalised(two), where


def put(client: Client, attempt: Attempt, slot: int, answer: Any) -> Any:
    body = {"answer": answer, "confidence": None, "flagged": False, "sequence": 0}
    path = f"/api/v1/attempts/{attempt.pk}/answers/{slot}/"
    return client.put(path, body, content_type="application/json")


@time_machine.travel(NOW, tick=False)
def test_replies_are_equal_whichever_option_is_right(ada, cora, signed_in, monkeypatch) -> None:
    """Two exams that differ only in what is the key, dealt by the same chance, answered alike."""
    monkeypatch.setattr("secrets.randbits", lambda bits: 20_260_302)
    source = make.source(owner=cora)
    client = signed_in(ada)

    def walk(right: int) -> list[Any]:
        bank = make.bank(cora, use="exam", slug="twin", title="Twin")
        quiz = make.quiz(
            cora,
            questions(bank, source, right=right),
            mode="exam",
            slug="twin",
            title="Twin",
            shuffle_options=False,
            closes_at=NOW + HOUR,
        )
        attempt, _started = services.start_attempt(user=ada, quiz=quiz, now=NOW)
        path, api = f"/attempts/{attempt.pk}/", f"/api/v1/attempts/{attempt.pk}/"
        replies = [client.get(path), client.get(api)]
        replies += [put(client, attempt, slot, one) for slot, one in enumerate(ANSWERS, start=1)]
        replies += [client.get(f"{path}summary/"), client.get(path)]
        replies.append(client.post(f"{api}submit/", {}, content_type="application/json"))
        replies += [client.get(f"{path}{page}") for page in ("result/", "review/")]
        replies += [client.get(f"{api}{page}") for page in ("", "review/")]
        pages = ("/quizzes/twin/", "/progress/", "/", "/library/", f"/read/{source.slug}/")
        lists = ("attempts/", "quizzes/", "quizzes/twin/", f"materials/{source.slug}/")
        replies += [client.get(page) for page in pages]
        return replies + [client.get(f"/api/v1/{page}") for page in lists]

    assert_equal(undone(lambda: walk(0)), undone(lambda: walk(1)))


@pytest.fixture
def exam(ada, cora) -> Attempt:
    """Ada's open attempt at an exam with one question of every type."""
    bank, source = make.bank(cora, use="exam"), make.source(owner=cora)
    quiz = make.quiz(
        cora, questions(bank, source), mode="exam", opens_at=NOW - HOUR, closes_at=NOW + HOUR
    )
    return services.start_attempt(user=ada, quiz=quiz, now=NOW)[0]


RIGHT = ({"text": "canarykeyaccepted"}, {"value": "73519.25"}, {"text": "It blocks a receptor"})
WRONG = ({"text": "canarykeyrejected"}, {"value": "73519.26"}, {"text": "It does nothing atall"})


def answers(attempt: Attempt, *, right: bool) -> list[Any]:
    asked = attempt.questions.select_related("version__question").order_by("slot")
    found = [make.answer_to(one, right=right) for one in asked]
    found[3:6] = RIGHT if right else WRONG
    return found


@time_machine.travel(NOW, tick=False)
def test_saving_a_right_answer_says_and_does_what_saving_a_wrong_one_does(
    ada, exam, signed_in
) -> None:
    client = signed_in(ada)
    client.get("/")

    def walk(right: bool) -> tuple[list[Any], list[int]]:
        client.get(f"/attempts/{exam.pk}/")  # as one does first, which reads the questions
        replies, queries = [], []
        for slot, answer in enumerate(answers(exam, right=right), start=1):
            with CaptureQueriesContext(connection) as captured:
                replies.append(put(client, exam, slot, answer))
            queries.append(len(captured))
        return replies, queries

    (right, queries), (wrong, others) = (undone(lambda r=r: walk(r)) for r in (True, False))
    for one, other in zip(right, wrong, strict=True):
        assert one.status_code == 200, one.content
        assert one.content == other.content
        assert sorted(one.items()) == sorted(other.items())
    assert queries == others


@time_machine.travel(NOW, tick=False)
def test_handing_in_right_answers_says_what_handing_in_wrong_ones_does(
    ada, exam, signed_in
) -> None:
    client = signed_in(ada)
    path, api = f"/attempts/{exam.pk}/", f"/api/v1/attempts/{exam.pk}/"

    def walk(right: bool) -> list[Any]:
        several = [
            {"slot": slot, "answer": answer, "sequence": 0}
            for slot, answer in enumerate(answers(exam, right=right), start=1)
        ]
        replies = [client.put(f"{api}answers/", {"answers": several}, "application/json")]
        replies.append(client.get(f"{path}summary/"))
        replies.append(client.post(f"{path}submit/"))
        replies.append(client.post(f"{api}submit/", {}, "application/json"))
        replies += [client.get(f"{path}result/"), client.get(f"/quizzes/{exam.quiz.slug}/")]
        replies += [client.get(page) for page in ("/", "/progress/", "/api/v1/attempts/")]
        return replies

    assert_equal(undone(lambda: walk(True)), undone(lambda: walk(False)))
    exam.quiz.review["just_after"] = ["attempt", "marks"]
    exam.quiz.save()
    told = [undone(lambda r=r: walk(r)) for r in (True, False)]
    with pytest.raises(AssertionError):  # the control: once marks are told, the walks differ
        assert_equal(*told)


@time_machine.travel(NOW, tick=False)
@pytest.mark.parametrize("behaviour", ["immediate", "interactive", "deferred"])
def test_practice_submitted_during_an_exam_says_nothing_of_what_both_ask(
    ada, cora, signed_in, monkeypatch, behaviour
) -> None:
    """It was begun before the exam, so it asks the exam's question, too."""
    monkeypatch.setattr("secrets.randbits", lambda bits: 20_260_302)
    source = make.source(owner=cora)
    client = signed_in(ada)
    client.get("/")

    def walk(right: bool, *, sits_exam: bool = True) -> list[Any]:
        bank = make.bank(cora, slug="twin", title="Twin")
        shared, other = twin(bank, source, "shared", right), twin(bank, source, "other", True)
        practice = make.quiz(
            cora,
            [shared, other],
            slug="practice",
            title="Practice",
            behaviour=behaviour,
            pass_mark=60,
            shuffle_options=False,
        )
        begun = make.attempt(ada, practice, now=NOW - 2 * MINUTE)
        if sits_exam:
            make.attempt(ada, exam_of(cora, shared), now=NOW - MINUTE)
        path, api = f"/attempts/{begun.pk}/", f"/api/v1/attempts/{begun.pk}/"
        replies = [put(client, begun, slot, {"choice": "a"}) for slot in (1, 2)]
        replies += [client.get(path), client.get(f"{path}summary/"), client.get(api)]
        replies.append(client.post(f"{api}submit/", {}, content_type="application/json"))
        services.release_due_responses(now=NOW + HOUR / 2)
        # The next attempt leaves the question out, and its result names the one before.
        again = make.attempt(ada, practice, now=NOW)
        put(client, again, 1, {"choice": "a"})
        services.finish(attempt_id=again.pk, now=NOW)
        pages = [f"{one}{name}/" for one in (path, f"/attempts/{again.pk}/") for name in RESULTS]
        pages += [f"{api}{name}" for name in ("", "review/")]
        pages += ["/", "/library/", "/progress/", f"/read/{source.slug}/", "/quizzes/practice/"]
        pages += [f"{path}report/1/", f"/read/{source.slug}/p/first-act/"]
        pages += ["/api/v1/attempts/", f"/api/v1/materials/{source.slug}/"]
        return replies + [client.get(page) for page in pages]

    assert_equal(undone(lambda: walk(True)), undone(lambda: walk(False)))
    alone = [undone(lambda r=r: walk(r, sits_exam=False)) for r in (True, False)]
    with pytest.raises(AssertionError):  # the control: without the exam, the walks differ
        assert_equal(*alone)


@time_machine.travel(NOW, tick=False)
def test_a_score_that_comes_out_during_an_exam_waits_for_it(
    ada, cora, signed_in, monkeypatch
) -> None:
    """A homework submitted before, whose marks are shown at its close in the middle of an exam."""
    monkeypatch.setattr("secrets.randbits", lambda bits: 20_260_302)
    source = make.source(owner=cora)
    review = {"after_close": ["attempt", "marks", "max_marks", "correctness"]}
    client = signed_in(ada)
    client.get("/")

    def walk(right: bool, at: datetime) -> list[Any]:
        bank = make.bank(cora, slug="twin", title="Twin")
        question = twin(bank, source, "shared", right)
        names = {"slug": "homework", "title": "Homework", "shuffle_options": False}
        homework = make.quiz(
            cora, [question], mode="homework", review=review, closes_at=NOW + HOUR / 2, **names
        )
        done = make.attempt(ada, homework, now=NOW)
        put(client, done, 1, {"choice": "a"})
        services.finish(attempt_id=done.pk, now=NOW)
        make.attempt(ada, exam_of(cora, question), now=NOW)
        with time_machine.travel(at, tick=False):
            services.close_overdue_attempts(now=at)
            services.release_due_responses(now=at)
            pages = [f"/attempts/{done.pk}/{name}/" for name in RESULTS]
            pages += ["/quizzes/homework/", "/progress/", "/", "/library/", "/api/v1/attempts/"]
            pages += [f"/read/{source.slug}/", f"/api/v1/attempts/{done.pk}/review/"]
            return [client.get(page) for page in pages]

    meanwhile, afterwards = NOW + HOUR * 3 / 4, NOW + 2 * HOUR
    assert_equal(*(undone(lambda r=r: walk(r, meanwhile)) for r in (True, False)))
    shown = [undone(lambda r=r: walk(r, afterwards)) for r in (True, False)]
    with pytest.raises(AssertionError):
        assert_equal(*shown)


RESULTS = ("result", "review")


def exam_of(cora: Any, question: Any) -> Any:
    names = {"slug": "exam", "title": "Exam"}
    return make.quiz(cora, [question], mode="exam", closes_at=NOW + HOUR, **names)


def twin(bank: Any, source: Any, slug: str, right: bool) -> Any:
    """A question whose first option is the key, or its second; nothing else differs."""
    options = tuple(
        OptionDraft(text, Decimal(is_key), "Because the text says so.")
        for text, is_key in (("One", right), ("Two", not right))
    )
    return make.question(
        bank, slug=slug, stem=f"What is {slug}?", options=options, anchored_in=source
    )
