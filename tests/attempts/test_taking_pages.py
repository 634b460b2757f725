"""What the pages of taking a quiz show, and what they cost."""

from __future__ import annotations

import re
from datetime import timedelta
from decimal import Decimal
from types import SimpleNamespace

import pytest
from django.utils import timezone

from accounts.models import Accommodation
from quizzes.attempts import services
from quizzes.attempts.disclosure import NextDisclosure, visible_review
from quizzes.attempts.models import Attempt
from quizzes.attempts.pages.contexts import queue_key
from quizzes.attempts.question_review import ReviewedSlot
from quizzes.bank import content_cache
from tests import make

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


@pytest.fixture
def bank(cora):
    return make.bank(cora)


def queries_of(client, path, django_assert_max_num_queries, most):
    client.get("/library/")  # the first request of a session writes into it
    content_cache.forget()
    with django_assert_max_num_queries(most) as seen:
        assert client.get(path).status_code == 200
    return len(seen)


@pytest.mark.parametrize("mode", ["practice", "exam"])
def test_opening_an_attempt_costs_the_same_for_any_number_of_questions(
    ada, cora, bank, mode, signed_in, django_assert_max_num_queries
):
    client = signed_in(ada)
    counts = set()
    for number in (2, 20):
        asked = [make.question(bank) for _ in range(number)]
        attempt = make.attempt(ada, make.quiz(cora, asked, mode=mode), now=timezone.now())
        path = f"/attempts/{attempt.pk}/"
        counts.add(queries_of(client, path, django_assert_max_num_queries, 7))
    assert len(counts) == 1


def test_the_result_and_the_quiz_cost_the_same_for_any_number(
    ada, cora, bank, signed_in, django_assert_max_num_queries
):
    client = signed_in(ada)
    counts = set()
    for number in (2, 12):
        asked = [make.question(bank) for _ in range(number)]
        closes = timezone.now() + timedelta(days=1)
        quiz = make.quiz(cora, asked, closes_at=closes)
        for _attempt in range(number):
            finished = make.finished(ada, quiz, right=False, now=timezone.now())
        counts.add(
            (
                queries_of(client, f"/quizzes/{quiz.slug}/", django_assert_max_num_queries, 11),
                queries_of(
                    client, f"/attempts/{finished.pk}/result/", django_assert_max_num_queries, 13
                ),
                queries_of(
                    client, f"/attempts/{finished.pk}/review/", django_assert_max_num_queries, 10
                ),
            )
        )
    assert len(counts) == 1


def test_it_says_when_a_quiz_opens_in_the_students_time_zone(ada, cora, bank, signed_in):
    ada.time_zone = "Asia/Tokyo"
    ada.save()
    opens = timezone.now().replace(hour=23, minute=5) + timedelta(days=3)
    quiz = make.quiz(cora, [make.question(bank)], opens_at=opens)
    page = signed_in(ada).get(f"/quizzes/{quiz.slug}/").content.decode()
    assert "at 08:05" in page
    assert "Start" not in page
    refused = signed_in(ada).post(f"/quizzes/{quiz.slug}/start/", follow=True)
    assert "This quiz is not open now." in refused.content.decode()


def test_it_tells_the_terms_with_extra_time_in_plain_words(ada, cora, bank, signed_in):
    Accommodation.objects.create(user=ada, time_factor="1.50", extra_attempts=1)
    quiz = make.quiz(cora, [make.question(bank)], time_limit_s=1200, attempts_allowed=1)
    page = signed_in(ada).get(f"/quizzes/{quiz.slug}/").content.decode()
    assert "Your time includes 50% extra: 30 min instead of 20 min." in page
    assert "2 of 2 left" in page


