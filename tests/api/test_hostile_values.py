"""Sixty hostile values at every field of every writing route: 4xx or a clean success, never 5xx.

field_kinds.py says which of them a field must refuse and which it must accept.
"""

from __future__ import annotations

import copy
import json
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from accounts.models import User
from quizzes.api import throttling
from quizzes.assessments.models import Quiz
from quizzes.attempts.models import Attempt
from quizzes.bank import content_cache
from tests import make
from tests.api.conftest import Caller
from tests.api.field_kinds import is_read, kind_of, rule_for

pytestmark = pytest.mark.django_db
Callers = Callable[[Any], Caller]


def deep(depth: int) -> Any:
    value: Any = 1
    for level in range(depth):
        value = [value] if level % 2 else {"a": value}
    return value


# As JSON text, since some of them are none: each stands where the value of a field would.
VALUES: list[str] = [
    "null", "true", "false", "0", "1", "-1", "1.5", "-0.0", "1e3", "1e-400", "1e400", "NaN",
    "Infinity", "-Infinity", "2147483648", "-2147483649", "9223372036854775807",
    "9223372036854775808", "-9223372036854775809", "1" + "0" * 30, "9" * 5000, "0." + "3" * 60,
    "01", "+1", "0x10", "1_000", ".5",
    '""', '" "', '"a"', '"1"', '"true"', '"null"', r'"\u0000"', r'"a\u0000b"', r'"\ud800"',
    r'"\udc00\ud800"', r'"\ud83d\ude00"', r'"\u202e\u2066"', r'"\ufeff"', r'"\u00e9e\u0301"',
    r'"\r\n\t\u000b"', '"a\x00b"', json.dumps("x" * 300), json.dumps("x" * 100_000),
    json.dumps("😀" * 5_000), '"\'; DROP TABLE accounts_user; --"', '"<script>alert(1)</script>"',
    '"{{ 7*7 }} {% load x %} %s %(a)s"', '"../../etc/passwd"', '"[[[[[[[[[[[[[[[[["',
    '"$' + "\\\\frac{" * 300 + '$"', '"http://[::1"', '"0000-00-00T25:61:61Z"',
    '"9999-12-31T23:59:59.999999-23:59"', "[]", "{}", "[null]", '["a", "a"]', '[[], {}, [[]]]',
    '{"": null}', '{"__proto__": {"a": 1}}', '{"a": 1, "a": 2}', '{"\\ud800": 1}',
    json.dumps(deep(15)), json.dumps(deep(60)), "[" * 5_000 + "]" * 5_000,
    json.dumps(list(range(3_000))), json.dumps({f"k{n}": n for n in range(2_000)}), "\xa0", "{",
]  # fmt: skip
BODIES: list[bytes] = [
    b"", b"\xff", b"\xc3\x28", b"\xed\xa0\x80", b"\xef\xbb\xbf{}", "{}".encode("utf-16"), b"\x00",
    b'{"a":' * 20_000, b"[" * 50_000, b"}" * 10, b"{}{}", b"'", b"a=1&b=2", b"<a/>",
    b"\x1f\x8b\x08",
]  # fmt: skip


