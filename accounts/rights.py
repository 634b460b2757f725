"""What each role may do with the rows of each model, in one table. No models, no request.

A right says what may be done with rows that one may reach. Which rows those are is for the
querysets (`editable_by`, `visible_to`) to say: a right on a model reaches nobody else's row.
Learners hold no right here: the admin site is closed to them. A model without a line gives nobody
anything, and a test asks for its line.
"""

from __future__ import annotations

from typing import NamedTuple

VIEW, ADD, CHANGE, DELETE = "view", "add", "change", "delete"
WRITE = (VIEW, ADD, CHANGE)
ALL = (*WRITE, DELETE)


class Rights(NamedTuple):
    educator: tuple[str, ...] = ()
    admin: tuple[str, ...] = ()


NOBODY = Rights()
# Reached on pages of their own, which ask for the rights of the bank, source, quiz or class.
BY_PARENT = NOBODY
# What was shown to students is withdrawn or retired, not deleted.
WRITTEN = Rights(educator=WRITE, admin=WRITE)
# Can be deleted while nobody's answers depend on it; the page and the service see to that.
DELETABLE = Rights(educator=ALL, admin=ALL)

RIGHTS: dict[str, Rights] = {
    # People
    "accounts.user": Rights(admin=WRITE),
    "accounts.accommodation": Rights(admin=ALL),
    "admin.logentry": Rights(admin=(VIEW,)),
    "quizzes.class": NOBODY,
    "quizzes.membership": NOBODY,
    # Texts
    "quizzes.source": WRITTEN,
    "quizzes.edition": BY_PARENT,
    "quizzes.section": BY_PARENT,
    "quizzes.passage": BY_PARENT,
    "quizzes.anchorreview": BY_PARENT,
    "quizzes.statementchange": BY_PARENT,
    "quizzes.importproposal": WRITTEN,
    # Banks
    "quizzes.questionbank": WRITTEN,
    "quizzes.topic": BY_PARENT,
    "quizzes.tag": BY_PARENT,
    "quizzes.question": DELETABLE,
    "quizzes.questionversion": BY_PARENT,
    "quizzes.option": BY_PARENT,
    "quizzes.questionanchor": BY_PARENT,
    "quizzes.media": BY_PARENT,
    "quizzes.notasked": BY_PARENT,
    "quizzes.keycorrection": BY_PARENT,
    # Quizzes
    "quizzes.quiz": WRITTEN,
    "quizzes.quizrevision": BY_PARENT,
    "quizzes.slot": BY_PARENT,
    # Notes, decks and the concordance
    "quizzes.note": WRITTEN,
    "quizzes.card": BY_PARENT,
    "quizzes.cardanchor": BY_PARENT,
    "quizzes.deck": DELETABLE,
    "quizzes.decknote": BY_PARENT,
    "quizzes.concordancelink": DELETABLE,
    "quizzes.claim": BY_PARENT,
    # What students did: read on pages of its own, written by services alone
    "quizzes.attempt": NOBODY,
    "quizzes.attemptquestion": NOBODY,
    "quizzes.save": NOBODY,
    "quizzes.response": NOBODY,
    "quizzes.grade": NOBODY,
    "quizzes.gradepart": NOBODY,
    "quizzes.markchange": NOBODY,
    "quizzes.report": NOBODY,
    "quizzes.incominganswer": NOBODY,
    "quizzes.questionrecord": NOBODY,
    "quizzes.bankcounts": NOBODY,
    "quizzes.studentcounts": NOBODY,
    "quizzes.annotation": NOBODY,
    # The site's own records, some of them secrets
    "quizzes.idempotencykey": NOBODY,
    "quizzes.loadeditem": NOBODY,
    "account.emailaddress": NOBODY,
    "account.emailconfirmation": NOBODY,
    "auth.group": NOBODY,
    "auth.permission": NOBODY,
    "contenttypes.contenttype": NOBODY,
    "django_tasks_database.dbtaskresult": NOBODY,
    "knox.authtoken": NOBODY,
    "mfa.authenticator": NOBODY,
    "sessions.session": NOBODY,
    "usersessions.usersession": NOBODY,
}


def permissions_of(role: str) -> frozenset[str]:
    """Return the permissions of "educator" or "admin", as Django spells them."""
    found = set()
    for label, rights in RIGHTS.items():
        app, _dot, model = label.partition(".")
        found |= {f"{app}.{action}_{model}" for action in getattr(rights, role)}
    return frozenset(found)
