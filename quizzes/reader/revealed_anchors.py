"""Which words of a text a reader's reviews have told, so that they may be marked on it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime

from django.db.models import Exists, OuterRef, Value

from accounts.models import User
from quizzes.attempts.disclosure import explained_versions
from quizzes.bank.models import QuestionAnchor, QuestionBank
from quizzes.bank.queries import asked_versions
from quizzes.reader.highlighting import Span


def revealed_spans(
    edition: int,
    user: User,
    embargo: Collection[int],
    marks: Collection[int],
    *,
    now: datetime,
    keys: Collection[str] = (),
) -> dict[str, list[Span]]:
    """Return by passage the words that this reader's reviews have already shown.

    The words that settle a question give its answer away, so they are underlined only once a
    review has shown them, and not while the question is embargoed; authors see all of theirs.

    Args:
        held: questions that are embargoed.
        marks: anchors to mark instead of underlining them.
        keys: the passages to look at; all when empty.
    """
    rows = QuestionAnchor.objects.filter(edition=edition)
    if keys:
        rows = rows.filter(passage__key__in=keys)
    told = explained_versions(user.pk, rows.values("version"), now=now)
    rows = rows.annotate(own=_is_own(user))
    spans: dict[str, list[Span]] = defaultdict(list)
    for pk, version, own, passage, start, quote, question, option in rows.order_by(
        "pk"
    ).values_list(
        "pk",
        "version_id",
        "own",
        "passage__key",
        "start",
        "quote",
        "version__question_id",
        "option_id",
    ):
        if question in embargo or not (own or version in told):
            continue
        if pk in marks:
            spans[passage].append(Span(start, start + len(quote), "mark"))
        elif option is None:
            spans[passage].append(Span(start, start + len(quote)))
    return spans


def _is_own(user: User) -> Exists | Value:
    """Whether an anchor is of a question in use that the user may change."""
    if not user.is_staff:
        return Value(False)
    own = QuestionBank.objects.editable_by(user).values("pk")
    return Exists(asked_versions().filter(pk=OuterRef("version"), question__bank__in=own))
