"""Reporting a question, appealing, and what becomes of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from quizzes.assessments import review_options
from quizzes.assessments.models import Quiz
from quizzes.attempts.models import Attempt
from quizzes.attempts.question_reports.models import Report
from quizzes.material.models import Source
from tests import make
from tests.make import PASSAGES

pytestmark = pytest.mark.django_db
SignIn = Callable[[User], Client]
NOW = timezone.now() - timedelta(hours=1)


@pytest.fixture
def quiz(cora: User) -> Quiz:
    make.source(owner=cora, slug="a-text")
    return make.quiz(cora, [make.question(make.bank(cora))], title="The quiz")


@pytest.fixture
def attempt(ada: User, quiz: Quiz) -> Attempt:
    return make.finished(ada, quiz, now=NOW)


def path(attempt: Attempt, slot: int = 1) -> str:
    return f"/attempts/{attempt.pk}/report/{slot}/"


def words() -> str:
    """Some words that a passage of the text says."""
    return PASSAGES[1][1][:40].strip()


def test_it_is_offered_beside_every_reviewed_question(
    signed_in: SignIn, ada: User, cora: User, attempt: Attempt
) -> None:
    assert path(attempt) in signed_in(ada).get(f"/attempts/{attempt.pk}/review/").content.decode()
    educators = signed_in(cora).get(f"/attempts/{attempt.pk}/review/").content.decode()
    assert path(attempt) not in educators


def test_the_account_menu_leads_to_ones_reports(signed_in: SignIn, ada: User) -> None:
    assert 'href="/reports/"' in signed_in(ada).get("/").content.decode()


def test_it_reaches_the_authors_with_the_answer_and_the_version(
    signed_in: SignIn, ada: User, cora: User, dana: User, attempt: Attempt
) -> None:
    reply = signed_in(ada).post(path(attempt), {"kind": "problem", "text": "Two are right <b>."})
    report = Report.objects.get()
    assert reply["Location"] == f"/reports/{report.pk}/"
    assert report.answer == report.question.answer
    queue = signed_in(cora).get("/teach/reports/").content.decode()
    assert f"/teach/reports/{report.pk}/" in queue
    assert "1 report to answer" in signed_in(cora).get("/teach/").content.decode()
    page = signed_in(cora).get(f"/teach/reports/{report.pk}/").content.decode()
    assert "Two are right &lt;b&gt;." in page
    assert "version 1 of the question" in page
    assert "Nothing to mark" in signed_in(dana).get("/teach/reports/").content.decode()
    assert signed_in(dana).get(f"/teach/reports/{report.pk}/").status_code == 404


def test_an_appeal_quotes_the_text(signed_in: SignIn, ada: User, attempt: Attempt) -> None:
    client = signed_in(ada)
    said = {"kind": "appeal", "text": "It says so."}
    refused = client.post(path(attempt), said | {"quote": "No text says these words"})
    assert refused.status_code == 400
    assert "No text you can read contains exactly these words" in refused.content.decode()
    assert "It says so." in refused.content.decode()
    short = client.post(path(attempt), said | {"quote": "a"})
    assert "Copy the words of the text" in short.content.decode()
    client.post(path(attempt), said | {"quote": words()})
    report = Report.objects.get()
    assert report.passage is not None
    assert report.passage.plain[report.start :].startswith(report.quote)
    page = client.get(f"/reports/{report.pk}/").content.decode()
    assert f"/read/a-text/#{report.passage.key}" in page


def test_an_appeal_cannot_quote_a_text_that_the_learner_may_not_read(
    signed_in: SignIn, ada: User, attempt: Attempt
) -> None:
    quote = words()
    Source.objects.filter(slug="a-text").update(edition=None)
    reply = signed_in(ada).post(
        path(attempt), {"kind": "appeal", "text": "It says so.", "quote": quote}
    )
    assert reply.status_code == 400
    assert not Report.objects.exists()


def test_the_learner_is_told_the_outcome_once(
    signed_in: SignIn, ada: User, ben: User, cora: User, attempt: Attempt
) -> None:
    report = make.report(attempt, now=NOW)
    where = f"/teach/reports/{report.pk}/"
    author = signed_in(cora)
    author.post(where, {"take": "1"})
    assert "being looked at" in signed_in(ada).get(f"/reports/{report.pk}/").content.decode()
    assert author.post(where, {"state": "accepted", "reply": ""}).status_code == 400
    assert author.post(where, {"state": "open", "reply": "x"}).status_code == 400
    assert author.post(where, {"state": "accepted", "reply": "You are right."}).status_code == 302
    again = author.post(where, {"state": "declined", "reply": "No."})
    assert "Someone else has answered this report in the meantime" in again.content.decode()
    learner = signed_in(ada)
    assert "was accepted" in learner.get("/").content.decode()
    assert signed_in(ben).get(f"/reports/{report.pk}/").status_code == 404
    assert "You are right." in learner.get(f"/reports/{report.pk}/").content.decode()
    assert "was accepted" not in learner.get("/").content.decode()
    assert "Nothing to mark" in author.get("/teach/reports/").content.decode()
    assert (
        f"/teach/reports/{report.pk}/"
        in author.get("/teach/reports/?show=accepted").content.decode()
    )


def test_it_waits_for_the_question_to_be_over(signed_in: SignIn, ada: User, quiz: Quiz) -> None:
    attempt = make.attempt(ada, quiz, now=timezone.now())
    for reply in (
        signed_in(ada).get(path(attempt)),
        signed_in(ada).post(path(attempt), {"kind": "problem", "text": "Odd."}),
    ):
        assert reply["Location"] == f"/attempts/{attempt.pk}/"
    assert not Report.objects.exists()


def test_it_offers_no_appeal_before_correctness_is_told(
    signed_in: SignIn, ada: User, quiz: Quiz
) -> None:
    quiz.review = {moment: ["attempt"] for moment in review_options.MOMENTS}
    quiz.save(update_fields=["review"])
    attempt = make.finished(ada, quiz, now=NOW)
    page = signed_in(ada).get(path(attempt))
    assert page.status_code == 200
    assert "appeal" not in page.content.decode()
    signed_in(ada).post(path(attempt), {"kind": "appeal", "text": "Odd.", "quote": words()})
    assert Report.objects.get().kind == "problem"


def test_nobody_reports_a_foreign_or_missing_question(
    signed_in: SignIn, ben: User, ada: User, attempt: Attempt
) -> None:
    for address in (path(attempt), path(attempt, 7), "/attempts/99999/report/1/"):
        client = signed_in(ben if address == path(attempt) else ada)
        assert client.get(address).status_code == 404
        assert client.post(address, {"kind": "problem", "text": "x"}).status_code == 404


def test_one_report_waits_at_a_time(signed_in: SignIn, ada: User, attempt: Attempt) -> None:
    report = make.report(attempt, now=NOW)
    assert f"/reports/{report.pk}/" in signed_in(ada).get(path(attempt)).content.decode()
    reply = signed_in(ada).post(path(attempt), {"kind": "problem", "text": "Again."})
    assert "already waiting" in reply.content.decode()
    with pytest.raises(IntegrityError), transaction.atomic():
        make.report(attempt, now=NOW)


def test_it_refuses_more_than_a_day_holds(signed_in: SignIn, ada: User, attempt: Attempt) -> None:
    for _ in range(20):
        make.report(attempt, now=timezone.now(), state="declined", decided_at=timezone.now())
    reply = signed_in(ada).post(path(attempt), {"kind": "problem", "text": "One more."})
    assert "20 reports today" in reply.content.decode()


@pytest.mark.parametrize("text", ["", " ", "a\x00b", "x" * 4001])
def test_it_refuses_words_that_say_nothing_or_cannot_be_stored(
    signed_in: SignIn, ada: User, attempt: Attempt, text: str
) -> None:
    reply = signed_in(ada).post(path(attempt), {"kind": "problem", "text": text})
    assert reply.status_code == 400
    assert not Report.objects.exists()


def test_its_queries_do_not_grow(signed_in: SignIn, ada: User, cora: User, quiz: Quiz) -> None:
    first = make.report(make.finished(ada, quiz, now=NOW), now=NOW)
    author, learner = signed_in(cora), signed_in(ada)
    pages = [
        (learner, "/reports/"),
        (author, "/teach/reports/"),
        (author, f"/teach/reports/{first.pk}/"),
    ]

    def counts() -> list[int]:
        found = []
        for client, address in pages:
            client.get(address)
            with CaptureQueriesContext(connection) as captured:
                client.get(address)
            found.append(len(captured))
        return found

    few = counts()
    for _ in range(4):
        make.report(make.finished(ada, quiz, now=NOW), now=NOW)
    assert counts() == few
    assert few == [4, 5, 9]
