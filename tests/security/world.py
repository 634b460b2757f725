"""One of everything, with who may see it, take it and change it: what the matrix walks over."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.apps import apps
from django.core.cache import cache
from django.core.management.color import no_style
from django.db import connection, transaction
from django.test import Client
from django.utils import timezone

from accounts.models import User
from quizzes.api import throttling
from quizzes.attempts.models import Attempt, Response
from quizzes.bank import content_cache
from quizzes.reader.models import Annotation
from tests import make

ACTORS = ("anonymous", "ada", "ben", "cora", "dana", "root")
NAMED = frozenset(ACTORS[1:])
EVERYONE = frozenset(ACTORS)
NOBODY: frozenset[str] = frozenset()
MISSING = 10**9
# A word in each title, by which a list is seen to name it.
WORD = "Sesame"
# What every visit touches, whoever is refused what.
TOUCHED = {"django_session", "usersessions_usersession"}


@dataclass(frozen=True)
class Thing:
    """An object, and who may what: see it, answer it as its student, change it."""

    name: str
    key: Any
    viewers: frozenset[str] = NOBODY
    takers: frozenset[str] = NOBODY
    editors: frozenset[str] = NOBODY


@dataclass
class World:
    users: dict[str, User]
    things: dict[str, list[Thing]]
    clients: dict[str, Client]

    def client(self, actor: str) -> Client:
        """A browser in which the actor is signed in."""
        return self.clients[actor]


def _signed_in(user: User | None) -> Client:
    client = Client(raise_request_exception=False)
    if user is not None:
        client.force_login(user)
        client.get("/")  # writes down once what the session is
    return client


def world(users: dict[str, User]) -> World:
    """Make one of everything. Cora teaches ada and ben; dana has the same of her own."""
    now = timezone.now()
    cora, dana = users["cora"], users["dana"]
    public = make.source(owner=cora, title=f"{WORD} public", slug="public-text")
    inside = make.source(
        owner=cora, title=f"{WORD} inside", slug="inside-text", audience="signed_in"
    )
    hidden = make.source(owner=cora, title=f"{WORD} hidden", slug="hidden-text", published=False)
    bank = make.bank(cora, slug="cora-bank", title=f"{WORD} corabank")
    foreign = make.bank(dana, slug="dana-bank", title=f"{WORD} danabank")
    picture = make.media(bank)
    stem = f"{WORD} coraquestion? ![a field](media:brain)"
    own = make.question(bank, slug="cora-question", stem=stem)
    essay = make.question(bank, type="essay", slug="cora-essay", stem=f"{WORD} coraessay?")
    beside = make.question(bank, slug="beside-question", anchored_in=public)
    examined = make.question(
        make.bank(cora, use="exam"), slug="exam-question", stem="Hidden?", anchored_in=public
    )
    noted = Annotation.objects.create(
        user=users["ada"],
        source=public,
        passage_key="first-act",
        quote="Ketamine",
        created_at=now,
        changed_at=now,
    )
    other = make.question(foreign, slug="dana-question", stem=f"{WORD} danaquestion?")
    exam = make.bank(cora, slug="exam-bank", title=f"{WORD} exambank", use="exam")
    note = make.note(bank, slug="cora-note", anchored_in=public)
    make.note(exam, slug="exam-note", anchored_in=public)
    link = make.link(bank, public, inside, title=f"{WORD} coralink")
    deck = make.deck(bank, slug="cora-deck", title=f"{WORD} coradeck")
    make.deck(exam, slug="exam-deck", title=f"{WORD} examdeck")
    quizzes = {
        name: make.quiz(owner, [one], slug=f"{name}-quiz", title=f"{WORD} {name}quiz", **fields)
        for name, owner, one, fields in (
            ("open", cora, own, {}),
            ("draft", cora, own, {"state": "draft"}),
            ("later", cora, own, {"opens_at": now + timedelta(days=1)}),
            ("dana", dana, other, {"state": "draft"}),
        )
    }
    done = make.quiz(cora, [own, essay], slug="done-quiz", title=f"{WORD} donequiz")
    attempts = {
        "ada open": make.attempt(users["ada"], quizzes["open"], now=now),
        "ada done": make.finished(users["ada"], done, now=now),
        "ben open": make.attempt(users["ben"], quizzes["open"], now=now),
        "ben done": make.finished(users["ben"], done, now=now),
    }
    teachers, hers = frozenset({"cora", "root"}), frozenset({"dana", "root"})
    essays = Response.objects.filter(question__attempt=attempts["ben done"]).order_by("pk")
    report = make.report(attempts["ben done"], text=f"{WORD} benreport", now=now)
    things = {
        "report": [Thing("ben's report", report.pk, frozenset({"ben"}), editors=teachers)],
        "media": [Thing("ben's picture", picture.file_name, teachers | {"ada", "ben"})],
        "attempt": [
            _attempt(name, one, name.split()[0], teachers) for name, one in attempts.items()
        ],
        "quiz": [
            Thing("open quiz", "open-quiz", NAMED, NAMED, teachers),
            Thing("draft quiz", "draft-quiz", teachers, teachers, teachers),
            Thing("later quiz", "later-quiz", NAMED, NAMED, teachers),
            Thing("dana's draft", "dana-quiz", hers, hers, hers),
        ],
        "quiz row": [
            Thing("draft quiz", quizzes["draft"].pk, editors=teachers),
            Thing("dana's draft", quizzes["dana"].pk, editors=hers),
        ],
        "bank": [
            Thing("cora's bank", "cora-bank", teachers, editors=teachers),
            Thing("dana's bank", "dana-bank", hers, editors=hers),
        ],
        "bank row": [
            Thing("cora's bank", bank.pk, editors=teachers),
            Thing("dana's bank", foreign.pk, editors=hers),
        ],
        "own bank": [
            Thing("cora's bank", "cora-bank", editors=teachers),
            Thing("dana's bank", "dana-bank", editors=hers),
        ],
        "deck": [
            Thing("cora's deck", "cora-deck", NAMED, editors=teachers),
            Thing("deck of an exam's bank", "exam-deck", teachers, editors=teachers),
        ],
        "note row": [Thing("cora's note", note.pk, editors=teachers)],
        "deck row": [Thing("cora's deck", deck.pk, editors=teachers)],
        "link row": [Thing("cora's link", link.pk, editors=teachers)],
        "question": [
            Thing("cora's question", own.pk, teachers, editors=teachers),
            Thing("dana's question", other.pk, hers, editors=hers),
        ],
        "text": [
            Thing("public text", public.slug, EVERYONE),
            Thing("text for those signed in", inside.slug, NAMED),
            Thing("hidden text", hidden.slug),
        ],
        "text to note on": [
            Thing("public text", public.slug, NAMED),
            Thing("text for those signed in", inside.slug, NAMED),
            Thing("hidden text", hidden.slug),
        ],
        "passage": [
            Thing("a passage", (public.slug, "first-act"), NAMED),
            Thing("a passage that is none", (public.slug, "no-such-passage")),
            Thing("a passage of a hidden text", (hidden.slug, "first-act")),
        ],
        "question beside": [
            Thing("a question for practice", (public.slug, beside.pk), takers=NAMED),
            Thing("a question of another text", (inside.slug, beside.pk)),
            Thing("a question kept for exams", (public.slug, examined.pk)),
            Thing("a question of an open attempt", (public.slug, own.pk)),
        ],
        "note": [
            Thing("ada's note", (public.slug, noted.pk), editors=frozenset({"ada"})),
            Thing("ada's note under another text", (inside.slug, noted.pk)),
        ],
        "text in writing": [
            Thing("public text", public.slug, NAMED),
            Thing("text for those signed in", inside.slug, NAMED),
            Thing("hidden text", hidden.slug, teachers),
        ],
        "text row": [
            Thing("public text", public.pk, editors=teachers),
            Thing("hidden text", hidden.pk, editors=teachers),
        ],
        "import row": [
            Thing("cora's document", make.import_proposal(cora).pk, editors=frozenset({"cora"})),
            Thing("dana's document", make.import_proposal(dana).pk, editors=frozenset({"dana"})),
        ],
        "answer": [Thing("ben's essay", essays.last().pk, editors=teachers)],
        # Told to those who learned the old statement alone: tests/reader/test_change_notices.py.
        "change": [],
        "user": [
            Thing("ada", users["ada"].pk, frozenset({"root"}), editors=frozenset({"root"})),
        ],
        "row of an admin": [Thing("ada", users["ada"].pk)],
    }
    missing: dict[str, Any] = {
        "quiz": "no-such-quiz",
        "bank": "no-such-bank",
        "text": "no-such-text",
    }
    missing["deck"] = "no-such-deck"
    missing["own bank"] = missing["bank"]
    missing["text to note on"] = missing["text"]
    beside_nothing = dict.fromkeys(("question beside", "note"), (public.slug, MISSING))
    missing |= beside_nothing | {"passage": (public.slug, "missing")}
    missing["media"] = "0" * 32 + ".png"
    missing["text in writing"] = missing["text"]
    for kind, found in things.items():
        found.append(Thing("missing", missing.get(kind, MISSING)))
    clients = {actor: _signed_in(users.get(actor)) for actor in ACTORS}
    return World(users, things, clients)


def _attempt(name: str, attempt: Attempt, owner: str, teachers: frozenset[str]) -> Thing:
    return Thing(name, attempt.pk, teachers | {owner}, frozenset({owner}))


def digest() -> dict[str, str]:
    """A hash of every table's rows, but for what every visit touches."""
    found = {}
    for model in apps.get_models(include_auto_created=True):
        table = model._meta.db_table
        if table not in TOUCHED:
            rows = model._default_manager.order_by("pk").values_list()
            text = json.dumps(list(rows), default=str)
            found[table] = hashlib.sha256(text.encode()).hexdigest()
    return found


@contextmanager
def undone() -> Iterator[None]:
    """Let a call do what it does, and take it back: rows, and what the process remembers."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
    forget()


def number_rows_alike() -> None:
    """Let every table go on from its highest number, as SQLite does by itself after a rollback."""
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), list(apps.get_models())):
            cursor.execute(statement)


def forget() -> None:
    content_cache.forget()
    throttling.forget()
    cache.clear()


def is_sign_in(reply: Any) -> bool:
    """Whether a reply leads to the sign-in page, and nowhere else."""
    to = reply.get("Location", "").split("?")[0]
    return reply.status_code == 302 and to in ("/accounts/login/", "/admin/login/")
