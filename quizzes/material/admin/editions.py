"""An edition of a text: what changed in it, and the quotes that wait for a decision."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.queries import user_of
from accounts.rules import is_storable
from quizzes.material import publishing
from quizzes.material.admin.base import OwnRowsAdmin
from quizzes.material.models import AnchorReview, Decision, Edition, EditionState, Source
from quizzes.material.reanchoring import review_queue
from quizzes.material.reanchoring.reanchor import in_words

QUEUE_PAGE, CHANGES_PAGE = 10, 40


def edition(admin: OwnRowsAdmin, request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """Show an edition; of a draft, decide about its quotes, publish it or throw it away."""
    source = get_object_or_404(Source.objects.editable_by(user_of(request)), pk=pk)
    one = get_object_or_404(source.editions.select_related("source__edition"), number=number)
    if request.method == "POST":
        return _done(admin, request, source, one)
    return _page(admin, request, source, one)


def _page(admin: OwnRowsAdmin, request: HttpRequest, source: Source, one: Edition) -> HttpResponse:
    show_all = request.GET.get("show") == "all"
    rows = one.reviews.select_related("old_passage", "passage", "decided_by")
    queue = rows if show_all else rows.filter(decision="")
    total = one.reviews.count()
    is_draft = one.state == EditionState.DRAFT
    page = Paginator(queue if is_draft else rows.none(), QUEUE_PAGE).get_page(
        request.GET.get("page")
    )
    old = review_queue.before(one)
    changed = Paginator(review_queue.changes(old, one), CHANGES_PAGE).get_page(
        request.GET.get("changes")
    )
    find = request.GET.get("find", "")[:200]
    left = one.reviews.filter(decision="").count()
    return admin.page(
        request,
        "source/edition.html",
        title=_("Edition %(number)d") % {"number": one.number},
        obj=source,
        edition=one,
        before=old,
        is_draft=is_draft,
        total=total,
        decided=total - left,
        left=left,
        show_all=show_all,
        queue=page,
        waiting=review_queue.shown(page, user_of(request)),
        picking=request.GET.get("pick", ""),
        find=find,
        found=review_queue.find_in(one, find) if is_draft and is_storable(find) else [],
        changes=changed,
    )


def _done(admin: OwnRowsAdmin, request: HttpRequest, source: Source, one: Edition) -> HttpResponse:
    action = request.POST.get("do", "")
    address = admin.link("edition", source.pk, one.number)
    if one.state != EditionState.DRAFT:
        messages.error(request, _("This edition is published already."))
        return redirect(address)
    if action == "discard":
        publishing.discard_edition(edition=one, by=user_of(request))
        words = _("Draft edition %(number)d deleted.") % {"number": one.number}
        admin.log_change(request, source, words)
        messages.success(request, words)
        return admin.back_to(source)
    if action == "publish":
        return _published(admin, request, source, one)
    return _decided(request, one, address)


def _published(
    admin: OwnRowsAdmin, request: HttpRequest, source: Source, one: Edition
) -> HttpResponse:
    user = user_of(request)
    address = admin.link("edition", source.pk, one.number)
    # What hangs on the text may have changed since; the queue must tell of it even if publishing
    # is then refused, so it is written in a transaction of its own.
    left = publishing.refresh_reviews(edition=one, by=user)
    try:
        counts = publishing.publish_edition(edition=one, by=user, now=timezone.now())
    except publishing.UnresolvedAnchors:
        messages.error(request, _("Not published: quotes to decide about: %(n)d.") % {"n": left})
        return redirect(address)
    one.refresh_from_db()
    words = _("Readers see edition %(number)d.") % {"number": one.number}
    words = f"{words} {in_words(counts)}".strip()
    admin.log_change(request, source, words)
    messages.success(request, words)
    return redirect(admin.link("edition", source.pk, one.number))


def _decided(request: HttpRequest, one: Edition, address: str) -> HttpResponse:
    number = request.POST.get("review", "")
    if not (number.isascii() and number.isdigit() and len(number) < 19):
        raise Http404
    review = get_object_or_404(one.reviews.all(), pk=int(number))
    back = "?show=all" if request.POST.get("show") == "all" else ""
    decide = publishing.decide_alike if "alike" in request.POST else publishing.decide
    try:
        decide(review=review, by=user_of(request), now=timezone.now(), **_decision(request, one))
    except AnchorReview.DoesNotExist:
        raise Http404 from None
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect(f"{address}{back}#review-{review.pk}")
    return redirect(f"{address}{back}#queue")


def _decision(request: HttpRequest, one: Edition) -> dict[str, Any]:
    """Read a decision; a button of the search names “passage start end” of what it picks."""
    parts = request.POST.get("pick", "").split(" ")
    if len(parts) != 3:
        return {"decision": request.POST.get("decision", "")[:20]}
    key, start, end = parts
    passage = one.passages.filter(key=key[:80]).first() if is_storable(key) else None
    if passage is None or not all(n.isascii() and n.isdigit() and len(n) < 7 for n in parts[1:]):
        raise Http404
    return {
        "decision": Decision.PICKED,
        "passage": passage.key,
        "quote": passage.plain[int(start) : int(end)],
        "prefix": passage.plain[: int(start)],
    }
