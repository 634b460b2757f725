"""What educators see of their quizzes: attempts, and the answers that wait for a person."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from quizzes.assessments.models import Quiz
from quizzes.attempts.models import Attempt, Response


def _educator(request: HttpRequest) -> None:
    if not request.user.is_educator:
        raise PermissionDenied


@require_GET
@login_required
def index(request: HttpRequest) -> HttpResponse:
    """The quizzes the user may change."""
    _educator(request)
    return render(
        request, "teach/index.html", {"quizzes": Quiz.objects.editable_by(request.user)}
    )


@require_GET
@login_required
def attempts(request: HttpRequest, slug: str) -> HttpResponse:
    """Everybody's attempts at one quiz."""
    quiz = get_object_or_404(Quiz.objects.editable_by(request.user), slug=slug)
    found = Attempt.objects.filter(quiz=quiz).select_related("user")
    return render(request, "teach/attempts.html", {"quiz": quiz, "attempts": found})


@require_GET
@login_required
def marking(request: HttpRequest) -> HttpResponse:
    """The answers that wait for a person."""
    _educator(request)
    return render(request, "teach/marking.html", {})


@require_GET
@login_required
def mark(request: HttpRequest, pk: int) -> HttpResponse:
    """One answer to mark."""
    quizzes = Quiz.objects.editable_by(request.user).values("pk")
    response = get_object_or_404(
        Response.objects.filter(question__attempt__quiz__in=quizzes), pk=pk
    )
    return render(request, "teach/mark.html", {"response": response})
