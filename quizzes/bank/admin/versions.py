"""The versions of a question: listed, shown as students met them, brought back; copies of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.queries import user_of
from quizzes.bank import authoring, services
from quizzes.bank.admin.changes import changes
from quizzes.bank.admin.preview import of_draft
from quizzes.bank.models import Question, QuestionBank, QuestionVersion
from quizzes.bank.queries import stored_drafts_of

if TYPE_CHECKING:
    from quizzes.bank.admin.questions import QuestionAdmin


def listing(admin: QuestionAdmin, request: HttpRequest, pk: int) -> HttpResponse:
    question = _question(request, pk)
    return admin.page(
        request,
        "question/versions.html",
        title=_("Versions"),
        obj=question,
        versions=question.versions.select_related("author").order_by("-number"),
    )


def show(admin: QuestionAdmin, request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """A version with everything about it, as after answering, and what it changed.

    It is compared with the one before it, or with the one that `?with=` names.
    """
    question = _question(request, pk)
    version = _version(question, number)
    others = dict(
        question.versions.exclude(pk=version.pk).order_by("-number").values_list("number", "pk")
    )
    other = _other(request.GET.get("with", ""), number, others)
    drafts = stored_drafts_of([version.pk, *([others[other]] if other else [])])
    draft = drafts[version.pk]
    context = {
        "question": question,
        "version": version,
        "draft": draft,
        "shown": of_draft(draft, user_of(request), answered=True, bank=question.bank),
        "newest": max(number, *others) if others else number,
        "others": list(others),
        "other": other,
        "changes": changes(drafts[others[other]], draft) if other else [],
    }
    return render(request, "admin/quizzes/question/version.html", context)


def _other(asked: str, number: int, others: Mapping[int, int]) -> int | None:
    """Return the number of the version to compare with: the one asked for, or the one before."""
    if asked.isascii() and asked.isdigit() and len(asked) < 9 and int(asked) in others:
        return int(asked)
    return max((one for one in others if one < number), default=None)


def restore(admin: QuestionAdmin, request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """Bring an old wording back as a new version, a draft."""
    question = _question(request, pk)
    version = _version(question, number)
    try:
        new = authoring.restore_version(version=version, by=user_of(request), now=timezone.now())
    except ValidationError as error:
        messages.error(request, _not_restored(error))
        return admin.back_to(question)
    words = _("Version %(old)d is back as version %(new)d, a draft.") % {
        "old": number,
        "new": new.number,
    }
    admin.log_change(request, question, words)
    messages.success(request, words)
    return admin.back_to(question)


def _not_restored(error: ValidationError) -> str:
    return _("It could not be brought back: %(why)s") % {"why": " ".join(error.messages)}


def duplicate(admin: QuestionAdmin, request: HttpRequest, pk: int) -> HttpResponse:
    question = _question(request, pk)
    banks = QuestionBank.objects.editable_by(user_of(request))
    bank = get_object_or_404(banks, slug=request.POST.get("bank", "").replace("\0", ""))
    try:
        copy = authoring.duplicate_question(
            question=question, bank=bank, by=user_of(request), now=timezone.now()
        )
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return admin.back_to(question)
    admin.log_addition(request, copy, [{"added": {}}])
    messages.success(request, _("This is the copy, a draft in “%(bank)s”.") % {"bank": bank})
    return admin.back_to(copy)


def retire(admin: QuestionAdmin, request: HttpRequest, pk: int) -> HttpResponse:
    """Take a question out of use, or back into it."""
    question = _question(request, pk)
    user = user_of(request)
    if "restore" in request.POST:
        services.restore_question(question=question, by=user)
        words = _("The question is in use again.")
    else:
        services.retire_question(question=question, by=user, now=timezone.now())
        words = _("The question is retired: no new attempt asks it.")
    admin.log_change(request, question, words)
    messages.success(request, words)
    return admin.back_to(question)


def _question(request: HttpRequest, pk: int) -> Question:
    rows = Question.objects.editable_by(user_of(request)).select_related("bank")
    return get_object_or_404(rows, pk=pk)


def _version(question: Question, number: int) -> QuestionVersion:
    rows: Any = question.versions.select_related("author")
    return get_object_or_404(rows, number=number)
