"""POST and GET /questions/{id}/corrections/."""

from __future__ import annotations

import pytest

from quizzes.attempts.models import Attempt
from quizzes.bank.corrections.models import KeyCorrection
from tests import make
from tests.teach.test_corrections import answered

pytestmark = pytest.mark.django_db


@pytest.fixture
def question(cora):
    return make.question(make.bank(cora))


@pytest.fixture
def post(cora, question, signed_in):
    client = signed_in(cora)

    def send(**fields):
        body = {"kind": "change_key", "fractions": [1, 0, 0], "why": "A misprint.", "base": None}
        path = f"/api/v1/questions/{question.pk}/corrections/"
        return client.post(path, body | fields, content_type="application/json")

    return send


def test_it_says_what_would_change_and_then_changes_it(ada, ben, cora, question, post, signed_in):
    quiz = make.quiz(cora, [question])
    first, second = answered(ada, quiz, 0), answered(ben, quiz, 1)
    tried = post(dry_run=True)
    assert tried.status_code == 200
    assert not KeyCorrection.objects.exists()
    done = post()
    assert done.status_code == 201
    body = done.json()
    assert tried.json() == body | {"id": None}
    assert body == {
        "id": KeyCorrection.objects.get().pk,
        "affected": 2,
        "up": 1,
        "down": 1,
        "changes": [
            {"attempt": first.pk, "slot": 1, "old": 0.0, "new": 1.0},
            {"attempt": second.pk, "slot": 1, "old": 1.0, "new": 0.0},
        ],
        "elsewhere": 0,
    }
    assert list(Attempt.objects.order_by("pk").values_list("score", flat=True)) == [1, 0]
    same = post()
    assert (same.status_code, same.json()["id"], same.json()["affected"]) == (200, None, 0)
    listed = signed_in(cora).get(f"/api/v1/questions/{question.pk}/corrections/").json()
    (row,) = listed["results"]
    assert (row["id"], row["kind"], row["why"]) == (body["id"], "change_key", "A misprint.")
    assert (row["fractions"], row["params"], row["base"]) == ([1.0, 0.0, 0.0], None, None)


def test_another_base_than_the_newest_is_refused_with_the_state(ada, cora, question, post):
    answered(ada, make.quiz(cora, [question]))
    first = post().json()["id"]
    stale = post(fractions=[0, 0, 1])
    assert stale.status_code == 409
    assert stale.json() == {"code": "stale", "current": first}
    assert post(fractions=[0, 0, 1], base=first).status_code == 201


@pytest.mark.parametrize(
    ("fields", "place"),
    [
        ({"fractions": [1, 0]}, "fractions"),
        ({"fractions": [0, 0, 0]}, "options"),
        ({"fractions": [2, 0, 0]}, "fractions"),
        ({"fractions": "1"}, "fractions"),
        ({"kind": "change_key", "fractions": None}, "fractions"),
        ({"kind": "guess"}, "kind"),
        ({"why": ""}, "why"),
        ({"kind": "drop"}, "quiz"),
        ({"kind": "drop", "quiz": "none-of-yours"}, "quiz"),
        ({"quiz": "mine"}, "quiz"),
        ({"params": {"grading": "each_answer"}}, "params.grading"),
        ({"answers": ["x"]}, "answers"),
        ({"score": 1}, "score"),
    ],
)
def test_it_refuses_what_makes_no_key(ada, cora, question, post, fields, place):
    answered(ada, make.quiz(cora, [question], slug="mine"))
    refused = post(**fields)
    assert (refused.status_code, list(refused.json())) == (400, [place])
    assert not KeyCorrection.objects.exists()


def test_it_needs_the_base_to_be_named(cora, question, signed_in):
    path = f"/api/v1/questions/{question.pk}/corrections/"
    body = {"kind": "change_key", "fractions": [1, 0, 0], "why": "A misprint."}
    refused = signed_in(cora).post(path, body, content_type="application/json")
    assert list(refused.json()) == ["base"]


def test_others_find_no_such_question(ada, dana, question, signed_in):
    path = f"/api/v1/questions/{question.pk}/corrections/"
    for user in (ada, dana):
        assert signed_in(user).get(path).status_code == 404
        assert signed_in(user).post(path, {}, content_type="application/json").status_code == 404


def test_a_review_tells_no_correction_of_marks_that_do_not_show(ada, cora, question, signed_in):
    quiz = make.quiz(cora, [question], mode="exam")
    attempt = answered(ada, quiz, 0)
    signed_in(cora).post(
        f"/api/v1/questions/{question.pk}/corrections/",
        {"kind": "change_key", "fractions": [1, 0, 0], "why": "A misprint.", "base": None},
        content_type="application/json",
    )
    reply = signed_in(ada).get(f"/api/v1/attempts/{attempt.pk}/review/")
    assert "misprint" not in reply.content.decode()
    staff = signed_in(cora).get(f"/api/v1/attempts/{attempt.pk}/review/").json()
    assert staff["questions"][0]["corrections"][0]["why"] == "A misprint."


def test_a_call_with_a_key_is_done_once_and_grades_anew_when_it_has_ended(
    ada, cora, question, signed_in, django_capture_on_commit_callbacks
):
    attempt = answered(ada, make.quiz(cora, [question]), 0)
    client, path = signed_in(cora), f"/api/v1/questions/{question.pk}/corrections/"
    body = {"kind": "change_key", "fractions": [1, 0, 0], "why": "A misprint.", "base": None}
    headers = {"Idempotency-Key": "correct-1"}
    with django_capture_on_commit_callbacks(execute=True):
        first = client.post(path, body, content_type="application/json", headers=headers)
    again = client.post(path, body, content_type="application/json", headers=headers)
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.json() == first.json()
    assert KeyCorrection.objects.count() == 1
    attempt.refresh_from_db()
    assert attempt.score == 1