class Routes:
    """Every writing route, with a body that is right but for one field at a time."""

    def __init__(self, program: Callers, quiz: Quiz, taken: Attempt, *users: User) -> None:
        ada, cora, root = users
        student, educator, admin = program(ada), program(cora), program(root)
        bank = make.bank(cora, slug="own")
        asked = make.question(bank, slug="asked")
        pk, unsat = asked.pk, make.quiz(cora, [asked])
        option = {"text": "NMDA", "fraction": 1, "rationale": "Because.", "pin": False}
        make.source(owner=cora, slug="text")
        anchor = {
            "material": "text", "passage": "first-act", "quote": "NMDA", "role": "supports",
            "prefix": "",
        }  # fmt: skip
        question = {
            "bank": "own", "slug": "new", "type": "single_choice", "topic": "mechanism",
            "level": "recall", "tags": ["a"], "stem": "Which?", "explanation": "So.",
            "options": [option, {"text": "AMPA"}], "params": {}, "caution": "", "hints": ["Think."],
            "penalty": 0.3, "anchors": [anchor], "state": "draft",
        }  # fmt: skip
        changed = {name: question[name] for name in question if name not in ("bank", "type")}
        numeric = {
            "bank": "own", "type": "numeric", "stem": "How many?",
            "params": {"value": 30, "tolerance": 1, "units": ["%"]},
        }  # fmt: skip
        slot = {"question": "asked", "version": 1, "max_mark": 1}
        draw = {"topic": "safety", "level": "recall", "bank": "own"}
        paper = {
            "slug": "new", "title": "New", "bank": "own", "description": "D", "preset": "exam",
            "time_limit_s": 60, "attempts_allowed": 1, "pass_mark": 50, "grading_method": "highest",
            "shuffle_questions": True, "shuffle_options": True, "audience": "everyone",
            "state": "draft", "opens_at": None, "closes_at": "2030-01-01T00:00:00Z",
            "slots": [slot, draw],
        }  # fmt: skip
        repaper = {name: value for name, value in paper.items() if name != "slug"}
        topic = {"slug": "t", "title": "T", "parent": None}
        vault = {
            "slug": "b", "title": "B", "description": "", "licence": "", "use": "both",
            "topics": [topic],
        }  # fmt: skip
        revault = {name: value for name, value in vault.items() if name != "slug"}
        save = {"answer": {"choice": "a"}, "confidence": 1, "flagged": False, "sequence": 0}
        typed = save | {"answer": {"text": "a"}}
        token = {"email": "ada", "password": "wrong", "code": "123456"}
        person = {"login": "eve", "email": "eve@example.org", "name": "Eve", "roles": ["student"]}
        one = f"/attempts/{taken.pk}/"
        self.all: list[tuple[str, Caller, str, str, Any]] = [
            ("token", program(None), "POST", "/auth/token/", token),
            ("me", student, "PATCH", "/me/", {"name": "A", "time_zone": "UTC", "day_starts_at": 4}),
            ("start", student, "POST", f"/quizzes/{quiz.slug}/attempts/", {"assignment": None}),
            ("answer", student, "PUT", f"{one}answers/1/", save),
            ("several", student, "PUT", f"{one}answers/", {"answers": [{"slot": 3, **typed}]}),
            ("check", student, "POST", f"{one}check/1/", {}),
            ("submit", student, "POST", f"{one}submit/", {}),
            ("bank", educator, "POST", "/banks/", vault),
            ("bank change", educator, "PATCH", "/banks/own/", revault),
            ("question", educator, "POST", "/questions/", question),
            ("numeric", educator, "POST", "/questions/", numeric),
            ("question change", educator, "PATCH", f"/questions/{pk}/", changed),
            ("quiz", educator, "POST", "/quizzes/", paper),
            ("quiz change", educator, "PATCH", f"/quizzes/{unsat.slug}/", repaper),
            ("user", admin, "POST", "/users/", person),
            (
                "user change",
                admin,
                "PATCH",
                f"/users/{ada.pk}/",
                {"active": True, "roles": ["student"]},
            ),
        ]
        for _, caller, *_ in self.all:
            caller.client = Client(raise_request_exception=False)


