"""Questions of educators, in the shape of the bank's own format. A change is a new version."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter
from rest_framework import status
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import User
from quizzes.api.authentication import IsEducator
from quizzes.api.base import View
from quizzes.api.idempotency import idempotent
from quizzes.api.schema import operation
from quizzes.api.serializers.questions import (
    WRITTEN_AS,
    QuestionChange,
    QuestionIn,
    QuestionLine,
    QuestionOut,
)
from quizzes.bank import schema, services
from quizzes.bank.drafts import AnchorDraft, OptionDraft, QuestionDraft, Waiver
from quizzes.bank.errors import ForbiddenState
from quizzes.bank.models import (
    AnchorRole,
    Question,
    QuestionBank,
    QuestionVersion,
    VersionState,
)
from quizzes.bank.queries import drafts_of, newest_versions, title_of


class QuestionsView(View):
    permission_classes = [IsEducator]

    @operation(
        "list_questions",
        "The questions one may write, by bank",
        gives=QuestionLine,
        pages=True,
        query=[OpenApiParameter("bank", str, description="Only of this bank.")],
    )
    def get(self, request: Request) -> Response:
        rows = Question.objects.visible_to(self.user).select_related("bank", "topic")
        bank = request.query_params.get("bank")
        if bank is not None:
            rows = rows.filter(bank=_bank(self.user, bank))
        return self.page(QuestionLine, rows.order_by("bank__slug", "slug", "pk"), _lines)

    @operation(
        "create_question",
        "Write a question",
        takes=QuestionIn,
        gives=QuestionOut,
        status=201,
        repeatable=True,
    )
    @idempotent
    def post(self, request: Request) -> Response:
        given = self.read(QuestionIn)
        bank = _bank(self.user, given.pop("bank"))
        state = given.pop("state", VersionState.DRAFT)
        slug = given.pop("id", None)
        if slug is not None and given.setdefault("slug", slug) != slug:
            raise ValidationError({"id": [_("This is not the slug given.")]})
        draft = QuestionDraft(type=given["type"], stem=given["stem"])
        question = services.create_question(
            bank=bank,
            draft=_merged(draft, given),
            author=self.user,
            now=timezone.now(),
            state=state,
        )
        return self.reply(QuestionOut, _question(question), 201)


class QuestionView(View):
    @operation("read_question", "The newest version of a question", gives=QuestionOut, found=True)
    def get(self, request: Request, pk: int) -> Response:
        return self.reply(QuestionOut, _question(_own(self.user, pk)))

    @operation(
        "change_question",
        "Change a question: a new wording is a new version",
        takes=QuestionChange,
        gives=QuestionOut,
        found=True,
    )
    def patch(self, request: Request, pk: int) -> Response:
        question = _own(self.user, pk)
        given = self.read(QuestionChange)
        with transaction.atomic():
            _change(question, given, self.user)
        return self.reply(QuestionOut, _question(_own(self.user, pk)))

    @operation("retire_question", "Take a question out of use", status=204, found=True)
    def delete(self, request: Request, pk: int) -> Response:
        services.retire_question(question=_own(self.user, pk), by=self.user, now=timezone.now())
        return Response(status=status.HTTP_204_NO_CONTENT)


def _bank(user: User, slug: str) -> QuestionBank:
    """Return a bank that a body or a query names; one of others is as if it were not there."""
    bank = QuestionBank.objects.editable_by(user).filter(slug=slug.replace("\0", "")).first()
    if bank is None:
        raise ValidationError({"bank": [_("You have no such bank.")]})
    return bank


def _own(user: User, pk: int) -> Question:
    rows: QuerySet[Question] = Question.objects.visible_to(user).select_related("bank", "topic")
    return get_object_or_404(rows, pk=pk)


def _change(question: Question, given: dict[str, Any], user: User) -> None:
    """Bring a question to what the body says, in the order: details, wording, state, use."""
    now = timezone.now()
    # The question's row stays locked, so that the newest version is still the newest below.
    services.change_details(
        question=question,
        by=user,
        slug=given.get("slug"),
        topic=None if "topic" not in given else given["topic"] or "",
        tags=given.get("tags"),
        waivers=_waivers(given["waive"]) if "waive" in given else None,
        **{one.name: given[one.name] for one in schema.DETAILS if one.name in given},
    )
    newest = newest_versions([question.pk]).get()
    state = given.get("state")
    if set(given) & _WORDING:
        draft = _merged(drafts_of([newest.pk])[newest.pk], given)
        newest = services.add_version(
            question=question,
            draft=draft,
            by=user,
            now=now,
            note=given.get("note", ""),
            state=state or _state_of_change(newest),
            new_fact=given.get("new_fact", False),
        )
    if state is not None:
        try:
            services.set_state(version=newest, state=state, by=user)
        except ForbiddenState as error:
            message = _("A version cannot change from “%(old)s” to “%(new)s”.")
            facts = {"old": error.old, "new": error.new}
            raise ValidationError({"state": [message % facts]}) from error
    if "retired" in given:
        if given["retired"]:
            services.retire_question(question=question, by=user, now=now)
        else:
            services.restore_question(question=question, by=user)


_WORDING = {one.name for one in schema.FIELDS if one.place is schema.Place.WORDING}


def _state_of_change(newest: QuestionVersion) -> str:
    """A question that is asked is asked in its new wording; what was put away begins as draft."""
    return newest.state if newest.state in WRITTEN_AS else VersionState.DRAFT


def _merged(draft: QuestionDraft, given: dict[str, Any]) -> QuestionDraft:
    """Return the draft with what a body names in place of what it held."""
    values: dict[str, Any] = {
        one.name: tuple(given[one.name]) if one.kind is schema.Kind.LIST else given[one.name]
        for one in schema.PLAIN
        if one.name in given
    }
    values |= {name: given[name] for name in ("slug", "params") if name in given}
    if "topic" in given:
        values["topic"] = given["topic"] or ""
    if "tags" in given:
        values["tags"] = tuple(given["tags"])
    if "waive" in given:
        values["waivers"] = _waivers(given["waive"])
    anchors = draft.anchors
    if "anchors" in given:
        of_options = [one for one in anchors if one.option is not None]
        kept = of_options if "options" not in given else []
        named = [_anchor(one, one.get("option")) for one in given["anchors"]]
        anchors = (*named, *(one for one in kept if one not in named))
    if "options" in given:
        values["options"] = tuple(
            OptionDraft(
                text=one["text"],
                fraction=one.get("fraction", Decimal(0)),
                rationale=one.get("rationale", ""),
                pinned=one.get("pin", False),
            )
            for one in given["options"]
        )
        if "anchors" not in given:
            anchors = tuple(one for one in anchors if one.option is None)
        weighed = any(one.get("fraction") for one in given["options"])
        own = [
            _anchor(one["anchor"], index, refutes=weighed and one.get("fraction", Decimal(0)) <= 0)
            for index, one in enumerate(given["options"])
            if one.get("anchor")
        ]
        anchors = (*anchors, *(one for one in own if one not in anchors))
    return replace(draft, **values, anchors=anchors)


def _waivers(given: Iterable[dict[str, Any]]) -> tuple[Waiver, ...]:
    return tuple(Waiver(one["finding"], one["reason"]) for one in given)


def _anchor(given: dict[str, Any], option: int | None, *, refutes: bool = False) -> AnchorDraft:
    """Return an anchor; that of a distractor refutes it unless the body says otherwise."""
    usual = AnchorRole.REFUTES if refutes else AnchorRole.SUPPORTS
    return AnchorDraft(
        material=given["material"],
        passage=given["passage"],
        quote=given["quote"],
        role=given.get("role", usual.value),
        option=option,
        prefix=given.get("prefix", ""),
    )


def _lines(questions: Iterable[Question]) -> list[dict[str, Any]]:
    """Return questions as lists show them; one query."""
    found = list(questions)
    newest = {v.question_id: v for v in newest_versions([one.pk for one in found])}
    return [_line(one, newest[one.pk]) for one in found]


def _line(question: Question, version: QuestionVersion) -> dict[str, Any]:
    return schema.values_of(question, schema.DETAILS) | {
        "id": question.pk,
        "title": title_of(question.title, version.stem),
        "bank": question.bank.slug,
        "slug": question.slug,
        "type": question.type,
        "topic": question.topic.slug if question.topic else None,
        "stem": version.stem,
        "version": version.number,
        "state": version.state,
        "retired_at": question.retired_at,
    }


def _question(question: Question) -> dict[str, Any]:
    version = newest_versions([question.pk]).get()
    draft = drafts_of([version.pk])[version.pk]
    anchors = list(draft.anchors)
    options = []
    for index, option in enumerate(draft.options):
        own = next((one for one in anchors if one.option == index), None)
        if own is not None:
            anchors.remove(own)
        options.append(
            {
                "text": option.text,
                "fraction": option.fraction,
                "rationale": option.rationale,
                "pin": option.pinned,
                "anchor": own,
            }
        )
    values = {
        **schema.values_of(draft, schema.PLAIN),
        "tags": draft.tags,
        "params": draft.params,
        "waive": draft.waivers,
    }
    return values | _line(question, version) | {"options": options, "anchors": anchors}
