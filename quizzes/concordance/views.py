"""The page of the concordance: where the texts agree, differ in scope or contradict each other."""

from __future__ import annotations

from typing import cast

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from accounts.models import User
from quizzes.concordance.queries import concordance as found_links


@require_GET
@login_required
def concordance(request: HttpRequest) -> HttpResponse:
    """What the texts say on the same points, narrowed by relation, topic and text."""
    chosen = {
        name: request.GET.get(name, "").replace("\0", "")[:80]
        for name in ("relation", "topic", "material")
    }
    page = found_links(cast(User, request.user), **chosen)
    return render(
        request,
        "concordance/concordance.html",
        {"page": page, "chosen": chosen, "narrowed": any(chosen.values())},
    )
