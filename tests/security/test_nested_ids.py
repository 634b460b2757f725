"""What a body names inside: other educators' rows, and columns that nobody may set."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.apps import apps

from quizzes.assessments.models import Slot
from quizzes.bank.models import QuestionAnchor, Topic
from tests.security.forms import form_at
from tests.security.world import World, digest, forget, undone

pytestmark = pytest.mark.django_db
OPTIONS = [{"text": "Yes", "fraction": 1}, {"text": "No"}]
QUESTION: dict[str, Any] = {
    "bank": "cora-bank",
    "type": "single_choice",
    "stem": "Which?",
    "options": OPTIONS,
}
QUIZ: dict[str, Any] = {
    "slug": "new-quiz",
    "title": "New",
    "bank": "cora-bank",
    "preset": "practice",
    "state": "draft",
    "slots": [{"question": "cora-question"}],
}
ANCHOR = {"material": "public-text", "passage": "first-act", "quote": "blocks the NMDA receptor"}


def send(made: World, actor: str, method: str, path: str, body: Any) -> Any:
    forget()
    return made.client(actor).generic(
        method, f"/api/v1/{path}", json.dumps(body), content_type="application/json"
    )


def question_path(made: World, whose: int = 0) -> str:
    return f"questions/{made.things['question'][whose].key}/"


def test_the_bodies_are_right_in_themselves(made: World) -> None:
    """The control: with one's own rows each of them is taken."""
    for method, path, body in (
        ("POST", "questions/", QUESTION | {"anchors": [ANCHOR]}),
        ("POST", "quizzes/", QUIZ),
        ("POST", "quizzes/", QUIZ | {"slots": [{"topic": "mechanism"}]}),
        ("PATCH", "quizzes/draft-quiz/", {"slots": [{"question": "cora-essay"}]}),
        ("PATCH", question_path(made), {"anchors": [ANCHOR]}),
    ):
        with undone():
            reply = send(made, "cora", method, path, body)
        assert reply.status_code in (200, 201), (method, path, reply.content)


# Where a body may name a row: with another educator's name in it and with that of nobody.
NAMED_INSIDE: dict[str, tuple[str, str, dict[str, Any], str, str]] = {
    "bank of a question": (
        "POST",
        "questions/",
        {**QUESTION, "bank": "{}"},
        "dana-bank",
        "no-bank",
    ),
    "bank of a quiz": ("POST", "quizzes/", {**QUIZ, "bank": "{}"}, "dana-bank", "no-bank"),
    "bank of a changed quiz": (
        "PATCH",
        "quizzes/draft-quiz/",
        {"bank": "{}", "slots": [{"question": "dana-question"}]},
        "dana-bank",
        "no-bank",
    ),
    "slot by question": (
        "POST",
        "quizzes/",
        {**QUIZ, "slots": [{"question": "{}"}]},
        "dana-question",
        "no-question",
    ),
    "slot by bank and question": (
        "POST",
        "quizzes/",
        {**QUIZ, "slots": [{"bank": "{}", "question": "dana-question"}]},
        "dana-bank",
        "no-bank",
    ),
    "slot that draws": (
        "POST",
        "quizzes/",
        {**QUIZ, "slots": [{"bank": "{}"}]},
        "dana-bank",
        "no-bank",
    ),
    "slot that draws by topic": (
        "POST",
        "quizzes/",
        {**QUIZ, "slots": [{"bank": "{}", "topic": "mechanism"}]},
        "dana-bank",
        "no-bank",
    ),
    "slot of a changed quiz": (
        "PATCH",
        "quizzes/draft-quiz/",
        {"slots": [{"bank": "{}", "question": "dana-question"}]},
        "dana-bank",
        "no-bank",
    ),
    "anchor in a hidden text": (
        "POST",
        "questions/",
        {**QUESTION, "anchors": [{**ANCHOR, "material": "{}"}]},
        "dana-text",
        "no-text",
    ),
    "anchor of an option": (
        "POST",
        "questions/",
        {
            **QUESTION,
            "options": [{**OPTIONS[0], "anchor": {**ANCHOR, "material": "{}"}}, OPTIONS[1]],
        },
        "dana-text",
        "no-text",
    ),
    "topic of another bank": (
        "POST",
        "questions/",
        {**QUESTION, "topic": "{}"},
        "dana-topic",
        "no-topic",
    ),
    "search for questions": ("GET", "questions/?bank={}", {}, "dana-bank", "no-bank"),
}


