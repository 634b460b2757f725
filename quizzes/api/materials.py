"""Study texts: what there is to read, and the passages that questions hang on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import Count, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.shortcuts import get_object_or_404
from django.utils import timezone
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from quizzes.api.base import View
from quizzes.api.fields import Output
from quizzes.api.schema import operation
from quizzes.material.models import Passage, Source
from quizzes.material.queries import passage_url, text_of
from quizzes.reader.questions import counts_on


class Material(Output):
    slug = serializers.SlugField()
    title = serializers.CharField()
    summary = serializers.CharField()
    authors = serializers.CharField()
    publisher = serializers.CharField()
    date = serializers.CharField()
    url = serializers.CharField()
    licence = serializers.CharField()
    language = serializers.CharField()
    passages = serializers.IntegerField()
    questions = serializers.IntegerField()


class PassageOut(Output):
    key = serializers.CharField()
    position = serializers.IntegerField()
    text = serializers.CharField(help_text="Sanitised HTML.")
    plain = serializers.CharField(help_text="What a reader sees; quotes are words of it.")
    url = serializers.CharField()
    drawn_from = serializers.CharField()
    mastery = serializers.FloatField(allow_null=True)
    questions = serializers.IntegerField()


class SectionOut(Output):
    slug = serializers.CharField()
    title = serializers.CharField()
    level = serializers.IntegerField()
    passages = PassageOut(many=True)


class MaterialText(Material):
    drawn_from = serializers.CharField()
    edition = serializers.IntegerField(allow_null=True)
    sections = SectionOut(many=True)


class MaterialsView(View):
    @operation("list_materials", "The study texts one may read", gives=Material, pages=True)
    def get(self, request: Request) -> Response:
        passages = (
            Passage.objects.filter(edition=OuterRef("edition"))
            .order_by()
            .values("edition")
            .annotate(n=Count("pk"))
            .values("n")
        )
        rows = (
            Source.objects.visible_to(self.user)
            .annotate(passages=Coalesce(Subquery(passages), 0))
            .order_by("title", "pk")
        )
        return self.page(Material, rows, self._counted)

    def _counted(self, sources: list[Any]) -> Sequence[dict[str, Any]]:
        editions = [source.edition_id for source in sources if source.edition_id]
        counts = counts_on(editions, self.user, now=timezone.now())
        return [
            _front(source)
            | {
                "passages": source.passages,
                "questions": counts[source.edition_id].questions if source.edition_id else 0,
            }
            for source in sources
        ]


class MaterialView(View):
    @operation("read_material", "A study text with its passages", gives=MaterialText, found=True)
    def get(self, request: Request, slug: str) -> Response:
        source = get_object_or_404(
            Source.objects.visible_to(self.user).select_related("edition"), slug=slug
        )
        edition = source.edition
        if edition is None:
            return self.reply(
                MaterialText,
                _front(source) | {"passages": 0, "questions": 0, "edition": None, "sections": []},
            )
        counts = counts_on([edition.pk], self.user, now=timezone.now())[edition.pk]
        sections: list[dict[str, Any]] = [
            {
                "slug": section.slug,
                "title": section.title,
                "level": section.level,
                "passages": [
                    {
                        "key": one.key,
                        "position": one.position,
                        "text": one.html,
                        "plain": one.plain,
                        "url": passage_url(source.slug, one.key),
                        "drawn_from": one.drawn_from,
                        "mastery": None,
                        "questions": counts.at(one.key).questions,
                    }
                    for one in section.passages
                ],
            }
            for section in text_of(edition)
        ]
        return self.reply(
            MaterialText,
            _front(source)
            | {
                "passages": sum(len(section["passages"]) for section in sections),
                "questions": counts.questions,
                "edition": edition.number,
                "sections": sections,
            },
        )


def _front(source: Source) -> dict[str, Any]:
    names = "slug title summary authors publisher date url licence language drawn_from"
    return {name: getattr(source, name) for name in names.split()}
