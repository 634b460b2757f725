"""A student's scores, as far as they may be shown.

Every attempt is read as a few plain values; only those on the page become models. What may be shown
is asked once for all attempts that share an answer: those at one quiz that were finished just now,
and those finished before.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from django.db.models import BooleanField, Case, ExpressionWrapper, F, FloatField, Q, When
from django.db.models.functions import Cast

from accounts.models import User
from quizzes.assessments.models import Quiz
from quizzes.attempts.disclosure import embargoed_questions, shown_alike_since, visible_review
from quizzes.attempts.models import Attempt, AttemptQuestion

SEVEN_PLACES = Decimal("0.0000001")


@dataclass(frozen=True, slots=True)
class Scored:
    """A finished attempt; score and percent are None while they may not be shown.

    While a person has still to mark part of it, the score is not final and counts nowhere.
    """

    attempt: Attempt
    score: Decimal | None
    percent: Decimal | None

    @property
    def is_final(self) -> bool:
        return self.percent is not None and not self.attempt.needs_marking


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a student stands at one quiz; numbers are percent, None while nothing is shown."""

    quiz: Quiz
    attempts: int
    best: Decimal | None
    last: Decimal | None
    average: Decimal | None
    newest: Scored


class Finished(NamedTuple):
    """A finished attempt in a few values. `is_fresh`: its result is that of the first minutes;
    `percent` is None where no question of it counts."""

    pk: int
    quiz: int
    slug: str
    is_fresh: bool
    needs_marking: bool
    percent: float | None


@dataclass
class Scores:
    """A student's finished attempts, oldest first; `final` are those whose score counts."""

    finished: Sequence[Finished] = ()
    standings: Sequence[Standing] = ()
    final: Sequence[Finished] = ()
    chosen: Quiz | None = None
    _user: User | None = None
    _known: dict[int, Scored] = field(default_factory=dict)

    def scored(self, attempts: Iterable[Finished], *, now: datetime) -> list[Scored]:
        """Return these attempts with their scores; three queries for those not read yet."""
        wanted = [one.pk for one in attempts]
        missing = [pk for pk in wanted if pk not in self._known]
        if missing and self._user is not None:
            self._known |= _scored(missing, self._user, now=now)
        return [self._known[pk] for pk in wanted]


def scores_of(user: User, *, now: datetime, newest: int = 0, quiz: str = "") -> Scores:
    """Return the finished attempts that count.

    Args:
        newest: how many of the last attempts will be shown.
        quiz: the slug of the only quiz to look at; ignored when it was never tried.
    """
    finished = _finished(user, now=now)
    if not finished:
        return Scores()
    chosen = next((one.quiz for one in finished if one.slug == quiz), None)
    among = [one for one in finished if chosen is None or one.quiz == chosen]
    alone = _withheld_scores(user, now=now)
    examples: dict[tuple[int, bool], int] = {}
    last: dict[int, int] = {}
    for one in finished:
        last[one.quiz] = one.pk
        if one.pk not in alone:
            examples[one.quiz, one.is_fresh] = one.pk
    shown = {one.pk for one in among[-newest:]} if newest else set()
    known = _scored({*last.values(), *examples.values(), *alone, *shown}, user, now=now)

    def tells(one: Finished) -> bool:
        example = one.pk if one.pk in known else examples[one.quiz, one.is_fresh]
        return known[example].score is not None

    final = [
        one for one in finished if one.percent is not None and not one.needs_marking and tells(one)
    ]
    standings = _standings(finished, final, {quiz: known[pk] for quiz, pk in last.items()})
    return Scores(
        finished=among,
        standings=standings,
        final=final if chosen is None else [one for one in final if one.quiz == chosen],
        chosen=next((one.quiz for one in standings if one.quiz.pk == chosen), None),
        _user=user,
        _known=known,
    )


def _finished(user: User, *, now: datetime) -> list[Finished]:
    share = Cast("score", FloatField()) * 100 / Cast("max_score", FloatField())
    rows = (
        Attempt.objects.filter(user=user, score__isnull=False)
        .at_quizzes()
        .without_previews()
        .finished()
        .annotate(
            fresh=ExpressionWrapper(
                Q(finished_at__gt=shown_alike_since(now)), output_field=BooleanField()
            ),
            share=Case(When(max_score=0, then=None), default=share),
            slug=F("quiz__slug"),
        )
        .order_by("finished_at", "pk")
        .values_list("pk", "quiz_id", "slug", "fresh", "needs_marking", "share")
    )
    return [Finished(*row) for row in rows]


def _withheld_scores(user: User, *, now: datetime) -> set[int]:
    """Return the attempts whose score may be withheld for the sake of another one, which asks a
    question of theirs: each of these has to be asked about by itself. One query in most cases."""
    embargoed = embargoed_questions(user.pk, shown_in=None, now=now)
    if not embargoed:
        return set()
    rows = AttemptQuestion.objects.filter(
        attempt__user=user, attempt__finished_at__isnull=False, version__question__in=embargoed
    )
    return set(rows.order_by().values_list("attempt", flat=True))


def _scored(attempts: Collection[int], user: User, *, now: datetime) -> dict[int, Scored]:
    """Return attempts of one student with what may be shown of them. All that scores need is
    asked here."""
    found = list(
        Attempt.objects.filter(
            pk__in=attempts, score__isnull=False, preview=False, quiz__reader_source=None
        ).select_related("quiz")
    )
    review = visible_review(found, user, now)
    return {one.pk: Scored(one, review.score(one), review.percent(one)) for one in found}


def _standings(
    finished: Iterable[Finished], final: Iterable[Finished], newest: Mapping[int, Scored]
) -> list[Standing]:
    """Return one line a quiz, the quiz tried last first."""
    attempts: dict[int, int] = dict.fromkeys(newest, 0)
    told: dict[int, list[float]] = {quiz: [] for quiz in newest}
    for one in finished:
        attempts[one.quiz] += 1
    for one in final:
        if one.percent is not None:
            told[one.quiz].append(one.percent)
    lines = [
        Standing(
            quiz=last.attempt.quiz,
            attempts=attempts[quiz],
            best=_decimal(max(told[quiz], default=None)),
            last=_decimal(told[quiz][-1] if told[quiz] else None),
            average=_decimal(sum(told[quiz]) / len(told[quiz]) if told[quiz] else None),
            newest=last,
        )
        for quiz, last in newest.items()
    ]
    return sorted(lines, key=lambda line: line.newest.attempt.finished_at, reverse=True)  # type: ignore[arg-type,return-value]


def _decimal(share: float | None) -> Decimal | None:
    return None if share is None else Decimal(share).quantize(SEVEN_PLACES)
