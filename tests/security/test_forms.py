"""Every form of the pages and the admin: forged, stuffed with columns, and filled with rubbish.

Rubbish is always answered with a page; stored.py says what each kind of control may never store.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote, urlencode

import pytest
import time_machine
from django.apps import apps
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.db.models import AutoField, Field, ForeignKey
from django.test import Client

from accounts.models import User
from tests.security.forms import Control, Form, form_at
from tests.security.stored import stored, wrongly_stored
from tests.security.test_matrix import ADMIN, POLICY, address
from tests.security.world import World, digest, forget, number_rows_alike, undone

pytestmark = pytest.mark.django_db
URLENCODED = "application/x-www-form-urlencoded"


def keys_of(made: World) -> dict[str, Any]:
    """What stands in the addresses and the names of fields below."""
    return {
        "attempt": made.things["attempt"][0].key,
        "done": made.things["attempt"][1].key,
        "report": made.things["report"][0].key,
        "beside": made.things["question beside"][0].key[1],
        "own note": made.things["note"][0].key[1],
        "answer": made.things["answer"][0].key,
        "question": made.things["question"][0].key,
        "quiz": made.things["quiz row"][0].key,
        "bank": made.things["bank row"][0].key,
        "text": made.things["text row"][0].key,
        "document": made.things["import row"][0].key,
        "note": made.things["note row"][0].key,
        "deck": made.things["deck row"][0].key,
        "link": made.things["link row"][0].key,
        "ada": made.users["ada"].pk,
    }


@dataclass(frozen=True)
class Page:
    """A page with a form: who fills it in, where it stands and is sent, which button is pressed."""

    actor: str
    path: str
    sent_to: str = ""
    press: str = ""

    def form(self, made: World, client: Client) -> Form:
        forget()
        keys = keys_of(made)
        path, sent_to = self.path.format(**keys), self.sent_to.format(**keys)
        return form_at(client, path, sent_to=sent_to)


PAGES = {
    "answers": Page("ada", "/attempts/{attempt}/", "/attempts/{attempt}/save/"),
    "hand in": Page("ada", "/attempts/{attempt}/", "/attempts/{attempt}/submit/"),
    "settings": Page("ada", "/accounts/settings/", "/accounts/settings/"),
    "mark": Page("cora", "/teach/marking/{answer}/", "/teach/marking/{answer}/"),
    "correct a key": Page("cora", "/teach/questions/{question}/correct/"),
    "report": Page("ada", "/attempts/{done}/report/1/"),
    "reply to a report": Page("cora", "/teach/reports/{report}/"),
    "question beside": Page("ada", "/read/public-text/q/{beside}/"),
    "passage's note": Page("ada", "/read/public-text/p/first-act/", "/read/public-text/notes/"),
    "own note": Page(
        "ada", "/read/public-text/p/first-act/", "/read/public-text/notes/{own note}/"
    ),
    "coverage": Page("cora", "/teach/coverage/{text}/"),
    "question": Page("cora", "/admin/quizzes/question/{question}/change/", press="_draft"),
    "new question": Page(
        "cora", "/admin/quizzes/question/add/?type=single_choice&bank=cora-bank", press="_draft"
    ),
    "quiz": Page("cora", "/admin/quizzes/quiz/{quiz}/change/", press="_save"),
    "new quiz": Page("cora", "/admin/quizzes/quiz/add/?mode=practice", press="_save"),
    "bank": Page("cora", "/admin/quizzes/questionbank/{bank}/change/", press="_save"),
    "new bank": Page("cora", "/admin/quizzes/questionbank/add/", press="_save"),
    "text": Page("cora", "/admin/quizzes/source/{text}/change/"),
    "new text": Page("cora", "/admin/quizzes/source/add/"),
    "new document": Page("cora", "/admin/quizzes/importproposal/add/"),
    "document": Page("cora", "/admin/quizzes/importproposal/{document}/change/", press="_import"),
    "note": Page("cora", "/admin/quizzes/note/{note}/change/", press="_save"),
    "new note": Page("cora", "/admin/quizzes/note/add/?kind=basic&bank=cora-bank", press="_save"),
    "deck": Page("cora", "/admin/quizzes/deck/{deck}/change/", press="_save"),
    "new deck": Page("cora", "/admin/quizzes/deck/add/?bank=cora-bank", press="_save"),
    "link": Page("cora", "/admin/quizzes/concordancelink/{link}/change/", press="_save"),
    "user": Page("root", "/admin/accounts/user/{ada}/change/", press="_save"),
    "new user": Page("root", "/admin/accounts/user/add/", press="_save"),
    "actions on questions": Page("cora", "/admin/quizzes/question/"),
    "actions on users": Page("root", "/admin/accounts/user/"),
}
# What a person would type where a form starts empty or with what is refused.
TYPED: dict[str, dict[str, Any]] = {
    "answers": {"q1-choice": "b", "q1-confidence": "2"},
    "settings": {"name": "Ada O."},
    "mark": {"mark": "1", "feedback": "Well said."},
    "report": {"text": "The key is wrong.", "kind": "problem"},
    "correct a key": {"option-0": "100", "option-1": "100", "why": "A misprint.", "do": "1"},
    "reply to a report": {"state": "declined", "reply": "It is right."},
    "question beside": {"q{beside}-choice": "a"},
    "passage's note": {"note": "Look here."},
    "own note": {"note": "Look there."},
    "coverage": {"reason": "It is an aside."},
    "document": {"title": "How it acts"},
    "note": {"front": "What now?"},
    "new note": {"front": "What is it?", "back": "This.", "slug": "a-note"},
    "deck": {"title": "A deck renamed"},
    "new deck": {"title": "A deck", "slug": "a-deck", "topic": "mechanism"},
    "link": {"title": "A link renamed"},
    "question": {"stem": "Is this new?", "note": "Shorter."},
    "new question": {
        "stem": "Is this new?",
        "explanation": "It is.",
        "options-0-text": "Yes",
        "options-0-worth": "right",
        "options-1-text": "No",
        "options-2-text": "Perhaps",
    },
    "quiz": {"title": "A quiz renamed"},
    "new quiz": {
        "title": "A quiz",
        "slug": "a-quiz",
        "places-0-question": "cora-bank/cora-question",
    },
    "bank": {"title": "A bank renamed"},
    "new bank": {"title": "A bank", "slug": "a-bank"},
    "new text": {"slug": "a-text"},
    "user": {"name": "Ada Osei"},
    "new user": {"login": "new", "name": "New", "email": "new@example.org", "roles": "student"},
    "actions on questions": {"action": "retire", "_selected_action": "{question}"},
    "actions on users": {"action": "disable", "_selected_action": "{ada}"},
}


def data_of(name: str, form: Form, made: World) -> dict[str, Any]:
    keys = keys_of(made)
    typed = {
        field.format(**keys): value.format(**keys) for field, value in TYPED.get(name, {}).items()
    }
    if name == "new document":
        typed["file"] = SimpleUploadedFile("a.md", b"# A text\n\nOne passage of it.\n")
    press = PAGES[name].press
    return form.data(**typed) | ({press: form.buttons.get(press, "")} if press else {})


# Forged


def forged(made: World) -> Iterator[tuple[str, str, str]]:
    """Yield (actor, method, path) of every route that writes, in reach of who may call it."""
    for route, row in (POLICY | ADMIN).items():
        for method, who in row.who.items():
            if method == "GET" or route == "api/v1/auth/token/":
                continue
            thing = made.things[row.kind][0] if row.kind else None
            actor = "root" if who == "admins" or row.kind == "row of an admin" else "cora"
            if thing is not None and who == "takers":
                actor = "ada"
            yield actor, method, address(route, thing)
    for path in ("settings/", "email/", "password/change/", "2fa/totp/activate/", "sessions/"):
        yield "ada", "POST", f"/accounts/{path}"
    yield "ada", "POST", "/accounts/logout/"


def test_nothing_is_written_without_the_token_against_forgery(made: World) -> None:
    calls = list(forged(made))
    assert len(calls) > 40
    strict = {actor: Client(enforce_csrf_checks=True) for actor in ("ada", "cora", "root")}
    for actor, client in strict.items():
        client.force_login(made.users[actor])
        client.get("/")
    before = digest()
    for actor, method, path in calls:
        kind = "application/json" if path.startswith("/api/") else URLENCODED
        body = "{}" if path.startswith("/api/") else ""
        for headers in ({}, {"X-CSRFToken": "x" * 64}):
            forget()
            reply = strict[actor].generic(method, path, body, content_type=kind, headers=headers)
            assert reply.status_code == 403, (method, path, reply.status_code)
    assert digest() == before


def test_a_foreign_page_cannot_send_even_the_right_token(made: World) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(made.users["ada"])
    token = client.get("/api/v1/session/").json()["csrf"]
    path = f"/attempts/{made.things['attempt'][0].key}/save/"
    data = {"csrfmiddlewaretoken": token}
    for origin in ("https://evil.example", "null", "http://testserver.evil.example"):
        reply = client.post(path, data, headers={"Origin": origin})
        assert reply.status_code == 403, origin
    own = client.post(path, data, headers={"Origin": "http://testserver"})
    assert own.status_code == 302


def test_the_api_takes_no_forms_and_no_foreign_scripts(made: World) -> None:
    client = made.client("ada")
    for kind in (URLENCODED, "multipart/form-data; boundary=x", "text/plain"):
        forget()
        reply = client.generic("PATCH", "/api/v1/me/", '{"name": "x"}', content_type=kind)
        assert reply.status_code in (400, 415), kind
    reply = client.get("/api/v1/me/", headers={"Origin": "https://evil.example"})
    assert not [name for name in reply.headers if name.startswith("Access-Control")]
    preflight = client.options(
        "/api/v1/me/",
        headers={"Origin": "https://evil.example", "Access-Control-Request-Method": "PATCH"},
    )
    assert not [name for name in preflight.headers if name.startswith("Access-Control")]


# Stuffed with columns


def columns() -> dict[str, str]:
    """Every column of every model of ours and of what signs in, with a tempting value."""
    found: dict[str, str] = {}
    for model in apps.get_models():
        if model._meta.app_label in ("accounts", "quizzes", "auth", "account"):
            for one in model._meta.get_fields():
                if isinstance(one, Field):
                    found |= {one.name: _tempting(one), one.attname: _tempting(one)}
    return found | {"is_superuser": "on", "is_staff": "on", "owner": "1", "by": "1", "user": "1"}


def _tempting(column: Field) -> str:
    kind = column.get_internal_type()
    if kind == "BooleanField":
        return "on"
    if kind == "DateTimeField":
        return "2001-01-01 00:00:00"
    return {"JSONField": "{}", "TextField": "stuffed", "CharField": "stuffed"}.get(kind, "1")


# Names drawn at random: of the quiz of a text's reader, and of a deck made for a card.
CHOSEN = re.compile(r"reader-[0-9a-f]{16}|'[0-9a-f]{20}'")
RANDOM = {"seed", "order", "password", "session_salt", "checksum", "order_with_respect_to"}


def rows() -> dict[str, list[str]]:
    """Every table without numbers of rows, which no two runs share."""
    found = {}
    for model in apps.get_models(include_auto_created=True):
        if model._meta.app_label in ("accounts", "quizzes", "auth", "admin"):
            kept = [one.attname for one in model._meta.concrete_fields if _is_told(one)]
            lines = map(repr, model._default_manager.values_list(*kept)) if kept else ()
            found[model._meta.label] = sorted(CHOSEN.sub("", line) for line in lines)
    return found


def _is_told(column: Field) -> bool:
    if isinstance(column, AutoField) or column.name in RANDOM:
        return False
    return not isinstance(column, ForeignKey) or column.related_model is User


@pytest.mark.parametrize("name", PAGES)
@time_machine.travel(datetime(2026, 3, 2, 12, 0, tzinfo=UTC), tick=False)
def test_columns_beside_a_form_s_own_fields_are_ignored(name: str, made: World) -> None:
    """The same form with every column besides its fields leaves the very same rows."""
    client = Client()  # with a session of this moment, not of the world's
    client.force_login(made.users[PAGES[name].actor])
    form = PAGES[name].form(made, client)
    plain = data_of(name, form, made)
    own = form.controls.keys() | set(plain)
    stuffing = {column: value for column, value in columns().items() if column not in own}
    assert len(stuffing) > 100
    before = rows()
    outcomes = []
    for beside in ({}, stuffing):
        number_rows_alike()
        with transaction.atomic():
            forget()
            reply = client.post(form.path, data_of(name, form, made) | beside)
            outcomes.append((reply.status_code, rows()))
            transaction.set_rollback(True)
        forget()
    (status, plainly), (other_status, stuffed) = outcomes
    assert (name, status) == (name, other_status)
    assert {label for label in stuffed if stuffed[label] != plainly[label]} == set()
    # The control: the plain form did write something.
    assert status == 302, "the form was refused, so the test is blind"
    assert plainly != before or name in BLIND


BLIND = {"text"}  # an unchanged text writes nothing, and says so


# Filled with rubbish: bytes as they arrive, so that what is no text at all comes up too

VALUES: tuple[bytes, ...] = (
    b"", b"+", b"%00", b"a%00b", b"%ED%A0%80", b"\xed\xa0\x80", b"\xff\xfe", b"%FF", b"%C3%28",
    b"%E2%80%AE", b"%EF%BF%BF", b"%EF%BB%BF", b"%F0%9F%98%80", b"%C4%B0", b"e%CC%81" * 200,
    b"NaN", b"-NaN", b"sNaN", b"Infinity", b"-inf", b"1e400", b"1e-400", b"-0", b"-1", b"0x10",
    b"01", b"1_000", b"1.", b".5", b"%D9%A3", b"%C2%B2", b"2147483648", b"32768",
    b"9223372036854775808", b"1" + b"0" * 30, b"9" * 5000, b"0." + b"3" * 60, b"x" * 300,
    b"x" * 100_000, b"%C3%9F" * 5000, b"%F0%9F%98%80" * 3000, b"[]", b"{}", b"null", b"true",
    b"[" * 3000, b"%25s%25n", b"{{7*7}}", b"{%25+load+x+%25}", b"%3Cscript%3Ealert(1)%3C/script%3E",
    b"%27%20OR%201=1--", b"../../etc/passwd", b"%0D%0ASet-Cookie:%20a=b", b"a%0Ab%0Dc%0Bd",
    b"0000-00-00T25:61", b"9999-12-31T23:59", b"0001-01-01T00:00", b"$\\frac{" * 300, b"http://[::1",
    b"__class__", b"---%0Atitle:%20x%0A---", b"~%60" * 500, b"%20%20%20", b"cora-bank/x/y/z",
)  # fmt: skip
VALUES_A_FIELD = 9
SECONDS_A_REPLY = 4  # of the processor; half of it is left to a slow machine
ROW = re.compile(r'name="[a-z]+-([0-9]+)-')
ANSWERED = {200, 302, 400, 403, 404, 409}


def hostile_body(data: dict[str, Any], name: str, value: bytes) -> bytes:
    """The form as a browser would send it, but for one field, whose bytes stay as they are."""
    usual = urlencode({key: one for key, one in data.items() if key != name}, doseq=True)
    return usual.encode() + b"&" + quote(name).encode() + b"=" + value


def sent(client: Client, path: str, body: bytes) -> tuple[int, list[Any]]:
    """Send a form, take back what it did, and return its status and what it stored.

    None may cost much.
    """
    began = time.process_time()
    with undone(), stored() as found:
        status = client.post(path, body, content_type=URLENCODED).status_code
    assert time.process_time() - began < SECONDS_A_REPLY, body[-200:]
    return status, found.values


def values_at(place: int) -> list[bytes]:
    """The values for a form's n-th field: a share of all, another for each field."""
    return [VALUES[(7 * place + 5 * turn) % len(VALUES)] for turn in range(VALUES_A_FIELD)]