@pytest.mark.parametrize(
    ("limits", "asked"),
    [
        ({"time_limit_s": 900, "attempts_allowed": 1}, True),
        ({"time_limit_s": 900}, False),
        ({"attempts_allowed": 1}, False),
    ],
)
def test_it_asks_before_a_start_that_cannot_be_taken_back(
    ada, cora, bank, signed_in, limits, asked
):
    quiz = make.quiz(cora, [make.question(bank)], mode="exam", **limits)
    page = signed_in(ada).get(f"/quizzes/{quiz.slug}/").content.decode()
    assert ("Start now?" in page) == asked
    assert ("15 min, 1 attempt left. The clock starts when you do." in page) == asked


def test_only_who_may_edit_previews(ada, cora, dana, bank, signed_in):
    quiz = make.quiz(cora, [make.question(bank)])
    for user, offered in ((ada, False), (dana, False), (cora, True)):
        page = signed_in(user).get(f"/quizzes/{quiz.slug}/").content.decode()
        assert ("Preview as a student" in page) == offered
    signed_in(cora).post(f"/quizzes/{quiz.slug}/start/")
    assert Attempt.objects.get(user=cora).preview


def test_a_closed_mouth_says_when_it_opens(ada, cora, bank, signed_in):
    now = timezone.now()
    closes = now + timedelta(days=2)
    quiz = make.quiz(cora, [make.question(bank)], mode="exam", closes_at=closes)
    attempt = make.finished(ada, quiz, now=now)
    for page in ("result", "review"):
        shown = signed_in(ada).get(f"/attempts/{attempt.pk}/{page}/").content.decode()
        assert "The score and the right answers are shown when this quiz has closed" in shown
        assert "in 2 days" in shown
        assert "Right." not in shown
    quiz.closes_at = now - MINUTE
    quiz.save()
    shown = signed_in(ada).get(f"/attempts/{attempt.pk}/result/").content.decode()
    assert "100" in shown
    assert "are shown when" not in shown


def test_it_shows_the_attempt_before_and_the_misses_with_their_passages(ada, cora, bank, signed_in):
    text = make.source(owner=cora)
    quiz = make.quiz(cora, [make.question(bank, anchored_in=text)], pass_mark=50)
    make.finished(ada, quiz, now=timezone.now() - MINUTE)
    attempt = make.finished(ada, quiz, right=False, now=timezone.now())
    page = signed_in(ada).get(f"/attempts/{attempt.pk}/result/").content.decode()
    assert "Not passed yet, 0 of 1" in page
    assert "the attempt before 100" in page
    assert "Settles question 1, which you missed." in page
    assert re.search(rf'href="/read/{text.slug}/[^"]*#first-act"', page)


def test_nothing_waits_where_everything_is_told(ada, cora, bank):
    attempt = make.finished(ada, make.quiz(cora, [make.question(bank)]))
    assert visible_review([attempt], ada, make.NOON)[attempt.pk].next is None
    homework = make.quiz(cora, [make.question(bank)], mode="homework")
    submitted = make.finished(ada, homework)
    assert visible_review([submitted], ada, make.NOON)[submitted.pk].next == NextDisclosure(
        "never", None, score=False, answers=True
    )


def test_the_key_of_the_kept_answers_is_the_attempts_own(ada, cora, bank, signed_in):
    quiz = make.quiz(cora, [make.question(bank)])
    one = make.attempt(ada, quiz, now=timezone.now())
    other = make.attempt(cora, quiz, now=timezone.now())
    assert queue_key(one) != queue_key(other)
    assert queue_key(one) in signed_in(ada).get(f"/attempts/{one.pk}/").content.decode()


def test_a_checked_question_comes_back_alone(ada, cora, bank, signed_in):
    quiz = make.quiz(cora, [make.question(bank) for _ in range(3)], shuffle_options=False)
    attempt = make.attempt(ada, quiz, now=timezone.now())
    make.answers(attempt, now=timezone.now())
    page = signed_in(ada).post(
        f"/attempts/{attempt.pk}/check/2/", headers={"X-Fragment": "question"}
    )
    text = page.content.decode()
    assert "Question 2 of 3" in text
    assert "Right." in text
    assert "Question 1 of" not in text
    assert "<html" not in text


