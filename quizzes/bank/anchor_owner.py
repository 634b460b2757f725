"""Moving the anchors of questions to a new edition of the text they quote."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.text import Truncator
from django.utils.translation import gettext, gettext_lazy

from quizzes.bank.locks import note_change
from quizzes.bank.models import (
    BankKind,
    Question,
    QuestionAnchor,
    QuestionBank,
    QuestionVersion,
)
from quizzes.bank.queries import asked_versions, newest_versions
from quizzes.material import markup
from quizzes.material.anchoring import Span
from quizzes.material.hooks import Anchored, AnchorOwner, Described, Moved
from quizzes.material.models import Edition
from quizzes.material.reanchoring.matching import Quote

if TYPE_CHECKING:
    from accounts.models import User

TITLE_WORDS = 16


class QuestionAnchors(AnchorOwner):
    kind = "question"
    label = gettext_lazy("question")
    model = QuestionAnchor

    def anchors_on(self, edition: Edition) -> list[Anchored]:
        live = _live_versions(edition)
        rows = (
            QuestionAnchor.objects.filter(
                edition=edition, version__question__bank__kind=BankKind.COURSE
            )
            .order_by("version_id", "pk")
            .values_list(
                "pk",
                "version",
                "version__question",
                "version__question__bank__slug",
                "version__question__slug",
                "passage__key",
                "start",
                "quote",
                "prefix",
                "suffix",
            )
        )
        return [
            Anchored(
                pk=pk,
                item=question,
                name=f"{bank}/{slug}",
                quote=Quote(passage, Span(start, quote, prefix, suffix)),
                live=version in live,
            )
            for pk, version, question, bank, slug, passage, start, quote, prefix, suffix in rows
        ]

    def described(self, items: Collection[int], user: User) -> dict[int, Described]:
        mine = Question.objects.visible_to(user).filter(pk__in=items).values("pk")
        newest = newest_versions(mine).values_list("question", "stem")
        return {
            pk: Described(
                Truncator(markup.plain(stem)).words(TITLE_WORDS),
                reverse("admin:quizzes_question_change", args=[pk]),
            )
            for pk, stem in newest
        }

    def parts(self, anchors: Collection[int]) -> dict[int, str]:
        rows = QuestionAnchor.objects.filter(pk__in=anchors, option__isnull=False)
        return {
            pk: gettext("option “%(text)s”")
            % {"text": Truncator(markup.plain(text)).words(TITLE_WORDS)}
            for pk, text in rows.values_list("pk", "option__text")
        }

    def move(self, moves: Sequence[Moved]) -> None:
        _note_change([move.pk for move in moves])
        super().move(moves)

    def drop(self, anchors: Collection[int]) -> None:
        _note_change(anchors)
        super().drop(anchors)

    def pause(self, items: Collection[int], *, now: datetime) -> None:
        banks = Question.objects.filter(pk__in=items).values("bank")
        note_change(QuestionBank.objects.filter(pk__in=banks))
        Question.objects.filter(pk__in=items, paused_at=None).update(paused_at=now)


def _note_change(anchors: Collection[int]) -> None:
    quoting = Question.objects.filter(versions__anchors__in=anchors).values("bank")
    note_change(QuestionBank.objects.filter(pk__in=quoting))


def _live_versions(edition: Edition) -> set[int]:
    """Return the versions that are asked or will be: the newest ready one, and the newest."""
    questions = QuestionVersion.objects.filter(
        anchors__edition=edition, question__retired_at__isnull=True
    ).values("question")
    newest = newest_versions(questions).values_list("pk", flat=True)
    asked = asked_versions(paused=True).filter(question__in=questions).values_list("pk", flat=True)
    return {*newest, *asked}


question_anchors = QuestionAnchors()