def broken_rules(made: World, name: str, *, every: int, turns: int) -> list[str]:
    """Send each `every`-th field of a form with `turns` values; say which rules were broken."""
    client = made.client(PAGES[name].actor)
    form = PAGES[name].form(made, client)
    data = data_of(name, form, made)
    # Files are left out of the form as it is meant, since it is sent without them below too.
    meant = urlencode({key: one for key, one in data.items() if key != "file"}, doseq=True)
    usual = sent(client, form.path, meant.encode())[1]
    # Of rows that are alike, the first.
    names = sorted({re.sub(r"-[0-9]+-", "-0-", one) for one in form.controls.keys() | set(data)})
    broken = []
    for place, field in list(enumerate(names))[::every]:
        control = form.controls.get(field, Control("text"))
        for value in values_at(place)[:turns]:
            status, values = sent(client, form.path, hostile_body(data, field, value))
            faults = wrongly_stored(control, value, values, usual)
            if status not in ANSWERED:
                faults.append(f"it was answered with {status}")
            broken += [f"{field} ({control.kind}) {value[:60]!r}: {fault}" for fault in faults]
    return broken


@pytest.mark.parametrize("name", [name for name in PAGES if not name.startswith("new ")])
def test_hostile_values_in_a_form_are_answered_with_a_page(name: str, made: World) -> None:
    """Some of the fields with the first of their values."""
    assert len(VALUES) >= 60
    is_large = PAGES[name].path.startswith("/admin/")
    every, turns = (5, 1) if is_large else (1, 4)
    assert broken_rules(made, name, every=every, turns=turns) == []


