"""The authors' queue: what learners say of their questions."""

from __future__ import annotations

from typing import cast
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from accounts.models import User
from quizzes.attempts.disclosure import visible_review
from quizzes.attempts.queries import reviewed_questions, rows_of
from quizzes.attempts.question_reports import services
from quizzes.attempts.question_reports.models import WAITING_STATES, Report, ReportState
from quizzes.attempts.question_reports.views import url_of
from quizzes.teach.views import PER_PAGE, _educator

SHOWS = {
    "waiting": gettext_lazy("waiting"),
    "accepted": gettext_lazy("accepted"),
    "declined": gettext_lazy("declined"),
}


class ReplyForm(forms.Form):
    state = forms.ChoiceField(
        label=gettext_lazy("Decision"),
        choices=[
            (ReportState.ACCEPTED.value, gettext_lazy("Accept: the learner is right")),
            (ReportState.DECLINED.value, gettext_lazy("Decline: the question is right")),
        ],
        widget=forms.RadioSelect,
    )
    reply = forms.CharField(
        label=gettext_lazy("Reply to the learner"),
        max_length=services.TEXT_LIMIT,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=gettext_lazy(
            "What changes, or why nothing does, with the lines that support it."
        ),
    )


@require_GET
@login_required
def reports(request: HttpRequest) -> HttpResponse:
    """Reports on questions the user may change: those that wait, the oldest first, or decided."""
    user = _educator(request)
    show = request.GET.get("show", "")
    show = show if show in SHOWS else "waiting"
    found = Report.objects.editable_by(user).select_related(
        "question__version__question__bank", "question__attempt__quiz"
    )
    if show == "waiting":
        found = found.filter(state__in=WAITING_STATES).order_by("created_at", "pk")
    else:
        found = found.filter(state=show).order_by("-decided_at", "-pk")
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    return render(
        request,
        "teach/reports.html",
        {
            "now": timezone.now(),
            "page": page,
            "show": show,
            "shows": SHOWS.items(),
            "query": urlencode({"show": show}),
        },
    )


@require_http_methods(["GET", "POST"])
@login_required
def report(request: HttpRequest, pk: int) -> HttpResponse:
    """One report next to the question, the answer and all that settles it; and the reply."""
    now = timezone.now()
    user = cast(User, request.user)
    found = get_object_or_404(_answerable(user), pk=pk)
    form = ReplyForm(request.POST if request.method == "POST" else None)
    if "take" in request.POST:
        services.take_up(report=found)
        return redirect("quizzes:teach_report", pk=pk)
    if request.method == "POST" and form.is_valid():
        try:
            services.decide(report=found, by=user, now=now, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("Answered. The learner has been notified."))
            return redirect("quizzes:teach_reports")
    attempt = found.question.attempt
    row = next(one for one in rows_of(attempt, graded=True) if one.pk == found.question_id)
    review = visible_review([attempt], user, now)[attempt.pk]
    # Who may see the attempt knows whose it is; other authors need not.
    known = attempt.user_id == user.pk or review.options.attempt
    return render(
        request,
        "teach/report.html",
        {
            "now": now,
            "report": found,
            "attempt": attempt,
            "known": known,
            # Who sees the attempts of others may change the quiz, and mark.
            "mark_pk": row.response_id if known and attempt.user_id != user.pk else None,
            "reviewed": reviewed_questions([row], review)[0],
            "passage_url": url_of(found),
            "form": form,
            "newer": _newer(found),
        },
        status=400 if request.method == "POST" else 200,
    )


def _answerable(user: User) -> QuerySet[Report]:
    return Report.objects.editable_by(user).select_related(
        "question__version__question__bank",
        "question__attempt__quiz",
        "question__attempt__user",
        "passage__edition__source",
        "decided_by",
    )


def _newer(report: Report) -> bool:
    """Whether the question has been reworded since the learner met it."""
    version = report.question.version
    return version.question.versions.filter(number__gt=version.number).exists()
