"""Narrowing the list of questions, and searching it."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.enums import Choices
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.queries import user_of
from quizzes.bank.models import (
    Level,
    Option,
    Question,
    QuestionAnchor,
    QuestionBank,
    QuestionVersion,
    Tag,
    Topic,
    VersionState,
    in_use,
)
from quizzes.question_types import registry

SEARCH_WORDS = 8


def with_newest(questions: QuerySet[Question]) -> QuerySet[Question]:
    """Add to each question what the list shows of its newest version; `asked_number` is that of
    the version that is asked, None where the question is not."""
    newest = QuestionVersion.objects.filter(question=OuterRef("pk")).order_by("-number")
    ready = newest.filter(in_use("question"), state=VersionState.READY)
    return questions.annotate(
        newest_stem=Subquery(newest.values("stem")[:1]),
        newest_state=Subquery(newest.values("state")[:1]),
        newest_number=Subquery(newest.values("number")[:1]),
        asked_number=Subquery(ready.values("number")[:1]),
    )


def search(questions: QuerySet[Question], text: str) -> QuerySet[Question]:
    """Return the questions whose name, wording or options hold every word."""
    for word in text.split()[:SEARCH_WORDS]:
        stems = QuestionVersion.objects.filter(stem__icontains=word)
        options = Option.objects.filter(text__icontains=word)
        questions = questions.filter(
            Q(slug__icontains=word)
            | Q(title__icontains=word)
            | Q(external_id__iexact=word)
            | Q(pk__in=stems.values("question"))
            | Q(pk__in=options.values("version__question"))
        )
    return questions


class OwnFilter(admin.SimpleListFilter):
    """A filter whose choices are the user's own; other values narrow to nothing."""

    field: str

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        value = self.value()
        if value is None:
            return queryset
        if value not in {str(key) for key, _title in self.lookup_choices}:
            return queryset.none()
        return queryset.filter(**{self.field: value})


class ChoiceFilter(OwnFilter):
    """A filter by a field that has a fixed choice of values, `options`."""

    options: type[Choices]

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[Any, Any]]:
        return list(self.options.choices)


class BankFilter(OwnFilter):
    title, parameter_name, field = _("bank"), "bank", "bank"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[Any, str]]:
        banks = QuestionBank.objects.editable_by(user_of(request)).order_by("title")
        return list(banks.values_list("pk", "title"))


class TypeFilter(OwnFilter):
    title, parameter_name, field = _("type"), "type", "type"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[Any, str]]:
        return list(registry.choices())


class TopicFilter(OwnFilter):
    title, parameter_name, field = _("topic"), "topic", "topic"

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        value = self.value()
        if value is None:
            return queryset
        if value not in {str(key) for key, _title in self.lookup_choices}:
            return queryset.none()
        return queryset.filter(topic__in=Topic.objects.within(int(value)).values("pk"))

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[Any, str]]:
        topics = Topic.objects.filter(bank__in=_banks(request)).order_by("bank__title", "position")
        return list(topics.values_list("pk", "title"))


class LevelFilter(ChoiceFilter):
    title, parameter_name, field, options = _("level"), "level", "level", Level


class TagFilter(OwnFilter):
    title, parameter_name, field = _("tag"), "tag", "tags__name"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[Any, str]]:
        names = Tag.objects.filter(bank__in=_banks(request)).order_by("name")
        return [(name, name) for name in names.values_list("name", flat=True).distinct()]


class StateFilter(admin.SimpleListFilter):
    title, parameter_name = _("state"), "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [
            ("asked", _("Can be asked")),
            ("draft", _("Draft")),
            ("in_review", _("In review")),
            ("newer", _("Asked, with a newer draft")),
            ("paused", _("Paused")),
            ("retired", _("Retired")),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if (value := self.value()) is None:
            return queryset
        if value == "retired":
            return queryset.filter(retired_at__isnull=False)
        queryset = queryset.filter(retired_at__isnull=True)
        match value:
            case "paused":
                return queryset.filter(paused_at__isnull=False)
            case "asked":
                return queryset.filter(asked_number__isnull=False)
            case "draft" | "in_review":
                return queryset.filter(newest_state=value)
            case "newer":
                incomplete_message = [VersionState.DRAFT, VersionState.IN_REVIEW]
                return queryset.filter(
                    asked_number__isnull=False, newest_state__in=incomplete_message
                )
        return queryset.none()


class AnchorFilter(admin.SimpleListFilter):
    title, parameter_name = _("anchors"), "anchors"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("yes", _("Anchored to a text")), ("no", _("Without an anchor"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        anchors = QuestionAnchor.objects.filter(
            version__question=OuterRef("pk"), version__number=OuterRef("newest_number")
        )
        match self.value():
            case None:
                return queryset
            case "yes":
                return queryset.filter(Exists(anchors))
            case "no":
                return queryset.filter(~Exists(anchors))
        return queryset.none()


def _banks(request: HttpRequest) -> QuerySet[QuestionBank]:
    return QuestionBank.objects.editable_by(user_of(request))
