"""Taking a quiz: start, look, check, hand in, review. Saving stands in answers.py."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db.models import QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import User
from quizzes.api.base import NoFields, View
from quizzes.api.errors import Conflict
from quizzes.api.fields import iso
from quizzes.api.idempotency import idempotent
from quizzes.api.schema import operation
from quizzes.api.serializers.attempts import (
    AttemptLine,
    AttemptOut,
    CheckOut,
    Review,
    Start,
    Submitted,
)
from quizzes.assessments.models import Quiz
from quizzes.attempts import queries, services
from quizzes.attempts.disclosure import visible_review
from quizzes.attempts.errors import (
    AskedElsewhere,
    AttemptClosed,
    NoAttemptsLeft,
    NotEnoughQuestions,
    NotOpen,
)
from quizzes.attempts.grading.notices import corrections_shown
from quizzes.attempts.models import AnswerState, Attempt, AttemptQuestion
from quizzes.attempts.question_review import ReviewedSlot
from quizzes.attempts.taking.checking import Checked, NothingToCheck

if TYPE_CHECKING:
    from quizzes.assessments.review_options import ReviewOptions


class QuizAttemptsView(View):
    @operation(
        "start_attempt",
        "Start an attempt, or get the open one",
        takes=Start,
        gives=AttemptOut,
        status=201,
        others=[200],
        found=True,
        clashes=True,
        repeatable=True,
    )
    @idempotent
    def post(self, request: Request, slug: str) -> Response:
        now = timezone.now()
        quiz = get_object_or_404(Quiz.objects.visible_to(self.user), slug=slug)
        if self.read(Start).get("assignment") is not None:
            raise ValidationError({"assignment": [_("There is no such assignment.")]})
        try:
            attempt, started = services.start_attempt(
                user=self.user, quiz=quiz, now=now, preview=_may_edit(self.user, quiz)
            )
        except NotOpen as error:
            raise Conflict(
                "not_open", opens_at=_told(error.opens_at), closes_at=_told(error.closes_at)
            ) from error
        except NoAttemptsLeft as error:
            raise Conflict("limit") from error
        except NotEnoughQuestions as error:
            message = _("Too few questions are ready to be asked.")
            raise Conflict("not_open", opens_at=None, closes_at=None, detail=message) from error
        attempt.quiz = quiz
        status = 201 if started else 200
        return self.reply(AttemptOut, _attempt(attempt, self.user, now), status)


class AttemptsView(View):
    @operation("list_attempts", "One's own attempts, newest first", gives=AttemptLine, pages=True)
    def get(self, request: Request) -> Response:
        rows = Attempt.objects.filter(user=self.user).at_quizzes().select_related("quiz")
        return self.page(AttemptLine, rows.order_by("-started_at", "-pk"), self._lines)

    def _lines(self, attempts: list[Attempt]) -> list[dict[str, Any]]:
        review = visible_review(attempts, self.user, timezone.now())
        return [_line(one, review.options(one)) for one in attempts]


class AttemptView(View):
    @operation("read_attempt", "An attempt with its questions", gives=AttemptOut, found=True)
    def get(self, request: Request, pk: int) -> Response:
        now = timezone.now()
        attempt = _visible(self.user, pk)
        return self.reply(AttemptOut, _attempt(attempt, self.user, now))


class CheckView(View):
    @operation(
        "check_answer",
        "Grade the answer last saved, where the quiz allows it before the end",
        takes=NoFields,
        gives=CheckOut,
        found=True,
        clashes=True,
        repeatable=True,
    )
    @idempotent
    def post(self, request: Request, pk: int, slot: int) -> Response:
        now = timezone.now()
        self.read(NoFields)
        try:
            checked = services.check_answer(user=self.user, attempt_id=pk, slot=slot, now=now)
        except AttemptQuestion.DoesNotExist as error:
            raise Http404 from error
        except AttemptClosed as error:
            raise Conflict("closed", state=error.state) from error
        except AskedElsewhere as error:
            message = _("You have another attempt that asks this question. Submit that one first.")
            raise Conflict("not_open", opens_at=None, closes_at=None, detail=message) from error
        except NothingToCheck as error:
            message = _("This quiz is graded when it is submitted.")
            raise Conflict("not_open", opens_at=None, closes_at=None, detail=message) from error
        return self.reply(CheckOut, _checked(checked, pk, slot, self.user, now))


class SubmitView(View):
    @operation(
        "submit_attempt",
        "Submit; submitting again returns the same",
        takes=NoFields,
        gives=Submitted,
        found=True,
        repeatable=True,
    )
    @idempotent
    def post(self, request: Request, pk: int) -> Response:
        now = timezone.now()
        self.read(NoFields)
        mine = Attempt.objects.filter(user=self.user).select_related("quiz")
        attempt = get_object_or_404(mine, pk=pk)
        if attempt.finished_at is None:
            attempt = services.finish(attempt_id=pk, now=now)
        shown = visible_review([attempt], self.user, now).options_at_submission(attempt)
        return self.reply(Submitted, _line(attempt, shown))


class ReviewView(View):
    @operation(
        "review_attempt",
        "Every question with what may be shown of it",
        gives=Review,
        found=True,
        clashes=True,
    )
    def get(self, request: Request, pk: int) -> Response:
        now = timezone.now()
        attempt = _visible(self.user, pk)
        if attempt.finished_at is None and attempt.user_id == self.user.pk:
            raise Conflict("not_open", opens_at=None, closes_at=None, state=attempt.state)
        review = visible_review([attempt], self.user, now)[pk]
        questions = None
        if review.options.attempt:
            rows = queries.rows_of(attempt, graded=True)
            corrections = corrections_shown(attempt, rows, review)
            told = [
                replace(one, corrections=corrections.get(one.slot, []))
                for one in queries.reviewed_questions(rows, review)
            ]
            questions = [_question_told(one, review.options) for one in told]
        more = {"next_disclosure": review.next, "questions": questions}
        return self.reply(Review, _line(attempt, review.options) | more)


def _visible(user: User, pk: int) -> Attempt:
    rows: QuerySet[Attempt] = Attempt.objects.visible_to(user).select_related("quiz")
    return get_object_or_404(rows, pk=pk)


def _may_edit(user: User, quiz: Quiz) -> bool:
    return user.is_staff and Quiz.objects.editable_by(user).filter(pk=quiz.pk).exists()


def _line(attempt: Attempt, shown: ReviewOptions) -> dict[str, Any]:
    return {
        "id": attempt.pk,
        "quiz": attempt.quiz.slug,
        "number": attempt.number,
        "state": attempt.state,
        "started_at": attempt.started_at,
        "deadline": attempt.deadline,
        "finished_at": attempt.finished_at,
        "preview": attempt.preview,
        "score": attempt.score if shown.marks else None,
        "max_score": attempt.max_score if shown.max_marks else None,
    }


def _attempt(attempt: Attempt, user: User, now: datetime) -> dict[str, Any]:
    """The attempt as it is taken; what was asked is hidden again when the review options say so."""
    shown = visible_review([attempt], user, now).options(attempt)
    questions = None
    if attempt.finished_at is None or shown.attempt:
        questions = queries.question_contexts(queries.rows_of(attempt, graded=False))
    return _line(attempt, shown) | {"server_time": now, "questions": questions}


def _checked(
    checked: Checked, attempt_id: int, slot: int, user: User, now: datetime
) -> dict[str, Any]:
    """Add to what the check tells why the chosen options are right or wrong, once it is over."""
    rationale = None
    if checked.state == AnswerState.FINISHED:
        attempt = Attempt.objects.select_related("quiz").get(pk=attempt_id)
        review = visible_review([attempt], user, now)[attempt_id]
        rows = [one for one in queries.rows_of(attempt, graded=True) if one.slot == slot]
        told = queries.reviewed_questions(rows, review)
        reasons = [
            option["rationale_html"]
            for one in told
            for option in one.options
            if option["chosen"] and option["rationale_html"]
        ]
        rationale = "\n".join(reasons) or None
    names = ("state", "tries_left", "hint", "fraction", "correct", "sequence")
    return {name: getattr(checked, name) for name in names} | {"rationale": rationale}


def _question_told(one: ReviewedSlot, shown: ReviewOptions) -> dict[str, Any]:
    values = {field.name: getattr(one, field.name) for field in fields(one)}
    return values | {"passages": one.passages if shown.general_feedback else None}


def _told(moment: datetime | None) -> str | None:
    return iso(moment) if moment else None
