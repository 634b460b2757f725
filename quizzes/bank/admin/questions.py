"""The list of questions. The pages on which one is written are in quizzes.authoring."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.queries import user_of
from quizzes.bank import authoring
from quizzes.bank.admin import filters
from quizzes.bank.admin.actions import ACTIONS
from quizzes.bank.models import Question, VersionState
from quizzes.material import markup
from quizzes.material.admin.base import AuthoringAdmin

STATES = dict(VersionState.choices)
UNFINISHED = (VersionState.DRAFT, VersionState.IN_REVIEW)
EXCERPT = 110


class QuestionList(AuthoringAdmin):
    list_display = ("excerpt", "type", "shown_state", "version", "topic", "level")
    list_display_links = ("excerpt",)
    list_filter = (
        filters.BankFilter,
        filters.StateFilter,
        filters.TypeFilter,
        filters.TopicFilter,
        filters.LevelFilter,
        filters.TagFilter,
        filters.AnchorFilter,
    )
    list_select_related = ("bank", "topic")
    ordering = ("-pk",)
    search_fields = ("slug",)
    actions = ACTIONS

    def get_queryset(self, request: HttpRequest) -> QuerySet[Question]:
        return filters.with_newest(super().get_queryset(request))

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Question], search_term: str
    ) -> tuple[QuerySet[Question], bool]:
        return filters.search(queryset, search_term), False

    @admin.display(description=gettext_lazy("question"), ordering="newest_stem")
    def excerpt(self, question: Any) -> str:
        text = question.title or Truncator(markup.plain(question.newest_stem or "")).chars(EXCERPT)
        return format_html(
            '{}<span class="sub">{} · {}</span>',
            text or _("(empty)"),
            question.bank.title,
            question.slug,
        )

    @admin.display(description=gettext_lazy("state"), ordering="newest_state")
    def shown_state(self, question: Any) -> str:
        state = question.newest_state
        if question.retired_at is not None:
            kind, text = "off", _("retired")
        elif question.paused_at is not None:
            kind, text = "off", _("paused")
        elif state in UNFINISHED and question.asked_number:
            kind, text = (
                "both",
                _("ready, newer draft") if state == "draft" else _("ready, newer in review"),
            )
        else:
            kind = {"ready": "on", "retired": "off"}.get(state, "wip")
            text = str(STATES.get(state, ""))
        return format_html('<span class="state" data-state="{}">{}</span>', kind, text)

    @admin.display(description=gettext_lazy("version"), ordering="newest_number")
    def version(self, question: Any) -> int:
        return question.newest_number

    # Deleting: only what nobody ever met

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return obj is not None and self.has_change_permission(request, obj)

    def get_deleted_objects(
        self, objs: Any, request: HttpRequest
    ) -> tuple[list[Any], dict[str, int], set[str], list[Any]]:
        """Name the question alone: what uses it belongs to quizzes and students."""
        used = [_("A quiz or an attempt uses it. Retire it.")]
        protected = [] if all(map(authoring.is_deletable, objs)) else used
        return [str(one) for one in objs], {_("questions"): len(objs)}, set(), protected

    def delete_model(self, request: HttpRequest, obj: Question) -> None:
        authoring.delete_question(question=obj, by=user_of(request))

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """Without Django's own deletion of many."""
        actions = super().get_actions(request)
        actions.pop("delete_selected", None)
        return actions
