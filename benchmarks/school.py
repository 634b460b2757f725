"""Run inside the site (`manage.py shell`): a quiz of twenty shipped questions, and students."""

from __future__ import annotations

import json
from importlib import import_module

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.db import connection
from django.utils import timezone

from accounts.models import User
from benchmarks.client import changes
from quizzes.assessments import review_options
from quizzes.assessments.models import Quiz, QuizRevision, QuizState, Slot
from quizzes.bank.models import Question

QUESTIONS = 20
TYPES = ("single_choice", "multiple_choice", "true_false", "short_answer", "numeric")


def open_school(students: int) -> str:
    """Make the quiz, the students and their sessions; return them as JSON."""
    with connection.cursor() as cursor:
        key = "INTEGER PRIMARY KEY" if connection.vendor == "sqlite" else "BIGSERIAL PRIMARY KEY"
        cursor.execute(f"CREATE TABLE benchmark_bare (id {key}, body TEXT NOT NULL)")
    quiz = Quiz.objects.create(
        slug="benchmark",
        title="Benchmark",
        state=QuizState.PUBLISHED,
        mode="exam",
        behaviour="deferred",
        review=review_options.preset("self_test"),
        time_limit_s=3600,
        created_at=timezone.now(),
    )
    asked = Question.objects.ready().filter(type__in=TYPES).order_by("slug")[:QUESTIONS]
    revision = QuizRevision.objects.create(quiz=quiz, number=1)
    Slot.objects.bulk_create(
        Slot(revision=revision, position=position, question=question)
        for position, question in enumerate(asked, start=1)
    )
    User.objects.bulk_create(User(login=f"student-{n}", password="!") for n in range(students))
    store = import_module(settings.SESSION_ENGINE).SessionStore
    sessions = []
    for user in User.objects.filter(login__startswith="student-").order_by("pk"):
        session = store()
        session[SESSION_KEY] = str(user.pk)
        session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
        session[HASH_SESSION_KEY] = user.get_session_auth_hash()
        session.create()
        sessions.append(session.session_key)
    return json.dumps(sessions)


def count_statements(session_key: str, answers: str) -> str:
    """Walk one attempt inside this process and return the SQL statements of every step.

    BEGIN and COMMIT are counted. The content cache is warm, as in a server that has served one.
    """
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    client = Client(enforce_csrf_checks=False, SERVER_NAME="127.0.0.1")
    client.cookies["session"] = session_key
    counts: dict[str, int] = {}

    def step(name: str, method: str, path: str, **more: object) -> object:
        with CaptureQueriesContext(connection) as captured:
            reply = getattr(client, method)(path, **more)
        assert reply.status_code < 400, (name, reply.status_code, reply.content[:300])
        counts[name] = len(captured)
        return reply

    for _ in range(2):  # the first walk warms what the process keeps
        started = step("start", "post", "/quizzes/benchmark/start/")
        attempt = started["Location"].rstrip("/").split("/")[-1]  # type: ignore[index]
        step("page", "get", f"/attempts/{attempt}/")
        shown = client.get(f"/api/v1/attempts/{attempt}/").json()
        first, *rest = changes(shown["questions"], json.loads(answers))
        slot = first.pop("slot")
        path = f"/api/v1/attempts/{attempt}/answers/"
        step(
            "save one",
            "put",
            f"{path}{slot}/",
            data=json.dumps(first),
            content_type="application/json",
        )
        step(
            "save many",
            "put",
            path,
            data=json.dumps({"answers": rest}),
            content_type="application/json",
        )
        step("finish", "post", f"/attempts/{attempt}/submit/")
        step("review", "get", f"/attempts/{attempt}/review/")
    return json.dumps(counts)
