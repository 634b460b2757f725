"""Who may call what: every route, as everyone, with every method, on every kind of object.

`POLICY` is the whole policy. A route that is missing from it fails the test, so that nobody adds
one without saying who may call it. Foreign and missing objects answer alike, and what is refused
changes nothing.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.urls import URLPattern, URLResolver, get_resolver

from tests.security.world import (
    ACTORS,
    EVERYONE,
    NAMED,
    WORD,
    Thing,
    World,
    digest,
    forget,
    is_sign_in,
    undone,
)

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
STAFF = {"cora", "dana", "root"}
BY_ROLE = {
    "everyone": set(ACTORS),
    "signed in": set(NAMED),
    "educators": STAFF,
    "admins": {"root"},
    "nobody": set(),
}
BY_OBJECT = {"viewers", "takers", "editors"}
ALLOWED = {200, 201, 204, 302, 400, 409, 503}


@dataclass(frozen=True)
class Route:
    """A row of the policy.

    Attributes:
        who: by method, who is answered: a role, or what an object says of the actor.
        kind: the kind of object in the address.
        gate: who gets as far as being told that a method is not answered; others are refused.
        json: whether refusals are those of the API, or lead to the sign-in page.
    """

    who: dict[str, str]
    kind: str = ""
    gate: str = "everyone"
    json: bool = False


def page(kind: str = "", gate: str = "everyone", **who: str) -> Route:
    return Route(who, kind, gate)


def call(kind: str = "", gate: str = "signed in", **who: str) -> Route:
    return Route(who, kind, gate, json=True)


POLICY: dict[str, Route] = {
    # What runs the site
    "healthz": page(GET="everyone"),
    "readyz": page(GET="everyone"),  # 503 here: no worker is running
    # Pages
    "": page(GET="everyone"),
    "library/": page(GET="everyone"),
    "read/<slug:slug>/": page("text", GET="viewers"),
    "read/<slug:slug>/p/<slug:key>/": page("passage", GET="viewers"),
    "read/<slug:slug>/q/<id:pk>/": page("question beside", GET="takers", POST="takers"),
    "read/<slug:slug>/notes/": page("text to note on", GET="viewers", POST="viewers"),
    "read/<slug:slug>/notes/<id:pk>/": page("note", POST="editors"),
    "changes/<id:pk>/seen/": page("change", POST="editors"),
    "progress/": page(GET="signed in"),
    "cards/": page(GET="signed in"),
    "cards/<slug:slug>/": page("deck", GET="viewers"),
    "cards/<slug:slug>/flip/": page("deck", GET="viewers"),
    "concordance/": page(GET="signed in"),
    "quizzes/<slug:slug>/": page("quiz", GET="viewers"),
    "quizzes/<slug:slug>/start/": page("quiz", POST="takers"),
    "attempts/<id:pk>/": page("attempt", GET="viewers"),
    "attempts/<id:pk>/save/": page("attempt", POST="takers"),
    "attempts/<id:pk>/check/<id:slot>/": page("attempt", POST="takers"),
    "attempts/<id:pk>/summary/": page("attempt", GET="takers"),
    "attempts/<id:pk>/submit/": page("attempt", POST="takers"),
    "attempts/<id:pk>/result/": page("attempt", GET="viewers"),
    "attempts/<id:pk>/review/": page("attempt", GET="viewers"),
    "attempts/<id:pk>/report/<id:slot>/": page("attempt", GET="takers", POST="takers"),
    "media/<media:name>": page("media", GET="viewers"),
    "reports/": page(GET="signed in"),
    "reports/<id:pk>/": page("report", GET="viewers"),
    "teach/": page(GET="educators"),
    "teach/reports/": page(GET="educators"),
    "teach/reports/<id:pk>/": page("report", GET="editors", POST="editors"),
    "teach/quizzes/<slug:slug>/": page("quiz", GET="editors"),
    "teach/coverage/": page(GET="educators"),
    "teach/coverage/<id:pk>/": page("text row", GET="editors", POST="editors"),
    "teach/questions/<id:pk>/correct/": page("question", GET="editors", POST="editors"),
    "teach/marking/": page(GET="educators"),
    "teach/marking/<id:pk>/": page("answer", GET="editors", POST="editors"),
    # API
    "api/v1/schema/": call(gate="everyone", GET="everyone"),
    "api/v1/docs/": call(gate="everyone", GET="everyone"),
    "api/v1/auth/token/": call(gate="everyone", POST="everyone", DELETE="nobody"),
    "api/v1/session/": call(GET="signed in"),
    "api/v1/me/": call(GET="signed in", PATCH="signed in"),
    "api/v1/materials/": call(GET="signed in"),
    "api/v1/materials/<slug:slug>/": call("text in writing", GET="viewers"),
    "api/v1/decks/": call(GET="signed in"),
    "api/v1/decks/<slug:slug>/cards/": call("deck", GET="viewers"),
    "api/v1/quizzes/": call(GET="signed in", POST="educators"),
    "api/v1/quizzes/<slug:slug>/": call("quiz", GET="viewers", PATCH="editors", DELETE="editors"),
    "api/v1/quizzes/<slug:slug>/attempts/": call("quiz", POST="takers"),
    "api/v1/attempts/": call(GET="signed in"),
    "api/v1/attempts/<id:pk>/": call("attempt", GET="viewers"),
    "api/v1/attempts/<id:pk>/answers/": call("attempt", gate="everyone", PUT="takers"),
    "api/v1/attempts/<id:pk>/answers/<id:slot>/": call("attempt", gate="everyone", PUT="takers"),
    "api/v1/attempts/<id:pk>/check/<id:slot>/": call("attempt", POST="takers"),
    "api/v1/attempts/<id:pk>/submit/": call("attempt", POST="takers"),
    "api/v1/attempts/<id:pk>/review/": call("attempt", GET="viewers"),
    "api/v1/banks/": call(gate="educators", GET="educators", POST="educators"),
    "api/v1/banks/<slug:slug>/": call("bank", GET="viewers", PATCH="editors"),
    "api/v1/banks/<slug:slug>/coverage/": call("bank", GET="viewers"),
    "api/v1/questions/": call(gate="educators", GET="educators", POST="educators"),
    "api/v1/questions/<id:pk>/": call("question", GET="viewers", PATCH="editors", DELETE="editors"),
    "api/v1/questions/<id:pk>/corrections/": call("question", GET="viewers", POST="editors"),
    "api/v1/users/": call(gate="admins", GET="admins", POST="admins"),
    "api/v1/users/<id:pk>/": call("user", GET="viewers", PATCH="editors"),
}

# The admin: whoever is no staff is led to sign in, whatever the address.
OBJECT_ID = "<path:object_id>"
ADMIN: dict[str, Route] = {
    "admin/": page(GET="educators"),
    "admin/password_change/": page(GET="educators"),
    "admin/password_change/done/": page(GET="educators"),
    "admin/jsi18n/": page(GET="educators"),
    "admin/autocomplete/": page(GET="nobody"),
    "admin/quizzes/question/passages/": page(GET="educators"),
    "admin/quizzes/question/preview/": page("own bank", POST="editors"),
    "admin/quizzes/question/advice/": page("own bank", POST="editors"),
    "admin/quizzes/question/<int:pk>/versions/": page("question", GET="editors"),
    "admin/quizzes/question/<int:pk>/versions/<int:number>/": page("question", GET="editors"),
    "admin/quizzes/question/<int:pk>/versions/<int:number>/restore/": page(
        "question", POST="editors"
    ),
    "admin/quizzes/question/<int:pk>/duplicate/": page("question", POST="editors"),
    "admin/quizzes/question/<int:pk>/retire/": page("question", POST="editors"),
    "admin/quizzes/source/<int:pk>/editions/<int:number>/": page(
        "text row", GET="editors", POST="editors"
    ),
    "admin/quizzes/importproposal/<int:pk>/preview/": page("import row", GET="editors"),
    "admin/quizzes/importproposal/<int:pk>/discard/": page("import row", POST="editors"),
    "admin/quizzes/note/<int:pk>/retire/": page("note row", POST="editors"),
    "admin/quizzes/questionbank/<int:pk>/media/": page("bank row", GET="editors", POST="editors"),
    "admin/quizzes/quiz/questions/": page(GET="educators"),
    "admin/quizzes/quiz/<int:pk>/step/": page("quiz row", POST="editors"),
}
for _model, _kind in (
    ("quizzes/source", "text row"),
    ("quizzes/importproposal", "import row"),
    ("quizzes/questionbank", "bank row"),
    ("quizzes/question", "question"),
    ("quizzes/quiz", "quiz row"),
    ("quizzes/note", "note row"),
    ("quizzes/deck", "deck row"),
    ("quizzes/concordancelink", "link row"),
):
    ADMIN |= {
        f"admin/{_model}/": page(GET="educators", POST="educators"),
        f"admin/{_model}/add/": page(GET="educators", POST="educators"),
        f"admin/{_model}/{OBJECT_ID}/change/": page(_kind, GET="editors", POST="editors"),
        f"admin/{_model}/{OBJECT_ID}/history/": page(_kind, GET="editors"),
        f"admin/{_model}/{OBJECT_ID}/delete/": page(_kind, GET="nobody", POST="nobody"),
    }
    if _kind in ("text row", "bank row", "quiz row"):
        ADMIN[f"admin/{_model}/people/"] = page(GET="educators")
for _model in ("accounts/user", "admin/logentry"):
    ADMIN |= {
        f"admin/{_model}/": page(GET="admins", POST="admins"),
        f"admin/{_model}/add/": page(GET="admins" if "user" in _model else "nobody"),
        f"admin/{_model}/{OBJECT_ID}/change/": page("row of an admin", GET="admins"),
        f"admin/{_model}/{OBJECT_ID}/history/": page("row of an admin", GET="admins"),
        f"admin/{_model}/{OBJECT_ID}/delete/": page("row of an admin", GET="nobody", POST="nobody"),
    }
# Never used questions may be deleted by whoever may change them; to others there is nothing.
ADMIN[f"admin/quizzes/question/{OBJECT_ID}/delete/"] = page(
    "question", GET="editors", POST="editors"
)
# Nothing of a student's hangs on these.
for _model, _kind in (("deck", "deck row"), ("concordancelink", "link row")):
    ADMIN[f"admin/quizzes/{_model}/{OBJECT_ID}/delete/"] = page(
        _kind, GET="editors", POST="editors"
    )
# Addresses that name no object: doors, shortcuts, and the answer to everything else.
DOORS = {"admin/login/", "admin/logout/", "api/v1/"}
SHORTCUTS = re.compile(r"admin/(\w+/\w+/<path:object_id>/$|\^\(\?P<app_label>|\(\?P<url>)")

# Pages of the user's own account, which name no object either; what they do is tested in accounts.
FOR_VISITORS = {
    "login/",
    "signup/",
    "inactive/",
    "privacy/",
    "confirm-email/",
    "email/confirm/<str:key>/",
    "^confirm-email/(?P<key>[-:\\w]+)/$",
    "login/code/confirm/",
    "2fa/authenticate/",
    "password/reset/",
    "password/reset/done/",
    "password/reset/key/done/",
    "^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
}
FOR_USERS = {
    "settings/",
    "zone/",
    "email/",
    "logout/",
    "reauthenticate/",
    "password/change/",
    "password/set/",
    "sessions/",
    *(
        f"2fa/{one}/"
        for one in (
            "reauthenticate",
            "totp/activate",
            "totp/deactivate",
            "recovery-codes",
            "recovery-codes/generate",
            "recovery-codes/download",
        )
    ),
    "2fa/",
}

# Forms with which a page gets to the question whose object it is.
FORMS = {
    "read/<slug:slug>/notes/": "passage=first-act&note=x",
    "admin/quizzes/question/preview/": "type=single_choice&stem=x&bank={key}",
    "admin/quizzes/question/advice/": "type=single_choice&stem=x&bank={key}",
    "admin/quizzes/question/<int:pk>/duplicate/": "bank={actor}-bank",
}
# Bodies with which a call gets past its form to the question whose object it is.
BODIES: dict[str, Any] = {
    "api/v1/attempts/<id:pk>/answers/": {"answers": [{"slot": 1, "answer": None, "sequence": 0}]},
    "api/v1/attempts/<id:pk>/answers/<id:slot>/": {"answer": None, "sequence": 0},
}


def routes(resolver: Any = None, prefix: str = "") -> Iterator[str]:
    for one in (resolver or get_resolver()).url_patterns:
        address = prefix + str(one.pattern)
        if isinstance(one, URLResolver):
            yield from routes(one, address)
        elif isinstance(one, URLPattern):
            yield address


def parts(thing: Thing) -> tuple[Any, ...]:
    """The names in an object's address: of the object, after those of what it stands in."""
    return thing.key if isinstance(thing.key, tuple) else (thing.key,)


