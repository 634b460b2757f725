"""The OpenAPI document: every route described, every row of the contract there, all of it true."""

from __future__ import annotations

import json
import re
import warnings
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from drf_spectacular.drainage import GENERATOR_STATS
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.validation import validate_schema

from accounts.models import User
from quizzes.api.docs import _document
from quizzes.api.urls import urlpatterns
from quizzes.assessments.models import Quiz
from tests import make
from tests.api.conftest import Caller

Callers = Callable[[Any], Caller]
UNDESCRIBED = {"schema", "docs"}

CONTRACT = """
POST /auth/token/                       DELETE /auth/token/
GET /session/                           GET /me/                         PATCH /me/
GET /materials/                         GET /materials/{slug}/
GET /decks/                             GET /decks/{slug}/cards/
GET /quizzes/     GET /quizzes/{slug}/  POST /quizzes/{slug}/attempts/
GET /attempts/                          GET /attempts/{id}/
PUT /attempts/{id}/answers/{slot}/      PUT /attempts/{id}/answers/
POST /attempts/{id}/check/{slot}/       POST /attempts/{id}/submit/      GET /attempts/{id}/review/
GET /banks/      POST /banks/           GET /banks/{slug}/               PATCH /banks/{slug}/
GET /banks/{slug}/coverage/
GET /questions/  POST /questions/       GET /questions/{id}/             PATCH /questions/{id}/
GET /questions/{id}/corrections/        POST /questions/{id}/corrections/
DELETE /questions/{id}/                 POST /quizzes/                   PATCH /quizzes/{slug}/
DELETE /quizzes/{slug}/
GET /users/      POST /users/           GET /users/{id}/                 PATCH /users/{id}/
"""


@pytest.fixture
def document() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(_document())
    return found


def described(document: dict[str, Any]) -> set[str]:
    return {
        f"{method.upper()} {path.removeprefix('/api/v1')}"
        for path, operations in document["paths"].items()
        for method in operations
    }


def test_it_is_written_without_a_warning() -> None:
    GENERATOR_STATS.reset()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        document = SchemaGenerator().get_schema(request=None, public=True)
    assert not GENERATOR_STATS
    validate_schema(document)


def test_it_has_every_row_of_the_contract_and_no_other(document: dict[str, Any]) -> None:
    assert described(document) == set(re.findall(r"[A-Z]+ /\S+", CONTRACT))


def test_it_describes_every_route(document: dict[str, Any]) -> None:
    named = [pattern for pattern in urlpatterns if pattern.name]
    routes = {
        "/api/v1/" + re.sub(r"<\w+:(\w+)>", r"{\1}", str(one.pattern)).replace("{pk}", "{id}")
        for one in named
        if one.name not in UNDESCRIBED
    }
    assert routes == set(document["paths"])


def test_it_says_how_every_operation_refuses(document: dict[str, Any]) -> None:
    for path, operations in document["paths"].items():
        for operation in operations.values():
            replies = set(operation["responses"])
            assert "429" in replies, path
            assert ("401" in replies) or path.endswith("/auth/token/"), path
            if "requestBody" in operation:
                assert {"400", "415"} <= replies, path
            if "{" in path:
                assert "404" in replies, path


@pytest.mark.django_db
def test_it_is_served_to_everyone(client: Client) -> None:
    reply = client.get("/api/v1/schema/")
    assert reply.status_code == 200
    assert reply["Content-Type"] == "application/vnd.oai.openapi+json"
    assert json.loads(reply.content)["openapi"].startswith("3.")
    assert client.post("/api/v1/schema/").status_code == 405


@pytest.mark.django_db
def test_it_shows_docs_that_ask_no_other_host(client: Client) -> None:
    page = client.get("/api/v1/docs/")
    script = client.get("/api/v1/docs/?script=")
    assert page.status_code == script.status_code == 200
    text = page.content.decode()
    assert not re.search(r"(src|href)=[\"']?(https?:)?//", text)
    assert "<style" not in text
    assert not re.search(r"<script(?![^>]* src=)", text)
    assert "'unsafe-inline'" not in page["Content-Security-Policy"]
    assert script["Content-Type"].startswith("application/javascript")


