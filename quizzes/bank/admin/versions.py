"""The versions of a question: listed, shown as students met them, brought back; copies of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.queries import user_of
from quizzes.bank import services
from quizzes.bank.admin.preview import of_draft
from quizzes.bank.models import Question, QuestionBank, QuestionVersion
from quizzes.bank.queries import drafts_of

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
    """A version with everything about it, as after answering."""
    question = _question(request, pk)
    version = _version(question, number)
    draft = drafts_of([version.pk])[version.pk]
    context = {
        "question": question,
        "version": version,
        "draft": draft,
        "shown": of_draft(draft, user_of(request), answered=True),
        "newest": question.versions.order_by("-number").values_list("number", flat=True)[0],
    }
    return render(request, "admin/quizzes/question/version.html", context)


def restore(admin: QuestionAdmin, request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """Bring an old wording back as a new version, a draft."""
    question = _question(request, pk)
    version = _version(question, number)
    try:
        new = services.restore_version(version=version, by=user_of(request), now=timezone.now())
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
        copy = services.duplicate_question(
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
