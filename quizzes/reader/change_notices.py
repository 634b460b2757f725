"""Telling learners that a statement they have answered a question on says something else now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse

from quizzes.bank.anchor_owner import question_anchors
from quizzes.insight.models import QuestionRecord
from quizzes.material.differences import Piece, pieces
from quizzes.material.models import Source, StatementChange
from quizzes.material.queries import passage_url
from quizzes.reader.questions import questions_for

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User


@dataclass(frozen=True, slots=True)
class ChangeNotice:
    """A statement as it was learned and as it is; `url` leads to its passage, or to the text where
    the passage is gone."""

    id: int
    title: str
    url: str
    passage: str
    before: str
    after: str
    pieces: tuple[Piece, ...]

    @property
    def seen_url(self) -> str:
        """Where it is put away."""
        return reverse("quizzes:change_seen", args=[self.id])


def told_to(user: User, *, now: datetime) -> QuerySet[StatementChange]:
    """Return the changes that this user is to know of and has not put away.

    What may not be shown to them next to the text, such as a question in an attempt of theirs that
    is open again, is left out: the change would tell on which words the question hangs.
    """
    return _learned(user).filter(item__in=questions_for(user, now=now).values("pk"))


def _learned(user: User) -> QuerySet[StatementChange]:
    """Return changes of what the user's answer was released on before, and not put away."""
    answered = QuestionRecord.objects.filter(
        user=user, question=OuterRef("item"), first_at__lt=OuterRef("created_at")
    )
    seen = StatementChange.seen_by.through.objects.filter(user=user)
    return (
        StatementChange.objects.filter(
            anchor_owner=question_anchors.kind,
            edition__source__in=Source.objects.visible_to(user).published(),
        )
        .filter(Exists(answered))
        .exclude(pk__in=seen.values("statementchange"))
    )


def changes_for(
    user: User | AnonymousUser, *, now: datetime, source: Source | None = None
) -> list[ChangeNotice]:
    """Return what changed in what the user learned, each statement once; one query where
    nothing did."""
    if not user.is_authenticated:
        return []
    learned = _learned(user).order_by("-created_at", "pk")
    if source is not None:
        learned = learned.filter(edition__source=source)
    still_there = Exists(
        Source.objects.filter(
            pk=OuterRef("edition__source"), edition__passages__key=OuterRef("passage_key")
        )
    )
    rows = list(learned.annotate(stands=still_there).select_related("edition__source"))
    if not rows:
        return []
    items = questions_for(user, now=now).filter(pk__in={row.item for row in rows})
    allowed = set(items.values_list("pk", flat=True))
    found: dict[tuple[int, str, str], ChangeNotice] = {}
    for row in rows:
        if row.item not in allowed:
            continue
        slug = row.edition.source.slug
        url = passage_url(slug, row.passage_key)
        found.setdefault(
            (row.edition_id, row.passage_key, row.before),
            ChangeNotice(
                id=row.pk,
                title=row.edition.source.title,
                url=url if row.stands else url.partition("#")[0],
                passage=row.passage_key,
                before=row.before,
                after=row.after,
                pieces=pieces(row.before, row.after),
            ),
        )
    return list(found.values())


@transaction.atomic
def put_away(*, change: StatementChange, user: User, now: datetime) -> None:
    """Show a change, and others on the same words, to this user no more."""
    StatementChange.objects.select_for_update().get(pk=change.pk)
    same = Q(edition=change.edition_id, passage_key=change.passage_key, before=change.before)
    through = StatementChange.seen_by.through
    through.objects.bulk_create(
        [
            through(statementchange_id=pk, user_id=user.pk)
            for pk in told_to(user, now=now).filter(same).values_list("pk", flat=True)
        ],
        ignore_conflicts=True,
    )
