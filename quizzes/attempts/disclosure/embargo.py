"""The embargo: while an exam asks a question, and until its result is shown, nothing else the
student opens may reveal it.

New practice leaves it out, older practice does not check it, no review explains it, the reader does
not show it, and a score that would reveal its result is withheld.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import reduce
from operator import or_
from typing import NamedTuple

from django.db.models import Max, Min, Q

from quizzes.assessments import review_options
from quizzes.assessments.results import still_in_progress
from quizzes.attempts.disclosure.moments import Rules, rules_of
from quizzes.attempts.models import Attempt, AttemptQuestion
from quizzes.db.compiled_queries import compiled_query

# The parts of a result that reveal what is right.
_TELLING = ("correctness", "marks", "specific_feedback", "general_feedback", "right_answer")


def is_embargoed(
    rules: Rules,
    *,
    quiz: int,
    preview: bool,
    finished_at: datetime | None,
    shown_in: int | None,
    now: datetime,
) -> bool:
    """Whether the questions of an attempt at `quiz` are embargoed. This is the only rule.

    They are in an attempt that is open and gives no feedback at a check, and in a finished one
    whose result is still to come. When no later moment can show it, the embargo ends. Previews
    embargo nothing, and a quiz embargoes nothing for other attempts at itself.

    Args:
        shown_in: the quiz that would show them; None outside quizzes.
    """
    if preview or quiz == shown_in:
        return False
    if finished_at is None:
        return not rules.gives_feedback
    column = rules.column(finished_at, now)
    shown = rules.at(column)
    return not shown.correctness and any(
        getattr(rules.at(later), item) and not getattr(shown, item)
        for later in rules.columns_to_come(column)
        for item in _TELLING
    )


class EmbargoSource(NamedTuple):
    """An attempt that embargoes a question."""

    quiz: int
    started_at: datetime


@dataclass(frozen=True, slots=True)
class Embargo:
    """The questions embargoed for one student, each with the attempts that cause it."""

    sources: Mapping[int, Sequence[EmbargoSource]] = field(default_factory=dict)

    def questions(self, shown_in: int | None) -> frozenset[int]:
        """Return what attempts at this quiz may not show; pass None for everything else."""
        return frozenset(one for one in self.sources if self.embargoes(one, shown_in))

    def embargoes(self, question: int, shown_in: int | None) -> bool:
        """Whether attempts at this quiz may not show a question."""
        return any(one.quiz != shown_in for one in self.sources.get(question, ()))


class Candidate(NamedTuple):
    """A quiz the student has attempted, with what decides whether it embargoes anything."""

    pk: int
    behaviour: str
    review: Mapping[str, list[str]]
    closes_at: datetime | None
    time_limit_s: int | None
    opened: datetime | None  # start of the open attempt
    finished: datetime | None  # end of the last one


_candidates = compiled_query(
    lambda user: (
        Attempt.objects.filter(user=user, preview=False, quiz__reader_source=None)
        .order_by()
        .values(
            "quiz",
            "quiz__behaviour",
            "quiz__review",
            "quiz__closes_at",
            "quiz__time_limit_s",
        )
        .annotate(
            opened=Min("started_at", filter=Q(finished_at=None)),
            finished=Max("finished_at"),
        )
        .values_list(
            "quiz",
            "quiz__behaviour",
            "quiz__review",
            "quiz__closes_at",
            "quiz__time_limit_s",
            "opened",
            "finished",
        )
    )
)


def candidates_of(user_id: int) -> list[Candidate]:
    """Return the quizzes of a student that may embargo questions; one query."""
    found = [Candidate(*row) for row in _candidates(user_id)]
    return [one for one in found if _may_embargo(one)]


def _may_embargo(one: Candidate) -> bool:
    """Whether any attempt at it embargoes anything until its results are final."""
    rules = rules_of(one, still_in_progress=True)
    if one.opened is not None and not rules.gives_feedback:
        return True
    # Two columns apply before the close; in either case the rule is applied again per attempt.
    return one.finished is not None and any(
        _embargoes(one, rules, finished_at=one.finished, now=one.finished + ago)
        for ago in (review_options.JUST_AFTER_LASTS * 0, review_options.JUST_AFTER_LASTS)
    )


def _embargoes(
    one: Candidate, rules: Rules, *, finished_at: datetime | None, now: datetime
) -> bool:
    return is_embargoed(
        rules, quiz=one.pk, preview=False, finished_at=finished_at, shown_in=None, now=now
    )


def embargo_from(
    user_id: int, found: Sequence[Candidate], in_progress: set[int], *, now: datetime
) -> Embargo:
    """Return what these quizzes embargo for the student; one query, or none without an embargo.

    Args:
        in_progress: the quizzes somebody is still taking, see still_in_progress.
    """
    rules = {one.pk: rules_of(one, still_in_progress=one.pk in in_progress) for one in found}
    wanted: list[Q] = []
    for one in found:
        if one.opened is not None and _embargoes(one, rules[one.pk], finished_at=None, now=now):
            wanted.append(Q(attempt__quiz=one.pk, attempt__finished_at=None))
        if one.finished is None:
            continue
        recent = now - review_options.JUST_AFTER_LASTS
        if _embargoes(one, rules[one.pk], finished_at=recent, now=now):
            wanted.append(Q(attempt__quiz=one.pk, attempt__finished_at__lte=recent))
        if one.finished > recent and _embargoes(one, rules[one.pk], finished_at=now, now=now):
            wanted.append(Q(attempt__quiz=one.pk, attempt__finished_at__gt=recent))
    if not wanted:
        return Embargo()
    sources: dict[int, list[EmbargoSource]] = defaultdict(list)
    rows = AttemptQuestion.objects.filter(
        reduce(or_, wanted), attempt__user=user_id, attempt__preview=False
    )
    for question, quiz, started_at in rows.order_by().values_list(
        "version__question", "attempt__quiz", "attempt__started_at"
    ):
        sources[question].append(EmbargoSource(quiz, started_at))
    return Embargo(dict(sources))


def embargo_of(user_id: int, *, now: datetime) -> Embargo:
    """Return what is embargoed for a student; at most three queries, one if nothing can be."""
    found = candidates_of(user_id)
    if not found:
        return Embargo()
    return embargo_from(user_id, found, still_in_progress(found, now=now), now=now)


def embargoed_questions(user_id: int, *, shown_in: int | None, now: datetime) -> frozenset[int]:
    """Return the questions this student may see nothing of now.

    Args:
        shown_in: the quiz whose attempt would show them; None outside quizzes.
    """
    return embargo_of(user_id, now=now).questions(shown_in)
