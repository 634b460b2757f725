"""What a bank asks of the texts it quotes, for educators."""

from __future__ import annotations

from typing import Any

from django.shortcuts import get_object_or_404
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from quizzes.api.base import View
from quizzes.api.fields import Output
from quizzes.api.schema import operation
from quizzes.bank.models import QuestionBank
from quizzes.insight.coverage import SectionCoverage, TextCoverage, coverage_of, sources_of, totals
from quizzes.material.models import Source
from quizzes.material.queries import passage_url


class CoveredPassage(Output):
    key = serializers.CharField()
    position = serializers.IntegerField()
    state = serializers.ChoiceField(choices=["asked", "not_asked", "gap"])
    questions = serializers.IntegerField()
    cards = serializers.IntegerField()
    reason = serializers.CharField(allow_null=True, help_text="Why it is deliberately not asked.")
    plain = serializers.CharField()
    url = serializers.CharField()


class CoveredSection(Output):
    slug = serializers.CharField()
    title = serializers.CharField()
    level = serializers.IntegerField()
    passages = CoveredPassage(many=True)


class CoveredMaterial(Output):
    material = serializers.SlugField()
    title = serializers.CharField()
    sections = CoveredSection(many=True)


class CoverageOut(Output):
    asked = serializers.IntegerField()
    not_asked = serializers.IntegerField()
    gap = serializers.IntegerField()
    materials = CoveredMaterial(many=True)


class CoverageView(View):
    @operation(
        "read_coverage",
        "Passages asked, deliberately not asked, and gaps",
        gives=CoverageOut,
        found=True,
    )
    def get(self, request: Request, slug: str) -> Response:
        banks = QuestionBank.objects.editable_by(self.user)
        bank = get_object_or_404(banks, slug=slug)
        readable = Source.objects.visible_to(self.user)
        sources = readable.filter(pk__in=sources_of(bank).values("pk"))
        texts = coverage_of(sources, banks.filter(pk=bank.pk))
        return self.reply(
            CoverageOut, {**totals(texts), "materials": [_material(text) for text in texts]}
        )


def _material(text: TextCoverage) -> dict[str, Any]:
    return {
        "material": text.material,
        "title": text.title,
        "sections": [_section(text.material, section) for section in text.sections],
    }


def _section(material: str, section: SectionCoverage) -> dict[str, Any]:
    return {
        "slug": section.slug,
        "title": section.title,
        "level": section.level,
        "passages": [
            {
                "key": one.key,
                "position": one.position,
                "state": one.state,
                "questions": one.questions,
                "cards": one.cards,
                "reason": one.reason or None,
                "plain": one.plain,
                "url": passage_url(material, one.key),
            }
            for one in section.passages
        ],
    }
