"""What the linter says of a question while it is written: beside the field, never in the way."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from functools import cache
from typing import TYPE_CHECKING

from django.conf import settings
from django.http import Http404, HttpRequest, JsonResponse
from django.template.loader import render_to_string
from django.utils.translation import ngettext

from accounts.queries import user_of
from quizzes.authoring.question_form import ROW_FIELDS, QuestionForm
from quizzes.bank.admin import anchors
from quizzes.bank.drafts import QuestionDraft
from quizzes.bank.linting import catalogue
from quizzes.bank.linting.findings import Finding
from quizzes.bank.linting.linter import lint_question
from quizzes.bank.linting.questions import World
from quizzes.bank.linting.runs import SourceRuns, shipped_runs
from quizzes.bank.linting.sets import common_words
from quizzes.bank.models import QuestionBank
from quizzes.bank.queries import asked_versions
from quizzes.material.models import Source
from quizzes.material.queries import passages_of
from quizzes.question_types import registry

if TYPE_CHECKING:
    from django import forms

    from accounts.models import User
    from quizzes.bank.admin.questions import QuestionList

# What is only not written yet is no fault while somebody writes.
_LATER = frozenset({catalogue.MISSING_RATIONALE.id, catalogue.MISSING_ANCHOR.id})


def advice_on(draft: QuestionDraft, user: User, bank: QuestionBank) -> list[Finding]:
    """Return what the linter says of one question; two queries, none for an empty one."""
    if not draft.stem.strip():
        return []
    wanted = {(anchor.material, anchor.passage) for anchor in draft.anchors}
    passages = passages_of(Source.objects.visible_to(user), wanted)
    stems = asked_versions().filter(question__bank=bank).values_list("stem", flat=True)
    world = World(
        passages={place: passage.plain for place, passage in passages.items()},
        runs=_runs(),
        common=common_words(list(stems)),
    )
    return lint_question(draft, world)


def put_next_to_fields(editor: QuestionForm, found: Iterable[Finding]) -> list[Finding]:
    """Hang findings on the fields they are about; return those that belong to no field."""
    elsewhere: list[Finding] = []
    for one in found:
        bound = field_at(editor, one.field)
        if bound is None:
            elsewhere.append(one)
        else:
            _attach(bound, one)
    return elsewhere


def field_at(editor: QuestionForm, place: str) -> forms.BoundField | None:
    """Return the field of a place such as "options.2.rationale", None where it has none."""
    name, _dot, rest = place.partition(".")
    index, _dot, field = rest.partition(".")
    form: forms.Form = editor.wording
    if name in {"options", "anchors"}:
        rows, names = editor.sets[name], ROW_FIELDS[name]
        filled = list(rows.filled().values()) if rows.is_bound else rows.forms
        if not index.isdigit() or int(index) >= len(filled):
            return None
        form, name = filled[int(index)], names.get(field, field)
    elif name == "params":
        form, name = editor.params, index
    elif name in editor.details.fields:
        form = editor.details
    return form[name] if name in form.fields else None


def _attach(bound: forms.BoundField, one: Finding) -> None:
    """Show a finding below a field, and let the field say so to who cannot see it."""
    found: list[Finding] = getattr(bound.field, "advice", [])
    bound.field.advice = [*found, one]  # type: ignore[attr-defined]
    parts = [f"{bound.auto_id}_helptext"] if bound.help_text else []
    bound.field.widget.attrs["aria-describedby"] = " ".join([*parts, f"{bound.auto_id}_advice"])


def summary(found: Iterable[Finding]) -> str:
    """Return how much advice there is, in words; "" where there is none."""
    count = Counter(bool(one.waived) for one in found)[False]
    if not count:
        return ""
    text = ngettext("%(n)d piece of advice.", "%(n)d pieces of advice.", count)
    return text % {"n": count}


def view(admin: QuestionList, request: HttpRequest) -> JsonResponse:
    """Tell what the linter says of the posted form; nothing is stored."""
    user = user_of(request)
    slug, name = request.POST.get("type", ""), request.POST.get("bank", "").replace("\0", "")
    bank = QuestionBank.objects.editable_by(user).filter(slug=name).first()
    if slug not in dict(registry.choices()) or bank is None:
        raise Http404
    data = request.POST.copy()
    anchors.keep_telling(data, user)
    editor = QuestionForm(kind=registry.get(slug), bank=bank, user=user, data=data)
    editor.is_valid()
    found = [one for one in advice_on(editor.draft(), user, bank) if one.id not in _LATER]
    beside: dict[str, list[Finding]] = {}
    elsewhere: list[Finding] = []
    for one in found:
        bound = field_at(editor, one.field)
        if bound is None:
            elsewhere.append(one)
        else:
            beside.setdefault(bound.auto_id, []).append(one)
    return JsonResponse(
        {
            "summary": summary(found),
            "findings": [one.as_json() for one in found],
            "fields": {name: _html(several) for name, several in beside.items()},
            "elsewhere": _html(elsewhere) if elsewhere else "",
        }
    )


def _html(found: list[Finding]) -> str:
    return render_to_string("admin/quizzes/_advice_items.html", {"found": found})


@cache
def _runs() -> SourceRuns | None:
    """The word runs of the shipped sources: read once, since they change with the program."""
    return shipped_runs(settings.BASE_DIR / "fixtures")
