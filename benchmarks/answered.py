"""Run inside the site: a question that many have answered, and the correction of its key."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from django.utils import timezone

from accounts.models import User
from accounts.services import set_roles
from quizzes.assessments.models import Quiz
from quizzes.attempts.grading.correcting import correct_key
from quizzes.attempts.grading.regrading import regrade_due
from quizzes.attempts.models import (
    AnswerState,
    Attempt,
    AttemptQuestion,
    AttemptState,
    Grade,
    Response,
)
from quizzes.bank.corrections.services import Wanted
from quizzes.bank.models import QuestionVersion


def answer(count: int) -> None:
    """Let so many students have answered the benchmark's first single choice wrong."""
    quiz = Quiz.objects.get(slug="benchmark")
    slot = quiz.revisions.get().slots.filter(question__type="single_choice").first()
    version = _version(slot.question_id)
    at = timezone.now() - timedelta(days=1)
    User.objects.bulk_create(User(login=f"answered-{n}", password="!") for n in range(count))
    attempts = Attempt.objects.bulk_create(
        Attempt(
            user=user,
            quiz=quiz,
            number=1,
            state=AttemptState.FINISHED,
            seed=1,
            started_at=at,
            finished_at=at,
            score=0,
            max_score=1,
        )
        for user in User.objects.filter(login__startswith="answered-")
    )
    options = list(version.options.order_by("position"))
    wrong = min(n for n, one in enumerate(options) if one.fraction <= 0)
    shared = {"answer": {"choice": "abcdefgh"[wrong]}, "sequence": 1}
    questions = AttemptQuestion.objects.bulk_create(
        AttemptQuestion(
            attempt=one,
            slot=1,
            quiz_slot=slot,
            version=version,
            order=list(range(len(options))),
            max_mark=1,
            state=AnswerState.FINISHED,
            **shared,
        )
        for one in attempts
    )
    responses = Response.objects.bulk_create(
        Response(question=one, number=1, submitted_at=at, released_at=at, **shared)
        for one in questions
    )
    Grade.objects.bulk_create(
        Grade(response=one, number=1, raw_fraction=0, fraction=0, ruleset="1", graded_at=at)
        for one in responses
    )


def correct() -> int:
    """Let the wrong option be right; return how many were graded again."""
    given = Response.objects.filter(question__attempt__user__login="answered-0").get()
    version = given.question.version
    options = list(version.options.order_by("position"))
    chosen = "abcdefgh".index(given.answer["choice"])
    fractions = [str(Decimal(n == chosen)) for n in range(len(options))]
    teacher = User.objects.create(login="corrects", password="!", is_staff=True)
    set_roles(user=teacher, roles=["admin"], by=None)
    correct_key(
        question=version.question,
        wanted=Wanted("change_key", "Measured.", {"fractions": fractions}),
        by=User.objects.get(pk=teacher.pk),
        now=timezone.now(),
        version=version,
    )
    regrade_due(now=timezone.now())
    return Grade.objects.filter(response__question__version=version, number=2).count()


def _version(question: int) -> QuestionVersion:
    return QuestionVersion.objects.filter(question=question).order_by("-number")[0]
