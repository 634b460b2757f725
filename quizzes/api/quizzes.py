"""Quizzes: what there is to take, and for educators the paper itself."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import fields, replace
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Count, DecimalField, OuterRef, Subquery, Sum
from django.db.models.functions import Coalesce
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework import status
from rest_framework.exceptions import ValidationError
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import User
from accounts.queries import accommodation_for
from quizzes.api.authentication import IsEducator, IsSignedIn
from quizzes.api.base import View
from quizzes.api.errors import Conflict
from quizzes.api.idempotency import idempotent
from quizzes.api.schema import operation
from quizzes.api.serializers.quizzes import QuizIn, QuizLine, QuizOut, QuizPatch
from quizzes.assessments import draws, services
from quizzes.assessments.drafts import QuizDraft, SlotDraft
from quizzes.assessments.draws import Unfillable
from quizzes.assessments.models import Quiz, QuizQuerySet, QuizState, Slot
from quizzes.assessments.queries import draft_of
from quizzes.assessments.revisions import Frozen
from quizzes.attempts.disclosure import visible_review
from quizzes.attempts.models import Attempt
from quizzes.attempts.services import terms_with
from quizzes.bank.models import QuestionBank
from quizzes.material.markup import sanitise


class QuizzesView(View):
    def get_permissions(self) -> list[BasePermission]:
        return [IsEducator() if self.request.method == "POST" else IsSignedIn()]

    @operation("list_quizzes", "The quizzes one may see", gives=QuizLine, pages=True)
    def get(self, request: Request) -> Response:
        rows = _counted(Quiz.objects.visible_to(self.user), self.user).order_by("title", "pk")
        return self.page(QuizLine, rows, lambda found: _lines(found, self.user))

    @operation(
        "create_quiz", "Write a quiz", takes=QuizIn, gives=QuizOut, status=201, repeatable=True
    )
    @idempotent
    def post(self, request: Request) -> Response:
        given = self.read(QuizIn)
        bank = _bank(self.user, given.pop("bank"))
        draft = QuizDraft(**({"state": QuizState.DRAFT.value} | _values(given)))
        with transaction.atomic():
            quiz = _write(
                lambda: services.create_quiz(
                    draft=draft, bank=bank, owner=self.user, now=timezone.now()
                ),
                self.user,
            )
        return self.reply(QuizOut, _quiz(quiz.slug, self.user), 201)


class QuizView(View):
    @operation("read_quiz", "A quiz and its terms for oneself", gives=QuizOut, found=True)
    def get(self, request: Request, slug: str) -> Response:
        return self.reply(QuizOut, _quiz(slug, self.user))

    @operation("change_quiz", "Change a quiz", takes=QuizPatch, gives=QuizOut, found=True)
    def patch(self, request: Request, slug: str) -> Response:
        given = self.read(QuizPatch)
        with transaction.atomic():
            quiz = get_object_or_404(
                Quiz.objects.editable_by(self.user).select_for_update(of=("self",)), slug=slug
            )
            bank = _bank(self.user, given.pop("bank")) if "bank" in given else _home(quiz)
            new_revision = given.pop("new_revision", False)
            draft = replace(draft_of(quiz, bank=bank or NO_BANK), **_values(given))
            try:
                _write(
                    lambda: services.change_quiz(
                        quiz=quiz,
                        draft=draft,
                        bank=bank,
                        by=self.user,
                        now=timezone.now(),
                        new_revision=new_revision,
                    ),
                    self.user,
                )
            except Frozen as error:
                raise Conflict("frozen", attempts=error.attempts, revision=error.number) from error
        return self.reply(QuizOut, _quiz(slug, self.user))

    @operation("retire_quiz", "Archive a quiz; its attempts stay", status=204, found=True)
    def delete(self, request: Request, slug: str) -> Response:
        quiz = get_object_or_404(Quiz.objects.editable_by(self.user), slug=slug)
        services.archive_quiz(quiz=quiz, by=self.user)
        return Response(status=status.HTTP_204_NO_CONTENT)


# Where a quiz has no questions yet, no bank is its home.
NO_BANK = QuestionBank(slug="")


def _write(act: Callable[[], Quiz], user: User) -> Quiz:
    """Write a quiz, and publish it only if every student can be given it."""
    try:
        quiz = act()
        if quiz.state == QuizState.PUBLISHED:
            services.publish_quiz(quiz=quiz, by=user)
    except Unfillable as error:
        raise ValidationError({"state": error.reasons}) from error
    return quiz


def _values(given: dict[str, Any]) -> dict[str, Any]:
    """Return a body as the values of a draft; null is "" where a draft knows no null."""
    if "slots" not in given:
        return given
    slots = tuple(
        SlotDraft(
            question=one.get("question") or "",
            version=one.get("version"),
            topic=one.get("topic") or "",
            level=one.get("level") or "",
            bank=one.get("bank") or "",
            max_mark=one.get("max_mark", Decimal(1)),
        )
        for one in given["slots"]
    )
    return given | {"slots": slots}


def _bank(user: User, slug: str) -> QuestionBank:
    bank = QuestionBank.objects.editable_by(user).filter(slug=slug).first()
    if bank is None:
        raise ValidationError({"bank": [_("You have no such bank.")]})
    return bank


def _home(quiz: Quiz) -> QuestionBank | None:
    """Return the bank most of the slots take from."""
    return (
        QuestionBank.objects.filter(questions__slots__in=quiz.slots)
        .annotate(n=Count("pk"))
        .order_by("-n", "pk")
        .first()
        or QuestionBank.objects.filter(
            pk__in=quiz.slots.filter(draw_bank__isnull=False).values("draw_bank")
        )
        .order_by("pk")
        .first()
    )


def _counted(quizzes: QuizQuerySet, user: User) -> QuizQuerySet:
    """Add to each quiz its number of slots, their marks, and the user's attempts that count."""
    current = Slot.objects.current().filter(revision__quiz=OuterRef("pk"))
    slots = current.asked().order_by().values("revision__quiz")
    used = (
        Attempt.objects.without_previews()
        .filter(quiz=OuterRef("pk"), user=user)
        .order_by()
        .values("quiz")
        .annotate(n=Count("pk"))
        .values("n")
    )
    return quizzes.annotate(
        question_count=Coalesce(Subquery(slots.annotate(n=Count("pk")).values("n")), 0),
        max_mark=Coalesce(
            Subquery(slots.annotate(sum=Sum("max_mark")).values("sum")),
            Decimal(0),
            output_field=DecimalField(),
        ),
        used=Coalesce(Subquery(used), 0),
    )


