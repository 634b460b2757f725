"""The rows of one version. Called by services inside their transaction, after validation."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any

from quizzes.bank import schema
from quizzes.bank.drafts import QuestionDraft
from quizzes.bank.media.models import Media
from quizzes.bank.media.naming import media_of
from quizzes.bank.media.services import shown
from quizzes.bank.models import Option, Question, QuestionAnchor, QuestionVersion
from quizzes.bank.validation import Checked
from quizzes.material import markup

if TYPE_CHECKING:
    from accounts.models import User


def write_version(
    question: Question,
    checked: Checked,
    *,
    number: int,
    state: str,
    by: User | None,
    now: datetime,
    note: str = "",
    new_fact: bool = False,
) -> QuestionVersion:
    """Insert a version with its options, anchors and media. Raises ValidationError for media that
    the bank does not have."""
    media = media_of(question.bank, checked.draft)
    version = QuestionVersion.objects.create(
        question=question,
        number=number,
        state=state,
        change_note=note,
        new_fact=new_fact,
        author=by,
        created_at=now,
        **wording_fields(checked.draft, media),
    )
    write_options(version, checked, media)
    if media:
        version.media.set(media)
    return version


def wording_fields(draft: QuestionDraft, media: Iterable[Media]) -> dict[str, Any]:
    """Return what a version holds in its own row, by field."""
    pictures = shown(media)
    html = {
        f"{place}_html": markup.render(text, pictures)
        for place, text in schema.texts_of(draft, schema.MARKDOWN)
    }
    return {**schema.columns_of(draft, schema.WORDING), **html, "params": dict(draft.params)}


def write_options(version: QuestionVersion, checked: Checked, media: Iterable[Media]) -> None:
    """Insert the options and anchors of a version that has none."""
    pictures = shown(media)
    Option.objects.bulk_create(
        Option(
            version=version,
            position=position,
            text=option.text,
            text_html=markup.render_inline(option.text, pictures),
            fraction=option.fraction,
            rationale=option.rationale,
            rationale_html=markup.render_inline(option.rationale, pictures),
            pinned=option.pinned,
        )
        for position, option in enumerate(checked.draft.options)
    )
    # Older versions of SQLite do not tell the ids of rows inserted together.
    ids = dict(version.options.values_list("position", "pk"))
    QuestionAnchor.objects.bulk_create(
        QuestionAnchor(
            version=version,
            option_id=None if anchor.option is None else ids[anchor.option],
            edition_id=found.edition_id,
            passage_id=found.passage_id,
            quote=found.span.quote,
            prefix=found.span.prefix,
            suffix=found.span.suffix,
            start=found.span.start,
            role=anchor.role,
        )
        for anchor, found in zip(checked.draft.anchors, checked.anchored, strict=True)
    )
