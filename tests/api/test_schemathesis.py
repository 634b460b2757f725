"""Calls made up from the OpenAPI document: no 5xx, and no reply the document does not know."""

from __future__ import annotations

from typing import Any

import pytest
import schemathesis
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from knox.models import AuthToken
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from accounts.models import User
from config.wsgi import application
from quizzes.api import throttling
from quizzes.assessments.models import Quiz
from quizzes.attempts.models import Attempt
from quizzes.bank import content_cache
from tests import make

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]


def objects(path: str, user: User, quiz: Quiz, attempt: Attempt) -> dict[str, Any]:
    """Return what stands in an address, so that calls reach further than 404."""
    found = {"attempts": attempt.pk, "questions": quiz.slots.first().question_id, "users": user.pk}
    slugs = {
        "quizzes": quiz.slug,
        "banks": quiz.slots.first().question.bank.slug,
        "materials": quiz.slots.first().question.versions.get().anchors.get().edition.source.slug,
    }
    kind = path.split("/")[3]
    return {"id": found.get(kind), "slug": slugs.get(kind), "slot": 1}


@pytest.mark.slow
@pytest.mark.django_db
@pytest.mark.parametrize("role", ["ada", "cora", "root"])
def test_it_withstands_made_up_calls(role: str, request: Any, quiz: Quiz) -> None:
    user: User = request.getfixturevalue(role)
    attempt = make.attempt(user, quiz)
    token = AuthToken.objects.create(user)[1]
    headers = {"Authorization": f"Token {token}", "Accept-Encoding": "identity"}
    schema = schemathesis.openapi.from_wsgi("/api/v1/schema/", app=application)
    for result in schema.get_all_operations():
        operation = result.ok()
        if operation.path.endswith("/auth/token/"):
            continue  # its guesses would be held, its DELETE would end this very token
        known = objects(operation.path, user, quiz, attempt)
        make_up(operation, headers, known)


def make_up(operation: Any, headers: dict[str, str], known: dict[str, Any]) -> None:
    @settings(
        max_examples=30,
        deadline=None,
        database=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy())
    def call(case: Any) -> None:
        throttling.forget()
        content_cache.forget()
        for name in case.path_parameters or {}:
            case.path_parameters[name] = known[name]
        with transaction.atomic():
            response = case.call(headers=headers)
            transaction.set_rollback(True)
        case.validate_response(response, checks=CHECKS)

    call()
