"""Advice of the linter beside the fields of a question: while typing, on saving, never blocking."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from quizzes.bank.models import Question, QuestionBank
from quizzes.material.models import Source
from tests import make
from tests.admin.conftest import ANCHOR, QUESTIONS, form, form_shown

LONG = ({"text": "A", "rationale": "No."}, {"text": "B " * 9, "worth": "right", "rationale": "So."})


def advice(client: Client, **fields: Any) -> dict[str, Any]:
    reply = client.post(f"{QUESTIONS}advice/", form(**fields))
    assert reply.status_code == 200
    found: dict[str, Any] = reply.json()
    return found


@pytest.mark.usefixtures("bank")
def test_it_advises_beside_the_field_and_stores_nothing(educator: Client) -> None:
    found = advice(educator, stem="Which drug is not meant?", options=LONG)
    assert set(found["fields"]) == {"id_stem", "id_options-1-text"}
    assert "write NOT in capitals" in found["fields"]["id_stem"]
    assert "key-longest" in found["fields"]["id_options-1-text"]
    assert found["summary"] == "2 pieces of advice."
    assert not Question.objects.exists()


@pytest.mark.usefixtures("bank")
def test_it_begins_the_line_that_lets_a_finding_stand(educator: Client) -> None:
    fields = {"stem": "Which drug is not meant?", "options": LONG}
    shown = advice(educator, **fields)["fields"]["id_stem"]
    finding = re.findall(r'name="_waive" value="([^"]+)"', shown)[0]

    def waive(press: str, value: str, waived: str = "") -> str:
        sent = form(**fields, press=press) | {press: value, "waive": waived}
        page = educator.post(f"{QUESTIONS}add/", sent).content.decode()
        return page.partition('name="waive"')[2].partition(">")[2].partition("</textarea>")[0]

    assert waive("_waive", finding).strip() == f"{finding}:"
    both = f"clang: A name.\n{finding}: So it is asked."
    assert waive("_waive", finding, both).split() == both.split()
    assert waive("_waive", "clang", f"{finding}: So.").split() == [f"{finding}:", "So.", "clang:"]
    assert waive("_waive", "no-such-finding").strip() == ""
    assert not Question.objects.exists()
    answered = f"{finding}: The exception is asked."
    said = advice(educator, **fields, waive=answered)["fields"]["id_stem"]
    assert "Waived:" in said
    assert "_waive" not in said


@pytest.mark.usefixtures("bank")
def test_it_keeps_quiet_over_what_is_only_not_written_yet(educator: Client) -> None:
    half = ({"text": "Dopamine"}, {"text": "NMDA", "worth": "right"}, {})
    assert advice(educator, options=half)["findings"] == []
    assert advice(educator, stem="", options=LONG)["findings"] == []


@pytest.mark.usefixtures("bank", "text")
def test_it_advises_at_the_quote_that_its_passage_does_not_say(educator: Client) -> None:
    wrong = ANCHOR | {"quote": "opens the NMDA receptor"}
    (found,) = advice(educator, anchors=({}, wrong))["fields"].items()
    assert found[0] == "id_anchors-1-quote"
    assert advice(educator, anchors=(ANCHOR,))["fields"] == {}


@pytest.mark.usefixtures("bank", "text")
def test_it_shows_advice_with_the_saved_question_and_never_blocks(educator: Client) -> None:
    saved = educator.post(
        f"{QUESTIONS}add/", form(stem="Which drug is not meant?", press="_ready"), follow=True
    )
    page = saved.content.decode()
    assert Question.objects.count() == 1
    assert 'aria-describedby="id_stem_helptext id_stem_advice"' in page
    assert "The question is negative" in page
    assert "No passage supports the answer" in page
    assert "2 pieces of advice." in page


@pytest.mark.usefixtures("bank")
def test_it_shows_what_is_waived_as_waived(educator: Client) -> None:
    waive = "negative-stem: the negation is the point\nmissing-anchor: it is about method"
    educator.post(f"{QUESTIONS}add/", form(stem="Which drug is not meant?", waive=waive))
    question = Question.objects.get()
    assert {one["finding"] for one in question.waivers} == {"negative-stem", "missing-anchor"}
    address = f"{QUESTIONS}{question.pk}/change/"
    page = educator.get(address).content.decode()
    assert "Waived:" in page
    assert "pieces of advice" not in page
    assert form_shown(educator, address)["waive"].splitlines() == sorted(waive.splitlines())


@pytest.mark.usefixtures("bank")
@pytest.mark.parametrize("waive", ["clanging: so it is called", "clang", "clang: "])
def test_it_refuses_to_waive_without_a_finding_or_a_reason(educator: Client, waive: str) -> None:
    page = educator.post(f"{QUESTIONS}add/", form(waive=waive)).content.decode()
    assert "One thing to fix" in page
    assert 'href="#id_waive"' in page
    assert not Question.objects.exists()


def test_it_answers_only_who_may_write_in_the_bank(
    bank: QuestionBank, dana: User, ada: User, signed_in: Any
) -> None:
    assert signed_in(dana).post(f"{QUESTIONS}advice/", form()).status_code == 404
    assert signed_in(ada).post(f"{QUESTIONS}advice/", form()).status_code == 302
    assert signed_in(dana).get(f"{QUESTIONS}advice/").status_code == 405


@pytest.mark.usefixtures("bank")
@pytest.mark.parametrize("name", ["no-such", "\0"])
def test_it_finds_no_bank_that_is_not_there(educator: Client, name: str) -> None:
    reply = educator.post(f"{QUESTIONS}advice/", {"type": "single_choice", "bank": name})
    assert reply.status_code == 404


def test_it_reads_a_bank_of_any_size_with_the_same_queries(
    bank: QuestionBank, text: Source, educator: Client, django_assert_max_num_queries: Any
) -> None:
    for _number in range(3):
        make.question(bank, anchored_in=text)
    with django_assert_max_num_queries(13):
        advice(educator, anchors=(ANCHOR,))


def test_it_advises_on_a_quiz_as_a_whole(
    bank: QuestionBank, cora: User, educator: Client, django_assert_max_num_queries: Any
) -> None:
    stem = "Which receptor of cortical neurons does an infusion of ketamine block?"
    alike = [make.question(bank, stem=stem, slug=slug) for slug in ("one", "two")]
    quiz = make.quiz(cora, alike)
    with django_assert_max_num_queries(30):
        page = educator.get(f"/admin/quizzes/quiz/{quiz.pk}/change/").content.decode()
    assert "Two questions ask nearly the same: ketamine/one · ketamine/two" in page
    waived = [{"finding": "near-duplicate", "reason": "They are alternatives."}]
    Question.objects.filter(slug="two").update(waivers=waived)
    page = educator.get(f"/admin/quizzes/quiz/{quiz.pk}/change/").content.decode()
    assert "nearly the same" not in page
