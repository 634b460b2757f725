"""What one person may see of attempts now. Everything asks here; see README.md."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import cached_property

from accounts.models import User
from quizzes.assessments import review_options
from quizzes.assessments.models import Quiz
from quizzes.assessments.results import still_in_progress
from quizzes.assessments.review_options import DURING, EVERYTHING, NOTHING, ReviewOptions
from quizzes.attempts.disclosure.embargo import Candidate, Embargo, candidates_of, embargo_from
from quizzes.attempts.disclosure.figures import counted
from quizzes.attempts.disclosure.moments import Rules, rules_of
from quizzes.attempts.disclosure.next_disclosure import NextDisclosure, next_disclosure
from quizzes.attempts.grading import percent
from quizzes.attempts.models import Attempt, AttemptQuestion
from quizzes.bank.models import QuestionBank


@dataclass(frozen=True, slots=True)
class AttemptReview:
    """What may be seen of one attempt now.

    Attributes:
        options: the review options in effect.
        embargoed: its questions of which only the fact that they were asked is shown.
        authored: its questions that the viewer may change and therefore sees in full.
        next: when more is shown; None when nothing but embargoed questions is withheld.
    """

    options: ReviewOptions
    embargoed: frozenset[int]
    authored: frozenset[int]
    next: NextDisclosure | None

    def of_question(self, question: int) -> ReviewOptions:
        """Return what may be seen of a question of the attempt."""
        if question in self.authored:
            return EVERYTHING
        if question in self.embargoed:
            return ReviewOptions(attempt=self.options.attempt, max_marks=self.options.max_marks)
        return self.options


class VisibleReview:
    """What `viewer` may see of some attempts now. The attempts come with their quizzes.

    Looked up lazily: at most six queries however many attempts, and none for the options of the
    viewer's own open attempt.
    """

    def __init__(self, attempts: Iterable[Attempt], viewer: User, now: datetime) -> None:
        self._attempts = {one.pk: one for one in attempts}
        self._viewer = viewer
        self._viewer_id = viewer.pk
        self._now = now
        self._options: dict[int, ReviewOptions] = {}
        self._at: dict[tuple[int, str], ReviewOptions] = {}

    def __getitem__(self, pk: int) -> AttemptReview:
        attempt = self._attempts[pk]
        options = self.options(attempt)
        embargoed = self._embargoed_in(attempt)
        withheld = attempt.finished_at is not None and self._sees_as_student(attempt)
        return AttemptReview(
            options=options,
            embargoed=embargoed,
            authored=self._authored.get(pk, frozenset()),
            next=next_disclosure(
                self._rules[attempt.quiz_id], options, attempt.finished_at, now=self._now
            )
            if withheld and not embargoed
            else None,
        )

    def options(self, attempt: Attempt) -> ReviewOptions:
        """Return the review options in effect for an attempt as a whole."""
        pk: int = attempt.pk
        found = self._options.get(pk)
        if found is None:
            found = self._options[pk] = self._options_of(attempt)
        return found

    def options_at_submission(self, attempt: Attempt) -> ReviewOptions:
        """Return what was shown on submitting and may still be seen, so that a repeated reply is
        the same and never shows what has been hidden since."""
        shown = self.options(attempt)
        if attempt.finished_at is None or not self._sees_as_student(attempt):
            return shown
        rules = self._rules[attempt.quiz_id]
        then = self._column(attempt, rules.column(attempt.finished_at, attempt.finished_at))
        return ReviewOptions(
            **{item: getattr(then, item) and getattr(shown, item) for item in review_options.ITEMS}
        )

    # Figures

    def score(self, attempt: Attempt) -> Decimal | None:
        return attempt.score if self.options(attempt).marks else None

    def percent(self, attempt: Attempt) -> Decimal | None:
        """Return the score as a percentage of the maximum; None while it is withheld."""
        return percent(self.score(attempt), attempt.max_score)

    def counted_percent(self, method: str, attempts: Sequence[Attempt]) -> Decimal | None:
        """Return the percentage that counts for these attempts at one quiz, given in order.

        None while an attempt it needs is withheld or still has to be marked by a person.
        """
        return counted(
            method, [None if one.needs_marking else self.percent(one) for one in attempts]
        )

    # How each attempt is seen

    def _is_own(self, attempt: Attempt) -> bool:
        return attempt.user_id == self._viewer_id

    def _is_being_taken(self, attempt: Attempt) -> bool:
        return self._is_own(attempt) and attempt.finished_at is None

    def sees_all(self, attempt: Attempt) -> bool:
        """Whether the viewer may change the quiz. Their own open attempt they see as a student."""
        return not self._is_being_taken(attempt) and attempt.quiz_id in self._editable

    def _sees_as_student(self, attempt: Attempt) -> bool:
        return self._is_own(attempt) and not self.sees_all(attempt)

    def _options_of(self, attempt: Attempt) -> ReviewOptions:
        if self._is_being_taken(attempt):
            return self._column(attempt, DURING)
        if self.sees_all(attempt):
            return EVERYTHING
        if not self._is_own(attempt):
            return NOTHING
        rules = self._rules[attempt.quiz_id]
        shown = self._column(attempt, rules.column(attempt.finished_at, self._now))
        if shown.marks and self._score_would_tell(attempt, rules):
            return _without_marks(shown)
        return shown

    def _column(self, attempt: Attempt, column: str) -> ReviewOptions:
        key = attempt.quiz_id, column
        if key not in self._at:
            self._at[key] = review_options.at(attempt.quiz.review, column)
        return self._at[key]

    def _score_would_tell(self, attempt: Attempt, rules: Rules) -> bool:
        """Whether the score would reveal the result of an embargoed question: every score except
        those shown before the embargo began."""
        for question in self._embargoed_in(attempt):
            for source in self._embargo.sources[question]:
                if source.quiz == attempt.quiz_id:
                    continue
                if attempt.finished_at is None or source.started_at < attempt.finished_at:
                    return True
                then = rules.column(attempt.finished_at, source.started_at)
                if not self._column(attempt, then).marks:
                    return True
        return False

    def _embargoed_in(self, attempt: Attempt) -> frozenset[int]:
        if not self._sees_as_student(attempt):
            return frozenset()
        return self._embargoed.get(attempt.pk, frozenset())

    # Lookups, each made at most once

    @cached_property
    def _editable(self) -> frozenset[int]:
        if not self._viewer.is_staff:
            return frozenset()
        quizzes = {one.quiz_id for one in self._attempts.values()}
        found = Quiz.objects.editable_by(self._viewer).filter(pk__in=quizzes)
        return frozenset(found.values_list("pk", flat=True))

    @cached_property
    def _candidates(self) -> list[Candidate]:
        return candidates_of(self._viewer.pk)

    @cached_property
    def _quizzes_finished(self) -> Mapping[int, Quiz]:
        """The quizzes at which the viewer has finished an attempt."""
        return {
            one.quiz_id: one.quiz
            for one in self._attempts.values()
            if one.finished_at is not None and self._is_own(one)
        }

    @cached_property
    def _in_progress(self) -> set[int]:
        quizzes = [quiz for pk, quiz in self._quizzes_finished.items() if pk not in self._editable]
        return still_in_progress([*quizzes, *self._candidates], now=self._now)

    @cached_property
    def _rules(self) -> Mapping[int, Rules]:
        return {
            pk: rules_of(quiz, still_in_progress=pk in self._in_progress)
            for pk, quiz in self._quizzes_finished.items()
        }

    @cached_property
    def _embargo(self) -> Embargo:
        if not self._candidates:
            return Embargo()
        return embargo_from(self._viewer.pk, self._candidates, self._in_progress, now=self._now)

    @cached_property
    def _embargoed(self) -> Mapping[int, frozenset[int]]:
        """The embargoed questions of each of the viewer's own attempts."""
        if not self._embargo.sources:
            return {}
        rows = AttemptQuestion.objects.filter(
            attempt__user=self._viewer.pk, version__question__in=list(self._embargo.sources)
        )
        found: dict[int, set[int]] = defaultdict(set)
        for pk, question in rows.order_by().values_list("attempt", "version__question"):
            attempt = self._attempts.get(pk)
            if attempt is not None and self._embargo.embargoes(question, attempt.quiz_id):
                found[pk].add(question)
        return {pk: frozenset(questions) for pk, questions in found.items()}

    @cached_property
    def _authored(self) -> Mapping[int, frozenset[int]]:
        """The questions the viewer may change, of each attempt of somebody else."""
        if not self._viewer.is_staff:
            return {}
        others = [
            one.pk
            for one in self._attempts.values()
            if not self._is_own(one) and not self.sees_all(one)
        ]
        if not others:
            return {}
        own = QuestionBank.objects.editable_by(self._viewer).values("pk")
        rows = AttemptQuestion.objects.filter(
            attempt__in=others, version__question__bank__in=own
        ).order_by()
        found: dict[int, set[int]] = defaultdict(set)
        for pk, question in rows.values_list("attempt", "version__question"):
            found[pk].add(question)
        return {pk: frozenset(questions) for pk, questions in found.items()}


