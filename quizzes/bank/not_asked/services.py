"""Marking passages that are deliberately not asked."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from quizzes.bank.drafts import NotAskedDraft
from quizzes.bank.field_errors import FieldErrors
from quizzes.bank.not_asked.models import REASON_LENGTH, NotAsked
from quizzes.material.models import Passage, Source

if TYPE_CHECKING:
    from accounts.models import User


@transaction.atomic
def mark_not_asked(*, draft: NotAskedDraft, by: User | None, now: datetime) -> NotAsked:
    """Say why a passage of the published text is not asked, or say it anew.

    `by` is None where the operator loads a folder: then nobody's rights are asked.

    Raises:
        ValidationError: sentences by place. PermissionDenied: not a text of theirs.
    """
    errors = FieldErrors()
    reason = errors.line("reason", draft.reason, REASON_LENGTH)
    if not reason:
        errors["reason"].append(_("Say why this passage is not asked."))
    source = _source(draft.material, by)
    published = source.edition_id if source else None
    if not Passage.objects.filter(edition=published, key=draft.passage).exists():
        message = _("There is no passage “%(passage)s” in “%(material)s”.")
        facts = {"passage": draft.passage, "material": draft.material}
        errors["passage"].append(message % facts)
    errors.raise_if_any()
    mark, _made = NotAsked.objects.update_or_create(
        source=source,
        key=draft.passage,
        defaults={"reason": reason, "author": by, "created_at": now},
    )
    return mark


@transaction.atomic
def clear_not_asked(*, material: str, passage: str, by: User) -> None:
    """Take the mark from a passage, if it has one. Raises PermissionDenied."""
    NotAsked.objects.filter(source=_source(material, by), key=passage).delete()


def _source(slug: str, by: User | None) -> Source | None:
    """Return the text with its row locked; None, where a folder names one that is not there."""
    rows = Source.objects.all() if by is None else Source.objects.editable_by(by)
    source = rows.select_for_update(of=("self",)).filter(slug=slug).first()
    if source is None and by is not None:
        raise PermissionDenied
    return source
