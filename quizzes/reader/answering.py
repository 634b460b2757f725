"""Answering a question in the reader, next to its passage.

Such an answer is an attempt of one question at the text's own paper, finished and shown at once: it
is graded, released and remembered like any other, so that what it shows of a passage counts.
"""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Max
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy

from accounts.models import User
from quizzes.assessments.models import Quiz, QuizState
from quizzes.assessments.presets import PRESETS
from quizzes.attempts.disclosure import visible_review
from quizzes.attempts.grading.marking import grade_answer, store
from quizzes.attempts.models import AnswerState, Attempt, AttemptQuestion, AttemptState, Save
from quizzes.attempts.queries import reviewed_questions, rows_of
from quizzes.attempts.question_review import ReviewedSlot
from quizzes.attempts.rows import Row
from quizzes.bank.content_cache import contents_of
from quizzes.bank.corrections.keys import locked_keys
from quizzes.bank.models import Question, QuestionAnchor
from quizzes.bank.queries import asked_versions
from quizzes.material.models import Source
from quizzes.question_types import registry
from quizzes.question_types.base import AnswerShapeError, Content
from quizzes.question_types.display.context import question_context
from quizzes.reader.answer_form import Given
from quizzes.reader.questions import answerable

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

A_MINUTE, IN_A_MINUTE = timedelta(minutes=1), 30
_NONCE = re.compile(r"[A-Za-z0-9_-]{8,40}")
# No slot of a paper has been shown yet: the row of an answer that is only being given.
_SLOT = 1


class NotTaken(Exception):
    """An answer that is not graded: why in words, and whether the form is begun again."""

    words: StrOrPromise = ""
    status = 400
    shows_anew = False


class NotComplete(NotTaken):
    words = gettext_lazy("Answer the question before you check it.")


class QuestionChanged(NotTaken):
    """Another wording is asked now than the one answered, or the form is none of ours."""

    words = gettext_lazy("This question has changed since it was shown. Here is the new version.")
    status = 409
    shows_anew = True


class TooFast(NotTaken):
    words = gettext_lazy(
        "That is a lot of answers in one minute. Read on for a moment, then check again."
    )
    status = 429


class NotMarked(NotTaken):
    """The grader failed."""

    words = gettext_lazy("This answer could not be marked, so it does not count.")
    status = 503


@dataclass(frozen=True, slots=True)
class Asking:
    """A question as it is shown next to its passages, before it is answered."""

    question_id: int
    version_id: int
    type: str
    passages: tuple[str, ...]  # keys, in reading order


def asking(source: Source, user: User, question_id: int, *, now: datetime) -> Asking | None:
    """Return the question if the user may answer it next to this text; a query or two."""
    rows = list(
        QuestionAnchor.objects.filter(
            edition=source.edition_id,
            option=None,
            version__in=asked_versions().filter(
                question__in=answerable(user, now=now).filter(pk=question_id)
            ),
        )
        .order_by("passage__position")
        .values_list("version_id", "version__question__type", "passage__key")
        .distinct()
    )
    if not rows:
        return None
    version_id, kind, _ = rows[0]
    return Asking(question_id, version_id, kind, tuple(key for *_, key in rows))


def new_nonce() -> str:
    return secrets.token_urlsafe(9)


def shown(one: Asking, user: User, nonce: str) -> dict[str, Any]:
    """Return the question as a student may see it, in the order that belongs to `nonce`."""
    content = contents_of([one.version_id])[one.version_id]
    order = _order(one, content, _seed(one, user, nonce))
    name = f"q{one.question_id}"
    return question_context(registry.get(one.type), content.arranged(order), None, name=name)


