"""A question as a student meets it, before anything is stored: asked, answered, explained."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError

from quizzes.bank.admin.anchors import Quote, placed
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
    return review(kind, content, answer, fraction, Everything(), _passages(draft, user))


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
    return Content(
        stem=draft.stem,
        stem_html=_html(draft.stem, media),
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
        explanation_html=_html(draft.explanation, media),
        caution_html=_html(draft.caution, media),
        hints=draft.hints,
        penalty=draft.penalty,
    )


def _html(text: str, media: Mapping[str, markup.Shown], *, inline: bool = False) -> str:
    """Return Markdown as it would be stored; "" for what could not be stored."""
    try:
        clean = markup.clean(text).strip()
    except ValidationError:
        return ""
    return markup.render_inline(clean, media) if inline else markup.render(clean, media)
