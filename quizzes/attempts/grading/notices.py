"""What a student is shown of a correction: on Today while it is new, in the review always.

The marks are shown where marks may be shown, the reason where the right answer may be. A student
who could see no mark before the correction sees no change of it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from quizzes.attempts.disclosure import AttemptReview, visible_review
from quizzes.attempts.models import Attempt, MarkChange
from quizzes.attempts.rows import Row
from quizzes.bank.corrections.keys import corrections_of
from quizzes.bank.corrections.models import CorrectionKind
from quizzes.db.compiled_queries import compiled_query
from quizzes.templatetags.passage import points

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

    from accounts.models import User

ON_TODAY = 10


@dataclass(frozen=True, slots=True)
class CorrectionShown:
    """A correction in a review. None means not to be shown, or unchanged."""

    kind: str | None
    at: datetime
    why: str | None
    old_mark: Decimal | None = None
    new_mark: Decimal | None = None
    old_percent: Decimal | None = None
    new_percent: Decimal | None = None
    is_new: bool = False
    day: str = ""  # in the reader's time zone

    @property
    def words(self) -> str:
        """What was corrected and its effect, in a sentence or two."""
        said = _SAID.get(self.kind or "")
        words = _("This question was corrected.") if said is None else str(said)
        return " ".join(filter(None, [words, effect(self)]))


@dataclass(frozen=True, slots=True)
class Notice:
    """A change of a mark that its student has not seen yet."""

    attempt: Attempt
    slot: int
    effect: str


_SAID: dict[str, StrPromise] = {
    CorrectionKind.CHANGE_KEY: gettext_lazy("The answer key was wrong and has been corrected."),
    CorrectionKind.ACCEPT_ALSO: gettext_lazy("Another answer to this question is accepted, too."),
    CorrectionKind.FULL_MARKS: gettext_lazy("Everybody gets full marks for this question."),
    CorrectionKind.DROP: gettext_lazy("This question no longer counts."),
    CorrectionKind.WITHDRAW: gettext_lazy("A correction of this question was withdrawn."),
}


_unseen = compiled_query(
    lambda user: (
        MarkChange.objects.filter(user=user, seen_at=None)
        .order_by("pk")
        .values_list("pk", "question")
    )
)


def effect(change: MarkChange | CorrectionShown) -> str:
    """Return “+1 mark”, or the percentages if the question no longer counts or counts again."""
    old, new = change.old_mark, change.new_mark
    if old is not None and new is not None:
        if old == new:
            return ""
        sign = "+" if new > old else "−"
        return _("%(change)s (%(old)s → %(new)s)") % {
            "change": f"{sign}{points(abs(new - old))}",
            "old": points(old),
            "new": points(new),
        }
    if change.old_percent is None or change.new_percent is None:
        return ""
    return _("%(old)s%% → %(new)s%%") % {
        "old": f"{change.old_percent:.0f}",
        "new": f"{change.new_percent:.0f}",
    }


def corrections_shown(
    attempt: Attempt, rows: Sequence[Row], review: AttemptReview
) -> dict[int, list[CorrectionShown]]:
    """Return by slot the corrections made after the attempt was finished, oldest first.

    Two queries if a question of the attempt has been corrected, else none.
    """
    shown = review.options
    corrected = [
        row
        for row in rows
        if row.correction_id is not None and row.question_id not in review.embargoed
    ]
    if not corrected or attempt.finished_at is None or not (shown.marks or shown.right_answer):
        return {}
    made = corrections_of({row.version_id for row in corrected})
    changes = {
        (one.question_id, one.correction_id): one
        for one in MarkChange.objects.filter(question__attempt=attempt)
    }
    found: dict[int, list[CorrectionShown]] = defaultdict(list)
    for row in corrected:
        for one in made.get(row.version_id, []):
            change = changes.get((row.pk, one.pk)) if shown.marks else None
            elsewhere = one.quiz_id is not None and one.quiz_id != attempt.quiz_id
            if elsewhere or one.at <= attempt.finished_at:
                continue
            if change is None and not shown.right_answer:
                continue
            found[row.slot].append(
                CorrectionShown(
                    kind=one.kind if shown.right_answer else None,
                    at=one.at,
                    why=one.why if shown.right_answer else None,
                    old_mark=change.old_mark if change else None,
                    new_mark=change.new_mark if change else None,
                    old_percent=change.old_percent if change else None,
                    new_percent=change.new_percent if change else None,
                    is_new=change is not None and change.seen_at is None,
                )
            )
    return dict(found)


def mark_seen(attempt: Attempt, *, now: datetime) -> None:
    """Record that the student has opened the review that shows the changes."""
    MarkChange.objects.filter(question__attempt=attempt, seen_at=None).update(seen_at=now)


def notices(user: User, *, now: datetime) -> list[Notice]:
    """Return the changes a student may see and has not seen yet; one query if there are none."""
    unseen = [pk for pk, _question in _unseen(user.pk)[-ON_TODAY:]]
    if not unseen:
        return []
    changes = (
        MarkChange.objects.filter(pk__in=unseen)
        .select_related("question__attempt__quiz", "question__version")
        .order_by("-pk")
    )
    attempts = {one.question.attempt_id: one.question.attempt for one in changes}
    visible = visible_review(attempts.values(), user, now)
    return [
        Notice(attempts[one.question.attempt_id], one.question.slot, effect(one))
        for one in changes
        if visible[one.question.attempt_id].of_question(one.question.version.question_id).marks
    ]