def answer(
    *,
    user: User,
    source: Source,
    question_id: int,
    form: Given,
    now: datetime,
) -> Attempt:
    """Grade an answer given next to the text and keep it; the same form sent again changes nothing.

    Raises:
        Question.DoesNotExist: not to be answered here, by this user, now.
        NotTaken: it is not graded, and nothing is stored.
    """
    with transaction.atomic():
        # The lock that starting an attempt takes: a question is frozen there or answered here.
        User.objects.select_for_update(no_key=True).only("pk").get(pk=user.pk)
        one = asking(source, user, question_id, now=now)
        if one is None:
            raise Question.DoesNotExist
        if one.version_id != form.version_id:
            raise QuestionChanged
        seed = _seed(one, user, form.nonce)
        paper = _paper(source)
        attempts = Attempt.objects.filter(user=user, quiz=paper)
        before = attempts.filter(seed=seed, questions__version=one.version_id).first()
        if before is not None:
            return before
        if attempts.filter(finished_at__gt=now - A_MINUTE).count() >= IN_A_MINUTE:
            raise TooFast
        content = contents_of([one.version_id])[one.version_id]
        order = _order(one, content, seed)
        try:
            given, state = registry.get(one.type).read(content.arranged(order), form.answer)
        except AnswerShapeError as error:
            raise NotComplete from error
        if state != "complete":
            raise NotComplete
        number = attempts.aggregate(last=Max("number"))["last"] or 0
        return _keep(user, paper, number + 1, seed, _row(one, order, given, form.confidence), now)


def review_context(
    source: Source, user: User, question_id: int, attempt_id: int, *, now: datetime
) -> ReviewedSlot | None:
    """Return what came of an answer given next to this text; None if the user gave no such one."""
    attempt = (
        Attempt.objects.select_related("quiz")
        .filter(
            pk=attempt_id,
            user=user,
            quiz__reader_source=source,
            questions__version__question=question_id,
        )
        .first()
    )
    if attempt is None:
        return None
    review = visible_review([attempt], user, now)[attempt.pk]
    review_context = reviewed_questions(rows_of(attempt, graded=True), review)[0]
    return replace(review_context, passages=[])  # they are above it, marked


def _keep(user: User, paper: Quiz, number: int, seed: int, row: Row, now: datetime) -> Attempt:
    graded = grade_answer(row, locked_keys([row.version_id])[row.version_id])
    if graded.fraction is None:
        raise NotMarked
    attempt = Attempt.objects.create(
        user=user,
        quiz=paper,
        number=number,
        state=AttemptState.FINISHED,
        seed=seed,
        started_at=now,
        finished_at=now,
        score=max(graded.fraction, Decimal(0)),
        max_score=row.max_mark,
    )
    question = AttemptQuestion.objects.create(
        attempt=attempt,
        slot=row.slot,
        version_id=row.version_id,
        order=list(row.order),
        max_mark=row.max_mark,
        sequence=row.sequence,
        state=AnswerState.FINISHED,
        answer=row.answer,
        confidence=row.confidence,
        tries=1,
    )
    Save.objects.create(
        question=question,
        sequence=row.sequence,
        answer=row.answer,
        confidence=row.confidence,
        flagged=False,
        state=AnswerState.COMPLETE,
        saved_at=now,
    )
    store(
        [replace(graded, question=replace(row, pk=question.pk))],
        now=now,
        released=True,
        preview=False,
    )
    return attempt


def _paper(source: Source) -> Quiz:
    """Return the paper that holds what is answered next to this text; made at the first answer."""
    return Quiz.objects.get_or_create(
        reader_source=source,
        defaults={
            "slug": f"reader-{secrets.token_hex(8)}",
            "title": source.title,
            "state": QuizState.PUBLISHED,
            **PRESETS["practice"].settings(closes=False),
        },
    )[0]


def _seed(one: Asking, user: User, nonce: str) -> int:
    """Return the seed of the order shown. It is secret: whoever knew it could undo the shuffle and
    learn the authored order, in which the key may be first."""
    if not _NONCE.fullmatch(nonce):
        raise QuestionChanged
    words = f"{user.pk}:{one.version_id}:{nonce}"
    digest = salted_hmac("quizzes.reader.answering", words, algorithm="sha256").digest()
    return int.from_bytes(digest[:8], "big") >> 2


def _order(one: Asking, content: Content, seed: int) -> tuple[int, ...]:
    return registry.get(one.type).order(content, seed=seed, shuffle=True)


def _row(
    one: Asking, order: tuple[int, ...], given: dict[str, Any] | None, confidence: int | None
) -> Row:
    return Row(
        pk=0,
        slot=_SLOT,
        version_id=one.version_id,
        question_id=one.question_id,
        type=one.type,
        topic="",
        order=order,
        max_mark=Decimal(1),
        sequence=1,
        state=AnswerState.TODO if given is None else AnswerState.COMPLETE,
        answer=given,
        confidence=confidence,
        flagged=False,
        tries=0,
    )
