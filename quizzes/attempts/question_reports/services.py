"""Sending a report, answering it, and reading the answer."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from accounts.models import User
from quizzes.attempts.models import AnswerState, AttemptQuestion
from quizzes.attempts.question_reports.models import Report, ReportKind, ReportState
from quizzes.material import markup
from quizzes.material.anchoring import normalised, places
from quizzes.material.models import Passage, Source

if TYPE_CHECKING:
    from quizzes.assessments.review_options import ReviewOptions

TEXT_LIMIT = 4_000
A_DAY = 20
SHORTEST_QUOTE = 12  # characters: fewer would occur in too many places
_OVER = (AnswerState.FINISHED, AnswerState.NEEDS_MARKING)


def may_report(question: AttemptQuestion, shown: ReviewOptions) -> bool:
    """Whether the student has seen the question's state: it is over and may be seen."""
    return question.state in _OVER and shown.attempt


def may_appeal(shown: ReviewOptions) -> bool:
    """Whether an appeal makes sense: before correctness is shown there is nothing to contest."""
    return shown.correctness


def send_report(
    *,
    user: User,
    question: AttemptQuestion,
    shown: ReviewOptions,
    kind: str,
    text: str,
    quote: str = "",
    now: datetime,
) -> Report:
    """Store a report on a question of the user's own attempt, with its current answer.

    Args:
        shown: what the review options allow now.
        quote: for an appeal, the exact words of a text that support the answer.

    Raises:
        ValidationError: by field, "kind", "text" or "quote"; or for the whole form when one is
            already waiting, or too many were sent today.
    """
    if not may_report(question, shown):
        raise ValidationError(_("This question is not finished yet."))
    if kind not in ReportKind.values or (kind == ReportKind.APPEAL and not may_appeal(shown)):
        raise ValidationError({"kind": _("Choose one of these.")})
    text = markup.clean(text).strip()
    if not text or len(text) > TEXT_LIMIT:
        raise ValidationError(
            {"text": _("Describe the problem, in at most %(n)d characters.") % {"n": TEXT_LIMIT}}
        )
    passage, start, quote = None, 0, normalised(markup.clean(quote))
    if kind == ReportKind.APPEAL:
        passage, start = _find(user, quote)
    with transaction.atomic():
        User.objects.select_for_update(no_key=True).only("pk").get(pk=user.pk)
        mine = Report.objects.visible_to(user)
        if mine.filter(question=question).waiting().exists():
            raise ValidationError(
                _("Your report on this question is already waiting for an answer.")
            )
        if mine.filter(created_at__gt=now - timedelta(days=1)).count() >= A_DAY:
            raise ValidationError(
                _("You have sent %(n)d reports today, the daily limit. Send the next one tomorrow.")
                % {"n": A_DAY}
            )
        return Report.objects.create(
            question=question,
            kind=kind,
            text=text,
            answer=question.answer,
            passage=passage,
            start=start,
            quote=quote if passage else "",
            created_at=now,
        )


def _find(user: User, quote: str) -> tuple[Passage, int]:
    """Return where the words occur in a text the user may read."""
    if len(quote) < SHORTEST_QUOTE:
        raise ValidationError({"quote": _("Copy the words of the text that support your answer.")})
    readable = Source.objects.visible_to(user).published()
    found = Passage.objects.filter(
        edition__source__in=readable,
        edition__source__edition=F("edition"),
        plain__contains=quote,
    ).order_by("edition", "position")
    for passage in found[:20]:
        # SQLite's search ignores case.
        if starts := places(passage.plain, quote):
            return passage, starts[0]
    raise ValidationError(
        {"quote": _("No text you can read contains exactly these words. Copy them from the text.")}
    )


def take_up(*, report: Report) -> Report:
    """Show the student that somebody is looking at the report."""
    Report.objects.filter(pk=report.pk, state=ReportState.OPEN).update(state=ReportState.IN_REVIEW)
    report.refresh_from_db(fields=["state"])
    return report


def decide(*, report: Report, state: str, reply: str, by: User, now: datetime) -> Report:
    """Accept or decline a report, once, with a reply to the student.

    Raises:
        ValidationError: it has been decided already, or the reply is empty.
    """
    if state not in (ReportState.ACCEPTED, ReportState.DECLINED):
        raise ValidationError({"state": _("Accept or decline.")})
    reply = markup.clean(reply).strip()
    if not reply or len(reply) > TEXT_LIMIT:
        raise ValidationError(
            {"reply": _("Tell the learner why, in at most %(n)d characters.") % {"n": TEXT_LIMIT}}
        )
    with transaction.atomic():
        report = Report.objects.select_for_update(of=("self",)).get(pk=report.pk)
        if not report.waits:
            raise ValidationError(_("Someone else has answered this report in the meantime."))
        report.state, report.reply = state, reply
        report.decided_by, report.decided_at = by, now
        report.save(update_fields=["state", "reply", "decided_by", "decided_at"])
    return report


def mark_seen(*, report: Report, now: datetime) -> None:
    """Record that the student has read the answer."""
    if not report.waits and report.seen_at is None:
        Report.objects.filter(pk=report.pk, seen_at__isnull=True).update(seen_at=now)