def _lines(quizzes: Sequence[Quiz], user: User) -> list[dict[str, Any]]:
    """Return quizzes with their terms in effect for the user; six queries at most."""
    accommodation = accommodation_for(user)
    counted = _counted_scores(quizzes, user)
    return [_line(one, *accommodation) | {"counted_score": counted[one.pk]} for one in quizzes]


def _counted_scores(quizzes: Sequence[Quiz], user: User) -> dict[int, Decimal | None]:
    """Return by quiz what counts of the user's attempts, as far as it may be shown."""
    attempts = list(
        Attempt.objects.filter(user=user, quiz__in=quizzes)
        .without_previews()
        .finished()
        .select_related("quiz")
        .order_by("number")
    )
    review = visible_review(attempts, user, timezone.now())
    by_quiz: dict[int, list[Attempt]] = {quiz.pk: [] for quiz in quizzes}
    for one in attempts:
        by_quiz[one.quiz_id].append(one)
    return {
        quiz.pk: review.counted_percent(quiz.grading_method, by_quiz[quiz.pk]) for quiz in quizzes
    }


def _line(quiz: Any, factor: Decimal, extra: int) -> dict[str, Any]:
    terms = terms_with(quiz, factor, extra)
    limit = terms.time_limit
    names = (
        "slug",
        "title",
        "mode",
        "state",
        "behaviour",
        "ask_confidence",
        "pass_mark",
        "grading_method",
    )
    return {name: getattr(quiz, name) for name in names} | {
        "description": sanitise(quiz.description_html),
        "question_count": quiz.question_count,
        "max_mark": quiz.max_mark,
        "time_limit_s": None if limit is None else round(limit.total_seconds()),
        "attempts_allowed": terms.attempts_allowed,
        "attempts_left": terms.attempts_left(quiz.used),
        "opens_at": terms.opens_at,
        # In effect for attempts begun before the quiz's own close, after which nobody starts one.
        "closes_at": terms.ends_at,
    }


def _quiz(slug: str, user: User) -> dict[str, Any]:
    quiz = get_object_or_404(_counted(Quiz.objects.visible_to(user), user), slug=slug)
    paper = _paper(quiz, user)
    notices = None if paper is None else draws.notices(quiz)
    return _lines([quiz], user)[0] | {"paper": paper, "notices": notices}


def _paper(quiz: Quiz, user: User) -> dict[str, Any] | None:
    """Return what the quiz is made of, for those who may change it."""
    if not user.is_staff or not Quiz.objects.editable_by(user).filter(pk=quiz.pk).exists():
        return None
    home = _home(quiz) or NO_BANK
    draft = draft_of(quiz, bank=home)
    slots = [
        {
            "question": one.question or None,
            "version": one.version,
            "topic": one.topic or None,
            "level": one.level or None,
            "bank": one.bank or home.slug,
            "max_mark": one.max_mark,
        }
        for one in draft.slots
    ]
    values: dict[str, Any] = {field.name: getattr(draft, field.name) for field in fields(draft)}
    return values | {"bank": home.slug, "slots": slots}
