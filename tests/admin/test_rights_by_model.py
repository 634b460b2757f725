"""Who may do what with the rows of every model there is; a new model asks for its line here."""

from __future__ import annotations

from typing import Any

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db.models import Model
from django.test import Client

from accounts.models import User
from accounts.rights import RIGHTS
from quizzes.bank.models import QuestionBank
from quizzes.material.models import Source
from tests import make
from tests.admin.conftest import SignedIn

# v: view, a: add, c: change, d: delete. In order: learner, educator with own rows, educator with
# rows of others (adding is not about a row), admin.
WITH_PAGE = {
    "accounts.user": ("", "", "", "vac"),
    "admin.logentry": ("", "", "", "v"),
    "quizzes.concordancelink": ("", "vacd", "", "vacd"),
    "quizzes.deck": ("", "vacd", "", "vacd"),
    "quizzes.importproposal": ("", "vac", "", "vac"),
    "quizzes.note": ("", "vac", "", "vac"),
    "quizzes.question": ("", "vacd", "", "vacd"),
    "quizzes.questionbank": ("", "vac", "", "vac"),
    "quizzes.quiz": ("", "vac", "", "vac"),
    "quizzes.source": ("", "vac", "", "vac"),
}
# An unfinished import is seen by the person who uploaded it alone, whatever the role.
OWNERS_ONLY = {"quizzes.importproposal"}
# Part of the page of another row: who may write that one writes these.
ADMINS_INLINE = {"accounts.accommodation"}
WITHOUT_PAGE = {
    "account.emailaddress",
    "account.emailconfirmation",
    "auth.group",
    "auth.permission",
    "contenttypes.contenttype",
    "django_tasks_database.dbtaskresult",
    "knox.authtoken",
    "mfa.authenticator",
    "quizzes.anchorreview",
    "quizzes.annotation",
    "quizzes.attempt",
    "quizzes.attemptquestion",
    "quizzes.card",
    "quizzes.cardanchor",
    "quizzes.claim",
    "quizzes.decknote",
    "quizzes.edition",
    "quizzes.grade",
    "quizzes.idempotencykey",
    "quizzes.loadeditem",
    "quizzes.media",
    "quizzes.notasked",
    "quizzes.option",
    "quizzes.passage",
    "quizzes.questionanchor",
    "quizzes.questionversion",
    "quizzes.report",
    "quizzes.response",
    "quizzes.gradepart",
    "quizzes.keycorrection",
    "quizzes.markchange",
    "quizzes.save",
    "quizzes.section",
    "quizzes.slot",
    "quizzes.quizrevision",
    "quizzes.incominganswer",
    "quizzes.questionrecord",
    "quizzes.bankcounts",
    "quizzes.studentcounts",
    "quizzes.class",
    "quizzes.membership",
    "quizzes.statementchange",
    "quizzes.tag",
    "quizzes.topic",
    "sessions.session",
    "usersessions.usersession",
}
LETTERS = {"view": "v", "add": "a", "change": "c", "delete": "d"}


def test_it_has_a_line_for_every_model() -> None:
    every = {model._meta.label_lower for model in apps.get_models()}
    assert every == set(WITH_PAGE) | ADMINS_INLINE | WITHOUT_PAGE
    assert every == set(RIGHTS)


def test_it_gives_pages_to_no_other_model() -> None:
    assert {model._meta.label_lower for model in admin.site._registry} == set(WITH_PAGE)


def permitted(user: User, label: str) -> str:
    app, _dot, name = label.partition(".")
    return "".join(
        letter for action, letter in LETTERS.items() if user.has_perm(f"{app}.{action}_{name}")
    )


def test_it_permits_by_role_what_the_table_says(ada: User, cora: User, root: User) -> None:
    for label, (learner, educator, _foreign, by_admin) in WITH_PAGE.items():
        found = tuple(permitted(user, label) for user in (ada, cora, root))
        assert found == (learner, educator, by_admin), label
    for label in WITHOUT_PAGE:
        assert [permitted(user, label) for user in (ada, cora, root)] == ["", "", ""], label
    assert [permitted(user, "accounts.accommodation") for user in (cora, root)] == ["", "vacd"]


Rows = dict[str, Model]


@pytest.fixture
def rows_of_cora(cora: User, bank: QuestionBank, text: Source) -> Rows:
    question = make.question(bank, anchored_in=text)
    other = make.source(owner=cora, slug="other", title="Other")
    kind = ContentType.objects.get_for_model(User).pk
    entry = LogEntry.objects.create(
        user=cora, content_type_id=kind, object_id="1", object_repr="x", action_flag=CHANGE
    )
    return {
        "accounts.user": cora,
        "admin.logentry": entry,
        "quizzes.concordancelink": make.link(bank, text, other),
        "quizzes.deck": make.deck(bank),
        "quizzes.importproposal": make.import_proposal(cora),
        "quizzes.note": make.note(bank, anchored_in=text),
        "quizzes.question": question,
        "quizzes.questionbank": bank,
        "quizzes.quiz": make.quiz(cora, [question]),
        "quizzes.source": text,
    }


def taken(response: Any) -> bool:
    """Whether a form was read, rather than refused or sent to sign in."""
    return response.status_code in (200, 302) and "login" not in response.get("Location", "")


def done(client: Client, label: str, row: Model) -> str:
    """What somebody can do with a row on the pages of the admin, seen as they see it."""
    app, _dot, name = label.partition(".")
    base = f"/admin/{app}/{name}/"
    found = "v" if client.get(f"{base}{row.pk}/change/").status_code == 200 else ""
    found += "a" if client.get(f"{base}add/").status_code == 200 else ""
    found += "c" if taken(client.post(f"{base}{row.pk}/change/")) else ""
    found += "d" if client.get(f"{base}{row.pk}/delete/").status_code == 200 else ""
    return found


@pytest.mark.parametrize("label", WITH_PAGE)
def test_it_opens_to_each_person_what_the_table_says(
    label: str,
    rows_of_cora: Rows,
    ada: User,
    cora: User,
    dana: User,
    root: User,
    signed_in: SignedIn,
) -> None:
    row = rows_of_cora[label]
    learner, own, foreign, by_admin = WITH_PAGE[label]
    assert done(signed_in(ada), label, row) == learner
    assert done(signed_in(cora), label, row) == own
    assert done(signed_in(dana), label, row).replace("a", "") == foreign
    assert done(signed_in(root), label, row) == ("a" if label in OWNERS_ONLY else by_admin)
