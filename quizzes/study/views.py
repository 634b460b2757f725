"""The pages that join subjects: today, the library, progress. The reader has its own file."""

from __future__ import annotations

from typing import cast

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from accounts.models import User
from quizzes.material.models import Source
from quizzes.reader.change_notices import put_away, told_to
from quizzes.reader.views import LAST_READ, QUERY_LENGTH
from quizzes.study.dashboard import today_page
from quizzes.study.history import progress_page
from quizzes.study.library import SORTS, library_page


@require_GET
def today(request: HttpRequest) -> HttpResponse:
    """What is in progress and what can be taken; for visitors the front page."""
    if not request.user.is_authenticated:
        sources = Source.objects.visible_to(request.user)
        return render(request, "pages/front.html", {"sources": sources})
    page = today_page(
        request.user, now=timezone.now(), last_read=request.session.get(LAST_READ, "")
    )
    return render(request, "study/today.html", page)


@require_GET
def library(request: HttpRequest) -> HttpResponse:
    """Texts and quizzes; visitors see the public texts alone, without questions."""
    sort = request.GET.get("sort", "")
    page = library_page(
        request.user,
        now=timezone.now(),
        q=request.GET.get("q", "")[:QUERY_LENGTH].strip(),
        topics=request.GET.getlist("topic"),
        sort=sort if sort in SORTS else "title",
    )
    return render(request, "study/library.html", page)


@require_POST
@login_required
def change_seen(request: HttpRequest, pk: int) -> HttpResponse:
    """Put away the note that a statement has changed."""
    user, now = cast(User, request.user), timezone.now()
    change = get_object_or_404(told_to(user, now=now), pk=pk)
    put_away(change=change, user=user, now=now)
    text = change.edition.source.get_absolute_url()
    return redirect(text if request.POST.get("next") == "text" else "quizzes:today")


@require_GET
@login_required
def progress(request: HttpRequest) -> HttpResponse:
    """The student's own scores over time, and quiz by quiz."""
    page = progress_page(
        cast(User, request.user), now=timezone.now(), quiz=request.GET.get("quiz", "")
    )
    return render(request, "study/progress.html", page)