def conforms(document: dict[str, Any], schema: dict[str, Any], value: Any, at: str) -> None:
    """Assert that a reply is what the document says: no field more, none less."""
    if "$ref" in schema:
        schema = document["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]]
    if "allOf" in schema:
        return conforms(document, schema["allOf"][0] | {}, value, at) if value is not None else None
    if value is None:
        assert schema.get("nullable"), f"{at} is null"
        return None
    kinds = {
        "object": dict, "array": list, "string": str, "boolean": bool, "integer": int,
        "number": (int, float),
    }  # fmt: skip
    assert isinstance(value, kinds[schema["type"]]), f"{at}: {value!r}"
    if "enum" in schema:
        assert value in schema["enum"], f"{at}: {value!r}"
    if schema["type"] == "array":
        for index, item in enumerate(value):
            conforms(document, schema["items"], item, f"{at}.{index}")
    elif "properties" in schema:
        assert set(value) == set(schema["properties"]), at
        for name, item in value.items():
            conforms(document, schema["properties"][name], item, f"{at}.{name}")
    return None


@pytest.mark.django_db
def test_it_tells_the_truth_about_replies(
    document: dict[str, Any], program: Callers, ada: User, cora: User, root: User, quiz: Quiz
) -> None:
    student, educator, admin = program(ada), program(cora), program(root)
    attempt = student.post(f"/quizzes/{quiz.slug}/attempts/", {}).json()["id"]
    text = student.get("/materials/").json()["results"][0]["slug"]
    question = educator.get("/questions/").json()["results"][0]["id"]
    bank = educator.get("/banks/").json()["results"][0]["slug"]
    answer = {"answer": {"choice": "a"}, "confidence": 1, "flagged": True, "sequence": 0}
    made = {"slug": "made", "title": "Made"}
    asked = make.question(make.bank(cora, slug="more"), slug="asked")
    draft = {"bank": "more", "type": "essay", "stem": "Say why.", "params": {"rubric": "One mark."}}
    paper = {"slug": "paper", "title": "Paper", "bank": "more", "slots": [{"question": asked.slug}]}
    carded = make.bank(cora, slug="carded")
    make.note(carded, anchored_in=make.source())
    make.deck(carded, slug="acting")
    invitation = {"login": "eve", "roles": ["student"]}
    calls: list[tuple[Caller, str, str, str, Any]] = [
        (student, "GET", "/session/", "/session/", None),
        (student, "GET", "/me/", "/me/", None),
        (student, "PATCH", "/me/", "/me/", {"name": "Ada"}),
        (student, "GET", "/materials/", "/materials/", None),
        (student, "GET", "/materials/{slug}/", f"/materials/{text}/", None),
        (student, "GET", "/decks/", "/decks/", None),
        (student, "GET", "/decks/{slug}/cards/", "/decks/acting/cards/", None),
        (student, "GET", "/quizzes/", "/quizzes/", None),
        (student, "GET", "/quizzes/{slug}/", f"/quizzes/{quiz.slug}/", None),
        (educator, "GET", "/quizzes/{slug}/", f"/quizzes/{quiz.slug}/", None),
        (student, "POST", "/quizzes/{slug}/attempts/", f"/quizzes/{quiz.slug}/attempts/", {}),
        (student, "GET", "/attempts/", "/attempts/", None),
        (student, "GET", "/attempts/{id}/", f"/attempts/{attempt}/", None),
        (
            student, "PUT", "/attempts/{id}/answers/{slot}/", f"/attempts/{attempt}/answers/1/",
            answer,
        ),
        (
            student, "PUT", "/attempts/{id}/answers/", f"/attempts/{attempt}/answers/",
            {"answers": [{"slot": 1, **answer, "flagged": False}, {"slot": 9, **answer}]},
        ),
        (student, "POST", "/attempts/{id}/check/{slot}/", f"/attempts/{attempt}/check/1/", None),
        (student, "POST", "/attempts/{id}/submit/", f"/attempts/{attempt}/submit/", None),
        (student, "GET", "/attempts/{id}/review/", f"/attempts/{attempt}/review/", None),
        (educator, "GET", "/banks/", "/banks/", None),
        (educator, "POST", "/banks/", "/banks/", made),
        (educator, "GET", "/banks/{slug}/", f"/banks/{bank}/", None),
        (educator, "PATCH", "/banks/{slug}/", f"/banks/{bank}/", {}),
        (educator, "GET", "/banks/{slug}/coverage/", f"/banks/{bank}/coverage/", None),
        (educator, "GET", "/questions/", "/questions/", None),
        (educator, "POST", "/questions/", "/questions/", draft),
        (educator, "GET", "/questions/{id}/", f"/questions/{question}/", None),
        (educator, "PATCH", "/questions/{id}/", f"/questions/{question}/", {"stem": "Which?"}),
        (
            educator, "POST", "/questions/{id}/corrections/", f"/questions/{asked.pk}/corrections/",
            {"kind": "change_key", "fractions": [1, 0, 0], "why": "A misprint.", "base": None},
        ),
        (
            educator, "GET", "/questions/{id}/corrections/", f"/questions/{asked.pk}/corrections/",
            None,
        ),
        (educator, "POST", "/quizzes/", "/quizzes/", paper),
        (educator, "PATCH", "/quizzes/{slug}/", "/quizzes/paper/", {"title": "P"}),
        (admin, "GET", "/users/", "/users/", None),
        (admin, "POST", "/users/", "/users/", invitation),
        (admin, "GET", "/users/{id}/", f"/users/{ada.pk}/", None),
        (admin, "PATCH", "/users/{id}/", f"/users/{ada.pk}/", {"active": True}),
    ]  # fmt: skip
    for caller, method, template, path, sent in calls:
        reply = caller(method, path, sent)
        assert reply.status_code in (200, 201), (method, path, reply.content)
        operation = document["paths"]["/api/v1" + template][method.lower()]
        told = operation["responses"][str(reply.status_code)]
        schema = told["content"]["application/json"]["schema"]
        conforms(document, schema, reply.json(), f"{method} {path}")
    tried = {f"{method} {template}" for _, method, template, _, _ in calls}
    rest = {one for one in described(document) if not one.startswith("DELETE")} - tried
    assert rest == {"POST /auth/token/"}
