"""The rows of one version. Called by services inside their transaction, after validation."""

from __future__ import annotations

from quizzes.bank import schema
from quizzes.bank.media.naming import media_of
from quizzes.bank.media.services import shown
from quizzes.bank.models import Option, QuestionAnchor, QuestionVersion
from quizzes.bank.validation import Checked
from quizzes.material import markup


def write_version(version: QuestionVersion, checked: Checked) -> QuestionVersion:
    """Store a version, new or without options and anchors of its own, with all that it says.

    Raises ValidationError for media that the bank does not have.
    """
    draft = checked.draft
    media = media_of(version.question.bank, draft)
    pictures = shown(media) if media else {}
    for one in schema.WORDING:
        value = getattr(draft, one.name)
        setattr(version, one.name, list(value) if isinstance(value, tuple) else value)
        if one.markdown:
            setattr(version, f"{one.name}_html", markup.render(value, pictures))
    version.params = dict(draft.params)
    is_new = version.pk is None
    version.save()
    if media or not is_new:
        version.media.set(media)
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
        for position, option in enumerate(draft.options)
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
        for anchor, found in zip(draft.anchors, checked.anchored, strict=True)
    )
    return version