@pytest.fixture
def routes(
    program: Callers, ada: User, cora: User, root: User, quiz: Quiz, taken: Attempt
) -> Routes:
    return Routes(program, quiz, taken, ada, cora, root)


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Yield the path of every field in a body, and of the first item of every list."""
    if isinstance(value, dict):
        for name, item in value.items():
            yield (*path, name)
            yield from places(item, (*path, name))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield (*path, index)
            yield from places(item, (*path, index))


def put_in(body: Any, path: tuple[Any, ...], raw: str) -> bytes:
    """Return the body as JSON text with `raw` in place of what stands at `path`."""
    mark = "place-of-the-value"
    copied = copy.deepcopy(body)
    inner = copied
    for step in path[:-1]:
        inner = inner[step]
    inner[path[-1]] = mark
    return json.dumps(copied).replace(f'"{mark}"', raw).encode("utf-8", "surrogatepass")


def tried(caller: Caller, method: str, path: str, body: bytes) -> int:
    """Return the status of a call, whose effects are undone."""
    throttling.forget()
    content_cache.forget()
    started = time.process_time()
    with transaction.atomic():
        reply = caller(method, path, body)
        transaction.set_rollback(True)
    assert reply.status_code < 500, (method, path, body[:200], reply.content[:500])
    assert time.process_time() - started < 2, (method, path, body[:2000])
    if reply.status_code != 204:
        json.loads(reply.content)
    return int(reply.status_code)


# A right body of these is answered otherwise: the password is wrong, or another number is due.
DONE = {"token": {401, 429}, "answer": {200, 409}}
NOTHING = (b"", b"{}")


def broken_rules(routes: Routes, name: str, place: tuple[Any, ...]) -> list[str]:
    """Send every value at a place of a route's body; say where a reply breaks the field's rule."""
    _, caller, method, path, body = next(one for one in routes.all if one[0] == name)
    broken = []
    for raw in VALUES:
        sent = put_in(body, place, raw)
        status = tried(caller, method, path, sent)
        expected = rule_for(body, place, raw) if is_read(sent) else "refused"
        done = status in DONE.get(name, {200, 201})
        is_kept = {"refused": status == 400, "accepted": done, "either": done or status == 400}
        if not is_kept[expected]:
            label = f"{name}: {'.'.join(map(str, place))} ({kind_of(body, place).name})"
            broken.append(f"{label} must be {expected}, was {status}: {raw[:60]!r}")
    return broken


def fields(routes: Routes) -> Iterator[tuple[str, tuple[Any, ...], str]]:
    """Yield every field of every route: route, place and name of its kind."""
    for name, *_, body in routes.all:
        for place in places(body):
            yield name, place, kind_of(body, place).name


def test_it_has_sixty_values_and_bodies_that_are_right(routes: Routes) -> None:
    assert len(VALUES) >= 60
    right = {
        name: tried(caller, method, path, json.dumps(body).encode())
        for name, caller, method, path, body in routes.all
    }
    assert right.pop("token") == 401
    assert set(right.values()) == {200, 201}, right


def test_it_refuses_every_hostile_body(routes: Routes) -> None:
    """No body is an empty object; all else here is no JSON, no object, or has unknown names."""
    for name, caller, method, path, _ in routes.all:
        replies = {
            body: tried(caller, method, path, body)
            for body in (*BODIES, *(value.encode("utf-8") for value in VALUES))
        }
        assert replies[b""] == replies[b"{}"], name
        assert replies[b""] in {200, 201, 400}, name
        passed = {body for body, status in replies.items() if status != 400}
        assert passed <= set(NOTHING), (name, passed)


@pytest.mark.slow
def test_it_answers_hostile_values_in_every_field(routes: Routes) -> None:
    broken = [broken_rules(routes, name, place) for name, place, _ in fields(routes)]
    assert len(broken) > 90
    assert [line for lines in broken for line in lines] == []


def test_it_answers_hostile_values_in_a_field_of_every_kind(routes: Routes) -> None:
    first = {kind: (name, place) for name, place, kind in reversed([*fields(routes)])}
    assert len(first) >= 12
    broken = [broken_rules(routes, name, place) for name, place in first.values()]
    assert [line for lines in broken for line in lines] == []


def test_it_has_values_for_and_against_every_kind(routes: Routes) -> None:
    """Each kind refuses something that is JSON; those that take what is here take something."""
    found: dict[str, set[str]] = {}
    bodies = {name: body for name, *_, body in routes.all}
    for name, place, kind in fields(routes):
        told = found.setdefault(kind, set())
        told |= {rule_for(bodies[name], place, raw) for raw in VALUES if is_read(raw.encode())}
    blind = {kind for kind, told in found.items() if "refused" not in told}
    assert blind == {"answer"}, found
    assert {kind for kind, told in found.items() if "accepted" in told} >= {
        "flag", "label", "moment", "number", "prose", "reference", "slug", "whole",
    }  # fmt: skip


def test_it_derives_the_kind_of_a_new_field() -> None:
    body = {"external_id": "x-1", "is_new": True, "rank": 3, "notes": ["a"], "more": {"title": "T"}}
    kinds = [kind_of(body, place).name for place in places(body)]
    assert kinds == ["prose", "flag", "number", "list", "prose", "table", "label"]
    for place, raw in [(("external_id",), "1"), (("is_new",), '"true"'), (("rank",), '"3"')]:
        assert rule_for(body, place, raw) == "refused"
    assert rule_for(body, ("external_id",), '"a"') == "accepted"
    assert rule_for(body, ("notes",), '[{"a": 1}]') == "refused"
