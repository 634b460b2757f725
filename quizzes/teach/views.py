"""What educators see of their quizzes: attempts, and the answers that wait for a person.

Pages without an object are for educators alone (403); what they name is fetched by the rules of
the object, so that the foreign and the missing look alike (404).
"""

from __future__ import annotations

from typing import Any, cast
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts.models import User
from quizzes.assessments.models import Quiz
from quizzes.attempts import grading
from quizzes.attempts.disclosure import visible_review
from quizzes.attempts.models import Response
from quizzes.attempts.queries import percent, reviewed_questions, rows_of, time_taken
from quizzes.attempts.question_reports.models import Report
from quizzes.attempts.services import mark_response
from quizzes.material.reanchoring.review_queue import drafts_of
from quizzes.teach import queries
from quizzes.teach.forms import MarkForm

PER_PAGE = 50
QUERY_LENGTH = 100


def _educator(request: HttpRequest) -> User:
    user = cast(User, request.user)
    if not user.is_educator:
        raise PermissionDenied
    return user


@require_GET
@login_required
def index(request: HttpRequest) -> HttpResponse:
    """The quizzes the user may change, with what happens at them."""
    user = _educator(request)
    quizzes = list(queries.quizzes_of(user))
    return render(
        request,
        "teach/index.html",
        {
            "quizzes": quizzes,
            "waiting": sum(quiz.waiting for quiz in quizzes),  # type: ignore[attr-defined]
            "drafts": drafts_of(user),
            "paused": queries.paused_questions(user),
            "corrected": queries.corrected_by_others(user, now=timezone.now()),
            "reports": Report.objects.editable_by(user).waiting().count(),
        },
    )


@require_GET
@login_required
def attempts(request: HttpRequest, slug: str) -> HttpResponse:
    """Everybody's attempts at one quiz."""
    quiz = get_object_or_404(Quiz.objects.editable_by(cast(User, request.user)), slug=slug)
    show = request.GET.get("show", "")
    show = show if show in queries.SHOWS else "all"
    q = request.GET.get("q", "").replace("\0", "")[:QUERY_LENGTH].strip()
    page = Paginator(queries.attempts_at(quiz, show=show, q=q), PER_PAGE).get_page(
        request.GET.get("page")
    )
    return render(
        request,
        "teach/attempts.html",
        {
            "now": timezone.now(),
            "quiz": quiz,
            "lines": [
                {
                    "attempt": one,
                    "percent": percent(one.score, one.max_score),
                    "taken": time_taken(one),
                }
                for one in page
            ],
            "page": page,
            "show": show,
            "shows": queries.SHOWS.items(),
            "q": q,
            "query": urlencode({"show": show, "q": q}),
        },
    )


@require_GET
@login_required
def marking(request: HttpRequest) -> HttpResponse:
    """The answers that wait for a person, or those that a person has marked."""
    user = _educator(request)
    quiz = _quiz_asked(request)
    marked = request.GET.get("show") == "marked"
    # A slug that is not the user's own finds nothing, and nothing is said of it.
    chosen = Quiz.objects.editable_by(user).filter(slug=quiz).first() if quiz else None
    found = (queries.marked_by_hand if marked else queries.queue_of)(user, quiz=quiz)
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    return render(
        request,
        "teach/marking.html",
        {
            "now": timezone.now(),
            "page": page,
            "marked": marked,
            "chosen": chosen,
            "query": urlencode({"show": "marked" if marked else "", "quiz": quiz}),
        },
    )


def _quiz_asked(request: HttpRequest) -> str:
    """Return the slug of the quiz that the queue is narrowed to; "" for all."""
    return request.GET.get("quiz", "").replace("\0", "")[:QUERY_LENGTH]


@require_http_methods(["GET", "POST"])
@login_required
def mark(request: HttpRequest, pk: int) -> HttpResponse:
    """One answer with its rubric, and the mark for it; a given mark is superseded, never edited."""
    user = cast(User, request.user)
    response = get_object_or_404(queries.markable_by(user), pk=pk)
    quiz = _quiz_asked(request)
    neighbours = queries.neighbours(queries.queue_of(user, quiz=quiz), response)
    form = _form(request, response)
    if request.method == "POST" and form.is_valid() and _mark(form, response, user):
        messages.success(request, _("Marked."))
        suffix = f"?{urlencode({'quiz': quiz})}" if quiz else ""
        if neighbours.after is None:
            return redirect(reverse("quizzes:marking") + suffix)
        return redirect(reverse("quizzes:mark", args=[neighbours.after]) + suffix)
    attempt = response.question.attempt
    row = next(row for row in rows_of(attempt, graded=True) if row.pk == response.question_id)
    now = timezone.now()
    review = visible_review([attempt], user, now)[attempt.pk]
    return render(
        request,
        "teach/mark.html",
        {
            "now": now,
            "response": response,
            "attempt": attempt,
            "reviewed": reviewed_questions([row], review)[0],
            "form": form,
            "grades": [
                {"grade": grade, "mark": grading.mark(grade.fraction, form.max_mark)}
                for grade in queries.grades_of(response)
            ],
            "neighbours": neighbours,
            "quiz_slug": quiz,
        },
        status=400 if form.errors else 200,
    )


def _form(request: HttpRequest, response: Response) -> MarkForm:
    newest: int = response.newest_grade or 0  # type: ignore[attr-defined]
    fraction = response.newest_fraction  # type: ignore[attr-defined]
    initial: dict[str, Any] = {}
    if fraction is not None:
        initial["mark"] = grading.mark(fraction, response.question.max_mark)
    return MarkForm(
        request.POST if request.method == "POST" else None,
        initial=initial,
        max_mark=response.question.max_mark,
        newest=newest,
        is_marked=fraction is not None,
    )


def _mark(form: MarkForm, response: Response, user: User) -> bool:
    """Store the mark; False when the service refuses, whose words the form then shows."""
    try:
        mark_response(
            response=response,
            fraction=form.fraction,
            feedback=form.cleaned_data["feedback"],
            reason=form.cleaned_data.get("reason", ""),
            by=user,
            now=timezone.now(),
        )
    except ValidationError as error:
        form.add_error(None, error.messages)
        return False
    return True