def address(route: str, thing: Thing | None) -> str:
    filled = route
    if thing is not None:
        for key in parts(thing)[:-1]:
            filled = re.sub(r"<slug:slug>", str(key), filled)
    nothing = "0" * 32 + ".png" if "<media:" in route else "1"
    key = nothing if thing is None else str(parts(thing)[-1])
    named = r"<(slug:slug|slug:key|id:pk|int:pk|path:object_id|media:name)>"
    filled = re.sub(named, key, filled)
    return "/" + re.sub(r"<(id:slot|int:number)>", "1", filled)


def ask(made: World, actor: str, method: str, route: str, thing: Thing | None) -> Any:
    forget()
    client = made.client(actor)
    path = address(route, thing)
    if route.startswith("api/"):
        body = json.dumps(BODIES.get(route, {})) if method != "GET" else ""
        return client.generic(method, path, body, content_type="application/json")
    key = thing.key if thing else ""
    form = FORMS.get(route, "").format(key=key, actor="dana" if actor == "dana" else "cora")
    kind = "application/x-www-form-urlencoded"
    return client.generic(method, path, form, content_type="" if method == "GET" else kind)


def may(actor: str, who: str, thing: Thing | None) -> bool:
    if who in BY_ROLE:
        return actor in BY_ROLE[who]
    assert thing is not None
    return actor in getattr(thing, who)


