"""The reader's pages: the text, a passage with what is asked about it, an answer, one's notes.

Each small page is also a fragment that the reader's script puts into the text: it asks with the
header HX-Request and gets the same without the frame.
"""

from __future__ import annotations

from typing import Any, cast

from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django.views.decorators.vary import vary_on_headers
from django_htmx.middleware import HtmxDetails

from accounts.models import User
from quizzes.bank.models import Question
from quizzes.material.models import Passage, Source
from quizzes.reader import annotating, answering, margin
from quizzes.reader.answer_form import given
from quizzes.reader.models import Annotation
from quizzes.reader.page import ReaderQuery, reader_page, reader_passages
from quizzes.reader.panel import notes_page, panel_page, question_page

LAST_READ = "last_read"
QUERY_LENGTH = 200


@require_GET
def read(request: HttpRequest, slug: str) -> HttpResponse:
    """A study text with the reader's own mastery and notes.

    `?mark=` names the words to highlight, `?q=` searches, `?view=` is what the margin shows and
    `?from=` the answer to go back to.
    """
    source = _source(request, slug)
    page = reader_page(source, request.user, _asked(request), now=timezone.now())
    if request.user.is_authenticated and request.session.get(LAST_READ) != slug:
        request.session[LAST_READ] = slug
    return render(request, "reader/reader.html", page)


@require_GET
@vary_on_headers("HX-Request")
@login_required
def passage(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    """A passage with its questions, the reader's notes on it, and to educators its coverage."""
    return _panel(request, _source(request, slug), key)


@require_http_methods(["GET", "POST"])
@vary_on_headers("HX-Request")
@login_required
def question(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """A question answered next to the text; `?answer=` shows what came of an answer."""
    source, user, now = _source(request, slug), cast(User, request.user), timezone.now()
    one = answering.asking(source, user, pk, now=now)
    if one is None:
        raise Http404
    if request.method == "POST":
        return _answer(request, source, one)
    answered = _number(request.GET.get("answer", ""))
    told = answering.review_context(source, user, pk, answered, now=now) if answered else None
    if answered and told is None:
        raise Http404
    page = question_page(source, user, one, told=told, attempt_id=answered, now=now)
    return _question(request, page)


@require_http_methods(["GET", "POST"])
@vary_on_headers("HX-Request")
@login_required
def notes(request: HttpRequest, slug: str) -> HttpResponse:
    """The reader's own notes on a text, to read and print; a form adds one."""
    source, user, now = _source(request, slug), cast(User, request.user), timezone.now()
    if request.method == "GET":
        return render(request, "reader/notes.html", notes_page(source, user, now=now))
    key = request.POST.get("passage", "").replace("\0", "")
    try:
        annotating.annotate(
            user=user,
            source=source,
            key=key,
            quote=request.POST.get("quote", ""),
            near=_number(request.POST.get("near", "")),
            kind=request.POST.get("kind", ""),
            note=request.POST.get("note", ""),
            now=now,
        )
    except (Passage.DoesNotExist, ValueError) as error:
        raise Http404 from error
    except ValidationError as error:
        return _refused(request, source, key, error)
    return _panel(request, source, key, changed=True)


@require_POST
@vary_on_headers("HX-Request")
@login_required
def note(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Change the reader's own note, or delete it."""
    source, now = _source(request, slug), timezone.now()
    mine = Annotation.objects.visible_to(request.user)
    found = get_object_or_404(mine, pk=pk, source=source)
    if "delete" in request.POST:
        annotating.discard_annotation(annotation=found)
    else:
        try:
            annotating.change_annotation(
                annotation=found,
                kind=request.POST.get("kind", ""),
                note=request.POST.get("note", ""),
                now=now,
            )
        except ValidationError as error:
            return _refused(request, source, found.passage_key, error)
    return _panel(request, source, found.passage_key, changed=True)


def _source(request: HttpRequest, slug: str) -> Source:
    return get_object_or_404(Source.objects.visible_to(request.user).published(), slug=slug)


def _asked(request: HttpRequest) -> ReaderQuery:
    view = request.GET.get("view", "")
    may_see = {name for name, _word in margin.views(request.user)}
    raw = request.GET.get("mark", "")[:40]
    mark = _number(raw)
    return ReaderQuery(
        marks=(mark,) if mark else (),
        cited="" if mark else raw,
        q=request.GET.get("q", "")[:QUERY_LENGTH].strip(),
        at=_number(request.GET.get("hit", "")) or 1,
        view=view if view in may_see else margin.MASTERY,
        back=request.GET.get("from", ""),
    )


def _number(raw: str) -> int:
    return int(raw) if raw.isascii() and raw.isdigit() and len(raw) < 19 else 0


def _is_fragment(request: HttpRequest) -> bool:
    return bool(HtmxDetails(request))


def _panel(
    request: HttpRequest,
    source: Source,
    key: str,
    *,
    changed: bool = False,
    refused: str = "",
    status: int = 200,
) -> HttpResponse:
    """Answer with a passage and what is next to it; after a change by a form, go there."""
    if changed and not _is_fragment(request):
        if Passage.objects.filter(edition=source.edition_id, key=key).exists():
            return redirect(reverse("quizzes:passage", args=[source.slug, key]) + "#notes")
        return redirect("quizzes:notes", slug=source.slug)
    user, asked = cast(User, request.user), _asked(request)
    found = reader_passages(source, user, [key], asked, now=timezone.now())
    if not found:
        raise Http404
    page = panel_page(source, user, found[0], asked, now=timezone.now())
    page |= {"changed": changed, "refused": refused}
    template = "reader/_panel.html" if _is_fragment(request) else "reader/passage.html"
    return render(request, template, page, status=status)


def _refused(
    request: HttpRequest, source: Source, key: str, error: ValidationError
) -> HttpResponse:
    return _panel(request, source, key, refused=" ".join(error.messages), status=400)


def _question(
    request: HttpRequest, page: dict[str, Any], refused: str = "", status: int = 200
) -> HttpResponse:
    fragment = _is_fragment(request)
    template = "reader/_question.html" if fragment else "reader/question.html"
    return render(
        request, template, page | {"refused": refused, "fragment": fragment}, status=status
    )


def _answer(request: HttpRequest, source: Source, one: answering.Asking) -> HttpResponse:
    user, now = cast(User, request.user), timezone.now()
    form = given(request.POST, one.question_id)
    try:
        attempt = answering.answer(
            user=user, source=source, question_id=one.question_id, form=form, now=now
        )
    except Question.DoesNotExist as error:
        raise Http404 from error
    except answering.NotTaken as refusal:
        again = None if refusal.shows_anew else form
        page = question_page(source, user, one, now=now, form=again)
        return _question(request, page, str(refusal.words), refusal.status)
    if _is_fragment(request):
        told = answering.review_context(source, user, one.question_id, attempt.pk, now=now)
        page = question_page(source, user, one, told=told, attempt_id=attempt.pk, now=now)
        return _question(request, page)
    address = reverse("quizzes:reader_question", args=[source.slug, one.question_id])
    return redirect(f"{address}?answer={attempt.pk}")
