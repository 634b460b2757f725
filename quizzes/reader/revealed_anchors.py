"""Which words of a text a reader's reviews have shown, so that they may be marked on it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator
from datetime import datetime
from itertools import groupby
from operator import itemgetter
from typing import Any

from django.db.models import Q, QuerySet
from django.db.models.functions import Length

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
        embargo: questions that are embargoed.
        marks: anchors to mark instead of underlining them.
        keys: the passages to look at; all when empty.
    """
    explained = explained_versions(user.pk, now=now)
    rows = QuestionAnchor.objects.filter(Q(version__in=explained) | _is_own(user), edition=edition)
    if embargo:
        rows = rows.exclude(version__question__in=embargo)
    if keys:
        rows = rows.filter(passage__key__in=keys)
    spans: dict[str, list[Span]] = defaultdict(list)
    for key, found in _merged(rows.filter(option=None).exclude(pk__in=marks)):
        spans[key] += found
    if marks:
        for key, start, length in _places(rows.filter(pk__in=marks)):
            spans[key].append(Span(start, start + length, "mark"))
    return spans


def _merged(rows: QuerySet[QuestionAnchor]) -> Iterator[tuple[str, list[Span]]]:
    """Yield by passage the words under anchors, as few spans as cover them: a thousand questions
    may hang on the same sentence."""
    for key, places in groupby(_places(rows), itemgetter(0)):
        spans: list[Span] = []
        for _key, start, length in places:
            if spans and start < spans[-1].end:
                start, length = (
                    spans[-1].start,
                    max(spans[-1].end, start + length) - spans[-1].start,
                )
                spans.pop()
            spans.append(Span(start, start + length))
        yield key, spans


def _places(rows: QuerySet[QuestionAnchor]) -> Any:
    return (
        rows.order_by("passage__key", "start")
        .values_list("passage__key", "start", Length("quote"))
        .distinct()
    )


def _is_own(user: User) -> Q:
    """Whether an anchor is of a question in use that the user may change."""
    if not user.is_staff:
        return Q(pk=None)
    own = QuestionBank.objects.editable_by(user).values("pk")
    return Q(version__in=asked_versions().filter(question__bank__in=own).values("pk"))
