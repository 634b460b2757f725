"""Questions answered in the reader: who may, what is told, and what it counts for."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from quizzes.attempts.models import Attempt, Response
from quizzes.bank import authoring
from quizzes.bank.models import Question, VersionState
from quizzes.bank.queries import drafts_of
from quizzes.material.models import Source
from tests import make

SignIn = Callable[[User], Client]
FRAGMENT = {"HX-Request": "true"}
RIGHT_TEXT, WRONG_TEXT = "NMDA receptor", "Dopamine reuptake"


@pytest.fixture
def text(cora: User) -> Source:
    return make.source(owner=cora)


@pytest.fixture
def question(cora: User, text: Source) -> Question:
    return make.question(make.bank(cora), anchored_in=text, stem="What does it block?")


def address(text: Source, question: Question) -> str:
    return f"/read/{text.slug}/q/{question.pk}/"


def form(html: str, chosen: str) -> dict[str, str]:
    """What the page's form sends when the option of this text is chosen."""
    fields = dict(re.findall(r'type="hidden" name="(q\d+-\w+)" value="([^"]*)"', html))
    name, value = next(
        (name, value)
        for name, value, option in re.findall(
            r'type="radio" name="(q\d+-choice)" value="(\w)".*?class="txt">(.*?)</span>', html
        )
        if chosen in option
    )
    return fields | {name: value}


def answer(
    client: Client, text: Source, question: Question, chosen: str = RIGHT_TEXT, **headers: Any
) -> Any:
    page = client.get(address(text, question))
    assert page.status_code == 200
    return client.post(
        address(text, question), form(page.content.decode(), chosen), headers=headers
    )


@pytest.mark.parametrize(
    ("chosen", "verdict", "level"), [(RIGHT_TEXT, "Right.", 4), (WRONG_TEXT, "Not quite", 1)]
)
def test_an_answer_is_told_at_once_and_counts_for_mastery(
    signed_in: SignIn,
    ada: User,
    text: Source,
    question: Question,
    chosen: str,
    verdict: str,
    level: int,
) -> None:
    client = signed_in(ada)
    reply = answer(client, text, question, chosen)
    assert reply.status_code == 302
    told = client.get(reply["Location"]).content.decode()
    assert verdict in told
    assert "It is the target." in told
    assert "<mark>blocks the NMDA receptor</mark>" in told
    reader = client.get(f"/read/{text.slug}/").content.decode()
    assert f'id="first-act" data-m="{level}"' in reader
    assert Response.objects.get().released_at is not None


def test_before_it_is_answered_nothing_of_the_key_is_told(
    signed_in: SignIn, ada: User, text: Source, question: Question
) -> None:
    shown = signed_in(ada).get(address(text, question)).content.decode()
    assert "What does it block?" in shown
    for secret in ("It is the target.", "The receptor is blocked first.", "<mark>", 'class="anc"'):
        assert secret not in shown


def test_a_script_gets_the_feedback_and_the_passage_to_put_in_its_place(
    signed_in: SignIn, ada: User, text: Source, question: Question
) -> None:
    told = answer(signed_in(ada), text, question, **FRAGMENT).content.decode()
    assert "<html" not in told
    assert 'hx-swap-oob="true"' in told
    assert "<mark>blocks the NMDA receptor</mark>" in told


def test_the_same_form_sent_twice_is_one_answer(
    signed_in: SignIn, ada: User, text: Source, question: Question
) -> None:
    client = signed_in(ada)
    sent = form(client.get(address(text, question)).content.decode(), RIGHT_TEXT)
    first, second = (client.post(address(text, question), sent) for _ in range(2))
    assert first["Location"] == second["Location"]
    assert Attempt.objects.count() == 1


def test_an_empty_answer_is_asked_for_and_costs_nothing(
    signed_in: SignIn, ada: User, text: Source, question: Question
) -> None:
    client = signed_in(ada)
    sent = form(client.get(address(text, question)).content.decode(), RIGHT_TEXT)
    sent = {name: value for name, value in sent.items() if not name.endswith("choice")}
    reply = client.post(address(text, question), sent)
    assert reply.status_code == 400
    assert "Answer the question before you check it." in reply.content.decode()
    assert not Attempt.objects.exists()


def test_a_question_reworded_meanwhile_is_shown_anew(
    signed_in: SignIn, ada: User, cora: User, text: Source, question: Question
) -> None:
    client = signed_in(ada)
    sent = form(client.get(address(text, question)).content.decode(), RIGHT_TEXT)
    version = question.versions.get()
    draft = drafts_of([version.pk])[version.pk]
    authoring.save_question(
        question=question,
        draft=type(draft)(**{**_fields(draft), "stem": "What is blocked by it?"}),
        by=cora,
        now=timezone.now(),
        state=VersionState.READY,
        note="",
        new_fact=False,
    )
    reply = client.post(address(text, question), sent)
    assert reply.status_code == 409
    assert "What is blocked by it?" in reply.content.decode()
    assert not Attempt.objects.exists()