Cell = tuple[str, str, Thing | None, str]


def cells(made: World, policy: dict[str, Route], actor: str) -> Iterator[Cell]:
    """Yield every call with the answer that the policy declares: allowed, or why not."""
    for route, row in policy.items():
        for method in METHODS:
            who = row.who.get(method)
            if who is None:
                yield route, method, None, _unanswered(row, actor)
                continue
            for thing in made.things[row.kind] if row.kind else [None]:
                if may(actor, who, thing):
                    yield route, method, thing, "allowed"
                else:
                    yield route, method, thing, _refused(row, actor, who)


def admin_cells(made: World, actor: str) -> Iterator[Cell]:
    """Yield the calls of the admin: nobody but staff gets past the door."""
    for route, row in ADMIN.items():
        for method, who in row.who.items():
            for thing in made.things[row.kind] if row.kind else [None]:
                # Deleting is refused before it is looked what there is to delete.
                early = who in BY_ROLE or route.endswith("/delete/")
                declared = "forbidden" if early else "not found"
                if actor not in STAFF:
                    declared = "sign in"
                elif may(actor, who, thing):
                    declared = "allowed"
                yield route, method, thing, declared


def _unanswered(row: Route, actor: str) -> str:
    if actor in BY_ROLE[row.gate]:
        return "no such method"
    return _refused(row, actor, row.gate)


