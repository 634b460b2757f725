"""A note or a deck brought to its one form, or everything wrong with it, each at its place.

Places are named as in files and forms: "fields.front", "anchors.0.quote", "notes.2".
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from quizzes.bank import validation
from quizzes.bank.banks import DESCRIPTION_LIMIT
from quizzes.bank.field_errors import FieldErrors
from quizzes.bank.validation import ANCHORS_LIMIT, LINE_LIMIT, NAME_LENGTH, SLUG_LENGTH, Anchored
from quizzes.cards import kinds
from quizzes.cards.cloze import Sides
from quizzes.cards.drafts import DeckDraft, NoteDraft

if TYPE_CHECKING:
    from accounts.models import User

FIELD_LIMIT = 4_000
NOTES_LIMIT = 2_000


@dataclass(frozen=True, slots=True)
class CheckedNote:
    """A draft in its one form, its cards by number, and the place of each of its anchors."""

    draft: NoteDraft
    cards: dict[int, Sides]
    anchored: tuple[Anchored, ...]


def check_note(draft: NoteDraft, *, user: User | None) -> CheckedNote:
    """Return the note as it would be stored; topic and slug are the caller's to look up.

    Anchors must be found in texts that `user` may read (in any text for None: a file loaded by
    the operator). One query.

    Raises:
        ValidationError: a dict of sentences by place.
    """
    errors = FieldErrors()
    draft = _cleaned(draft, errors)
    errors.raise_if_any()
    cards: dict[int, Sides] = {}
    try:
        cards = kinds.cards_of(draft.kind, draft.fields)
    except ValidationError as error:
        for name, messages in error.message_dict.items():
            errors[f"fields.{name}"].extend(messages)
    anchors, anchored = validation.place_anchors(draft.anchors, user, errors)
    errors.raise_if_any()
    return CheckedNote(replace(draft, anchors=anchors), cards, anchored)


def check_deck(draft: DeckDraft) -> DeckDraft:
    """Return the deck as it would be stored; what it names is the caller's to look up.

    Raises: ValidationError, a dict of sentences by place.
    """
    errors = FieldErrors()
    named = {
        "material": errors.line("material", draft.material, SLUG_LENGTH),
        "topic": errors.line("topic", draft.topic, SLUG_LENGTH),
    }
    notes = draft.notes if errors.at_most("notes", draft.notes, NOTES_LIMIT) else ()
    cleaned = DeckDraft(
        slug=validation.slug(draft.slug, errors),
        title=errors.line("title", draft.title, 200),
        description=errors.text("description", draft.description, DESCRIPTION_LIMIT),
        notes=tuple(errors.line(f"notes.{i}", one, SLUG_LENGTH) for i, one in enumerate(notes)),
        **named,
    )
    if not cleaned.title:
        errors["title"].append(_("This is missing."))
    if sum(map(bool, (cleaned.material, cleaned.topic, cleaned.notes))) != 1:
        message = _("A deck holds the notes of a text, of a topic, or chosen notes: name one.")
        errors["material"].append(message)
    if len(set(cleaned.notes)) < len(cleaned.notes):
        errors["notes"].append(_("A note is listed twice."))
    errors.raise_if_any()
    return cleaned


def _cleaned(draft: NoteDraft, errors: FieldErrors) -> NoteDraft:
    anchors = draft.anchors if errors.at_most("anchors", draft.anchors, ANCHORS_LIMIT) else ()
    for index, anchor in enumerate(anchors):
        if anchor.option is not None:
            errors[f"anchors.{index}.option"].append(_("A note has no options."))
    return replace(
        draft,
        slug=validation.slug(draft.slug, errors) if draft.slug else "",
        fields=_fields(draft, errors),
        anchors=tuple(validation.anchor(i, one, (), errors) for i, one in enumerate(anchors)),
        tags=validation.tags(draft.tags, errors),
        caution=errors.text("caution", draft.caution, LINE_LIMIT),
        waivers=validation.waivers(draft.waivers, errors),
        guid=errors.line("guid", draft.guid, NAME_LENGTH),
        external_id=errors.line("external_id", draft.external_id, NAME_LENGTH),
    )


def _fields(draft: NoteDraft, errors: FieldErrors) -> dict[str, str]:
    """Return the fields of the note's kind, in their order; an empty `extra` is left out."""
    kind = kinds.KINDS.get(draft.kind) if isinstance(draft.kind, str) else None
    if kind is None:
        message = _("The kind is one of: %(kinds)s.") % {"kinds": ", ".join(kinds.KINDS)}
        errors["kind"].append(message)
        return {}
    for name in draft.fields:
        if name not in kind.fields:
            place = f"fields.{str(name)[:40]}"
            errors[place].append(_("A note of this kind has no such field."))
    found = {
        name: errors.text(f"fields.{name}", draft.fields.get(name, ""), FIELD_LIMIT)
        for name in kind.fields
    }
    for name in kind.required:
        if not found[name].strip() and not errors.get(f"fields.{name}"):
            errors[f"fields.{name}"].append(_("This is missing."))
    return {name: text for name, text in found.items() if text or name in kind.required}