def _fields(draft: Any) -> dict[str, Any]:
    return {name: getattr(draft, name) for name in draft.__dataclass_fields__}


@pytest.mark.parametrize("broken", [{}, {"nonce": "'"}, {"version": "x"}, {"choice": "zz"}])
def test_a_form_that_is_none_of_ours_changes_nothing(
    signed_in: SignIn, ada: User, text: Source, question: Question, broken: dict[str, str]
) -> None:
    client = signed_in(ada)
    sent = form(client.get(address(text, question)).content.decode(), RIGHT_TEXT) if broken else {}
    sent |= {f"q{question.pk}-{name}": value for name, value in broken.items()}
    assert client.post(address(text, question), sent).status_code in (400, 409)
    assert not Attempt.objects.exists()


def test_a_question_in_an_open_exam_is_not_answered_here(
    signed_in: SignIn, ada: User, ben: User, cora: User, text: Source, question: Question
) -> None:
    client = signed_in(ada)
    sent = form(client.get(address(text, question)).content.decode(), RIGHT_TEXT)
    before = answer(client, text, question)["Location"]
    make.attempt(ada, make.quiz(cora, [question], mode="exam"), now=timezone.now())
    assert client.get(address(text, question)).status_code == 404
    assert client.post(address(text, question), sent).status_code == 404
    assert client.get(before).status_code == 404  # nor is an earlier answer to it shown
    assert signed_in(ben).get(address(text, question)).status_code == 200


def test_a_question_that_waits_for_release_is_not_answered_here(
    signed_in: SignIn, ada: User, cora: User, text: Source, question: Question
) -> None:
    closes = timezone.now() + timedelta(days=1)
    exam = make.quiz(cora, [question], mode="exam", closes_at=closes)
    make.finished(ada, exam, now=timezone.now())
    assert signed_in(ada).get(address(text, question)).status_code == 404


@pytest.mark.parametrize(
    ("kind", "use"), [("single_choice", "exam"), ("essay", "practice")], ids=["exam", "essay"]
)
def test_exam_questions_and_essays_are_never_answered_here(
    signed_in: SignIn, ada: User, cora: User, text: Source, kind: str, use: str
) -> None:
    question = make.question(make.bank(cora, use=use), type=kind, anchored_in=text)
    for user in (ada, cora):
        assert signed_in(user).get(address(text, question)).status_code == 404


def test_an_answer_of_somebody_else_is_not_shown(
    signed_in: SignIn, ada: User, ben: User, text: Source, question: Question
) -> None:
    theirs = answer(signed_in(ada), text, question)["Location"]
    assert signed_in(ben).get(theirs).status_code == 404
    assert signed_in(ben).get(f"{address(text, question)}?answer=x").status_code == 200


def test_many_answers_in_a_minute_are_slowed_down(
    signed_in: SignIn,
    ada: User,
    text: Source,
    question: Question,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("quizzes.reader.answering.IN_A_MINUTE", 2)
    client = signed_in(ada)
    codes = [answer(client, text, question).status_code for _ in range(3)]
    assert codes == [302, 302, 429]
    assert Attempt.objects.count() == 2


def test_answers_beside_a_text_stand_in_no_list_of_attempts_or_quizzes(
    signed_in: SignIn, api: Any, ada: User, cora: User, root: User, text: Source, question: Question
) -> None:
    answer(signed_in(ada), text, question)
    assert api(ada).get("/api/v1/attempts/").json()["results"] == []
    assert api(ada).get("/api/v1/quizzes/").json()["results"] == []
    slug = Attempt.objects.get().quiz.slug
    for user in (ada, cora, root):
        client = signed_in(user)
        assert client.get(f"/quizzes/{slug}/").status_code == 404
        for page in ("/progress/", "/teach/", "/library/"):
            assert slug not in client.get(page).content.decode()
    pk = Attempt.objects.get().pk
    assert signed_in(cora).get(f"/attempts/{pk}/review/").status_code == 404


def test_its_queries_do_not_grow(
    signed_in: SignIn,
    ada: User,
    cora: User,
    text: Source,
    question: Question,
    django_assert_num_queries: Any,
) -> None:
    client = signed_in(ada)
    panel = f"/read/{text.slug}/p/first-act/"
    answer(client, text, question)
    client.get(panel, headers=FRAGMENT)
    with django_assert_num_queries(19):
        client.get(panel, headers=FRAGMENT)
    for _ in range(5):
        answer(client, text, make.question(question.bank, anchored_in=text))
    client.get(panel, headers=FRAGMENT)  # counts what has changed
    with django_assert_num_queries(19):
        client.get(panel, headers=FRAGMENT)
    with django_assert_num_queries(15):
        client.get(address(text, question))
