"""The pages that join subjects: today, the library, the reader, progress."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from quizzes.assessments.models import Quiz
from quizzes.attempts.models import Attempt
from quizzes.material.models import Source
from quizzes.material.queries import text_of


@require_GET
def today(request: HttpRequest) -> HttpResponse:
    """What there is to do; for visitors the front page."""
    if not request.user.is_authenticated:
        return render(
            request, "pages/front.html", {"sources": Source.objects.visible_to(request.user)}
        )
    return render(
        request,
        "study/today.html",
        {"quizzes": Quiz.objects.visible_to(request.user).published()},
    )


@require_GET
def library(request: HttpRequest) -> HttpResponse:
    """Texts and quizzes; visitors see the public texts alone."""
    return render(
        request,
        "study/library.html",
        {
            "sources": Source.objects.visible_to(request.user),
            "quizzes": Quiz.objects.visible_to(request.user).published(),
        },
    )


@require_GET
def read(request: HttpRequest, slug: str) -> HttpResponse:
    """A study text, passage by passage."""
    source = get_object_or_404(Source.objects.visible_to(request.user).published(), slug=slug)
    return render(
        request, "study/reader.html", {"source": source, "sections": text_of(source.edition_id)}
    )


@require_GET
@login_required
def progress(request: HttpRequest) -> HttpResponse:
    """The reader's own finished attempts."""
    attempts = Attempt.objects.filter(user=request.user).counting().finished()
    return render(
        request, "study/progress.html", {"attempts": attempts.select_related("quiz")}
    )
