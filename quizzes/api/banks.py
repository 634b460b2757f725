"""Question banks of educators, with their topics."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, Q
from django.shortcuts import get_object_or_404
from django.utils import timezone
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from quizzes.api.authentication import IsEducator
from quizzes.api.base import View
from quizzes.api.fields import Input, Moment, Output, Slug, Text
from quizzes.api.idempotency import idempotent
from quizzes.api.schema import operation
from quizzes.bank import banks
from quizzes.bank.models import Question, QuestionBank, Use


class TopicOut(Output):
    slug = serializers.SlugField()
    title = serializers.CharField()
    parent = serializers.SlugField(allow_null=True)  # type: ignore[assignment]


class BankLine(Output):
    slug = serializers.SlugField()
    title = serializers.CharField()
    description = serializers.CharField()
    licence = serializers.CharField()
    use = serializers.ChoiceField(choices=Use.values)
    questions = serializers.IntegerField()
    created_at = Moment()


class BankOut(BankLine):
    topics = TopicOut(many=True)
    owners = serializers.ListField(child=serializers.CharField(), help_text="Logins.")
    editors = serializers.ListField(child=serializers.CharField(), help_text="Logins.")


class TopicIn(Input):
    slug = Slug()
    title = Text(max_length=120)
    parent = Slug(required=False, allow_null=True)  # type: ignore[assignment]


class BankChange(Input):
    """Topics named here are added or changed; those not named stay."""

    title = Text(max_length=200, required=False)
    description = Text(max_length=banks.DESCRIPTION_LIMIT, allow_blank=True, required=False)
    licence = Text(max_length=100, allow_blank=True, required=False)
    use = serializers.ChoiceField(choices=Use.values, required=False)
    topics = serializers.ListField(child=TopicIn(), max_length=banks.TOPICS_LIMIT, required=False)


class BankIn(BankChange):
    slug = Slug()
    title = Text(max_length=200)


class BanksView(View):
    permission_classes = [IsEducator]

    @operation("list_banks", "The banks one may write in", gives=BankLine, pages=True)
    def get(self, request: Request) -> Response:
        rows = QuestionBank.objects.editable_by(self.user).order_by("title", "pk")
        return self.page(BankLine, rows.annotate(kept=_KEPT), lambda f: [_line(o) for o in f])

    @operation(
        "create_bank", "Add a bank", takes=BankIn, gives=BankOut, status=201, repeatable=True
    )
    @idempotent
    def post(self, request: Request) -> Response:
        given = self.read(BankIn)
        topics = _topics(given.pop("topics", []))
        bank = banks.create_bank(owner=self.user, topics=topics, now=timezone.now(), **given)
        return self.reply(BankOut, _bank(self, bank.slug), 201)


class BankView(View):
    @operation("read_bank", "A bank with its topics", gives=BankOut, found=True)
    def get(self, request: Request, slug: str) -> Response:
        return self.reply(BankOut, _bank(self, slug))

    @operation(
        "change_bank", "Change a bank or its topics", takes=BankChange, gives=BankOut, found=True
    )
    def patch(self, request: Request, slug: str) -> Response:
        bank = get_object_or_404(QuestionBank.objects.owned_by(self.user), slug=slug)
        given = self.read(BankChange)
        topics = _topics(given.pop("topics", []))
        banks.change_bank(bank=bank, by=self.user, topics=topics, **given)
        return self.reply(BankOut, _bank(self, slug))


_KEPT = Count("questions", filter=Q(questions__in=Question.objects.kept()))


def _topics(given: list[dict[str, Any]]) -> list[banks.TopicValues]:
    return [banks.TopicValues(one["slug"], one["title"], one.get("parent") or "") for one in given]


def _line(bank: Any) -> dict[str, Any]:
    names = ("slug", "title", "description", "licence", "use", "created_at")
    return {name: getattr(bank, name) for name in names} | {"questions": bank.kept}


def _bank(view: View, slug: str) -> dict[str, Any]:
    rows = QuestionBank.objects.editable_by(view.user).annotate(kept=_KEPT)
    bank = get_object_or_404(rows, slug=slug)
    topics = bank.topics.order_by("position", "title", "pk").values("slug", "title", "parent__slug")
    return _line(bank) | {
        "topics": [
            {"slug": one["slug"], "title": one["title"], "parent": one["parent__slug"]}
            for one in topics
        ],
        "owners": list(bank.owners.order_by("login").values_list("login", flat=True)),
        "editors": list(bank.editors.order_by("login").values_list("login", flat=True)),
    }
