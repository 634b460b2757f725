"""Callers of the API: by token, as programs do, and by session, as scripts of the pages do."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from knox.models import AuthToken

from accounts.models import User
from quizzes.assessments.models import Quiz
from quizzes.attempts.models import Attempt
from tests import make

ROOT = "/api/v1"


class Caller:
    """Calls the API as a program: paths below /api/v1, JSON bodies, no redirects."""

    def __init__(self, client: Client, headers: dict[str, str]) -> None:
        self.client = client
        self.headers = headers

    def __call__(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        """Send `body` as JSON; bytes are sent as they are, nothing where it is None."""
        data = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body)
        return self.client.generic(
            method,
            ROOT + path,
            data,
            content_type="" if body is None else "application/json",
            headers={**self.headers, **headers},
        )

    def get(self, path: str, **headers: str) -> Any:
        return self("GET", path, None, **headers)

    def post(self, path: str, body: Any = None, **headers: str) -> Any:
        return self("POST", path, body, **headers)

    def put(self, path: str, body: Any = None, **headers: str) -> Any:
        return self("PUT", path, body, **headers)

    def patch(self, path: str, body: Any = None, **headers: str) -> Any:
        return self("PATCH", path, body, **headers)

    def delete(self, path: str, **headers: str) -> Any:
        return self("DELETE", path, None, **headers)


@pytest.fixture
def program() -> Callable[[User | None], Caller]:
    """Return a caller with a token of the user's; without a user, one who is nobody."""

    def make_caller(user: User | None) -> Caller:
        headers = {}
        if user is not None:
            headers["Authorization"] = f"Token {AuthToken.objects.create(user)[1]}"
        return Caller(Client(raise_request_exception=True), headers)

    return make_caller


@pytest.fixture
def script() -> Callable[[User], Caller]:
    """Return a caller in a signed-in browser, holding the page's token against forgery."""

    def make_caller(user: User) -> Caller:
        client = Client(enforce_csrf_checks=True)
        client.force_login(user)
        csrf = client.get(f"{ROOT}/session/").json()["csrf"]
        return Caller(client, {"X-CSRFToken": csrf})

    return make_caller


@pytest.fixture
def quiz(cora: User) -> Quiz:
    """A practice quiz of three questions, anchored in a text."""
    bank, text = make.bank(cora), make.source(owner=cora)
    kinds = ("single_choice", "multiple_choice", "short_answer")
    asked = [make.question(bank, type=kind, anchored_in=text) for kind in kinds]
    return make.quiz(cora, asked, shuffle_options=False)


@pytest.fixture
def taken(ada: User, quiz: Quiz) -> Attempt:
    """Ada's open attempt at `quiz`."""
    return make.attempt(ada, quiz)
