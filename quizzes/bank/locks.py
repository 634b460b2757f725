"""The bank that a row is written in: locked while it is, its topics by name, a name yet
free in it."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Any

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.db.models import F, QuerySet
from django.utils.text import slugify
from django.utils.translation import gettext as _

from quizzes.bank.field_errors import FieldErrors
from quizzes.bank.models import Question, QuestionBank, Topic
from quizzes.bank.validation import SLUG_LENGTH

if TYPE_CHECKING:
    from accounts.models import User


def locked_bank(bank: QuestionBank, by: User | None) -> QuestionBank:
    """Lock the bank; `by` is None only for the operator. Raises PermissionDenied where it is not
    theirs; a personal bank is its owner's alone."""
    rows = QuestionBank.objects.all()
    if bank.is_personal:
        rows = QuestionBank.objects.owned_personally(by or AnonymousUser())
        theirs = rows
    else:
        theirs = rows if by is None else QuestionBank.objects.editable_by(by)
    if by is not None and not theirs.filter(pk=bank.pk).exists():
        raise PermissionDenied
    return rows.select_for_update().get(pk=bank.pk)


def locked_question(question: Question, by: User | None) -> Question:
    """Lock a question, its bank beside it. Raises PermissionDenied where it is not theirs."""
    if by is not None and not Question.objects.editable_by(by).filter(pk=question.pk).exists():
        raise PermissionDenied
    # The bank and topic are read in the same query; only the question's own row is locked.
    locked = (
        Question.objects.select_for_update(of=("self",)).select_related("bank").get(pk=question.pk)
    )
    note_change(QuestionBank.objects.filter(pk=locked.bank_id))
    return locked


def note_change(banks: QuerySet[QuestionBank]) -> None:
    """Note that what these banks ask is about to change, so that it is counted anew.

    Call it inside the transaction that changes a question, its versions or its anchors, after the
    question is locked.
    """
    banks.update(changes=F("changes") + 1)


def topic_of(bank: QuestionBank, name: str, errors: FieldErrors) -> Topic | None:
    """Return a topic of the bank by its slug, None for ""; a name it does not have is an error."""
    if not name:
        return None
    name = errors.line("topic", name, SLUG_LENGTH)
    topic = bank.topics.filter(slug=name).first()
    if topic is None:
        errors["topic"].append(_("The bank has no topic “%(topic)s”.") % {"topic": name})
    return topic


def new_slug(bank: QuestionBank, rows: QuerySet[Any], asked: str, text: str, default: str) -> str:
    """Return the slug of a new row: the one asked for, or one of the first words of its text.

    In a personal bank it is random, so that nothing in an address says what a learner wrote.
    """
    if bank.is_personal:
        return random_slug()
    return asked or free_slug(rows, text, default)


def random_slug() -> str:
    return secrets.token_hex(10)


def free_slug(rows: QuerySet[Any], text: str, default: str) -> str:
    """Return a slug of the first words of a text that none of `rows` has."""
    base = slugify(" ".join(text.split()[:7]))[: SLUG_LENGTH - 10].strip("-") or default
    taken = set(rows.filter(slug__startswith=base).values_list("slug", flat=True))
    name, number = base, 2
    while name in taken:
        name, number = f"{base}-{number}", number + 1
    return name
