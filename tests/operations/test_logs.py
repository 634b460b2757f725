"""What the log and the error page say about an error, and what they keep to themselves."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator

import pytest
import structlog
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import path
from pytest_django import Settings

from config import logs

CANARY = "canary-7f3a"


def fail(request: HttpRequest) -> HttpResponse:
    answer = request.POST.get("answer", "")
    raise ValueError(f"cannot read {answer} for {CANARY}")


def ask_database(request: HttpRequest) -> HttpResponse:
    raise OperationalError(f"the server closed the connection {CANARY}")


urlpatterns = [
    path("fail/", fail),
    path("away/", ask_database),
    path("api/v1/away/", ask_database),
    path("accounts/password/reset/key/<str:key>/", fail),
    path("accounts/email/confirm/<str:key>/", fail),
    path("api/v1/fail/", fail),
]
handler500 = "config.errors.server_error"


@pytest.fixture
def lines() -> Iterator[list[str]]:
    """Collect the lines as the running site would print them."""
    line = logs.configuration("INFO")["formatters"]["line"]
    formatter = structlog.stdlib.ProcessorFormatter(
        processors=line["processors"], foreign_pre_chain=line["foreign_pre_chain"]
    )
    printed: list[str] = []

    class Collect(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            printed.append(formatter.format(record))

    handler = Collect()
    logging.getLogger().addHandler(handler)
    yield printed
    logging.getLogger().removeHandler(handler)


@pytest.fixture
def failing(settings: Settings, client: Client) -> Client:
    settings.ROOT_URLCONF = __name__
    client.raise_request_exception = False
    return client


@pytest.mark.parametrize(
    "url",
    [
        f"/fail/?token={CANARY}",
        f"/accounts/password/reset/key/1-{CANARY}/",
        f"/accounts/email/confirm/{CANARY}/",
        "/api/v1/fail/",
    ],
)
def test_it_keeps_secrets_out_of_log_and_page(failing: Client, lines: list[str], url: str) -> None:
    answer = failing.post(url, {"answer": CANARY, "password": CANARY})
    assert answer.status_code == 500
    assert CANARY not in answer.content.decode()
    assert len(lines) == 1
    assert CANARY not in lines[0]


@pytest.mark.parametrize("url", ["/away/", "/api/v1/away/"])
def test_it_says_when_to_ask_again_while_the_database_is_away(failing: Client, url: str) -> None:
    answer = failing.get(url)
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
    assert CANARY not in answer.content.decode()
    assert "Retry-After" not in failing.get("/fail/").headers


def test_it_names_the_same_error_in_log_and_page(failing: Client, lines: list[str]) -> None:
    page = failing.get("/fail/").content.decode()
    told = json.loads(lines[0])
    assert told["request"] in page
    assert told["error"].startswith("ValueError: ")
    assert "test_logs.py" in told["error"]


def test_it_answers_a_program_in_json(failing: Client, lines: list[str]) -> None:
    answer = failing.get("/api/v1/fail/")
    assert answer.json()["error_id"] == json.loads(lines[0])["request"]


def test_it_tells_what_the_machine_said(lines: list[str]) -> None:
    try:
        raise OperationalError("database or disk is full")
    except OperationalError:
        logging.getLogger("quizzes").exception("a round failed")
    assert "database or disk is full" in json.loads(lines[0])["error"]


def test_it_blanks_values_whose_name_is_secret() -> None:
    event = logs.hide_secrets(None, "info", {"password": CANARY, "csrf_token": CANARY, "user": 7})
    assert event == {"password": "…", "csrf_token": "…", "user": 7}
