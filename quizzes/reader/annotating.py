"""The reader's own highlights and notes: kept, changed, deleted, found again in the text."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from quizzes.material import markup
from quizzes.material.anchoring import normalised, places, span_at
from quizzes.material.models import Passage, Source
from quizzes.reader.models import Annotation, AnnotationKind

NOTE_LENGTH, QUOTE_LENGTH = 4_000, 4_000
MOST_A_TEXT = 1_000


@dataclass(frozen=True, slots=True)
class PlacedAnnotation:
    """An annotation with its place in the text as it is now.

    `start` is None where there is none: the whole passage is meant, or its words have changed.
    """

    annotation: Annotation
    position: int | None  # the passage's ¶ number; None when the passage is gone
    start: int | None

    @property
    def is_lost(self) -> bool:
        """Whether the words it was made on are no longer there."""
        return self.position is None or (bool(self.annotation.quote) and self.start is None)

    @property
    def end(self) -> int:
        return (self.start or 0) + len(self.annotation.quote)


def annotate(
    *,
    user: User,
    source: Source,
    key: str,
    quote: str,
    near: int,
    kind: str,
    note: str,
    now: datetime,
) -> Annotation:
    """Keep a highlight or a note on words of a passage, or on all of it when `quote` is empty.

    Args:
        near: about where the quote begins, to tell its places apart.

    Raises:
        Passage.DoesNotExist: no such passage in the text as published.
        ValidationError: the words are not there, or there is nothing to keep.
    """
    with transaction.atomic():
        User.objects.select_for_update(no_key=True).only("pk").get(pk=user.pk)
        passage = Passage.objects.get(edition=source.edition_id, key=key)
        quote, note = normalised(markup.clean(quote)), _clean_note(note)
        if not quote and not note:
            raise ValidationError(_("Choose some words, or write a note."))
        found = sorted(places(passage.plain, quote), key=lambda start: abs(start - near))
        if len(quote) > QUOTE_LENGTH or (quote and not found):
            raise ValidationError(_("These words were not found in the paragraph."))
        if Annotation.objects.filter(user=user, source=source).count() >= MOST_A_TEXT:
            raise ValidationError(_("You have reached the limit of notes on this text."))
        span = span_at(passage.plain, found[0], quote) if quote else None
        if span and not note:
            again = Annotation.objects.filter(
                user=user, source=source, passage_key=key, quote=quote, start=span.start
            ).first()
            if again:
                # The same words marked once more are marked otherwise, and not twice.
                again.kind, again.changed_at = _kind(kind), now
                again.save(update_fields=["kind", "changed_at"])
                return again
        return Annotation.objects.create(
            user=user,
            source=source,
            edition_id=source.edition_id,
            passage_key=key,
            quote=quote,
            prefix=span.prefix if span else "",
            suffix=span.suffix if span else "",
            start=span.start if span else 0,
            kind=_kind(kind),
            note=note,
            created_at=now,
            changed_at=now,
        )


def change_annotation(*, annotation: Annotation, kind: str, note: str, now: datetime) -> None:
    """Change what is written; its place stays.

    Raises:
        ValidationError: nothing would be left of it.
    """
    annotation.kind, annotation.note = _kind(kind), _clean_note(note)
    if not annotation.quote and not annotation.note:
        raise ValidationError(_("Choose some words, or write a note."))
    annotation.changed_at = now
    annotation.save(update_fields=["kind", "note", "changed_at"])


def discard_annotation(*, annotation: Annotation) -> None:
    annotation.delete()


def placed(
    annotations: Iterable[Annotation], passages: Mapping[str, tuple[int, str]]
) -> list[PlacedAnnotation]:
    """Return the annotations in reading order, what has lost its passage last.

    Args:
        passages: by key, the ¶ number and the plain text of each passage.
    """
    found = []
    for one in annotations:
        position, plain = passages.get(one.passage_key, (None, ""))
        found.append(PlacedAnnotation(one, position, _start(one, plain) if one.quote else None))
    return sorted(
        found,
        key=lambda one: (
            one.position is None,
            one.position or 0,
            one.start if one.start is not None else -1,
            one.annotation.pk,
        ),
    )


def _start(one: Annotation, plain: str) -> int | None:
    """Return where the quote is now: where its neighbours are too, else nearest to before."""

    def strangeness(start: int) -> tuple[int, int]:
        after = plain[start + len(one.quote) :]
        same = plain[:start].endswith(one.prefix) + after.startswith(one.suffix)
        return -same, abs(start - one.start)

    return min(places(plain, one.quote), key=strangeness, default=None)


def _kind(kind: str) -> str:
    return kind if kind in AnnotationKind else AnnotationKind.HIGHLIGHT


def _clean_note(note: str) -> str:
    note = markup.clean(note).strip()
    if len(note) > NOTE_LENGTH:
        raise ValidationError(_("A note may have at most %(n)d characters.") % {"n": NOTE_LENGTH})
    return note
