"""Coverage: what is asked, what is deliberately not, and what is a gap."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from pytest_django.fixtures import DjangoAssertNumQueries

from accounts.models import User
from quizzes.bank.drafts import AnchorDraft, NotAskedDraft
from quizzes.bank.models import QuestionBank
from quizzes.bank.not_asked.services import mark_not_asked
from quizzes.bank.services import retire_question
from quizzes.insight.coverage import TextCoverage, coverage_of, sources_of, totals
from quizzes.material.models import Source
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def text(cora: User) -> Source:
    return make.source(owner=cora, slug="the-text")


@pytest.fixture
def bank(cora: User) -> QuestionBank:
    return make.bank(cora, slug="own")


def covered(text: Source, *banks: QuestionBank) -> dict[str, tuple[str, int]]:
    (found,) = coverage_of(
        Source.objects.filter(pk=text.pk),
        QuestionBank.objects.filter(pk__in=[one.pk for one in banks]),
    )
    return {one.key: (one.state, one.asked) for one in found.passages()}


def test_it_tells_asked_from_deliberately_not_asked_and_from_a_gap(
    text: Source, bank: QuestionBank
) -> None:
    make.question(bank, anchored_in=text)
    make.question(bank, anchored_in=text)
    mark_not_asked(
        draft=NotAskedDraft("the-text", "fading", "It is advice."), by=None, now=make.NOON
    )
    assert covered(text, bank) == {
        "first-act": ("asked", 2),
        "fading": ("not_asked", 0),
        "nothing-asked": ("gap", 0),
    }


def test_it_counts_only_what_students_may_be_asked(
    text: Source, bank: QuestionBank, cora: User
) -> None:
    make.question(bank, anchored_in=text, state="draft")
    gone = make.question(bank, anchored_in=text)
    retire_question(question=gone, by=cora, now=make.NOON)
    refutes = AnchorDraft("the-text", "first-act", "blocks", role="refutes", option=0)
    make.question(bank, anchors=(refutes,))
    make.question(make.bank(cora), anchored_in=text)
    assert covered(text, bank)["first-act"] == ("gap", 0)


def test_it_counts_a_question_once_however_often_it_quotes(
    text: Source, bank: QuestionBank
) -> None:
    twice = tuple(AnchorDraft("the-text", "first-act", quote) for quote in ("blocks", "rises"))
    make.question(bank, anchors=twice)
    assert covered(text, bank)["first-act"] == ("asked", 1)


def test_it_reads_any_number_of_texts_with_the_same_queries(
    text: Source,
    bank: QuestionBank,
    cora: User,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    for one in (text, make.source(owner=cora), make.source(owner=cora)):
        make.question(bank, anchored_in=one)
    with django_assert_num_queries(6):
        found: list[TextCoverage] = coverage_of(sources_of(bank), QuestionBank.objects.all())
    assert totals(found) == {"asked": 3, "not_asked": 0, "gap": 6}


def test_it_tells_educators_by_the_api_and_nobody_else(
    text: Source,
    bank: QuestionBank,
    cora: User,
    dana: User,
    ada: User,
    api: Callable[[User | None], Any],
) -> None:
    make.question(bank, anchored_in=text)
    path = "/api/v1/banks/own/coverage/"
    reply = api(cora).get(path).json()
    assert (reply["asked"], reply["not_asked"], reply["gap"]) == (1, 0, 2)
    (passage, *_others) = reply["materials"][0]["sections"][0]["passages"]
    assert passage == {
        "key": "first-act",
        "position": 1,
        "state": "asked",
        "questions": 1,
        "cards": 0,
        "reason": None,
        "plain": make.PASSAGES[0][1],
        "url": "/read/the-text/#first-act",
    }
    assert [api(one).get(path).status_code for one in (dana, ada, None)] == [404, 404, 401]


def test_it_keeps_texts_that_a_reader_of_the_bank_may_not_see(
    bank: QuestionBank, cora: User, dana: User, api: Callable[[User | None], Any]
) -> None:
    hers = make.source(owner=dana, slug="hers")
    make.question(bank, anchored_in=hers)
    Source.objects.filter(pk=hers.pk).update(edition=None)
    assert api(cora).get("/api/v1/banks/own/coverage/").json()["materials"] == []