@pytest.fixture
def foreign(made: World) -> World:
    """Besides the world: a text that dana has not published, and a topic of her bank."""
    from quizzes.bank.models import QuestionBank
    from tests import make

    make.source(owner=made.users["dana"], slug="dana-text", published=False)
    bank = QuestionBank.objects.get(slug="dana-bank")
    Topic.objects.create(bank=bank, slug="dana-topic", title="Dana's topic", position=3)
    return made


def _named(value: Any, name: str) -> Any:
    return json.loads(json.dumps(value).replace("{}", name)) if value else value


@pytest.mark.parametrize("inside", NAMED_INSIDE)
def test_a_foreign_row_named_inside_is_as_if_it_were_missing(inside: str, foreign: World) -> None:
    method, path, body, hers, nobodys = NAMED_INSIDE[inside]
    before = digest()
    told = []
    for name in (hers, nobodys):
        reply = send(foreign, "cora", method, path.replace("{}", name), _named(body, name))
        told.append((reply.status_code, reply.content.decode().replace(name, "NAME")))
    assert told[0] == told[1]
    assert told[0][0] == 400
    assert digest() == before


def test_an_unfilled_id_names_nothing(made: World) -> None:
    """Rows are named by slug within what is one's own; numbers of rows are no names at all."""
    others = made.things["question"][1].key
    topic = Topic.objects.get(bank__slug="dana-bank", slug="mechanism").pk
    for slots in (
        [{"question": others}],
        [{"question_id": others}],
        [{"question": str(others)}],
        [{"draw_bank": "dana-bank"}],
        [{"topic": topic}],
        [{"draw_topic_id": topic}],
        [{"topic": str(topic)}],
    ):
        reply = send(made, "cora", "POST", "quizzes/", QUIZ | {"slots": slots})
        assert reply.status_code == 400, slots


def test_the_admin_s_forms_name_nothing_foreign_either(foreign: World) -> None:
    client = foreign.client("cora")
    path = "/admin/quizzes/quiz/add/?mode=practice"
    base = {"title": "New", "slug": "new-quiz", "_save": ""}
    told = []
    before = Slot.objects.count()
    for places in (
        ("dana-bank/dana-question", "no-bank/no-question"),
        ("dana-bank", "no-bank"),
        ("dana-bank mechanism", "no-bank mechanism"),
    ):
        for name in places:
            forget()
            field = "places-0-question" if "/" in name else "places-0-draw"
            form = form_at(client, path)
            with undone():
                reply = client.post(form.path, form.data(**base, **{field: name}))
                assert Slot.objects.count() == before
            assert reply.status_code == 200
            told.append(_without_tokens(reply, name))
        assert told[-1] == told[-2], places


def test_a_question_cannot_be_anchored_in_a_text_one_may_not_read(foreign: World) -> None:
    client = foreign.client("cora")
    path = f"/admin/quizzes/question/{foreign.things['question'][0].key}/change/"
    before = QuestionAnchor.objects.count()
    told = []
    for material in ("dana-text", "no-text"):
        forget()
        form = form_at(client, path)
        anchor = {
            "anchors-TOTAL_FORMS": "1",
            "anchors-0-material": material,
            "anchors-0-passage": "first-act",
            "anchors-0-quote": "blocks the NMDA receptor",
            "anchors-0-role": "supports",
        }
        with undone():
            reply = client.post(form.path, form.data(**anchor, _draft=""))
            assert QuestionAnchor.objects.count() == before
        assert reply.status_code == 200
        told.append(_without_tokens(reply, material))
    assert told[0] == told[1]


def _without_tokens(reply: Any, name: str) -> str:
    import re

    text = reply.content.decode().replace(name, "NAME")
    for part in name.replace("/", " ").split():
        text = text.replace(part, "NAME")
    return re.sub(r'(csrfmiddlewaretoken" value=)"[^"]+"', r'\1""', text)


def test_a_copy_and_a_share_need_both_sides(foreign: World) -> None:
    """Duplicating into, sharing with, moving to what is not one's own."""
    question = foreign.things["question"][0].key
    bank = foreign.things["bank row"][0].key
    client = foreign.client("cora")
    before = digest()
    copied = client.post(f"/admin/quizzes/question/{question}/duplicate/", {"bank": "dana-bank"})
    assert copied.status_code == 404
    form = form_at(client, f"/admin/quizzes/questionbank/{bank}/change/")
    shared = client.post(form.path, form.data(editors="ada", _save=""))
    assert shared.status_code == 200  # a student is refused as nobody is
    nobody = client.post(form.path, form.data(editors="zed", _save=""))
    assert _without_tokens(shared, "ada") == _without_tokens(nobody, "zed")
    assert digest() == before


