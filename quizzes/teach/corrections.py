"""Correcting the key of a question: asked what it was, shown what would change, then done."""

from __future__ import annotations

from typing import Any, cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from accounts.models import User
from quizzes.assessments.models import Quiz
from quizzes.attempts.grading.correcting import Effect, correct_key
from quizzes.attempts.models import Response
from quizzes.bank.authoring import remark
from quizzes.bank.content_cache import contents_of
from quizzes.bank.corrections.keys import as_value, corrections_of, newest_keys_of
from quizzes.bank.corrections.moved import earlier_with_another_key
from quizzes.bank.corrections.services import StaleBase, newest_correction
from quizzes.bank.corrections.state import standing
from quizzes.bank.models import Question, QuestionVersion, VersionState
from quizzes.question_types import registry
from quizzes.teach.correction_forms import CorrectionForm, WhatForm


@require_http_methods(["GET", "POST"])
@login_required
def correct_question(request: HttpRequest, pk: int) -> HttpResponse:
    """`?moved=` asks what the change of the key in that new version was; else the form."""
    user = cast(User, request.user)
    question = get_object_or_404(Question.objects.editable_by(user).select_related("bank"), pk=pk)
    moved = _version(question, request.GET.get("moved", ""))
    if moved is not None:
        return _ask_what(request, question, moved)
    return _correct(request, question, user)


def _ask_what(request: HttpRequest, question: Question, moved: QuestionVersion) -> HttpResponse:
    earlier = earlier_with_another_key(moved)
    answered = 0 if earlier is None else _answers(earlier)
    if earlier is None or not answered:
        return _back(question)
    form = WhatForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        what = form.cleaned_data["what"]
        if what == "wrong":
            url = reverse("quizzes:correct_question", args=[question.pk])
            return redirect(f"{url}?version={earlier.pk}&towards={moved.pk}")
        if what == "fact":
            remark(version=moved, by=cast(User, request.user), new_fact=True)
            messages.success(
                request, _("Noted: the fact changed. What was learned of it starts again.")
            )
        else:
            messages.success(request, _("Noted: only the wording changed."))
        return _back(question)
    context = {
        "question": question,
        "form": form,
        "answers": answered,
        "old": _key_in_words(earlier),
        "new": _key_in_words(moved),
        "moved": moved,
        "earlier": earlier,
    }
    return render(request, "teach/key_moved.html", context, status=400 if form.errors else 200)


def _correct(request: HttpRequest, question: Question, user: User) -> HttpResponse:
    version = _version(question, request.GET.get("version", "")) or _asked(question)
    towards = _version(question, request.GET.get("towards", ""))
    kind = registry.get(question.type)
    shown = version if towards is None else towards
    key = newest_keys_of([shown.pk])[shown.pk]
    newest = newest_correction(question)
    data = request.POST if request.method == "POST" else None
    form = CorrectionForm(
        data,
        question_type=kind,
        content=key.content,
        quizzes=_quizzes(question, user),
        can_withdraw=bool(standing(map(as_value, corrections_of([version.pk])[version.pk]))),
        initial={"kind": "change_key", "base": newest},
    )
    effect: Effect | None = None
    if data is not None and form.is_valid():
        stored = contents_of([version.pk])[version.pk]
        try:
            effect = correct_key(
                question=question,
                wanted=form.wanted(stored),
                by=user,
                now=timezone.now(),
                version=version,
                dry_run="do" not in data,
            )
        except PermissionDenied as error:
            raise Http404 from error
        except ValidationError as error:
            form.add_error(None, error.messages)
        except StaleBase:
            form.add_error(
                None,
                _("Somebody has corrected this question meanwhile. Look at it first: reload."),
            )
        else:
            if "do" in data:
                messages.success(request, _done(effect))
                url = reverse("quizzes:correct_question", args=[question.pk])
                return redirect(f"{url}?version={version.pk}")
    return render(
        request,
        "teach/correct.html",
        {
            "now": timezone.now(),
            "question": question,
            "version": version,
            "key": _key_in_words(version),
            "stem_html": kind.plain_stem(key.content.stem_html),
            "form": form,
            "effect": effect,
            "after": _in_words(question.type, effect.after.content)
            if effect and effect.after
            else "",
            "corrections": corrections_of([version.pk])[version.pk],
        },
        status=400 if form.errors else 200,
    )


def _done(effect: Effect) -> str:
    if effect.same:
        return _("Nothing was changed: this holds already.")
    changed = effect.up + effect.down
    return ngettext("Corrected: %(n)d mark changes.", "Corrected: %(n)d marks change.", changed) % {
        "n": changed
    }


def _version(question: Question, asked: str) -> QuestionVersion | None:
    if not asked:
        return None
    if not (asked.isascii() and asked.isdigit() and len(asked) < 19):
        raise Http404
    found: QuestionVersion = get_object_or_404(
        question.versions.select_related("question"), pk=int(asked)
    )
    return found


def _asked(question: Question) -> QuestionVersion:
    versions: Any = question.versions.select_related("question").order_by("-number")
    return versions.filter(state=VersionState.READY).first() or versions[0]


def _answers(version: QuestionVersion) -> int:
    """Return how many answers the question has in its wordings up to this one."""
    return Response.objects.filter(
        question__version__question=version.question_id,
        question__version__number__lte=version.number,
        question__attempt__preview=False,
    ).count()


def _quizzes(question: Question, user: User) -> Any:
    asked = Quiz.objects.filter(attempts__questions__version__question=question).values("pk")
    return Quiz.objects.editable_by(user).filter(pk__in=asked, reader_source=None).order_by("title")


def _key_in_words(version: QuestionVersion) -> str:
    content = newest_keys_of([version.pk])[version.pk].content
    return _in_words(version.question.type, content)


def _in_words(type_slug: str, content: Any) -> str:
    kind = registry.get(type_slug)
    shown = content.arranged(kind.order(content, seed=0, shuffle=False))
    correct = kind.correct_answer(shown)
    return "" if correct is None else kind.summarise(shown, correct)


def _back(question: Question) -> HttpResponse:
    return redirect("admin:quizzes_question_change", question.pk)
