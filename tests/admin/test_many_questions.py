"""The list of questions, what is done to many at once, versions, copies and retirement."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from quizzes.bank.models import Question, QuestionBank, VersionState
from quizzes.bank.services import add_version, retire_question
from quizzes.material.models import Source
from tests import make
from tests.admin.conftest import QUESTIONS


def listed(client: Client, query: str) -> set[str]:
    page = client.get(f"{QUESTIONS}?{query}").content.decode()
    return set(re.findall(r'class="sub">[^<]* · ([-a-z]+)</span>', page))


def act(client: Client, action: str, *questions: Question, **fields: Any) -> str:
    ids = [one.pk for one in questions]
    data = {"action": action, "_selected_action": ids, **fields}
    return client.post(QUESTIONS, data, follow=True).content.decode()


@pytest.fixture
def four(bank: QuestionBank, text: Source, cora: User) -> dict[str, Question]:
    found = {
        "anchored": make.question(
            bank, slug="anchored", stem="Where does glutamate rise?", anchored_in=text
        ),
        "drafted": make.question(
            bank, slug="drafted", state="draft", type="essay", level="application", topic="safety"
        ),
        "tagged": make.question(bank, slug="tagged", state="in_review", tags=("hard",)),
        "gone": make.question(bank, slug="gone"),
    }
    retire_question(question=found["gone"], by=cora, now=make.NOON)
    return found


def test_it_narrows_and_finds(
    educator: Client, four: dict[str, Question], bank: QuestionBank
) -> None:
    every = set(four)
    topic = bank.topics.get(slug="safety").pk
    for query, expected in {
        "": every,
        f"bank={bank.pk}": every,
        "bank=0": set(),
        "type=essay": {"drafted"},
        "level=application": {"drafted"},
        f"topic={topic}": {"drafted"},
        "tag=hard": {"tagged"},
        "state=asked": {"anchored"},
        "state=draft": {"drafted"},
        "state=in_review": {"tagged"},
        "state=retired": {"gone"},
        "state=nonsense": set(),
        "anchors=yes": {"anchored"},
        "anchors=no": every - {"anchored"},
        "q=glutamate": {"anchored"},
        "q=GLUTAMATE+rise": {"anchored"},
        "q=serotonin+reuptake": {"anchored", "tagged", "gone"},
        "q=drafted": {"drafted"},
        "q=nowhere": set(),
    }.items():
        assert listed(educator, query) == expected, query


def test_it_shows_a_newer_draft_of_what_is_asked(
    educator: Client, bank: QuestionBank, cora: User
) -> None:
    from dataclasses import replace

    from quizzes.bank.queries import drafts_of

    question = make.question(bank, slug="asked")
    version = question.versions.get().pk
    draft = replace(drafts_of([version])[version], stem="Another wording?")
    add_version(question=question, draft=draft, by=cora, now=make.NOON)
    assert listed(educator, "state=newer") == {"asked"}
    assert "ready, newer draft" in educator.get(QUESTIONS).content.decode()


def test_its_list_costs_the_same_for_many(educator: Client, bank: QuestionBank) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as counted:
            educator.get(QUESTIONS)
        return len(counted)

    make.question(bank)
    queries()
    before = queries()
    for _number in range(12):
        make.question(bank, tags=("one", "two"))
    assert queries() == before


def test_it_marks_ready_and_says_what_it_refused(
    educator: Client, four: dict[str, Question]
) -> None:
    page = act(educator, "mark_ready", *four.values())
    assert "2 questions changed." in page
    assert "2 already had it." in page
    states = {
        one.question.slug: one.state
        for question in four.values()
        for one in question.versions.select_related("question")
    }
    assert set(states.values()) == {VersionState.READY}
    assert LogEntry.objects.count() == 2
    page = act(educator, "send_to_review", four["anchored"], four["gone"])
    assert "1 refused: a ready version stays ready; change its wording instead" in page
    assert "1 refused: it is retired; restore it first" in page


def test_it_does_not_mark_ready_what_the_text_no_longer_says(
    educator: Client, bank: QuestionBank, text: Source
) -> None:
    question = make.question(bank, state="draft", anchored_in=text)
    text.edition.passages.filter(key="first-act").update(plain="Something else.")
    page = act(educator, "mark_ready", question)
    assert "does not say “blocks the NMDA receptor”" in page
    assert question.versions.get().state == VersionState.DRAFT


def test_it_retires_and_restores(educator: Client, four: dict[str, Question]) -> None:
    act(educator, "retire", four["anchored"])
    act(educator, "restore", four["gone"])
    assert listed(educator, "state=retired") == {"anchored"}


def test_it_sets_topic_level_and_tag(
    educator: Client, four: dict[str, Question], bank: QuestionBank, cora: User
) -> None:
    other = make.question(make.bank(cora, slug="other"), slug="other")
    some = (four["anchored"], four["tagged"])
    assert "For the 2 questions you ticked." in act(educator, "set_level", *some)
    act(educator, "set_level", *some, apply=1, value="understanding")
    topic = bank.topics.get(slug="safety")
    page = act(educator, "set_topic", *some, other, apply=1, value=topic.pk)
    assert "1 refused: the topic belongs to another bank" in page
    act(educator, "add_tag", *some, apply=1, value=" of  note ")
    for one in some:
        one.refresh_from_db()
        assert (one.level, one.topic) == ("understanding", topic)
        assert "of note" in one.tags.values_list("name", flat=True)
    assert "hard" in four["tagged"].tags.values_list("name", flat=True)


def test_it_lists_shows_and_brings_back_versions(educator: Client, bank: QuestionBank) -> None:
    from tests.admin.conftest import form_shown

    question = make.question(bank, stem="The first wording?")
    address = f"{QUESTIONS}{question.pk}/"
    fields = form_shown(educator, f"{address}change/") | {
        "stem": "The second wording?",
        "note": "Clearer",
        "_ready": "1",
    }
    educator.post(f"{address}change/", fields)
    page = educator.get(f"{address}versions/").content.decode()
    assert "Version 2" in page
    assert "Clearer" in page
    shown = educator.get(f"{address}versions/1/").content.decode()
    assert "The first wording?" in shown
    assert "It is the target." in shown
    educator.post(f"{address}versions/1/restore/")
    newest = question.versions.first()
    assert newest is not None
    assert (newest.number, newest.stem, newest.state) == (3, "The first wording?", "draft")
    assert educator.get(f"{address}versions/9/").status_code == 404
    assert educator.get(f"{address}versions/{'9' * 30}/").status_code == 404
    assert educator.get(f"{address}versions/1/restore/").status_code == 405


def test_it_copies_into_another_bank_of_ones_own(
    educator: Client, bank: QuestionBank, cora: User, dana: User
) -> None:
    question = make.question(bank)
    mine, foreign = make.bank(cora, slug="mine"), make.bank(dana, slug="foreign")
    address = f"{QUESTIONS}{question.pk}/duplicate/"
    assert educator.post(address, {"bank": foreign.slug}).status_code == 404
    educator.post(address, {"bank": mine.slug})
    copy = mine.questions.get()
    assert copy.versions.get().state == VersionState.DRAFT
    assert copy.versions.get().stem == question.versions.get().stem


def test_it_deletes_only_what_nobody_ever_met(
    educator: Client, bank: QuestionBank, cora: User
) -> None:
    unused, used = make.question(bank), make.question(bank)
    make.quiz(cora, [used])
    refused = educator.post(f"{QUESTIONS}{used.pk}/delete/", {"post": "yes"})
    assert "A quiz or an attempt uses it. Retire it." in refused.content.decode()
    assert educator.post(f"{QUESTIONS}{unused.pk}/delete/", {"post": "yes"}).status_code == 302
    assert list(bank.questions.all()) == [used]


@pytest.mark.parametrize("how", ["retired", "paused"])
def test_lists_and_counts_leave_out_what_is_not_asked(
    educator: Client, bank: QuestionBank, how: str
) -> None:
    lost = make.question(bank, stem="What is lost?")
    make.question(bank, stem="What is asked?")
    type(lost).objects.filter(pk=lost.pk).update(**{f"{how}_at": make.NOON})
    questions = "/admin/quizzes/question/"
    asked = educator.get(f"{questions}?state=asked").content.decode()
    assert "What is asked?" in asked
    assert "What is lost?" not in asked
    found = educator.get(f"{questions}?state={how}").content.decode()
    assert "What is asked?" not in found
    assert f'<span class="state" data-state="off">{how}</span>' in found
    row = educator.get("/admin/quizzes/questionbank/").content.decode()
    assert '<td class="field-ready">1</td>' in row
