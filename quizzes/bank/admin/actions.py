"""What educators do to many questions at once. Each step is a service; refusals are counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any, cast

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.queries import user_of
from quizzes.bank import services
from quizzes.bank.errors import ForbiddenState
from quizzes.bank.models import Level, Question, Topic, VersionState
from quizzes.bank.queries import drafts_of, newest_versions
from quizzes.bank.validation import TAG_LENGTH, check
from quizzes.material.admin.base import OwnRowsAdmin

Step = Callable[[Question], bool]


class DocumentRefused(Exception):
    """Why one question was left as it is, in words for its author."""


def each(model_admin: OwnRowsAdmin, request: HttpRequest, questions: Any, step: Step) -> None:
    """Take the step for each question and report: done, nothing to do, refused and why."""
    done, same = 0, 0
    refused: Counter[str] = Counter()
    for question in questions:
        try:
            changed = step(question)
        except DocumentRefused as error:
            refused[str(error)] += 1
        except PermissionDenied:
            refused[_("this bank is not yours")] += 1
        except ValidationError as error:
            refused[" ".join(error.messages)] += 1
        else:
            done, same = done + changed, same + (not changed)
            if changed:
                model_admin.log_change(request, question, [])
    text = ngettext("%(n)d question changed.", "%(n)d questions changed.", done) % {"n": done}
    if same:
        text += " " + ngettext("%(n)d already had it.", "%(n)d already had it.", same) % {"n": same}
    messages.add_message(request, messages.SUCCESS if done or not refused else messages.INFO, text)
    for why, number in refused.most_common():
        sentence = ngettext("%(n)d refused: %(why)s", "%(n)d refused: %(why)s", number)
        messages.warning(request, sentence % {"n": number, "why": why})


def _to_state(request: HttpRequest, state: str) -> Step:
    user = user_of(request)

    def step(question: Question) -> bool:
        version = newest_versions([question.pk]).get()
        if version.state == state:
            return False
        if question.retired_at is not None:
            raise DocumentRefused(_("it is retired; restore it first"))
        # A draft may have been loaded, or its text may have changed, since it was last checked.
        check(drafts_of([version.pk])[version.pk], user=user)
        try:
            services.set_state(version=version, state=state, by=user)
        except ForbiddenState:
            raise DocumentRefused(
                _("a ready version stays ready; change its wording instead")
            ) from None
        return True

    return step


@admin.action(description=gettext_lazy("Mark ready to be asked"), permissions=["change"])
def mark_ready(model_admin: Any, request: HttpRequest, questions: QuerySet[Question]) -> None:
    each(model_admin, request, questions, _to_state(request, VersionState.READY))


@admin.action(description=gettext_lazy("Send to review"), permissions=["change"])
def send_to_review(model_admin: Any, request: HttpRequest, questions: QuerySet[Question]) -> None:
    each(model_admin, request, questions, _to_state(request, VersionState.IN_REVIEW))


@admin.action(description=gettext_lazy("Retire (no longer asked)"), permissions=["change"])
def retire(model_admin: Any, request: HttpRequest, questions: QuerySet[Question]) -> None:
    now, user = timezone.now(), user_of(request)

    def step(question: Question) -> bool:
        if question.retired_at is not None:
            return False
        services.retire_question(question=question, by=user, now=now)
        return True

    each(model_admin, request, questions, step)


@admin.action(description=gettext_lazy("Restore from retirement"), permissions=["change"])
def restore(model_admin: Any, request: HttpRequest, questions: QuerySet[Question]) -> None:
    user = user_of(request)

    def step(question: Question) -> bool:
        if question.retired_at is None:
            return False
        services.restore_question(question=question, by=user)
        return True

    each(model_admin, request, questions, step)


class LevelForm(forms.Form):
    value = forms.ChoiceField(label=gettext_lazy("Level"), choices=Level)


class TagForm(forms.Form):
    value = forms.CharField(label=gettext_lazy("Tag"), max_length=TAG_LENGTH)


class TopicForm(forms.Form):
    value = forms.ModelChoiceField(
        label=gettext_lazy("Topic"),
        queryset=Topic.objects.none(),
        help_text=gettext_lazy("Questions of other banks are not changed."),
    )

    def __init__(self, *args: Any, questions: QuerySet[Question], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        banks = questions.order_by().values("bank")
        field = cast(forms.ModelChoiceField, self.fields["value"])
        field.queryset = Topic.objects.filter(bank__in=banks).order_by("bank__title", "position")


def _ask(
    model_admin: OwnRowsAdmin,
    request: HttpRequest,
    questions: QuerySet[Question],
    form: forms.Form,
    action: str,
    title: str,
) -> HttpResponse:
    """Ask what to set before setting it."""
    return model_admin.page(
        request,
        "question/choose.html",
        title=title,
        form=form,
        action=action,
        chosen=request.POST.getlist(ACTION_CHECKBOX_NAME),
        checkbox=ACTION_CHECKBOX_NAME,
        count=questions.count(),
    )


def _data(request: HttpRequest) -> Any:
    return request.POST if "apply" in request.POST else None


@admin.action(description=gettext_lazy("Set the level …"), permissions=["change"])
def set_level(
    model_admin: Any, request: HttpRequest, questions: QuerySet[Question]
) -> HttpResponse | None:
    form = LevelForm(_data(request), label_suffix="")
    if not form.is_valid():
        return _ask(model_admin, request, questions, form, "set_level", _("Set the level"))
    level, user = form.cleaned_data["value"], user_of(request)

    def step(question: Question) -> bool:
        if question.level == level:
            return False
        services.change_details(question=question, by=user, level=level)
        return True

    each(model_admin, request, questions, step)
    return None


@admin.action(description=gettext_lazy("Set the topic …"), permissions=["change"])
def set_topic(
    model_admin: Any, request: HttpRequest, questions: QuerySet[Question]
) -> HttpResponse | None:
    form = TopicForm(_data(request), questions=questions, label_suffix="")
    if not form.is_valid():
        return _ask(model_admin, request, questions, form, "set_topic", _("Set the topic"))
    topic, user = form.cleaned_data["value"], user_of(request)

    def step(question: Question) -> bool:
        if question.bank_id != topic.bank_id:
            raise DocumentRefused(_("the topic belongs to another bank"))
        if question.topic_id == topic.pk:
            return False
        services.change_details(question=question, by=user, topic=topic.slug)
        return True

    each(model_admin, request, questions, step)
    return None


@admin.action(description=gettext_lazy("Add a tag …"), permissions=["change"])
def add_tag(
    model_admin: Any, request: HttpRequest, questions: QuerySet[Question]
) -> HttpResponse | None:
    form = TagForm(_data(request), label_suffix="")
    if not form.is_valid():
        return _ask(model_admin, request, questions, form, "add_tag", _("Add a tag"))
    name, user = " ".join(form.cleaned_data["value"].split()), user_of(request)

    def step(question: Question) -> bool:
        tags = set(question.tags.values_list("name", flat=True))
        if name in tags:
            return False
        services.change_details(question=question, by=user, tags=tags | {name})
        return True

    each(model_admin, request, questions, step)
    return None


ACTIONS = (mark_ready, send_to_review, retire, restore, set_level, set_topic, add_tag)