def test_a_choice_is_cleared_and_the_others_stay(ada, cora, bank, signed_in):
    quiz = make.quiz(cora, [make.question(bank), make.question(bank)], shuffle_options=False)
    attempt = make.attempt(ada, quiz, now=timezone.now())
    form = {"q1-sequence": "0", "q1-choice": "a", "q2-sequence": "0", "q2-choice": "b"}
    client, path = signed_in(ada), f"/attempts/{attempt.pk}/save/"
    client.post(path, form)
    form |= {"q1-sequence": "1", "q2-sequence": "1"}
    told = client.post(path, form | {"clear": "1"})
    assert told["Location"] == f"/attempts/{attempt.pk}/#q1"
    answers = attempt.questions.order_by("slot").values_list("answer", flat=True)
    assert list(answers) == [None, {"choice": "b"}]
    form["q1-sequence"] = "2"
    for nonsense in ("3", "x", "1\0"):
        client.post(path, form | {"clear": nonsense})
    assert list(answers.all()) == [{"choice": "a"}, {"choice": "b"}]


def test_leaving_saves_first(ada, cora, bank, signed_in):
    attempt = make.attempt(ada, make.quiz(cora, [make.question(bank)]), now=timezone.now())
    reply = signed_in(ada).post(
        f"/attempts/{attempt.pk}/save/",
        {"q1-choice": "b", "q1-sequence": "0", "next": "leave"},
    )
    assert reply["Location"] == f"/quizzes/{attempt.quiz.slug}/"
    assert attempt.questions.get().answer == {"choice": "b"}


@pytest.mark.parametrize(("most", "said"), [("1", "0.50 of 1 mark"), ("2", "0.50 of 2 marks")])
def test_it_counts_the_marks_of_a_part_in_words(most, said):
    told = SimpleNamespace(
        grading_remark="",
        verdict="part",
        confidence=None,
        mark=Decimal("0.5"),
        max_mark=Decimal(most),
    )
    assert ReviewedSlot.remark.fget(told) == said


def test_its_result_says_that_time_was_up(ada, cora, bank, signed_in):
    quiz = make.quiz(cora, [make.question(bank)], mode="practice", time_limit_s=600)
    now = timezone.now()
    pages = []
    for lasted in (5 * MINUTE, 10 * MINUTE):
        attempt = services.start_attempt(user=ada, quiz=quiz, now=now - lasted)[0]
        services.finish(attempt_id=attempt.pk, now=now)
        pages.append(signed_in(ada).get(f"/attempts/{attempt.pk}/result/").content.decode())
    assert ["Time was up." in page for page in pages] == [False, True]


@pytest.mark.parametrize(
    ("kind", "answer", "said"),
    [
        ("matching", {"q1-pairs.1": "a"}, "choose something for each"),
        ("cloze", {"q1-blanks.1": "NMDA"}, "fill in every blank"),
        ("ordering", {"q1-order[0]": "a"}, "give each of them a place of its own"),
        ("numeric", {"q1-value": "about 12"}, "cannot be read as an answer yet"),
    ],
)
def test_it_says_in_the_types_words_what_an_answer_lacks(
    kind, answer, said, ada, cora, bank, signed_in
):
    quiz = make.quiz(cora, [make.question(bank, type=kind), make.question(bank)])
    attempt, client = make.attempt(ada, quiz, now=timezone.now()), signed_in(ada)
    path = f"/attempts/{attempt.pk}/"
    assert '<p class="sub" data-incomplete>' not in client.get(path).content.decode()
    client.post(f"{path}save/", {"q1-sequence": "0", **answer})
    page = client.get(path).content.decode()
    assert page.count('<p class="sub" data-incomplete>') == 1
    assert said in page.partition("data-incomplete>")[2].partition("</p>")[0]