@pytest.mark.slow
@pytest.mark.parametrize("name", PAGES)
def test_hostile_values_in_every_field_are_answered_with_a_page(name: str, made: World) -> None:
    assert broken_rules(made, name, every=1, turns=VALUES_A_FIELD) == []


def test_what_a_form_stores_is_seen(made: World) -> None:
    """The control: a text, a choice and a number that are sent are found among what is stored."""
    for name, field, value in [
        ("settings", "name", "Ada, renamed"),
        ("answers", "q1-choice", "b"),
        ("answers", "q1-confidence", "2"),
        ("mark", "mark", "0.5"),
        ("bank", "title", "A title of my own"),
        ("quiz", "grading_method", "first"),
    ]:
        client = made.client(PAGES[name].actor)
        form = PAGES[name].form(made, client)
        body = hostile_body(data_of(name, form, made), field, quote(value).encode())
        status, values = sent(client, form.path, body)
        assert status == 302, name
        assert value in {str(one).rstrip("0") for one in values}, (name, values)


@pytest.mark.parametrize(
    ("control", "value", "wrong"),
    [
        (Control("select", {"a", "b"}), b"c%20d", "c d"),
        (Control("radio", {"a", "b"}), b"__class__", "__class__"),
        (Control("number"), b"0x10", "0x10"),
        (Control("number"), b"NaN", "NaN"),
        (Control("number"), b"NaN", float("nan")),
        (Control("text", limit=100), b"x" * 300, "x" * 300),
        (Control("text"), b"a%00b", "a\0b"),
        (Control("textarea"), b"%ED%A0%80", "\ud800"),
    ],
)
def test_a_value_that_was_wrongly_stored_is_found(
    control: Control, value: bytes, wrong: Any
) -> None:
    assert len(wrongly_stored(control, value, [1, "on", wrong], [1, "on"])) >= 1
    assert wrongly_stored(control, value, [1, "on"], [1, "on"]) == []
    accepted = next(iter(sorted(control.offered)), "7")
    assert wrongly_stored(control, accepted.encode(), [1, accepted], [1]) == []


