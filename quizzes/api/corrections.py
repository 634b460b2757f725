"""Corrections of a question's key: what one would change, making it, and all there are."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from quizzes.api.base import View
from quizzes.api.errors import Conflict
from quizzes.api.fields import Flag, Input, Moment, Number, Output, Slug, Text, Whole
from quizzes.api.idempotency import HEADER, idempotent
from quizzes.api.schema import operation
from quizzes.assessments.models import Quiz
from quizzes.attempts.grading.correcting import Effect, correct_key
from quizzes.bank.corrections.models import IN_ONE_QUIZ, CorrectionKind, KeyCorrection
from quizzes.bank.corrections.services import WHY_LIMIT, StaleBase, Wanted
from quizzes.bank.models import Question

ANSWERS_AT_MOST = 50


class CorrectionIn(Input):
    kind = serializers.ChoiceField(choices=CorrectionKind.values)
    fractions = serializers.ListField(
        child=Number(low=-1, high=1, places=7),
        required=False,
        max_length=ANSWERS_AT_MOST,
        help_text="Of every option, by its authored position.",
    )
    params = serializers.DictField(required=False, help_text="Settings of the type.")
    answers = serializers.ListField(
        child=Text(max_length=1_000),
        required=False,
        max_length=ANSWERS_AT_MOST,
        help_text="Texts that are right, too.",
    )
    quiz = Slug(required=False, allow_null=True, help_text="For drop and full_marks.")
    why = Text(max_length=WHY_LIMIT)
    base = Whole(
        min_value=1, allow_null=True, help_text="The newest correction seen; null at first."
    )
    dry_run = Flag(required=False)


class ChangeOut(Output):
    attempt = serializers.IntegerField(source="attempt_id")
    slot = serializers.IntegerField()
    old = serializers.FloatField(allow_null=True)
    new = serializers.FloatField(allow_null=True)


class EffectOut(Output):
    id = serializers.IntegerField(allow_null=True, help_text="Null when nothing was done.")
    affected = serializers.IntegerField()
    up = serializers.IntegerField()
    down = serializers.IntegerField()
    changes = ChangeOut(many=True)
    elsewhere = serializers.IntegerField(help_text="Changes in attempts one may not see.")


class CorrectionOut(Output):
    id = serializers.IntegerField()
    version = serializers.IntegerField(help_text="Number of the version.")
    kind = serializers.ChoiceField(choices=CorrectionKind.values)
    fractions = serializers.ListField(child=serializers.FloatField(), allow_null=True)
    params = serializers.DictField(allow_null=True)
    answers = serializers.ListField(child=serializers.CharField(), allow_null=True)
    quiz = serializers.SlugField(allow_null=True)
    why = serializers.CharField()
    at = Moment()
    base = serializers.IntegerField(allow_null=True)


class CorrectionsView(View):
    @operation(
        "list_corrections",
        "The corrections of a question's key",
        gives=CorrectionOut,
        pages=True,
        found=True,
    )
    def get(self, request: Request, pk: int) -> Response:
        question = _own(self, pk)
        rows = KeyCorrection.objects.filter(version__question=question).select_related(
            "version", "quiz"
        )
        return self.page(CorrectionOut, rows.order_by("pk"), _lines)

    @operation(
        "correct_question",
        "Correct the key of a question for everybody who answered it",
        takes=CorrectionIn,
        gives=EffectOut,
        status=201,
        others=[200],
        found=True,
        clashes=True,
        repeatable=True,
    )
    @idempotent
    def post(self, request: Request, pk: int) -> Response:
        question = _own(self, pk)
        given = self.read(CorrectionIn)
        dry_run = given.get("dry_run", False)
        try:
            effect = correct_key(
                question=question,
                wanted=_wanted(self, given),
                by=self.user,
                now=timezone.now(),
                dry_run=dry_run,
                after_commit=HEADER in request.headers,
            )
        except StaleBase as error:
            raise Conflict("stale", current=error.current) from error
        except PermissionDenied as error:
            raise Http404 from error
        return self.reply(EffectOut, _effect(effect), 200 if effect.id is None else 201)


def _own(view: View, pk: int) -> Question:
    return get_object_or_404(Question.objects.visible_to(view.user), pk=pk)


def _wanted(view: View, given: dict[str, Any]) -> Wanted:
    payload: dict[str, Any] = {}
    if given["kind"] not in (*IN_ONE_QUIZ, CorrectionKind.WITHDRAW):
        payload = {name: given[name] for name in ("params", "answers") if name in given}
        if "fractions" in given:
            payload["fractions"] = [str(one) for one in given["fractions"]]
    return Wanted(
        kind=given["kind"],
        why=given["why"],
        payload=payload,
        quiz_id=_quiz(view, given.get("quiz")),
        base=given["base"],
    )


def _quiz(view: View, slug: str | None) -> int | None:
    """Return a quiz that a body names; one of others is as if it were not there."""
    if slug is None:
        return None
    quiz = Quiz.objects.editable_by(view.user).filter(slug=slug).first()
    if quiz is None:
        raise ValidationError({"quiz": [_("There is no such quiz of yours.")]})
    return quiz.pk


def _effect(effect: Effect) -> dict[str, Any]:
    names = ("id", "affected", "up", "down", "changes", "elsewhere")
    return {name: getattr(effect, name) for name in names}


def _lines(rows: Iterable[KeyCorrection]) -> list[dict[str, Any]]:
    return [
        {
            "id": row.pk,
            "version": row.version.number,
            "kind": row.kind,
            "fractions": row.payload.get("fractions"),
            "params": row.payload.get("params"),
            "answers": row.payload.get("answers"),
            "quiz": row.quiz.slug if row.quiz else None,
            "why": row.why,
            "at": row.at,
            "base": row.base_id,
        }
        for row in rows
    ]
