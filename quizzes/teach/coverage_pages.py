"""What one's banks ask of a text, passage by passage, and what is deliberately not asked."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts.models import User
from quizzes.bank.drafts import NotAskedDraft
from quizzes.bank.models import QuestionBank
from quizzes.bank.not_asked.models import REASON_LENGTH
from quizzes.bank.not_asked.services import clear_not_asked, mark_not_asked
from quizzes.insight.coverage import coverage_of
from quizzes.material.models import Source


@require_GET
@login_required
def texts(request: HttpRequest) -> HttpResponse:
    """The texts the user may change, each with its passages asked, not asked, and gaps."""
    user = cast(User, request.user)
    if not user.is_educator:
        raise PermissionDenied
    sources = Source.objects.editable_by(user)
    found = coverage_of(sources, QuestionBank.objects.editable_by(user))
    ids = dict(sources.values_list("slug", "pk"))
    return render(
        request,
        "teach/coverage_texts.html",
        {
            "texts": [
                {
                    "id": ids[one.material],
                    "title": one.title,
                    "passages": len(one.passages()),
                    "asked": one.count("asked"),
                    "not_asked": one.count("not_asked"),
                    "gap": one.count("gap"),
                }
                for one in found
            ]
        },
    )


@require_http_methods(["GET", "POST"])
@login_required
def text(request: HttpRequest, pk: int) -> HttpResponse:
    """One text; a passage is marked as deliberately not asked, or the mark is taken away."""
    user = cast(User, request.user)
    source = get_object_or_404(Source.objects.editable_by(user), pk=pk)
    if request.method == "POST":
        return _marked(request, source, user)
    found = coverage_of(Source.objects.filter(pk=source.pk), QuestionBank.objects.editable_by(user))
    return render(
        request,
        "teach/coverage.html",
        {
            "source": source,
            "text": found[0] if found else None,
            "asked": found[0].count("asked") if found else 0,
            "not_asked": found[0].count("not_asked") if found else 0,
            "gap": found[0].count("gap") if found else 0,
            "limit": REASON_LENGTH,
        },
    )


def _marked(request: HttpRequest, source: Source, user: User) -> HttpResponse:
    passage = request.POST.get("passage", "").replace("\0", "")
    try:
        if "clear" in request.POST:
            clear_not_asked(material=source.slug, passage=passage, by=user)
        else:
            reason = request.POST.get("reason", "")
            draft = NotAskedDraft(source.slug, passage, reason)
            mark_not_asked(draft=draft, by=user, now=timezone.now())
            messages.success(request, _("Noted why it is not asked."))
    except ValidationError as error:
        for sentence in error.messages:
            messages.error(request, sentence)
    back = reverse("quizzes:teach_coverage_text", args=[source.pk])
    known = source.edition and source.edition.passages.filter(key=passage[:80]).exists()
    return redirect(f"{back}#{passage}" if known else back)
