"""Quizzes in the admin site: from a preset to a published paper."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from quizzes.assessments import review_options
from quizzes.assessments.models import Quiz, Slot
from quizzes.attempts.services import start_attempt
from quizzes.bank.models import Question, QuestionBank
from tests import make
from tests.admin.conftest import SignedIn, form_shown, rows

QUIZZES = "/admin/quizzes/quiz/"


@pytest.fixture
def questions(bank: QuestionBank) -> list[Question]:
    return [make.question(bank, slug=f"number-{n}") for n in range(3)]


def add(
    client: Client, mode: str, *places: dict[str, Any], press: str = "_save", **fields: Any
) -> Any:
    address = f"{QUIZZES}add/?mode={mode}"
    posted = {
        name: value
        for name, value in form_shown(client, address).items()
        if not name.startswith("places-")
    }
    posted |= {"title": "A quiz", "slug": "a-quiz", press: "1"} | rows("places", *places)
    return client.post(address, posted | fields)


def fixed(number: int) -> dict[str, Any]:
    return {"question": f"ketamine/number-{number}", "max_mark": "1"}


def change(client: Client, quiz: Quiz, *, without: tuple[str, ...] = (), **fields: Any) -> Any:
    address = f"{QUIZZES}{quiz.pk}/change/"
    posted = form_shown(client, address)
    for name in without:
        del posted[name]
    return client.post(address, posted | {"_save": "1"} | fields)


@pytest.mark.usefixtures("bank")
def test_it_asks_what_the_quiz_is_for(educator: Client) -> None:
    page = educator.get(f"{QUIZZES}add/").content.decode()
    for mode in ("practice", "homework", "exam"):
        assert f'name="mode" value="{mode}"' in page


@pytest.mark.parametrize(
    ("mode", "behaviour", "review"),
    [
        ("practice", "immediate", "practice"),
        ("homework", "deferred", "homework"),
        # Without a closing date an exam would never tell its answers.
        ("exam", "deferred", "self_test"),
    ],
)
def test_it_starts_from_a_preset(
    mode: str, behaviour: str, review: str, educator: Client, cora: User, questions: Any
) -> None:
    assert add(educator, mode, fixed(0), fixed(2)).status_code == 302
    quiz = Quiz.objects.get()
    assert (quiz.mode, quiz.behaviour, quiz.state, quiz.owner) == (mode, behaviour, "draft", cora)
    assert quiz.review == review_options.preset(review)
    slugs = quiz.slots.order_by("position").values_list("question__slug", flat=True)
    assert list(slugs) == ["number-0", "number-2"]


def test_it_makes_its_name_of_the_title(educator: Client, questions: Any) -> None:
    for title in ("How ketamine acts", "How ketamine acts", "你好"):
        assert add(educator, "practice", fixed(0), title=title, slug="").status_code == 302
    names = Quiz.objects.order_by("pk").values_list("slug", flat=True)
    assert list(names) == ["how-ketamine-acts", "how-ketamine-acts-2", "quiz"]
    refused = add(educator, "practice", fixed(0), slug="quiz")
    assert refused.status_code == 200
    assert Quiz.objects.count() == 3


def test_it_draws_and_gives_terms(
    educator: Client, cora: User, bank: QuestionBank, questions: Any
) -> None:
    cora.time_zone = "Europe/Berlin"
    cora.save()
    draw = {"draw": "ketamine mechanism", "level": "recall", "times": "2", "max_mark": "1.5"}
    add(
        educator,
        "exam",
        draw,
        minutes="30",
        attempts_allowed="1",
        pass_mark="60",
        opens_at="2026-03-02T09:00",
        closes_at="2026-03-03T09:00",
    )
    quiz = Quiz.objects.get()
    assert quiz.slots.count() == 2
    slot = quiz.slots.order_by("position")[1]
    assert (slot.draw_bank, slot.draw_level, slot.max_mark) == (bank, "recall", 1.5)
    assert slot.draw_topic == bank.topics.get(slug="mechanism")
    assert (quiz.time_limit_s, quiz.attempts_allowed, quiz.pass_mark) == (1800, 1, 60)
    assert quiz.opens_at == datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
    assert quiz.review == review_options.preset("exam")
    page = educator.get(f"{QUIZZES}{quiz.pk}/change/").content.decode()
    assert 'value="2026-03-02T09:00"' in page
    assert "3 ready questions" in page


def test_it_changes_nothing_when_nothing_is_changed(
    educator: Client, questions: Any, bank: QuestionBank
) -> None:
    draw = {"draw": "ketamine", "times": "1", "max_mark": "1"}
    add(educator, "homework", fixed(1), draw, minutes="0.5")
    names = ("mode", "behaviour", "review", "ask_confidence", "time_limit_s", "shuffle_options")
    before = Quiz.objects.values(*names).get()
    places = ("position", "question", "draw_bank", "draw_topic", "draw_level", "max_mark")
    slots = list(Quiz.objects.get().slots.order_by("position").values(*places))
    assert change(educator, Quiz.objects.get()).status_code == 302
    assert Quiz.objects.values(*names).get() == before
    assert list(Quiz.objects.get().slots.order_by("position").values(*places)) == slots


def test_it_keeps_review_options_of_its_own(educator: Client, questions: Any) -> None:
    add(educator, "practice", fixed(0))
    quiz = Quiz.objects.get()
    change(educator, quiz, without=("review-during-right_answer",))
    quiz.refresh_from_db()
    assert "right_answer" not in quiz.review["during"]
    assert "right_answer" in quiz.review["later"]
    change(educator, quiz, title="Another title")
    quiz.refresh_from_db()
    assert (quiz.title, "right_answer" in quiz.review["during"]) == ("Another title", False)


def test_it_publishes_what_can_be_filled_and_a_student_takes_it(
    educator: Client, questions: Any, ada: User
) -> None:
    draw = {"draw": "ketamine", "times": "2"}
    assert add(educator, "practice", fixed(0), draw, press="_publish").status_code == 302
    quiz = Quiz.objects.get()
    assert quiz.state == "published"
    attempt, _started = start_attempt(user=ada, quiz=quiz, now=make.NOON)
    assert attempt.questions.count() == 3


def test_it_refuses_to_publish_what_cannot_be_filled_and_says_why(
    educator: Client, questions: Any, bank: QuestionBank
) -> None:
    make.question(bank, slug="number-9", state="draft")
    draw = {"draw": "ketamine", "times": "3"}
    page = add(educator, "practice", fixed(0), draw, press="_publish").content.decode()
    assert "Place 4 draws from Ketamine, where 2 are ready and the 2 draws before it" in page
    assert not Quiz.objects.exists()
    page = add(educator, "practice", fixed(9), press="_publish").content.decode()
    assert "“number-9” is not ready to be asked." in page
    add(educator, "practice")
    quiz = Quiz.objects.get()
    data = {"action": "publish", "_selected_action": [quiz.pk]}
    assert "It has no questions yet." in educator.post(QUIZZES, data, follow=True).content.decode()
    quiz.refresh_from_db()
    assert quiz.state == "draft"


def test_it_lets_no_change_empty_a_published_quiz(educator: Client, questions: Any) -> None:
    add(educator, "practice", fixed(0), press="_publish")
    quiz = Quiz.objects.get()
    page = change(educator, quiz, **{"places-0-DELETE": "on"})
    assert page.status_code == 200
    assert quiz.slots.count() == 1


def test_it_archives_and_takes_back(educator: Client, questions: Any) -> None:
    add(educator, "practice", fixed(0), press="_publish")
    quiz = Quiz.objects.get()
    for step, state in (("draft", "draft"), ("archive", "archived")):
        educator.post(f"{QUIZZES}{quiz.pk}/step/", {"step": step})
        quiz.refresh_from_db()
        assert quiz.state == state


def test_it_finds_questions_and_adds_those_ticked(educator: Client, questions: Any) -> None:
    make.question(questions[0].bank, slug="about-sleep", stem="What about sleep?")
    found = add(educator, "practice", press="_find", find="sleep").content.decode()
    assert 'value="ketamine/about-sleep"' in found
    assert 'value="ketamine/number-0"' not in found
    ticked = ["ketamine/about-sleep", "ketamine/number-1"]
    added = add(educator, "practice", {}, press="_add", found=ticked)
    (places,) = added.context["inline_admin_formsets"]
    assert [row["question"].value() for row in places.forms] == ticked
    assert not Quiz.objects.exists()


@pytest.mark.parametrize(
    ("place", "field"),
    [
        ({"question": "ketamine/nowhere"}, "id_places-0-question"),
        ({"question": "nowhere/number-0"}, "id_places-0-question"),
        ({"draw": "ketamine nowhere"}, "id_places-0-draw"),
        ({"draw": "ketamine", "times": "500"}, "id_places-0-times"),
        ({"draw": "ketamine", "max_mark": "sNaN"}, "id_places-0-max_mark"),
    ],
)
def test_it_puts_what_is_wrong_with_a_place_at_its_field(
    place: dict[str, Any], field: str, educator: Client, questions: Any
) -> None:
    assert f'<a href="#{field}">' in add(educator, "practice", place).content.decode()


def test_it_takes_no_question_from_the_bank_of_another(
    educator: Client, questions: Any, dana: User
) -> None:
    foreign = make.question(make.bank(dana, slug="foreign"), slug="hers", stem="Her secret?")
    for place in ({"question": "foreign/hers"}, {"draw": "foreign"}):
        page = add(educator, "practice", place).content.decode()
        assert "You have no such bank." in page
        assert "Her secret?" not in page
    assert educator.get(f"{QUIZZES}questions/?q=secret").json()["results"] == []
    assert not Quiz.objects.exists()
    assert foreign.slots.count() == 0


def test_it_moves_removes_and_adds_places(
    educator: Client, cora: User, questions: list[Question]
) -> None:
    quiz = make.quiz(cora, questions)
    Quiz.objects.update(state="draft")
    new = {"places-3-draw": "ketamine", "places-3-position": "2", "places-3-times": "2"}
    moved = {"places-2-position": "1", "places-0-DELETE": "on"}
    assert change(educator, quiz, **moved, **new).status_code == 302
    found = quiz.slots.order_by("position").values_list("question__slug", "draw_bank__slug")
    draw = (None, "ketamine")
    assert list(found) == [("number-2", None), draw, draw, ("number-1", None)]
    page = educator.get(f"{QUIZZES}{quiz.pk}/change/").content.decode()
    assert 'name="places-1-times" value="2"' in page


def test_it_stores_nothing_of_a_form_that_is_refused(
    educator: Client, cora: User, questions: list[Question]
) -> None:
    quiz = make.quiz(cora, questions)
    page = change(educator, quiz, title="Renamed", editors="nobody").content.decode()
    assert '<a href="#id_editors">Editors: No educator here: nobody</a>' in page
    wrong = {"places-1-question": "ketamine/nowhere"}
    page = change(educator, quiz, title="Renamed", **wrong).content.decode()
    assert '<a href="#id_places-1-question">' in page
    quiz.refresh_from_db()
    assert quiz.title != "Renamed"
    assert quiz.slots.count() == 3


def test_it_lets_an_editor_change_but_not_share(
    educator: Client, cora: User, dana: User, questions: list[Question], signed_in: SignedIn
) -> None:
    questions[0].bank.editors.add(dana)
    quiz = make.quiz(cora, questions)
    quiz.editors.add(dana)
    assert change(signed_in(dana), quiz, title="Hers too", editors="").status_code == 302
    quiz.refresh_from_db()
    assert (quiz.title, list(quiz.editors.all())) == ("Hers too", [dana])


def test_it_leaves_alone_more_places_than_it_shows(
    educator: Client, cora: User, bank: QuestionBank
) -> None:
    levels = ("recall", "understanding")
    quiz = make.quiz(cora, [make.question(bank)])
    for n in range(102):
        Slot.objects.create(
            revision=quiz.revision, position=n + 2, draw_bank=bank, draw_level=levels[n % 2]
        )
    Quiz.objects.update(state="draft")
    page = educator.get(f"{QUIZZES}{quiz.pk}/change/").content.decode()
    assert "This quiz has more places than this page can show." in page
    assert change(educator, quiz, title="Renamed").status_code == 302
    quiz.refresh_from_db()
    assert (quiz.title, quiz.slots.count()) == ("Renamed", 103)


def test_its_page_costs_the_same_for_many_places(
    educator: Client, cora: User, bank: QuestionBank
) -> None:
    counts = []
    for count in (1, 2, 30):  # the first fills caches
        quiz = make.quiz(cora, [make.question(bank, slug=f"n-{count}-{n}") for n in range(count)])
        with CaptureQueriesContext(connection) as queries:
            educator.get(f"{QUIZZES}{quiz.pk}/change/")
        counts.append(len(queries))
    assert counts[1] == counts[2] <= 22


def test_it_names_in_the_history_what_was_changed(
    educator: Client, cora: User, questions: list[Question]
) -> None:
    quiz = make.quiz(cora, questions)
    change(educator, quiz, title="Renamed")
    page = educator.get(f"{QUIZZES}{quiz.pk}/history/").content.decode()
    assert "Changed Title." in page


def test_it_wants_dates_in_order(educator: Client, questions: Any) -> None:
    dates = {"opens_at": "2026-03-03T09:00", "closes_at": "2026-03-02T09:00"}
    assert add(educator, "practice", fixed(0), **dates).status_code == 200
    assert not Quiz.objects.exists()


def test_it_asks_before_it_changes_what_students_sat(
    educator: Client, cora: User, ada: User, questions: Any
) -> None:
    quiz = make.quiz(cora, questions[:2])
    attempt = make.attempt(ada, quiz)
    sat = list(quiz.slots.values_list("pk", flat=True))
    asked = change(educator, quiz, **{"places-0-max_mark": "3"})
    page = asked.content.decode()
    assert "1 attempt sat revision 1 of this quiz." in page
    assert f"/teach/quizzes/{quiz.slug}/" in page
    assert 'name="_save" value="new-revision">Save as revision 2</button>' in page
    assert list(quiz.slots.values_list("pk", "max_mark")) == [(pk, 1) for pk in sat]
    done = change(educator, quiz, **{"places-0-max_mark": "3", "_save": "new-revision"})
    assert done.status_code == 302
    assert list(quiz.slots.values_list("max_mark", flat=True)) == [3, 1]
    assert list(attempt.questions.values_list("quiz_slot", "max_mark")) == [(pk, 1) for pk in sat]
    shown = educator.get(f"{QUIZZES}{quiz.pk}/change/").content.decode()
    assert "Revision 2, which no student has sat yet" in shown
    assert "Revision 1, frozen since" in shown
    assert ", 1 attempt</li>" in shown


def test_it_does_not_ask_where_the_slots_stay_or_nobody_sat_them(
    educator: Client, cora: User, ada: User, questions: Any
) -> None:
    quiz = make.quiz(cora, questions[:2])
    start_attempt(user=cora, quiz=quiz, now=datetime(2026, 3, 2, tzinfo=UTC), preview=True)
    assert change(educator, quiz, **{"places-0-max_mark": "3"}).status_code == 302
    assert quiz.revisions.get().number == 1
    make.attempt(ada, quiz)
    assert change(educator, quiz, title="Renamed", minutes="20").status_code == 302
    assert quiz.revisions.get().frozen_at is not None
    quiz.refresh_from_db()
    assert quiz.title == "Renamed"


@pytest.mark.parametrize("how", ["retired", "paused"])
def test_it_says_that_a_quiz_lost_a_question_and_offers_to_make_it_a_draft(
    educator: Client, questions: list[Question], dana: User, signed_in: SignedIn, how: str
) -> None:
    add(educator, "practice", fixed(0), fixed(1), press="_publish")
    quiz = Quiz.objects.get(slug="a-quiz")
    whole = educator.get(QUIZZES).content.decode()
    assert "not filled" not in whole + educator.get("/").content.decode()
    Question.objects.filter(pk=questions[1].pk).update(**{f"{how}_at": make.NOON})
    assert "1 not filled" in educator.get(QUIZZES).content.decode()
    today = " ".join(educator.get("/").content.decode().split())
    assert f'<a href="{QUIZZES}{quiz.pk}/change/">A quiz: 1 place is not filled' in today
    assert "not filled" not in signed_in(dana).get("/").content.decode()
    page = " ".join(educator.get(f"{QUIZZES}{quiz.pk}/change/").content.decode().split())
    assert "Some places cannot be filled for every student:" in page
    assert 'form="steps" name="step" value="draft"' in page
    educator.post(f"{QUIZZES}{quiz.pk}/step/", {"step": "draft"})
    assert Quiz.objects.get(pk=quiz.pk).state == "draft"
    assert "not filled" not in educator.get("/").content.decode()
    educator.post(f"{QUIZZES}{quiz.pk}/step/", {"step": "archive"})
    assert "not filled" not in educator.get(QUIZZES).content.decode()


def test_a_list_with_more_quizzes_takes_no_more_queries(
    educator: Client, questions: list[Question], cora: User, django_assert_num_queries: Any
) -> None:
    def fill(number: int) -> None:
        for _ in range(number):
            quiz = make.quiz(cora, questions)
            slot = quiz.slots.get(position=1)
            Slot.objects.filter(pk=slot.pk).update(
                question=None, draw_bank=questions[0].bank, max_mark=1
            )

    fill(1)
    educator.get("/")
    counts = []
    for page in (QUIZZES, "/"):
        with CaptureQueriesContext(connection) as captured:
            educator.get(page)
        counts.append(len(captured))
    fill(5)
    Question.objects.filter(pk=questions[2].pk).update(retired_at=make.NOON)
    educator.get("/")
    for page, count in zip((QUIZZES, "/"), counts, strict=True):
        with django_assert_num_queries(count):
            educator.get(page)