def shown_to_students(attempts: Iterable[Attempt], *, now: datetime) -> dict[int, ReviewOptions]:
    """Return, by attempt, what its review options show its student, ignoring what their other
    attempts embargo; one query. The attempts may be anybody's and come with their quizzes."""
    found = list(attempts)
    quizzes = {one.quiz_id: one.quiz for one in found}
    writing = still_in_progress(quizzes.values(), now=now)
    rules = {pk: rules_of(one, still_in_progress=pk in writing) for pk, one in quizzes.items()}
    return {
        one.pk: review_options.at(
            one.quiz.review,
            DURING if one.finished_at is None else rules[one.quiz_id].column(one.finished_at, now),
        )
        for one in found
    }


def _without_marks(shown: ReviewOptions) -> ReviewOptions:
    values = {item: getattr(shown, item) for item in review_options.ITEMS}
    return ReviewOptions(**values | {"marks": False})


def visible_review(attempts: Iterable[Attempt], viewer: User, now: datetime) -> VisibleReview:
    """Return what `viewer` may see at `now` of these attempts, their questions and figures.

    Those who may change a quiz see all of its attempts. Students see of their own attempts what
    the review options allow at the moment, except what is embargoed. Nobody else sees anything.

    Args:
        attempts: with their quizzes.
    """
    return VisibleReview(attempts, viewer, now)
