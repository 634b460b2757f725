"""A question as a student meets it, before anything is stored: asked, answered, explained."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django_htmx.middleware import HtmxDetails

from accounts.queries import user_of
from quizzes.authoring.question_form import QuestionForm
from quizzes.bank import schema
from quizzes.bank.admin.anchors import Quote, keep_telling, placed
from quizzes.bank.content_cache import PassageQuote
from quizzes.bank.drafts import QuestionDraft
from quizzes.bank.media.naming import names_in
from quizzes.bank.media.services import shown_of
from quizzes.bank.models import QuestionBank
from quizzes.bank.validation import check
from quizzes.material import markup
from quizzes.question_types import registry
from quizzes.question_types.base import (
    AnswerShapeError,
    Content,
    OptionContent,
    QuestionType,
)
from quizzes.question_types.display.context import question_context
from quizzes.question_types.display.review import Everything, ReviewedQuestion, review
from quizzes.question_types.fields import answer_from_fields

if TYPE_CHECKING:
    from django.http import QueryDict

    from accounts.models import User

NAME = "try"  # prefix of the controls a student would answer with


@dataclass(frozen=True, slots=True)
class Preview:
    """What the templates of a type need: `q` to ask, `r` to review once there is an answer."""

    stem_html: str
    prompt: str
    q: dict[str, Any] | None
    r: ReviewedQuestion | None
    problems: list[str]


class QuestionPreview:
    """The posted form as a student would meet it; nothing is stored."""

    def __init__(self, request: HttpRequest) -> None:
        self.request, self.user = request, user_of(request)
        name = request.POST.get("bank", "").replace("\0", "")
        self.kind = registry.find(request.POST.get("type", ""))
        self.bank = QuestionBank.objects.editable_by(self.user).filter(slug=name).first()

    @staticmethod
    def view(_admin: object, request: HttpRequest) -> HttpResponse:
        return QuestionPreview(request).answer()

    def answer(self) -> HttpResponse:
        if self.kind is None or self.bank is None:
            raise Http404
        data = self.request.POST.copy()
        keep_telling(data, self.user)
        form = QuestionForm(kind=self.kind, bank=self.bank, user=self.user, data=data)
        problems = []
        if not form.is_valid():
            problems = [f"{label}: {message}" for _id, label, message in form.problems()]
        shown = of_draft(form.draft(), self.user, data, answered="_try" in data, bank=self.bank)
        # The draft is checked as a whole, too: what its form says with a field's name is said.
        said = {problem.partition(": ")[2] for problem in problems}
        problems += [problem for problem in shown.problems if problem not in said]
        context = {
            "shown": shown,
            "problems": problems,
            "posted": [
                (name, value)
                for name, values in data.lists()
                for value in values
                if not name.startswith(("try-", "_", "csrf"))
            ],
        }
        template = "_preview.html" if HtmxDetails(self.request) else "preview.html"
        return render(self.request, f"admin/quizzes/question/{template}", context)


def of_draft(
    draft: QuestionDraft,
    user: User,
    data: QueryDict | None = None,
    *,
    answered: bool = False,
    bank: QuestionBank | None = None,
) -> Preview:
    """Show a draft. What is not finished yet is named, and shown as far as it goes.

    `bank` is where the pictures and sounds that it names are looked for.
    """
    kind = registry.get(draft.type)
    content = _content(draft, shown_of(bank, names_in(draft)))
    wrong = _errors(kind, content)
    problems = _problems(draft, user)
    if any(place.startswith("params") for place in wrong):
        return Preview(content.stem_html, "", None, None, problems)
    content = content.arranged(kind.order(content, seed=0, shuffle=False))
    checked = answered and not wrong
    answer = None
    if checked and data is not None:
        answer, misread = _answer(kind, content, data)
        problems += misread
    asked = question_context(kind, content, answer, name=NAME)
    found = reviewed_draft(kind, content, answer, draft, user) if checked else None
    return Preview(content.stem_html, str(kind.prompt), asked, found, problems)


def _errors(kind: QuestionType, content: Content) -> dict[str, list[str]]:
    try:
        kind.clean(content)
    except ValidationError as error:
        return error.message_dict
    return {}


def _problems(draft: QuestionDraft, user: User) -> list[str]:
    """Return what saving would complain of."""
    try:
        check(draft, user=user)
    except ValidationError as error:
        return [message for found in error.message_dict.values() for message in found]
    return []


def reviewed_draft(
    kind: QuestionType,
    content: Content,
    answer: dict[str, Any] | None,
    draft: QuestionDraft,
    user: User,
) -> ReviewedQuestion:
    """Return the question under review with everything there is to show."""
    fraction = kind.grade(content, answer).fraction
    return review(kind, content, answer, fraction, Everything(), passages=_passages(draft, user))


def _answer(
    kind: QuestionType, content: Content, data: QueryDict
) -> tuple[dict[str, Any] | None, list[str]]:
    prefix = f"{NAME}-"
    fields = {
        name.removeprefix(prefix): values
        for name, values in data.lists()
        if name.startswith(prefix)
    }
    try:
        return kind.read(content, answer_from_fields(fields))[0], []
    except AnswerShapeError as error:
        return None, [str(error)]


def _passages(draft: QuestionDraft, user: User) -> list[PassageQuote]:
    quotes = [Quote(one.material, one.passage, one.quote, one.prefix) for one in draft.anchors]
    places = placed(user, quotes)
    return [
        PassageQuote(
            material=anchor.material,
            title=place.title,
            passage=anchor.passage,
            position=place.position,
            quote=place.quote,
            before=place.before,
            after=place.after,
            url=place.url,
            role=anchor.role,
            option_id=anchor.option,
            anchor_id=0,
        )
        for anchor, quote in zip(draft.anchors, quotes, strict=True)
        if (place := places.get(quote)) is not None
    ]


def _content(draft: QuestionDraft, media: Mapping[str, markup.Shown]) -> Content:
    texts = schema.texts_of(draft, schema.MARKDOWN)
    html: dict[str, Any] = {f"{place}_html": _html(text, media) for place, text in texts}
    return Content(
        stem=draft.stem,
        options=tuple(
            OptionContent(
                None,
                one.text,
                _html(one.text, media, inline=True),
                one.fraction,
                one.rationale,
                _html(one.rationale, media, inline=True),
                one.pinned,
            )
            for one in draft.options
        ),
        params=draft.params,
        hints=draft.hints,
        penalty=draft.penalty,
        **html,
    )


def _html(text: str, media: Mapping[str, markup.Shown], *, inline: bool = False) -> str:
    """Return Markdown as it would be stored; "" for what could not be stored."""
    try:
        clean = markup.clean(text).strip()
    except ValidationError:
        return ""
    return markup.render_inline(clean, media) if inline else markup.render(clean, media)