def _refused(row: Route, actor: str, who: str) -> str:
    # What everyone may read, if it is there, tells nobody to sign in.
    open_to_all = row.kind == "text" and not row.json
    if (actor == "anonymous" and not open_to_all) or (row.json and who == "nobody"):
        return "sign in"
    return "not found" if who in BY_OBJECT else "forbidden"


def verdict(reply: Any) -> str:
    """What a reply says, in the words of the policy."""
    if is_sign_in(reply) or reply.status_code == 401:
        return "sign in"
    said = {403: "forbidden", 404: "not found", 405: "no such method"}.get(reply.status_code)
    return said or ("allowed" if reply.status_code in ALLOWED else str(reply.status_code))


def masked(reply: Any, thing: Thing) -> str:
    """A reply without the name asked for, and without what is random."""
    text = reply.content.decode()
    for key in parts(thing):
        text = re.sub(rf"(/|%2F){key}\b", r"\1KEY", text)
    return re.sub(r'(csrfmiddlewaretoken" value=)"[^"]+"', r'\1""', text)


def differing(made: World, calls: Iterable[Cell], actor: str) -> list[str]:
    """Make every call of an actor; return where the answer is not the one declared."""
    found: list[str] = []
    alike: dict[tuple[str, str], set[Any]] = defaultdict(set)
    before = digest()
    every = list(calls)
    for route, method, thing, declared in every:
        if declared == "allowed":
            continue
        reply = ask(made, actor, method, route, thing)
        where = f"{method} {route} of {thing.name if thing else 'nothing'}"
        if verdict(reply) != declared:
            found.append(f"{where}: {declared} declared, {reply.status_code} {verdict(reply)}")
        elif thing is not None:
            alike[route, method].add((reply.status_code, masked(reply, thing)))
    found += [
        f"{where}: foreign and missing differ" for where, told in alike.items() if len(told) > 1
    ]
    after = digest()
    found += [
        f"a refused call changed {table}" for table in before if before[table] != after[table]
    ]
    for route, method, thing, declared in every:
        if declared != "allowed":
            continue
        with undone():
            reply = ask(made, actor, method, route, thing)
        if verdict(reply) != declared:
            where = f"{method} {route} of {thing.name if thing else 'nothing'}"
            found.append(f"{where}: allowed declared, {reply.status_code} {verdict(reply)}")
    return found


