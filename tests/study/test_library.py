"""The library: what stands on the shelf for whom, searched, narrowed and sorted."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import Accommodation, User
from quizzes.material.models import Audience
from quizzes.study.library import excerpt
from tests import make

SignIn = Callable[[User], Client]
PAST = timezone.now() - timedelta(days=2)


def shelf(client: Client, **query: Any) -> str:
    response = client.get("/library/", query)
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


def order(html: str, *titles: str) -> list[str]:
    return sorted(titles, key=lambda title: html.index(f">{title}</a>"))


def test_visitors_see_public_texts_alone(cora: User) -> None:
    text = make.source(title="Open text")
    make.source(title="Members' text", audience=Audience.SIGNED_IN)
    make.source(title="Unpublished", published=False)
    quiz = make.quiz(cora, [make.question(make.bank(cora), anchored_in=text)])
    html = shelf(Client())
    assert "Open text" in html
    assert "3 passages · 1 min read" in html
    for hidden in ("Members", "Unpublished", quiz.title, "question</p>", "1 question"):
        assert hidden not in html


def test_students_see_texts_and_quizzes_but_no_drafts(
    signed_in: SignIn, ada: User, cora: User
) -> None:
    text = make.source(title="Members text", audience=Audience.SIGNED_IN)
    asked = [make.question(make.bank(cora), anchored_in=text)]
    make.quiz(cora, asked, title="Published quiz", time_limit_s=1800)
    make.quiz(cora, asked, title="Draft quiz", state="draft")
    make.quiz(cora, asked, title="Assigned quiz", audience="assigned")
    html = shelf(signed_in(ada))
    assert "3 passages · 1 question · 1 min read" in html
    assert "Published quiz" in html
    assert "1 question · 30 min · practice" in html
    assert "Draft quiz" not in html
    assert "Assigned quiz" not in html


def test_terms_are_those_in_effect_for_the_student(
    signed_in: SignIn, ada: User, ben: User, cora: User
) -> None:
    Accommodation.objects.create(user=ben, time_factor="1.50", extra_attempts=1)
    quiz = make.quiz(cora, [make.question(make.bank(cora))], time_limit_s=600, attempts_allowed=2)
    make.finished(ada, quiz, now=PAST)
    assert "10 min · practice · 1 attempt left" in shelf(signed_in(ada))
    assert "15 min · practice · 3 attempts left" in shelf(signed_in(ben))


def test_it_tells_the_best_score_only_when_it_may(signed_in: SignIn, ada: User, cora: User) -> None:
    asked = [make.question(make.bank(cora))]
    make.finished(ada, make.quiz(cora, asked), right=True, now=PAST)
    exam = make.quiz(cora, asked, mode="exam", closes_at=timezone.now() + timedelta(days=1))
    make.finished(ada, exam, right=True, now=PAST)
    html = shelf(signed_in(ada))
    assert html.count("100%") == 1
    assert "Submitted, score available later" in html


def test_it_says_when_a_quiz_opens_and_closes(signed_in: SignIn, ada: User, cora: User) -> None:
    asked = [make.question(make.bank(cora))]
    now = timezone.now()
    make.quiz(cora, asked, opens_at=now + timedelta(days=1))
    make.quiz(cora, asked, closes_at=now + timedelta(days=9))
    make.quiz(cora, asked, closes_at=now - timedelta(days=9))
    html = shelf(signed_in(ada))
    assert re.search("Opens tomorrow at", html)
    assert "Closes " in html
    assert "Closed " in html


def test_it_finds_passages_and_marks_the_words(signed_in: SignIn, ada: User) -> None:
    text = make.source(title="A text")
    html = shelf(signed_in(ada), q="nmda KETAMINE")
    assert "<mark>Ketamine</mark> blocks the <mark>NMDA</mark> receptor" in html
    assert f'href="/read/{text.slug}/#first-act"' in html
    assert "fades after" not in html


def test_visitors_find_nothing_in_texts_for_members(db: None) -> None:
    make.source(audience=Audience.SIGNED_IN)
    assert "No matches for “nmda”" in shelf(Client(), q="nmda")


@pytest.mark.parametrize(
    "q", ["<script>alert(1)</script>", "%", "_", "a\0b", "\\", "[", "(" * 300, "’ OR 1=1 --", "٣"]
)
def test_it_survives_any_words(db: None, q: str) -> None:
    make.source()
    assert "<script>alert" not in shelf(Client(), q=q)


def test_an_excerpt_is_escaped() -> None:
    assert excerpt("if a<b & c", ["a<b"]) == "if <mark>a&lt;b</mark> &amp; c"


def test_an_excerpt_of_a_long_passage_begins_and_ends_between_words() -> None:
    plain = "word " * 100 + "needle " + "word " * 100
    found = str(excerpt(plain.strip(), ["needle"]))
    assert "<mark>needle</mark>" in found
    assert found.startswith("… word ")
    assert found.endswith(" word …")


def test_topics_narrow_texts_and_quizzes(signed_in: SignIn, ada: User, cora: User) -> None:
    bank = make.bank(cora)
    acts, harms = make.source(title="On action"), make.source(title="On harm")
    make.quiz(cora, [make.question(bank, anchored_in=acts)], title="Action quiz")
    make.quiz(cora, [make.question(bank, anchored_in=harms, topic="safety")], title="Harm quiz")
    client = signed_in(ada)
    assert 'value="safety">Safety <span class="sub">2</span>' in shelf(client)
    html = shelf(client, topic="safety")
    assert "On harm" in html
    assert "Harm quiz" in html
    assert "On action" not in html
    assert "Action quiz" not in html
    assert "On action" in shelf(client, topic="no-such-topic")


def test_a_quiz_on_questions_kept_for_exams_tells_no_topic(
    signed_in: SignIn, ada: User, cora: User
) -> None:
    make.quiz(cora, [make.question(make.bank(cora, use="exam"))])
    assert "How ketamine acts" not in shelf(signed_in(ada))


def test_it_sorts(signed_in: SignIn, ada: User, cora: User) -> None:
    bank = make.bank(cora)
    now = timezone.now()
    strong, weak = make.source(title="A strong"), make.source(title="B weak")
    for text, right, days in ((strong, True, 9), (weak, False, 3)):
        quiz = make.quiz(
            cora,
            [make.question(bank, anchored_in=text)],
            title=f"Q {text.title}",
            closes_at=now + timedelta(days=days),
        )
        make.finished(ada, quiz, right=right, now=PAST)
    client = signed_in(ada)
    by_title = ["A strong", "B weak"]
    assert order(shelf(client), *by_title) == by_title
    assert order(shelf(client, sort="nonsense"), *by_title) == by_title
    assert order(shelf(client, sort="weakest"), *by_title) == by_title[::-1]
    assert order(shelf(client, sort="newest"), *by_title) == by_title[::-1]
    quizzes = [f"Q {title}" for title in by_title]
    assert order(shelf(client, sort="weakest"), *quizzes) == quizzes[::-1]
    assert order(shelf(client, sort="due"), *quizzes) == quizzes[::-1]


def test_it_says_so_when_nothing_is_there(db: None) -> None:
    assert "No texts yet" in shelf(Client())


def test_its_queries_do_not_grow(
    signed_in: SignIn, ada: User, cora: User, django_assert_num_queries: Any
) -> None:
    bank = make.bank(cora)

    def fill(number: int) -> None:
        for _ in range(number):
            text = make.source()
            closes_at = timezone.now() + timedelta(days=1)
            quiz = make.quiz(cora, [make.question(bank, anchored_in=text)], closes_at=closes_at)
            make.finished(ada, quiz, now=PAST)

    client = signed_in(ada)
    fill(1)
    shelf(client, q="ketamine")
    with django_assert_num_queries(19):
        shelf(client, q="ketamine")
    fill(5)
    shelf(client, q="ketamine")  # counts what has changed
    with django_assert_num_queries(19):
        shelf(client, q="ketamine")
    with django_assert_num_queries(3):
        shelf(Client(), q="ketamine")
