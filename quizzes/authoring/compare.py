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
from quizzes.authoring.changes import changes
from quizzes.authoring.preview import of_draft
from quizzes.bank import authoring, services
from quizzes.bank.models import Question, QuestionBank, QuestionVersion
from quizzes.bank.queries import stored_drafts_of

if TYPE_CHECKING:
    from quizzes.bank.admin.questions import QuestionList


class QuestionVersions:
    """The pages below one question: its versions, one of them, and what the buttons there do."""

    def __init__(self, admin: QuestionList, request: HttpRequest, pk: int) -> None:
        self.admin, self.request, self.user = admin, request, user_of(request)
        rows = Question.objects.editable_by(self.user).select_related("bank")
        self.question = get_object_or_404(rows, pk=pk)

    def listing(self) -> HttpResponse:
        return self.admin.page(
            self.request,
            "question/versions.html",
            title=_("Versions"),
            obj=self.question,
            versions=self.question.versions.select_related("author").order_by("-number"),
        )

    def show(self, number: int) -> HttpResponse:
        """A version with everything about it, as after answering, and what it changed.

        It is compared with the one before it, or with the one that `?with=` names.
        """
        question, version = self.question, self._version(number)
        others = dict(
            question.versions.exclude(pk=version.pk).order_by("-number").values_list("number", "pk")
        )
        other = _other(self.request.GET.get("with", ""), number, others)
        drafts = stored_drafts_of([version.pk, *([others[other]] if other else [])])
        draft = drafts[version.pk]
        context = {
            "question": question,
            "version": version,
            "draft": draft,
            "shown": of_draft(draft, self.user, answered=True, bank=question.bank),
            "newest": max(number, *others) if others else number,
            "others": list(others),
            "other": other,
            "changes": changes(drafts[others[other]], draft) if other else [],
        }
        return render(self.request, "admin/quizzes/question/version.html", context)

    def restore(self, number: int) -> HttpResponse:
        """Bring an old wording back as a new version, a draft."""
        version = self._version(number)
        try:
            new = authoring.restore_version(version=version, by=self.user, now=timezone.now())
        except ValidationError as error:
            words = _("It could not be restored: %(why)s")
            messages.error(self.request, words % {"why": " ".join(error.messages)})
            return self.admin.back_to(self.question)
        words = _("Version %(old)d was restored as version %(new)d, a draft.")
        return self._changed(words % {"old": number, "new": new.number})

    def duplicate(self) -> HttpResponse:
        banks = QuestionBank.objects.editable_by(self.user)
        name = self.request.POST.get("bank", "").replace("\0", "")
        bank = get_object_or_404(banks, slug=name)
        try:
            copy = authoring.duplicate_question(
                question=self.question, bank=bank, by=self.user, now=timezone.now()
            )
        except ValidationError as error:
            messages.error(self.request, " ".join(error.messages))
            return self.admin.back_to(self.question)
        self.admin.log_addition(self.request, copy, [{"added": {}}])
        words = _("This is the copy: a draft in “%(bank)s”.")
        messages.success(self.request, words % {"bank": bank})
        return self.admin.back_to(copy)

    def retire(self) -> HttpResponse:
        """Take the question out of use, or back into it."""
        if "restore" in self.request.POST:
            services.restore_question(question=self.question, by=self.user)
            return self._changed(_("The question is in use again."))
        services.retire_question(question=self.question, by=self.user, now=timezone.now())
        return self._changed(_("The question is retired: no new attempt asks it."))

    def _changed(self, words: str) -> HttpResponse:
        self.admin.log_change(self.request, self.question, words)
        messages.success(self.request, words)
        return self.admin.back_to(self.question)

    def _version(self, number: int) -> QuestionVersion:
        rows: Any = self.question.versions.select_related("author")
        return get_object_or_404(rows, number=number)


def _other(asked: str, number: int, others: Mapping[int, int]) -> int | None:
    """Return the number of the version to compare with: the one asked for, or the one before."""
    if asked.isascii() and asked.isdigit() and len(asked) < 9 and int(asked) in others:
        return int(asked)
    return max((one for one in others if one < number), default=None)