def test_every_route_has_its_policy() -> None:
    """The tables name exactly the routes there are."""
    there = {one for one in routes() if one not in DOORS and not SHORTCUTS.match(one)}
    declared = set(POLICY) | set(ADMIN)
    declared |= {f"accounts/{one}" for one in FOR_VISITORS | FOR_USERS}
    assert there - declared == set(), "say in POLICY who may call these"
    assert declared - there == set(), "these are declared, but not there"


@pytest.mark.django_db
@pytest.mark.parametrize("actor", ACTORS)
def test_pages_and_api_answer_as_declared(actor: str, made: World) -> None:
    assert "\n".join(differing(made, cells(made, POLICY, actor), actor)) == ""


@pytest.mark.django_db
@pytest.mark.parametrize("actor", ACTORS)
def test_the_admin_answers_as_declared(actor: str, made: World) -> None:
    assert "\n".join(differing(made, admin_cells(made, actor), actor)) == ""


@pytest.mark.django_db
@pytest.mark.parametrize("actor", ["ada", "cora"])
def test_odd_methods_at_the_admin_change_nothing(actor: str, made: World) -> None:
    before = digest()
    for route, row in ADMIN.items():
        thing = made.things[row.kind][0] if row.kind else None
        for method in ("PUT", "DELETE"):
            assert ask(made, actor, method, route, thing).status_code < 500, (method, route)
    assert digest() == before


@pytest.mark.django_db
def test_pages_of_an_account_ask_visitors_to_sign_in(made: World) -> None:
    client = made.client("anonymous")
    for route in FOR_USERS - {"logout/"}:
        reply = client.get(f"/accounts/{route}")
        assert is_sign_in(reply), (route, reply.status_code, reply.get("Location"))


# Where rows are listed, searched or suggested, and what of the world each may name to whom.
LISTS = (
    "/",
    "/library/",
    f"/library/?q={WORD}",
    "/progress/",
    "/teach/",
    "/teach/marking/",
    "/admin/",
    *(f"/admin/quizzes/{one}/" for one in ("source", "questionbank", "question", "quiz")),
    *(f"/admin/quizzes/{one}/?q={WORD}" for one in ("source", "question", "quiz")),
    "/admin/quizzes/question/add/",
    "/admin/quizzes/quiz/add/?mode=practice",
    f"/admin/quizzes/quiz/questions/?q={WORD}",
    f"/admin/quizzes/question/passages/?q={WORD}",
    *(f"/api/v1/{one}/" for one in ("materials", "quizzes", "attempts", "banks", "questions")),
    "/api/v1/questions/?bank=dana-bank",
    "/api/v1/questions/?bank=cora-bank",
)
NAMES: dict[str, frozenset[str]] = {
    "public": EVERYONE,
    "inside": NAMED,
    "hidden": frozenset({"cora", "root"}),
    "corabank": frozenset({"cora", "root"}),
    "danabank": frozenset({"dana", "root"}),
    # Students meet the questions of a bank for practice next to the text, in attempts and results.
    "coraquestion": frozenset({"ada", "ben", "cora", "root"}),
    "coraessay": frozenset({"ada", "ben", "cora", "root"}),
    "danaquestion": frozenset({"dana", "root"}),
    "openquiz": NAMED,
    "laterquiz": NAMED,
    "donequiz": NAMED,
    "draftquiz": frozenset({"cora", "root"}),
    "danaquiz": frozenset({"dana", "root"}),
}


@pytest.mark.django_db
@pytest.mark.parametrize("actor", ACTORS)
def test_lists_name_only_what_one_may_see(actor: str, made: World) -> None:
    """And, so that this is no blind test, every name is in some list of those who may see it."""
    seen: set[str] = set()
    for path in LISTS:
        forget()
        reply = made.client(actor).get(path)
        assert reply.status_code < 500, path
        named = {name for name in NAMES if f"{WORD} {name}" in reply.content.decode()}
        assert {name for name in named if actor not in NAMES[name]} == set(), path
        seen |= named
    own = (
        {"openquiz", "laterquiz", "donequiz", "public", "inside"}
        if actor != "anonymous"
        else {"public"}
    )
    if actor in STAFF:
        own |= {name for name, who in NAMES.items() if actor in who}
    assert own - seen == set()


@pytest.mark.django_db
@pytest.mark.parametrize("actor", ["anonymous", "ada", "ben", "dana"])
def test_lists_hold_one_s_own_attempts_alone(actor: str, made: World) -> None:
    reply = made.client(actor).get("/api/v1/attempts/")
    own = {one.key for one in made.things["attempt"] if actor in one.takers}
    told = reply.json().get("results", [])
    assert {one["id"] for one in told} == own
    if actor == "dana":
        assert b"Ada Example" not in made.client(actor).get("/teach/marking/").content
