"""Learners are told when a statement they answered a question on says something else."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from quizzes.assessments.models import Quiz
from quizzes.bank.models import Question
from quizzes.material import documents
from quizzes.material.models import Decision, Source, StatementChange
from quizzes.material.publishing import decide, publish_edition
from quizzes.material.queries import document_of
from quizzes.material.services import load_source
from tests import make

SignIn = Callable[[User], Client]
LEARNED = timezone.now() - timedelta(days=2)
PUBLISHED = timezone.now() - timedelta(days=1)
OLD, NEW = "blocks the NMDA receptor", "blocks the AMPA receptor"


@pytest.fixture
def source(cora: User) -> Source:
    return make.source(owner=cora, slug="acting", title="How it acts")


@pytest.fixture
def quiz(cora: User, source: Source) -> Quiz:
    return make.quiz(cora, [make.question(make.bank(cora), anchored_in=source)])


def answer(user: User, quiz: Quiz) -> None:
    make.finished(user, quiz, now=LEARNED)


def change(cora: User, source: Source) -> None:
    stored = Source.objects.get(pk=source.pk)
    text = documents.write(document_of(stored)).replace(OLD, NEW)
    document = documents.parse(text, slug=source.slug)
    loaded = load_source(document=document, owner=cora, now=PUBLISHED, hold=True)
    assert loaded.edition is not None
    for review in loaded.edition.reviews.all():
        decide(review=review, decision=Decision.CHANGED, by=cora, now=PUBLISHED)
    publish_edition(edition=loaded.edition, by=cora, now=PUBLISHED)


def test_it_tells_on_the_first_page_what_changed_until_it_is_put_away(
    ada: User, ben: User, cora: User, source: Source, quiz: Quiz, signed_in: SignIn
) -> None:
    answer(ada, quiz)
    change(cora, source)
    page = signed_in(ada).get("/").content.decode()
    assert "What changed in what you learned" in page
    assert OLD in page
    assert "<mark>AMPA</mark>" in page
    assert "/read/acting/#first-act" in page
    assert "This statement has changed" in signed_in(ada).get("/read/acting/").content.decode()
    seen = f"/changes/{StatementChange.objects.get().pk}/seen/"
    assert "What changed" not in signed_in(ben).get("/").content.decode()
    for reader in (signed_in(ben), Client()):
        assert "This statement has" not in reader.get("/read/acting/").content.decode()
    assert signed_in(ben).post(seen).status_code == 404
    assert Client().post(seen).status_code == 302
    assert signed_in(ada).get(seen).status_code == 405
    assert signed_in(ada).post(seen).status_code == 302
    assert "What changed" not in signed_in(ada).get("/").content.decode()
    assert signed_in(ada).post(seen).status_code == 404


def test_it_tells_nothing_while_the_question_is_asked_in_an_exam(
    ada: User, cora: User, source: Source, quiz: Quiz, signed_in: SignIn
) -> None:
    answer(ada, quiz)
    exam = make.quiz(cora, [Question.objects.get()], mode="exam")
    make.attempt(ada, exam, now=PUBLISHED - timedelta(hours=1))
    change(cora, source)
    assert "What changed" not in signed_in(ada).get("/").content.decode()


def test_it_serves_no_paused_question_beside_the_text(
    ada: User, cora: User, source: Source, quiz: Quiz, signed_in: SignIn
) -> None:
    question = Question.objects.get()
    stem = question.versions.get().stem
    reader = signed_in(ada)
    assert reader.get("/read/acting/").context["question_count"] == 1
    change(cora, source)
    page = reader.get("/read/acting/")
    assert page.context["question_count"] == 0
    assert stem not in page.content.decode()
