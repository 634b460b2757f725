"""Banks, questions and quizzes, as educators write them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from quizzes.assessments.models import Quiz
from quizzes.bank.models import Question, QuestionBank, QuestionVersion, Topic
from quizzes.material.models import Source
from quizzes.question_types import registry
from tests import make
from tests.api.conftest import Caller

pytestmark = pytest.mark.django_db
Callers = Callable[[Any], Caller]


@pytest.fixture
def bank(cora: User) -> QuestionBank:
    return make.bank(cora, slug="own")


@pytest.fixture
def text(cora: User) -> Source:
    return make.source(owner=cora, slug="the-text")


def anchor(**fields: Any) -> dict[str, Any]:
    return {
        "material": "the-text",
        "passage": "first-act",
        "quote": "blocks the NMDA receptor",
    } | fields


def question(**fields: Any) -> dict[str, Any]:
    return {
        "bank": "own",
        "id": "target",
        "type": "single_choice",
        "topic": "mechanism",
        "level": "understanding",
        "stem": "Which receptor does **ketamine** block?",
        "options": [
            {"text": "NMDA", "fraction": 1, "rationale": "It is the target.", "anchor": anchor()},
            {"text": "AMPA", "fraction": 0, "rationale": "That one is freed."},
        ],
        "explanation": "The receptor is blocked first.",
        "anchors": [anchor(role="supports")],
        "hints": [],
        "state": "ready",
    } | fields


# Banks


def topic(slug: str, parent: str) -> dict[str, str]:
    return {"slug": slug, "title": "A topic", "parent": parent}


def test_it_makes_and_changes_a_bank(program: Callers, cora: User) -> None:
    caller = program(cora)
    topics = [{"slug": "a", "title": "A"}, {"slug": "b", "title": "B", "parent": "a"}]
    made = caller.post("/banks/", {"slug": "mine", "title": "Mine", "topics": topics})
    assert made.status_code == 201
    assert made.json()["topics"][1] == {"slug": "b", "title": "B", "parent": "a"}
    assert (made.json()["owners"], made.json()["use"]) == (["cora"], "both")
    changed = caller.patch(
        "/banks/mine/", {"use": "exam", "topics": [{"slug": "a", "title": "A2"}]}
    )
    assert changed.status_code == 200
    assert (changed.json()["use"], changed.json()["topics"][0]["title"]) == ("exam", "A2")
    assert len(changed.json()["topics"]) == 2
    assert caller.get("/banks/").json()["results"][0]["slug"] == "mine"
    assert caller.get("/banks/mine/").json() == changed.json()


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({"slug": "own", "title": "T"}, "slug"),
        ({"slug": "a b", "title": "T"}, "slug"),
        ({"slug": "x"}, "title"),
        ({"slug": "x", "title": "T", "use": "all"}, "use"),
        ({"slug": "x", "title": "T", "owners": [1]}, "owners"),
        ({"slug": "x", "title": "T", "topics": [topic("a", "z")]}, "topics.0.parent"),
        ({"slug": "x", "title": "T", "topics": [topic("a", "a")]}, "topics.0.parent"),
    ],
)  # fmt: skip
def test_it_refuses_a_wrong_bank(
    sent: Any, field: str, program: Callers, cora: User, bank: QuestionBank
) -> None:
    reply = program(cora).post("/banks/", sent)
    assert (reply.status_code, list(reply.json())) == (400, [field])
    assert QuestionBank.objects.count() == 1


def test_it_nests_topics_at_any_depth_but_in_no_circle(
    program: Callers, cora: User, bank: QuestionBank
) -> None:
    chain = [
        {"slug": f"t{n}", "title": "T", "parent": f"t{n - 1}" if n else None} for n in range(12)
    ]
    assert program(cora).patch("/banks/own/", {"topics": chain}).status_code == 200
    circle = [{"slug": "t0", "title": "T", "parent": "t9"}]
    assert program(cora).patch("/banks/own/", {"topics": circle}).status_code == 400


def test_it_keeps_banks_to_their_educators(
    program: Callers, ada: User, cora: User, dana: User, root: User, bank: QuestionBank
) -> None:
    expected = {
        None: (401, 401),
        ada: (403, 404),
        dana: (200, 404),
        cora: (200, 200),
        root: (200, 200),
    }
    for user, (listing, reading) in expected.items():
        caller = program(user)
        assert caller.get("/banks/").status_code == listing
        assert caller.get("/banks/own/").status_code == reading
        assert caller.patch("/banks/own/", {}).status_code == reading
    assert program(dana).get("/banks/").json()["count"] == 0
    assert program(ada).post("/banks/", {"slug": "x", "title": "X"}).status_code == 403


def test_it_lets_editors_read_but_not_change_a_bank(
    program: Callers, dana: User, bank: QuestionBank
) -> None:
    bank.editors.add(dana)
    assert program(dana).get("/banks/own/").status_code == 200
    assert program(dana).patch("/banks/own/", {"title": "Stolen"}).status_code == 404


# Questions


def test_it_writes_a_question(
    program: Callers, cora: User, bank: QuestionBank, text: Source
) -> None:
    caller = program(cora)
    made = caller.post("/questions/", question())
    assert made.status_code == 201, made.content
    told = made.json()
    assert (told["slug"], told["version"], told["state"]) == ("target", 1, "ready")
    assert told["options"][0] == {
        "text": "NMDA",
        "fraction": 1.0,
        "rationale": "It is the target.",
        "pin": False,
        "anchor": anchor(role="supports", prefix=""),
    }
    assert told["options"][1]["anchor"] is None
    assert told["anchors"] == [anchor(role="supports", prefix="", option=None)]
    assert caller.get(f"/questions/{told['id']}/").json() == told
    assert caller.get("/questions/?bank=own").json()["results"][0]["slug"] == "target"


def test_it_makes_a_new_version_of_a_change(
    program: Callers, cora: User, bank: QuestionBank, text: Source
) -> None:
    caller = program(cora)
    made = caller.post("/questions/", question()).json()
    path = f"/questions/{made['id']}/"
    changed = caller.patch(path, {"stem": "Which receptor is blocked?", "note": "Shorter"}).json()
    assert (changed["version"], changed["state"]) == (2, "ready")
    kept = ("options", "anchors", "explanation", "params", "hints", "penalty", "level", "topic")
    assert {name: changed[name] for name in kept} == {name: made[name] for name in kept}
    again = caller.patch(path, {"stem": "Which receptor is blocked?"}).json()
    assert again["version"] == 2
    first = QuestionVersion.objects.get(question=made["id"], number=1)
    assert first.stem == "Which receptor does **ketamine** block?"
    options = [{"text": "AMPA"}, {"text": "NMDA", "fraction": 1}]
    swapped = caller.patch(path, {"options": options}).json()
    assert [one["text"] for one in swapped["options"]] == ["AMPA", "NMDA"]
    assert swapped["anchors"] == made["anchors"]


def test_it_changes_details_without_a_version(
    program: Callers, cora: User, bank: QuestionBank, text: Source
) -> None:
    caller = program(cora)
    path = f"/questions/{caller.post('/questions/', question()).json()['id']}/"
    sent = {"topic": None, "level": "recall", "tags": ["b", "a"], "slug": "new-name"}
    changed = caller.patch(path, sent).json()
    assert {name: changed[name] for name in sent} == sent | {"tags": ["a", "b"]}
    assert changed["version"] == 1


def test_it_waives_findings_with_a_reason(
    program: Callers, cora: User, bank: QuestionBank, text: Source
) -> None:
    caller = program(cora)
    waive = [{"finding": "clang", "reason": "“Receptor” is part of the name."}]
    made = caller.post("/questions/", question(waive=waive)).json()
    assert (made["waive"], made["version"]) == (waive, 1)
    path = f"/questions/{made['id']}/"
    assert caller.patch(path, {"waive": []}).json()["waive"] == []
    for wrong in ({"finding": "clanging", "reason": "So."}, {"finding": "clang", "reason": " "}):
        assert caller.patch(path, {"waive": [wrong]}).status_code == 400
    assert caller.patch(path, {"waive": [waive[0], waive[0]]}).status_code == 400
    assert caller.get(path).json()["waive"] == []


def test_it_retires_and_restores(
    program: Callers, cora: User, bank: QuestionBank, text: Source
) -> None:
    caller = program(cora)
    path = f"/questions/{caller.post('/questions/', question()).json()['id']}/"
    assert caller.delete(path).status_code == 204
    assert caller.get(path).json()["retired_at"].endswith("Z")
    assert caller.patch(path, {"retired": False}).json()["retired_at"] is None


def test_it_takes_a_draft_to_ready_and_never_back(
    program: Callers, cora: User, bank: QuestionBank, text: Source
) -> None:
    caller = program(cora)
    made = caller.post("/questions/", question(state="draft")).json()
    path = f"/questions/{made['id']}/"
    assert caller.patch(path, {"state": "in_review"}).json()["state"] == "in_review"
    assert caller.patch(path, {"state": "ready"}).json()["state"] == "ready"
    reply = caller.patch(path, {"state": "draft"})
    assert (reply.status_code, list(reply.json())) == (400, ["state"])


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"type": "riddle"}, "type"),
        ({"topic": "nowhere"}, "topic"),
        ({"level": "genius"}, "level"),
        ({"stem": ""}, "stem"),
        ({"stem": 5}, "stem"),
        ({"options": [{"text": "One", "fraction": 1}]}, "options"),
        ({"options": [{"text": "A", "fraction": True}, {"text": "B"}]}, "options"),
        ({"options": [{"text": "A", "fraction": 2}, {"text": "B"}]}, "options"),
        ({"options": [{"text": "A", "id": 7}, {"text": "B"}]}, "options"),
        ({"params": []}, "params"),
        ({"params": {"rubric": "x"}}, "params.rubric"),
        ({"anchors": [anchor(quote="says nothing of the kind")]}, "anchors.0.quote"),
        ({"anchors": [anchor(material="elsewhere")]}, "anchors.0.passage"),
        ({"anchors": [anchor(role="mentions")]}, "anchors"),
        ({"anchors": [anchor(option=9)]}, "anchors.0.option"),
        ({"penalty": 1.5}, "penalty"),
        ({"hints": ["", ""]}, "hints"),
        ({"state": "retired"}, "state"),
        ({"bank": "elsewhere"}, "bank"),
        ({"slug": "other"}, "id"),
        ({"author": 1}, "author"),
        ({"retired_at": None}, "retired_at"),
        ({"version": 3}, "version"),
    ],
)
def test_it_refuses_a_wrong_question_and_says_where(
    fields: dict[str, Any],
    field: str,
    program: Callers,
    cora: User,
    bank: QuestionBank,
    text: Source,
) -> None:
    reply = program(cora).post("/questions/", question(**fields))
    assert reply.status_code == 400
    assert field in reply.json(), reply.json()
    assert not Question.objects.exists()


def test_it_keeps_questions_to_their_educators(
    program: Callers, ada: User, cora: User, dana: User, root: User, bank: QuestionBank
) -> None:
    pk = make.question(bank).pk
    expected = {
        None: (401, 401),
        ada: (403, 404),
        dana: (200, 404),
        cora: (200, 200),
        root: (200, 200),
    }
    for user, (listing, reading) in expected.items():
        caller = program(user)
        assert caller.get("/questions/").status_code == listing
        assert caller.get(f"/questions/{pk}/").status_code == reading
        assert caller.patch(f"/questions/{pk}/", {"level": "recall"}).status_code == reading
    for user, status in ((None, 401), (ada, 404), (dana, 404)):
        assert program(user).delete(f"/questions/{pk}/").status_code == status
    assert program(dana).get("/questions/").json()["count"] == 0
    assert program(dana).get("/questions/?bank=own").status_code == 400
    assert program(dana).post("/questions/", question()).status_code == 400
    assert program(ada).post("/questions/", question()).status_code == 403
    assert Question.objects.get().retired_at is None


def test_it_lists_questions_in_a_constant_number_of_statements(
    program: Callers, cora: User, bank: QuestionBank
) -> None:
    caller = program(cora)
    counts = []
    for _ in range(2):
        for _ in range(4):
            make.question(bank)
        with CaptureQueriesContext(connection) as queries:
            assert caller.get("/questions/").status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 6


# Quizzes


def paper(**fields: Any) -> dict[str, Any]:
    return {
        "slug": "new-quiz",
        "title": "New quiz",
        "bank": "own",
        "preset": "exam",
        "time_limit_s": 600,
        "pass_mark": 62.5,
        "closes_at": "2026-09-01T10:00:00+02:00",
        "slots": [{"question": "asked", "max_mark": 2}, {"topic": "safety"}],
    } | fields


def test_it_writes_a_quiz(program: Callers, cora: User, bank: QuestionBank) -> None:
    make.question(bank, slug="asked")
    caller = program(cora)
    made = caller.post("/quizzes/", paper())
    assert made.status_code == 201, made.content
    told = made.json()
    assert (told["mode"], told["question_count"], told["max_mark"]) == ("exam", 2, 3.0)
    assert told["closes_at"] == "2026-09-01T08:00:00Z"
    assert told["pass_mark"] == 62.5
    draw = {"question": None, "version": None, "topic": "safety", "level": None}
    fixed = {"question": "asked", "version": None, "topic": None, "level": None}
    assert told["paper"]["slots"] == [
        {**fixed, "bank": "own", "max_mark": 2.0},
        {**draw, "bank": "own", "max_mark": 1.0},
    ]
    assert Quiz.objects.get().owner == cora
    assert caller.get("/quizzes/new-quiz/").json() == told


def test_it_changes_what_is_named_and_nothing_else(
    program: Callers, cora: User, bank: QuestionBank
) -> None:
    make.question(bank, slug="asked")
    caller = program(cora)
    made = caller.post("/quizzes/", paper()).json()
    changed = caller.patch("/quizzes/new-quiz/", {"title": "Renamed", "time_limit_s": None}).json()
    assert changed["time_limit_s"] is None
    made |= {"title": "Renamed", "time_limit_s": None}
    made["paper"] |= {"time_limit_s": None}
    assert changed == made


def test_it_archives_a_quiz(program: Callers, cora: User, ada: User, quiz: Quiz) -> None:
    assert program(cora).delete(f"/quizzes/{quiz.slug}/").status_code == 204
    assert program(ada).get(f"/quizzes/{quiz.slug}/").status_code == 404
    assert program(cora).get(f"/quizzes/{quiz.slug}/").json()["state"] == "archived"


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"slug": "a b"}, "slug"),
        ({"title": None}, "title"),
        ({"preset": "own"}, "preset"),
        ({"time_limit_s": 5}, "time_limit_s"),
        ({"time_limit_s": 10**30}, "time_limit_s"),
        ({"attempts_allowed": -1}, "attempts_allowed"),
        ({"pass_mark": 101}, "pass_mark"),
        ({"closes_at": "soon"}, "closes_at"),
        ({"closes_at": 5}, "closes_at"),
        ({"closes_at": "0001-01-01T00:00:00+14:00"}, "closes_at"),
        ({"closes_at": "9999-12-31T23:59:59-12:00"}, "closes_at"),
        ({"opens_at": "2027-01-01T00:00:00Z"}, "closes_at"),
        ({"slots": [], "state": "published"}, "slots"),
        ({"slots": [{"topic": "safety"}], "state": "published"}, "state"),
        ({"slots": [{"question": "nothing"}]}, "slots.0.question"),
        ({"slots": [{"topic": "nothing"}]}, "slots.0.topic"),
        ({"slots": [{"question": "asked", "version": 9}]}, "slots.0.version"),
        ({"slots": [{"question": "asked", "max_mark": -1}]}, "slots"),
        ({"bank": "elsewhere"}, "bank"),
        ({"slots": [{"bank": "elsewhere"}]}, "slots.0.bank"),
        ({"owner": 1}, "owner"),
        ({"review": {}}, "review"),
    ],
)
def test_it_refuses_a_wrong_quiz_and_says_where(
    fields: dict[str, Any], field: str, program: Callers, cora: User, bank: QuestionBank
) -> None:
    make.question(bank, slug="asked")
    reply = program(cora).post("/quizzes/", paper(**fields))
    assert reply.status_code == 400
    assert field in reply.json(), reply.json()
    assert not Quiz.objects.exists()


def test_it_takes_no_question_of_another_s_bank(
    program: Callers, cora: User, dana: User, bank: QuestionBank
) -> None:
    make.question(make.bank(dana, slug="foreign"), slug="secret")
    make.question(bank, slug="asked")
    slots = [{"bank": "foreign", "question": "secret"}]
    reply = program(cora).post("/quizzes/", paper(slots=slots))
    missing = program(cora).post("/quizzes/", paper(slots=[{"bank": "none", "question": "secret"}]))
    assert reply.status_code == missing.status_code == 400
    assert not Quiz.objects.exists()


def test_it_keeps_writing_quizzes_to_their_educators(
    program: Callers, ada: User, dana: User, cora: User, quiz: Quiz
) -> None:
    path = f"/quizzes/{quiz.slug}/"
    for user, status in ((None, 401), (ada, 404), (dana, 404)):
        assert program(user).patch(path, {"title": "Mine now"}).status_code == status
        assert program(user).delete(path).status_code == status
    assert program(None).post("/quizzes/", paper()).status_code == 401
    assert program(ada).post("/quizzes/", paper()).status_code == 403
    assert program(dana).get(path).json()["paper"] is None
    quiz.refresh_from_db()
    assert (quiz.state, quiz.owner) == ("published", cora)


def test_it_keeps_review_options_that_are_no_preset(
    program: Callers, cora: User, quiz: Quiz
) -> None:
    quiz.review = {"during": ["attempt"]}
    quiz.save()
    path = f"/quizzes/{quiz.slug}/"
    assert program(cora).patch(path, {"title": "T"}).json()["paper"]["preset"] == "own"
    quiz.refresh_from_db()
    assert (quiz.title, quiz.review) == ("T", {"during": ["attempt"]})
    assert program(cora).patch(path, {"preset": "exam"}).json()["paper"]["preset"] == "exam"


def test_it_drafts_a_quiz_and_publishes_it_when_it_can_be_filled(
    program: Callers, cora: User, bank: QuestionBank
) -> None:
    caller = program(cora)
    made = caller.post("/quizzes/", {"slug": "s", "title": "S", "bank": "own"})
    assert (made.status_code, made.json()["state"]) == (201, "draft")
    assert caller.patch("/quizzes/s/", {"title": "Still empty"}).status_code == 200
    assert caller.patch("/quizzes/s/", {"state": "published"}).status_code == 400
    make.question(bank, slug="asked")
    sent = {"bank": "own", "slots": [{"question": "asked"}], "state": "published"}
    published = caller.patch("/quizzes/s/", sent)
    assert (published.status_code, published.json()["state"]) == (200, "published")


def test_it_leaves_topics_of_others_alone(program: Callers, cora: User, dana: User) -> None:
    make.bank(dana, slug="foreign")
    before = list(Topic.objects.values())
    assert program(cora).patch("/banks/foreign/", {"topics": []}).status_code == 404
    assert list(Topic.objects.values()) == before


@pytest.mark.parametrize("slug", [one.slug for one in registry.all_types()])
def test_it_writes_a_question_of_each_type(
    slug: str, program: Callers, cora: User, bank: QuestionBank
) -> None:
    caller = program(cora)
    draft = make.DRAFTS[slug]
    options = [
        {"text": one.text, "fraction": float(one.fraction), "rationale": one.rationale}
        for one in draft.get("options", ())
    ]
    body = {"bank": "own", "type": slug, "stem": "Which?", "options": options, "state": "ready"}
    body |= {name: draft[name] for name in ("stem", "params") if name in draft}
    told = caller.post("/questions/", body).json()
    assert told["state"] == "ready"
    assert told["params"].items() >= draft.get("params", {}).items()
    assert [one["text"] for one in told["options"]] == [one["text"] for one in options]
    changed = caller.patch(f"/questions/{told['id']}/", {"explanation": "So it is."}).json()
    assert (changed["version"], changed["params"]) == (2, told["params"])
    reply = caller.post("/questions/", body | {"params": {"no such setting": 1}})
    assert reply.status_code == 400
    assert any(name.startswith("params") for name in reply.json())
    no_key = body | {"options": [{"text": "A", "fraction": 1}], "params": {"pairs": "A | B"}}
    reply = caller.post("/questions/", no_key)
    assert reply.status_code == 400
    assert any(name.startswith(("options", "params")) for name in reply.json())


# What a question teaches


def test_it_says_what_a_question_teaches(
    program: Callers, cora: User, bank: QuestionBank, text: Source
) -> None:
    call = program(cora)
    given = question(learning_objective="Name the receptor.")
    reply = call.post("/questions/", given)
    assert (reply.status_code, reply.json()["learning_objective"]) == (201, "Name the receptor.")
    where = f"/questions/{reply.json()['id']}/"
    changed = call.patch(where, {"learning_objective": "Name the target."})
    assert (changed.json()["version"], changed.json()["learning_objective"]) == (
        2,
        "Name the target.",
    )
    refused = call.patch(where, {"learning_objective": "x" * 2_001})
    assert refused.status_code == 400
    assert list(refused.json()) == ["learning_objective"]


def test_it_asks_before_it_changes_slots_that_attempts_sat(
    program: Callers, cora: User, ada: User, bank: QuestionBank
) -> None:
    quiz = make.quiz(cora, [make.question(bank, slug="asked")])
    make.attempt(ada, quiz)
    path, body = f"/quizzes/{quiz.slug}/", {"slots": [{"question": "asked", "max_mark": 2}]}
    caller = program(cora)
    refused = caller.patch(path, body | {"title": "Not yet"})
    assert refused.status_code == 409
    assert refused.json() == {"code": "frozen", "attempts": 1, "revision": 1}
    assert caller.get(path).json()["title"] == quiz.title
    assert caller.patch(path, {"slots": [{"question": "asked", "max_mark": 1}]}).status_code == 200
    assert quiz.revisions.count() == 1
    changed = caller.patch(path, body | {"new_revision": True})
    assert changed.json()["max_mark"] == 2
    assert [(one.number, one.frozen_at is None) for one in quiz.revisions.all()] == [
        (1, False),
        (2, True),
    ]
