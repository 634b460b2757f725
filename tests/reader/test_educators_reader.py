"""What educators see on a text: how it is covered, and how hard a class finds it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from quizzes.bank.drafts import AnchorDraft, NotAskedDraft
from quizzes.bank.not_asked.services import mark_not_asked
from quizzes.insight.difficulty import Difficulty
from quizzes.material.models import Source
from quizzes.reader.coverage_levels import Cover
from tests import make

SignIn = Callable[[User], Client]
PAST = timezone.now() - timedelta(days=2)


@pytest.fixture
def text(cora: User) -> Source:
    return make.source(owner=cora)


def page(client: Client, text: Source, view: str, part: str = "") -> str:
    reply = client.get(f"/read/{text.slug}/{part}", {"view": view})
    assert reply.status_code == 200
    return reply.content.decode()


def test_coverage_tells_what_is_asked_what_is_left_out_and_what_is_a_gap(
    signed_in: SignIn, cora: User, text: Source
) -> None:
    make.question(make.bank(cora), anchored_in=text)
    mark_not_asked(
        draft=NotAskedDraft(text.slug, "nothing-asked", "It only says so."), by=cora, now=PAST
    )
    client = signed_in(cora)
    shown = page(client, text, "coverage")
    assert 'id="first-act" data-c="1"' in shown
    assert 'id="fading" data-c="0"' in shown
    assert 'id="nothing-asked" data-none' in shown
    assert "3 passages: 1 thin, 1 gap, 1 not asked" in shown
    assert "It only says so." in page(client, text, "coverage", "p/nothing-asked/")


def test_a_gap_offers_to_write_a_question_with_the_quote_filled_in(
    signed_in: SignIn, cora: User, text: Source
) -> None:
    client = signed_in(cora)
    bank = make.bank(cora)
    shown = page(client, text, "coverage", "p/fading/")
    link = f"/admin/quizzes/question/add/?anchor={text.slug}+fading+0+52"
    assert link in shown
    chosen = client.get(link).content.decode()
    assert f'name="anchor" value="{text.slug} fading 0 52"' in chosen
    assert "Your question will start with these words" in chosen
    assert "<mark>For many people the benefit fades after a few weeks.</mark>" in chosen
    form = client.get(f"{link}&type=single_choice&bank={bank.slug}").content.decode()
    assert "For many people the benefit fades after a few weeks." in form
    assert 'name="anchors-0-passage" value="fading"' in form


@pytest.mark.parametrize("anchor", ["x", "a b c d", "no-text fading 0 5", "{slug} fading 0 ٣"])
def test_an_anchor_that_is_none_leaves_the_form_empty(
    signed_in: SignIn, cora: User, text: Source, anchor: str
) -> None:
    sent = {"type": "single_choice", "bank": make.bank(cora).slug}
    sent["anchor"] = anchor.format(slug=text.slug)
    reply = signed_in(cora).get("/admin/quizzes/question/add/", sent)
    assert reply.status_code == 200
    assert "anchors-0-passage" not in reply.content.decode()
    del sent["type"]
    page = signed_in(cora).get("/admin/quizzes/question/add/", sent).content.decode()
    assert "The form starts without a quote." in page
    assert "these words of" not in page


def test_a_question_kept_for_exams_is_counted_for_its_authors_alone(
    signed_in: SignIn, cora: User, dana: User, text: Source
) -> None:
    make.question(make.bank(cora, use="exam"), anchored_in=text)
    assert 'id="first-act" data-c="1"' in page(signed_in(cora), text, "coverage")
    assert 'id="first-act" data-c="0"' in page(signed_in(dana), text, "coverage")


@pytest.mark.parametrize("view", ["coverage", "difficulty", "x"])
def test_students_see_their_mastery_whatever_they_ask_for(
    signed_in: SignIn, ada: User, cora: User, text: Source, view: str
) -> None:
    make.question(make.bank(cora), anchored_in=text)
    shown = page(signed_in(ada), text, view)
    assert 'id="first-act" data-m="0"' in shown
    assert "Class difficulty" not in shown
    assert "Write a question here" not in page(signed_in(ada), text, view, "p/first-act/")


def test_difficulty_counts_first_attempts_at_ones_own_quizzes(
    signed_in: SignIn, cora: User, dana: User, text: Source
) -> None:
    quiz = make.quiz(cora, [make.question(make.bank(cora), anchored_in=text)])
    for number in range(10):
        student = User.objects.create_user(f"s{number}", f"s{number}@example.org", "x" * 12)
        make.finished(student, quiz, right=number < 6, now=PAST)
        make.finished(student, quiz, right=True, now=PAST + timedelta(hours=1))
        if number == 8:
            shown = page(signed_in(cora), text, "difficulty", "p/first-act/")
            assert "9 answers" in shown
            assert "data-d=" not in page(signed_in(cora), text, "difficulty").split("<article")[1]
    shown = page(signed_in(cora), text, "difficulty")
    assert 'class="psg faint" id="first-act" data-d="3"' in shown
    assert "60% right, n = 10" in shown
    others = page(signed_in(dana), text, "difficulty")
    assert 'id="first-act" data-none' in others
    assert ">No answers</span>" in others
    assert "<b>No answers.</b>" in page(signed_in(dana), text, "difficulty", "p/first-act/")


def test_coverage_leads_to_gaps_first_and_then_to_what_is_thin(
    signed_in: SignIn, cora: User, text: Source
) -> None:
    make.question(make.bank(cora), anchored_in=text)
    mark_not_asked(draft=NotAskedDraft(text.slug, "nothing-asked", "An aside."), by=cora, now=PAST)
    shown = page(signed_in(cora), text, "coverage")
    assert 'href="#fading" data-weakest="1"' in shown
    assert 'id="fading" data-c="0" data-rank="1"' in shown
    assert 'id="first-act" data-c="1" data-rank="2"' in shown
    assert 'id="nothing-asked" data-none aria' in shown
    assert "Least asked first" in shown
    assert "Weakest" not in shown
    assert 'data-c="3">Good <span class="num">3–4</span>' in shown
    assert '<span class="unasked">Not asked, on purpose</span>' in shown
    mine = page(signed_in(cora), text, "mastery")
    assert "Weakest first" in mine
    assert 'id="first-act" data-m="0" data-rank="1"' in mine


def test_difficulty_leads_to_the_hardest_first_and_not_to_the_easy(
    signed_in: SignIn, cora: User, text: Source
) -> None:
    bank = make.bank(cora)
    asked = {
        "first-act": make.question(bank, anchored_in=text),
        "fading": make.question(bank, anchors=(AnchorDraft(text.slug, "fading", "fades"),)),
        "nothing-asked": make.question(
            bank, anchors=(AnchorDraft(text.slug, "nothing-asked", "Nobody"),)
        ),
    }
    quizzes = {key: make.quiz(cora, [one]) for key, one in asked.items()}
    for number in range(10):
        student = User.objects.create_user(f"s{number}", f"s{number}@example.org", "x" * 12)
        for key, right in (("first-act", 6), ("fading", 2), ("nothing-asked", 10)):
            make.finished(student, quizzes[key], right=number < right, now=PAST)
    shown = page(signed_in(cora), text, "difficulty")
    assert "Hardest first" in shown
    assert 'id="fading" data-d="4" data-rank="1"' in shown
    assert 'id="first-act" data-d="3" data-rank="2"' in shown
    assert 'id="nothing-asked" data-d="1" aria' in shown


@pytest.mark.parametrize(
    ("answers", "right", "level", "faint"),
    [
        (9, 9, None, True),
        (10, 8, 1, True),
        (30, 20, 2, False),
        (30, 15, 3, False),
        (40, 2, 4, False),
    ],
)
def test_few_answers_say_nothing_and_not_many_say_little(
    answers: int, right: int, level: int | None, faint: bool
) -> None:
    one = Difficulty(answers, right)
    assert (one.level, one.is_faint) == (level, faint)


@pytest.mark.parametrize(
    ("cover", "level", "word"),
    [
        (Cover(0), 0, "Gap"),
        (Cover(0, reason="An aside."), None, "Not asked"),
        (Cover(1), 1, "Thin"),
        (Cover(1, 1), 2, "Fair"),
        (Cover(3), 3, "Good"),
        (Cover(9, reason="Asked all the same."), 4, "Full"),
    ],
)
def test_coverage_is_named_by_how_often_a_passage_is_asked(
    cover: Cover, level: int | None, word: str
) -> None:
    assert (cover.level, cover.word) == (level, word)
