"""The reader: what is next to a text for whom, and when."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from quizzes.assessments.models import Slot
from quizzes.attempts import services
from quizzes.bank.models import QuestionAnchor
from quizzes.material.models import Audience, Passage, Source
from tests import make

SignIn = Callable[[User], Client]
UNDERLINED = '<span class="anc">blocks the NMDA receptor</span>'
MARKED = "<mark>blocks the NMDA receptor</mark>"
PAST = timezone.now() - timedelta(days=2)


@pytest.fixture
def text(cora: User) -> Source:
    return make.source(owner=cora, drawn_from="Drawn from an article on ketamine.")


def page(client: Client, text: Source, **query: Any) -> str:
    response = client.get(f"/read/{text.slug}/", query)
    assert response.status_code == 200
    return response.content.decode()


def whole(client: Client, text: Source) -> str:
    """The text with what is next to each of its passages."""
    return page(client, text) + "".join(panel(client, text, key) for key, _ in make.PASSAGES)


def panel(client: Client, text: Source, key: str = "first-act") -> str:
    response = client.get(f"/read/{text.slug}/p/{key}/", headers={"HX-Request": "true"})
    assert response.status_code == 200
    return response.content.decode()


def test_visitors_read_public_texts_without_questions(text: Source, cora: User) -> None:
    make.question(make.bank(cora), anchored_in=text, stem="What does it block?")
    shown = page(Client(), text)
    assert "Ketamine blocks the NMDA receptor." in shown
    assert 'id="first-act"' in shown
    assert "Drawn from an article on ketamine." in shown
    assert "What does it block?" not in shown
    assert "1 question" not in shown
    assert "For study, not treatment advice." in shown


def test_visitors_find_no_text_for_members(signed_in: SignIn, ada: User) -> None:
    text = make.source(audience=Audience.SIGNED_IN)
    assert Client().get(f"/read/{text.slug}/").status_code == 404
    assert signed_in(ada).get(f"/read/{text.slug}/").status_code == 200


def test_nobody_reads_what_is_not_published(signed_in: SignIn, ada: User, cora: User) -> None:
    text = make.source(owner=cora, published=False)
    for client in (Client(), signed_in(ada), signed_in(cora)):
        assert client.get(f"/read/{text.slug}/").status_code == 404


def test_it_names_the_questions_and_where_to_answer_them(
    signed_in: SignIn, ada: User, cora: User, text: Source
) -> None:
    question = make.question(make.bank(cora), anchored_in=text, stem="What does it block?")
    make.quiz(cora, [question], title="Practice makes")
    shown = whole(signed_in(ada), text)
    assert "What does it block?" in shown
    assert "Not tried" in shown
    assert "Practice makes" in shown
    assert "NMDA receptor</p>" not in shown  # no option is told
    assert shown.count("No questions") == 2


def test_it_names_a_quiz_that_draws_the_question_but_no_exam(
    signed_in: SignIn, ada: User, cora: User, text: Source
) -> None:
    bank = make.bank(cora)
    question = make.question(bank, anchored_in=text)
    drawing = make.quiz(cora, title="Draws from the bank")
    Slot.objects.create(revision=drawing.revision, position=1, draw_bank=bank, draw_level="recall")
    other = make.quiz(cora, title="Draws elsewhere")
    Slot.objects.create(
        revision=other.revision, position=1, draw_bank=bank, draw_level="application"
    )
    make.quiz(cora, [question], mode="exam", title="Final exam")
    make.quiz(cora, [question], state="draft", title="Not published")
    shown = whole(signed_in(ada), text)
    assert "Draws from the bank" in shown
    for title in ("Draws elsewhere", "Final exam", "Not published"):
        assert title not in shown


def test_questions_kept_for_exams_appear_only_after_the_last_close(
    signed_in: SignIn, ada: User, cora: User, text: Source
) -> None:
    question = make.question(make.bank(cora, use="exam"), anchored_in=text, stem="Secret stem")
    now = timezone.now()
    quiz = make.quiz(cora, [question], mode="exam", closes_at=now + timedelta(hours=1))
    assert "Secret stem" not in whole(signed_in(ada), text)
    quiz.closes_at = now - timedelta(days=20)
    quiz.save()
    assert "Secret stem" in whole(signed_in(ada), text)


def test_authors_see_their_own_exam_questions_and_no_others(
    signed_in: SignIn, cora: User, dana: User, text: Source
) -> None:
    make.question(make.bank(cora, use="exam"), anchored_in=text, stem="Secret stem")
    assert "Secret stem" in whole(signed_in(cora), text)
    assert "Secret stem" not in whole(signed_in(dana), text)


def test_a_question_of_an_open_exam_is_withheld_from_its_student_alone(
    signed_in: SignIn, ada: User, ben: User, cora: User, text: Source
) -> None:
    question = make.question(make.bank(cora), anchored_in=text, stem="What does it block?")
    quiz = make.quiz(cora, [question], mode="exam")
    make.attempt(ada, quiz, now=timezone.now())
    shown = whole(signed_in(ada), text)
    assert "What does it block?" not in shown
    assert "are not shown here" in shown
    assert "What does it block?" in whole(signed_in(ben), text)


def test_open_practice_takes_no_question_out_of_the_reader(
    signed_in: SignIn, ada: User, cora: User, text: Source
) -> None:
    question = make.question(make.bank(cora), anchored_in=text, stem="What does it block?")
    make.attempt(ada, make.quiz(cora, [question]), now=timezone.now())
    shown = whole(signed_in(ada), text)
    assert "What does it block?" in shown
    assert "are not shown here" not in shown


def test_before_release_the_page_is_the_same_for_right_and_wrong(
    signed_in: SignIn, ada: User, ben: User, cora: User, text: Source
) -> None:
    question = make.question(make.bank(cora), anchored_in=text, stem="What does it block?")
    quiz = make.quiz(cora, [question], mode="exam", closes_at=timezone.now() + timedelta(days=1))
    make.finished(ada, quiz, right=True, now=PAST)
    make.finished(ben, quiz, right=False, now=PAST)
    ben.name = ada.name = "Same"
    ben.save()
    ada.save()
    shown = [_without_person(whole(signed_in(user), text)) for user in (ada, ben)]
    assert shown[0] == shown[1]
    assert "What does it block?" not in shown[0]
    assert 'class="anc"' not in shown[0]


def _without_person(html: str) -> str:
    html = re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"', "", html)
    return html.replace("ada", "x").replace("ben", "x")


@pytest.mark.parametrize(
    ("right", "word", "level"), [(True, "Right", "Mastered"), (False, "Wrong", "Fragile")]
)
def test_it_shows_the_readers_own_released_result(
    signed_in: SignIn,
    ada: User,
    ben: User,
    cora: User,
    text: Source,
    right: bool,
    word: str,
    level: str,
) -> None:
    quiz = make.quiz(cora, [make.question(make.bank(cora), anchored_in=text)])
    attempt = make.finished(ada, quiz, right=right, now=PAST)
    shown = whole(signed_in(ada), text)
    assert f"</svg>{word}</span>" in shown
    assert f">{level}</span>" in shown
    assert f"/attempts/{attempt.pk}/review/#q1" in shown
    assert "Not tried" in whole(signed_in(ben), text)


def test_words_are_underlined_only_once_a_review_has_told_them(
    signed_in: SignIn, ada: User, cora: User, text: Source
) -> None:
    question = make.question(make.bank(cora), anchored_in=text)
    quiz = make.quiz(cora, [question])
    assert UNDERLINED not in page(signed_in(ada), text)
    make.finished(ada, quiz, now=PAST)
    assert UNDERLINED in page(signed_in(ada), text)
    make.attempt(ada, make.quiz(cora, [question], mode="exam"), now=timezone.now())
    assert UNDERLINED not in page(signed_in(ada), text)  # asked again, and embargoed


@pytest.mark.parametrize(("ago", "shown"), [(1, False), (3, True)])
def test_words_that_a_review_tells_after_some_minutes_wait_as_long(
    signed_in: SignIn, ada: User, cora: User, text: Source, ago: int, shown: bool
) -> None:
    bank = make.bank(cora)
    quiz = make.quiz(cora, [make.question(bank, anchored_in=text)])
    quiz.review["just_after"] = ["attempt", "marks", "correctness"]
    quiz.save()
    make.finished(ada, quiz, now=timezone.now() - timedelta(minutes=ago))
    # Of an attempt at another quiz nothing is told of this one's words.
    make.finished(ada, make.quiz(cora, [make.question(bank)]), now=PAST)
    assert (UNDERLINED in page(signed_in(ada), text)) is shown


def test_words_that_many_questions_hang_on_are_underlined_once(
    signed_in: SignIn, ada: User, cora: User, text: Source
) -> None:
    bank = make.bank(cora)
    asked = [make.question(bank, anchored_in=text) for _ in range(3)]
    make.finished(ada, make.quiz(cora, asked[:2]), now=PAST)
    assert page(signed_in(ada), text).count(UNDERLINED) == 1


def test_authors_see_what_their_questions_stand_on(
    signed_in: SignIn, cora: User, dana: User, text: Source
) -> None:
    make.question(make.bank(cora), anchored_in=text)
    assert UNDERLINED in page(signed_in(cora), text)
    assert UNDERLINED not in page(signed_in(dana), text)


def test_a_link_from_feedback_marks_the_words_for_who_may_see_them(
    signed_in: SignIn, ada: User, ben: User, cora: User, text: Source
) -> None:
    quiz = make.quiz(cora, [make.question(make.bank(cora), anchored_in=text)])
    anchor = QuestionAnchor.objects.get()
    make.finished(ada, quiz, now=PAST)
    assert MARKED in page(signed_in(ada), text, mark=anchor.pk)
    for client in (signed_in(ben), Client()):
        assert "<mark>" not in page(client, text, mark=anchor.pk)


def test_a_check_in_an_open_attempt_may_be_followed_to_its_words(
    signed_in: SignIn, ada: User, cora: User, text: Source
) -> None:
    bank = make.bank(cora)
    quiz = make.quiz(cora, [make.question(bank, anchored_in=text), make.question(bank)])
    anchor = QuestionAnchor.objects.get()
    now = timezone.now()
    attempt = make.attempt(ada, quiz, now=now)
    make.answers(attempt, slots=[1], now=now)
    assert MARKED not in page(signed_in(ada), text, mark=anchor.pk)
    services.check_answer(user=ada, attempt_id=attempt.pk, slot=1, now=now)
    assert MARKED in page(signed_in(ada), text, mark=anchor.pk)


@pytest.mark.parametrize("mark", ["", "x", "-1", "٣", "9" * 18, "9" * 40, "1e3", "\0"])
def test_a_mark_that_is_none_is_ignored(
    signed_in: SignIn, ada: User, text: Source, mark: str
) -> None:
    assert "<mark>" not in page(signed_in(ada), text, mark=mark)


def test_stored_html_is_sanitised_again(text: Source) -> None:
    Passage.objects.filter(key="fading").update(html="<p>x<script>alert(1)</script></p>")
    assert "alert(1)" not in page(Client(), text)


def test_it_remembers_the_text_read_last(signed_in: SignIn, ada: User, text: Source) -> None:
    client = signed_in(ada)
    page(client, text)
    assert "You opened this text last" in client.get("/").content.decode()


def test_its_queries_do_not_grow(
    signed_in: SignIn,
    ada: User,
    cora: User,
    text: Source,
    django_assert_num_queries: Any,
) -> None:
    bank = make.bank(cora)
    quiz = make.quiz(cora, [make.question(bank, anchored_in=text)])
    make.finished(ada, quiz, now=PAST)
    client = signed_in(ada)
    page(client, text)
    with django_assert_num_queries(13):
        page(client, text)
    for number in range(6):
        one = make.quiz(cora, [make.question(bank, anchored_in=text) for _ in range(3)])
        Slot.objects.create(revision=one.revision, position=9, draw_bank=bank)
        for turn in range(2):
            make.finished(ada, one, now=PAST + timedelta(hours=number, minutes=turn))
    page(client, text)  # counts what has changed
    with django_assert_num_queries(13):
        page(client, text)
    with django_assert_num_queries(3):
        page(Client(), text)