def test_forms_have_controls_of_every_kind(made: World) -> None:
    kinds: dict[str, int] = {}
    offering = limited = 0
    for page in PAGES.values():
        for control in page.form(made, made.client(page.actor)).controls.values():
            kinds[control.kind] = kinds.get(control.kind, 0) + 1
            offering += control.is_choice and bool(control.offered)
            limited += control.limit is not None
    assert kinds.keys() >= {"text", "textarea", "select", "radio", "checkbox", "number", "hidden"}
    assert offering > 50
    assert limited > 20


@pytest.mark.parametrize("name", ["question", "quiz", "bank", "user"])
def test_a_form_may_not_claim_any_number_of_rows(name: str, made: World) -> None:
    """What is drawn is bounded, whatever the hidden counts of rows say."""
    client = made.client(PAGES[name].actor)
    form = PAGES[name].form(made, client)
    data = data_of(name, form, made)
    counts = [field for field in sorted(form.controls) if field.endswith("-TOTAL_FORMS")]
    assert counts
    for field in counts:
        with undone():
            reply = client.post(form.path, data | {field: str(2**63)})
        assert reply.status_code in ANSWERED
        drawn = {int(one) for one in ROW.findall(reply.content.decode())}
        assert len(drawn) <= 220, field


def test_hostile_bodies_are_answered_with_a_page(made: World) -> None:
    """Broken forms, too many fields, broken files, odd types: as whole bodies."""
    client = made.client("ada")
    path = PAGES["answers"].form(made, client).path
    odd: list[tuple[bytes, str]] = [
        (b"%", URLENCODED),
        (b"&&&=&=&==", URLENCODED),
        (b"q1-sequence=%FF&%FF=1&\xff=\xff", URLENCODED),
        (b"&".join(b"a%d=1" % n for n in range(1500)), URLENCODED),
        (b"q%s-sequence=0" % (b"9" * 3000), URLENCODED),
        (b"q1-sequence=0&q1-" + b"x" * 5000 + b"=1", URLENCODED),
        (b"x" * 1_000_001, URLENCODED),
        (b"", "multipart/form-data"),
        (b"", "multipart/form-data; boundary=" + "x" * 300),
        (b"--x\r\n", "multipart/form-data; boundary=x"),
        (b"--x\r\nContent-Disposition: form-data; name=\"a\x00\"\r\n\r\nb\r\n--x--\r\n",
         "multipart/form-data; boundary=x"),
        (b"--x\r\nContent-Disposition: form-data; name=a; filename=\"../a\"\r\n\r\n!\r\n--x--\r\n",
         "multipart/form-data; boundary=x"),
        (b"a=1", "application/x-www-form-urlencoded; charset=utf-7"),
        (b"a=1", "application/x-www-form-urlencoded; charset=no-such"),
        (b"{}", "application/json"),
        (b"<a/>", "text/xml"),
        (b"a", "\x00"),
    ]  # fmt: skip
    for body, kind in odd:
        with undone():
            # The client would encode the body itself.
            status = client.generic("POST", path, body, content_type=kind).status_code
        assert status < 500, (body[:60], kind, status)


