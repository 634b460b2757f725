"""The student's pages: report a question and read the answer."""

from __future__ import annotations

from datetime import datetime
from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts.models import User
from quizzes.attempts.disclosure import visible_review
from quizzes.attempts.grading.notices import CorrectionShown, corrections_shown
from quizzes.attempts.models import AttemptQuestion
from quizzes.attempts.queries import rows_of
from quizzes.attempts.question_reports import services
from quizzes.attempts.question_reports.forms import ReportForm
from quizzes.attempts.question_reports.models import Report, ReportKind
from quizzes.material.queries import passage_url

PER_PAGE = 50


@require_http_methods(["GET", "POST"])
@login_required
def report(request: HttpRequest, pk: int, slot: int) -> HttpResponse:
    """Report a problem with a question of one's own attempt, or contest its mark."""
    now = timezone.now()
    user = cast(User, request.user)
    question = get_object_or_404(
        AttemptQuestion.objects.select_related("attempt__quiz", "version"),
        attempt=pk,
        attempt__user=user,
        slot=slot,
    )
    review = visible_review([question.attempt], user, now)[pk]
    shown = review.of_question(question.version.question_id)
    if not services.may_report(question, shown):
        messages.warning(request, _("You can report a question once it is finished."))
        return redirect(question.attempt)
    appeals = services.may_appeal(shown)
    form = ReportForm(request.POST if request.method == "POST" else None, appeals=appeals)
    if request.method == "POST" and form.is_valid():
        try:
            sent = services.send_report(
                user=user,
                question=question,
                shown=shown,
                kind=form.cleaned_data.get("kind", ReportKind.PROBLEM),
                text=form.cleaned_data["text"],
                quote=form.cleaned_data.get("quote", ""),
                now=now,
            )
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("Sent. You will find the answer on your Today page."))
            return redirect(sent)
    waiting = Report.objects.visible_to(user).filter(question=question).waiting().first()
    context = {"question": question, "form": form, "waiting": waiting, "now": now}
    return render(request, "report/form.html", context, status=400 if form.errors else 200)


@require_GET
@login_required
def reports(request: HttpRequest) -> HttpResponse:
    """What the student has reported, newest first."""
    found = Report.objects.visible_to(cast(User, request.user)).select_related(
        "question__attempt__quiz"
    )
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "report/list.html", {"page": page, "now": timezone.now(), "query": ""})


@require_GET
@login_required
def shown(request: HttpRequest, pk: int) -> HttpResponse:
    """One report with its answer; opening it marks the answer as read."""
    now = timezone.now()
    found = get_object_or_404(
        Report.objects.visible_to(cast(User, request.user)).select_related(
            "question__attempt__quiz",
            "question__attempt__user",
            "question__version",
            "passage__edition__source",
        ),
        pk=pk,
    )
    services.mark_seen(report=found, now=now)
    context = {
        "report": found,
        "passage_url": url_of(found),
        "now": now,
        "corrections": _corrections(found, now),
    }
    return render(request, "report/shown.html", context)


def _corrections(report: Report, now: datetime) -> list[CorrectionShown]:
    """Return what has been corrected in the reported question, as far as its student may see."""
    question = report.question
    if question.version.correction_id is None:
        return []
    attempt = question.attempt
    rows = [row for row in rows_of(attempt, graded=False) if row.pk == question.pk]
    review = visible_review([attempt], attempt.user, now)[attempt.pk]
    return corrections_shown(attempt, rows, review).get(question.slot, [])


def url_of(report: Report) -> str:
    """Return the address of the quoted passage in the reader; "" for a report without one."""
    passage = report.passage
    return "" if passage is None else passage_url(passage.edition.source.slug, passage.key)