# Columns that nobody may set. What each call does take:
TAKEN: dict[tuple[str, str, str], set[str]] = {
    ("ada", "PATCH", "me/"): {"name", "time_zone", "day_starts_at"},
    ("ada", "POST", "quizzes/open-quiz/attempts/"): {"assignment"},
    ("ada", "PUT", "attempts/{attempt}/answers/1/"): {
        "answer",
        "confidence",
        "flagged",
        "sequence",
    },
    ("ada", "PUT", "attempts/{attempt}/answers/"): {"answers"},
    ("ada", "POST", "attempts/{attempt}/check/1/"): set(),
    ("ada", "POST", "attempts/{attempt}/submit/"): set(),
    ("anonymous", "POST", "auth/token/"): {"email", "password", "code"},
    ("cora", "POST", "banks/"): {"slug", "title", "description", "licence", "use", "topics"},
    ("cora", "PATCH", "banks/cora-bank/"): {
        "slug",
        "title",
        "description",
        "licence",
        "use",
        "topics",
    },
    ("cora", "POST", "questions/"): {
        "bank", "id", "slug", "title", "external_id", "type", "topic", "level",
        "tags", "stem", "options", "params",
        "explanation", "caution", "hints", "penalty", "anchors", "state", "learning_objective",
    },
    ("cora", "PATCH", "questions/{question}/"): {
        "slug", "title", "external_id", "topic", "level", "tags", "stem",
        "options", "params", "explanation", "caution",
        "hints", "penalty", "anchors", "state", "note", "new_fact", "retired",
        "learning_objective",
    },
    ("cora", "POST", "quizzes/"): {
        "bank", "slug", "title", "description", "preset", "time_limit_s", "attempts_allowed",
        "pass_mark", "grading_method", "shuffle_questions", "shuffle_options", "audience",
        "state", "opens_at", "closes_at", "slots",
    },
    ("cora", "PATCH", "quizzes/draft-quiz/"): {
        "bank", "title", "description", "preset", "time_limit_s", "attempts_allowed", "pass_mark",
        "grading_method", "shuffle_questions", "shuffle_options", "audience", "state", "opens_at",
        "closes_at", "slots",
    },
    ("root", "POST", "users/"): {"login", "email", "name", "roles"},
    ("root", "PATCH", "users/{ada}/"): {"active", "roles"},
}  # fmt: skip


def columns() -> set[str]:
    """Every column there is, and what a thief would try besides."""
    found = {"is_superuser", "is_staff", "role", "score", "grade", "fraction", "user_id", "by"}
    for model in apps.get_models():
        if model._meta.app_label in ("accounts", "quizzes", "auth", "knox"):
            for one in model._meta.concrete_fields:
                found |= {one.name, one.attname}
    return found


@pytest.mark.parametrize("actor_too", ["the one who may", "everybody"])
def test_the_api_names_every_column_that_is_not_its_own(actor_too: str, made: World) -> None:
    keys = {
        "attempt": made.things["attempt"][0].key,
        "question": made.things["question"][0].key,
        "ada": made.users["ada"].pk,
    }
    actors = made.clients if actor_too == "everybody" else {}
    before = digest()
    for (may, method, path), taken in TAKEN.items():
        stuffing = dict.fromkeys(columns() - taken, 1)
        assert len(stuffing) > 100
        for actor in actors or (may,):
            reply = send(made, actor, method, path.format(**keys), stuffing)
            assert 400 <= reply.status_code < 500, (actor, method, path)
            if actor == may:
                assert reply.status_code == 400
                assert set(stuffing) - set(reply.json()) == set(), (method, path)
    assert digest() == before


@pytest.mark.parametrize(
    ("path", "body", "place"),
    [
        ("questions/", {**QUESTION, "options": [{**OPTIONS[0], "a": 1}, OPTIONS[1]]}, "options"),
        ("questions/", {**QUESTION, "anchors": [{**ANCHOR, "start": 0}]}, "anchors"),
        ("questions/", {**QUESTION, "params": {"rubric": "x"}}, "params"),
        ("quizzes/", {**QUIZ, "slots": [{"question": "cora-question", "quiz": 1}]}, "slots"),
        ("banks/", {"slug": "b", "title": "B", "topics": [{"slug": "t", "title": "T", "bank": 1}]},
         "topics"),
    ],
)  # fmt: skip
def test_the_api_takes_no_unknown_columns_inside(
    path: str, body: dict[str, Any], place: str, made: World
) -> None:
    reply = send(made, "cora", "POST", path, body)
    assert reply.status_code == 400
    assert any(name.split(".")[0] == place for name in reply.json()), reply.content