@pytest.mark.parametrize("actor", ["ada", "cora"])
def test_hostile_queries_and_addresses_are_answered_with_a_page(actor: str, made: World) -> None:
    client = made.client(actor)
    pages = ["/", "/library/", "/read/public-text/", "/progress/", "/quizzes/open-quiz/"]
    if actor != "ada":
        pages += ["/teach/", "/teach/marking/", "/teach/quizzes/open-quiz/"]
        pages += [
            f"/admin/quizzes/{one}/" for one in ("source", "questionbank", "question", "quiz")
        ]
        pages += ["/admin/quizzes/question/passages/", "/admin/quizzes/quiz/people/"]
        pages += ["/admin/quizzes/quiz/questions/", "/admin/quizzes/question/add/"]
    names = "q mark page p o show quiz topic sort bank type mode state tag level e _to_field _popup"
    names = [*names.split(), "bank__owners__password"]
    values = [one for one in VALUES if len(one) < 6000]
    turn = 0
    for page in pages:
        for _ in range(6):
            name, value = names[turn % len(names)], values[turn % len(values)]
            turn += 1
            forget()
            query = f"{name}=".encode() + value
            reply = client.generic("GET", page, QUERY_STRING=query.decode("latin-1"))
            assert reply.status_code < 500, (page, query[:80], reply.status_code)
    for path in (
        "/read/%00/",
        "/quizzes/%ED%A0%80/",
        "/attempts/0/",
        "/attempts/999999999999999999/",
        "/attempts/9999999999999999999/",
        "/attempts/%D9%A3/",
        "/admin/quizzes/question/9223372036854775808/change/",
        "/admin/quizzes/question/%00/change/",
        "/admin/quizzes/question/_00/history/",
        "/admin/quizzes/quiz/99999999999999999999999/step/",
        f"/admin/quizzes/bank/{'9' * 5000}/change/",
        "/%ff%fe",
        "/" + "a/" * 2000,
    ):
        for method in ("GET", "POST"):
            forget()
            assert client.generic(method, path).status_code < 500, (method, path[:60])
