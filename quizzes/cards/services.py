"""Writing notes. A note is changed in its place; its cards keep their numbers, and so themselves.

`by` and `author` are None only where the operator loads a folder: then nobody's rights are asked.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from quizzes.bank.field_errors import FieldErrors
from quizzes.bank.locks import locked_bank, new_slug, topic_of
from quizzes.bank.models import QuestionBank, Tag, Topic
from quizzes.cards import cloze
from quizzes.cards.drafts import NoteDraft
from quizzes.cards.home_decks import home_of_note
from quizzes.cards.models import Card, CardAnchor, Note
from quizzes.cards.validation import CheckedNote, check_note
from quizzes.material import markup
from quizzes.material.models import Edition

if TYPE_CHECKING:
    from accounts.models import User


@transaction.atomic
def create_note(
    *, bank: QuestionBank, draft: NoteDraft, author: User | None, now: datetime
) -> Note:
    """Write a new note with its cards.

    Raises:
        ValidationError: sentences by place, for instance "fields.front".
        PermissionDenied: the author may not write in this bank.
    """
    bank = locked_bank(bank, author)
    checked = check_note(draft, user=author)
    errors = FieldErrors()
    topic = topic_of(bank, checked.draft.topic, errors)
    if checked.draft.slug and bank.notes.filter(slug=checked.draft.slug).exists():
        errors["slug"].append(_("Another note in this bank has this slug."))
    _check_guid(bank.notes.all(), checked.draft, errors)
    errors.raise_if_any()
    note = Note(bank=bank, author=author, created_at=now)
    words = _first_words(checked.draft)
    note.slug = new_slug(bank, bank.notes.all(), checked.draft.slug, words, "note")
    note.guid = checked.draft.guid or note.slug
    _write(note, checked, topic, now)
    return note


@transaction.atomic
def change_note(*, note: Note, draft: NoteDraft, by: User | None, now: datetime) -> Note:
    """Bring a note to what the draft says. An empty slug leaves it its own.

    Raises:
        ValidationError: sentences by place. PermissionDenied: not a bank of theirs.
    """
    note = _locked(note, by)
    checked = check_note(draft, user=by)
    errors = FieldErrors()
    topic = topic_of(note.bank, checked.draft.topic, errors)
    slug = checked.draft.slug or note.slug
    if note.bank.notes.filter(slug=slug).exclude(pk=note.pk).exists():
        errors["slug"].append(_("Another note in this bank has this slug."))
    _check_guid(note.bank.notes.exclude(pk=note.pk), checked.draft, errors)
    errors.raise_if_any()
    note.slug, note.guid = slug, checked.draft.guid or note.guid
    _write(note, checked, topic, now)
    return note


@transaction.atomic
def retire_note(*, note: Note, by: User | None, now: datetime) -> Note:
    """Take a note out of use, with its cards. Raises PermissionDenied."""
    note = _locked(note, by)
    if note.retired_at is None:
        note.retired_at = now
        note.save(update_fields=["retired_at"])
    return note


@transaction.atomic
def restore_note(*, note: Note, by: User | None) -> Note:
    """Bring a retired note back. Raises PermissionDenied."""
    note = _locked(note, by)
    note.retired_at = None
    note.save(update_fields=["retired_at"])
    return note


def _locked(note: Note, by: User | None) -> Note:
    if by is not None and not Note.objects.editable_by(by).filter(pk=note.pk).exists():
        raise PermissionDenied
    return Note.objects.select_for_update(of=("self",)).select_related("bank").get(pk=note.pk)


def _check_guid(others: QuerySet[Note], draft: NoteDraft, errors: FieldErrors) -> None:
    """A lasting name is another's if it was given to it, or if it is its slug."""
    if others.filter(guid=draft.guid or draft.slug or None).exists():
        errors["guid"].append(_("Another note of this bank has this lasting name."))


def _write(note: Note, checked: CheckedNote, topic: Topic | None, now: datetime) -> None:
    """Write the row, its tags, cards and anchors anew."""
    draft = checked.draft
    first = checked.anchored[0].edition_id if checked.anchored else None
    note.kind, note.fields, note.topic = draft.kind, dict(draft.fields), topic
    note.source_id = (
        Edition.objects.values_list("source", flat=True).get(pk=first) if first else None
    )
    note.external_id = draft.external_id
    note.extra_html = markup.render(draft.fields.get("extra", ""))
    note.caution, note.caution_html = draft.caution, markup.render(draft.caution)
    note.waivers = [one.as_json() for one in draft.waivers]
    note.changed_at, note.paused_at = now, None
    note.save()
    note.tags.set([Tag.objects.get_or_create(bank=note.bank, name=name)[0] for name in draft.tags])
    _write_cards(note, checked, now)
    note.anchors.all().delete()
    CardAnchor.objects.bulk_create(
        CardAnchor(
            note=note,
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


def _write_cards(note: Note, checked: CheckedNote, now: datetime) -> None:
    """Bring the cards to the note; one it makes no more is retired, and comes back with it."""
    home = home_of_note(note, now=now)
    note.cards.exclude(ordinal__in=checked.cards).filter(retired_at=None).update(retired_at=now)
    Card.objects.bulk_create(
        [
            Card(
                note=note,
                home_deck=home,
                ordinal=ordinal,
                front_html=sides.front,
                back_html=sides.back,
                plain=f"{markup.text_of(sides.front)} · {markup.text_of(sides.back)}",
            )
            for ordinal, sides in sorted(checked.cards.items())
        ],
        update_conflicts=True,
        unique_fields=["note", "ordinal"],
        update_fields=["front_html", "back_html", "plain", "retired_at"],
    )


def _first_words(draft: NoteDraft) -> str:
    text = next(iter(draft.fields.values()))
    return markup.plain(cloze.shown(text) if draft.kind == "cloze" else text)
