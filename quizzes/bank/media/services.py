"""Storing and removing the media of a bank."""

from __future__ import annotations

import hashlib
import os
import secrets
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.validators import validate_slug
from django.db import transaction
from django.utils.translation import gettext as _

from quizzes.bank.media.models import Media
from quizzes.bank.media.processing import UPLOAD_LIMIT as UPLOAD_LIMIT
from quizzes.bank.media.processing import process
from quizzes.bank.models import QuestionBank
from quizzes.material.markup import Shown

if TYPE_CHECKING:
    from accounts.models import User

A_BANK = 500
NAME_LENGTH = 80


def add_media(
    *, bank: QuestionBank, name: str, content: bytes, by: User | None, now: datetime
) -> Media:
    """Store a file made anew under a name of the bank.

    `by` is None only where the operator loads a folder.

    Raises:
        ValidationError: by field, "name" or "file".
        PermissionDenied: the user may not write in this bank.
    """
    if by is not None and not QuestionBank.objects.editable_by(by).filter(pk=bank.pk).exists():
        raise PermissionDenied
    try:
        validate_slug(name)
        made = process(content)
    except ValidationError as error:
        place = "name" if error.code == "invalid" else "file"
        raise ValidationError({place: error.messages}) from error
    if len(name) > NAME_LENGTH:
        raise ValidationError({"name": _("At most %(n)d characters.") % {"n": NAME_LENGTH}})
    media = Media(
        bank=bank,
        name=name,
        token=secrets.token_hex(16),
        kind=made.kind,
        suffix=made.suffix,
        size=len(made.content),
        width=made.width,
        height=made.height,
        seconds=made.seconds,
        sha256=hashlib.sha256(made.content).hexdigest(),
        uploaded_by=by,
        created_at=now,
    )
    path = path_of(media)
    _write(path, made.content)
    try:
        with transaction.atomic():
            QuestionBank.objects.select_for_update(no_key=True).get(pk=bank.pk)
            if bank.media.filter(name=name).exists():
                raise ValidationError({"name": _("This bank already has a file of this name.")})
            if bank.media.count() >= A_BANK:
                raise ValidationError(
                    {"file": _("A bank holds at most %(n)d files.") % {"n": A_BANK}}
                )
            media.save(force_insert=True)
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    return media


def remove_media(*, media: Media) -> None:
    """Remove a file that no version of a question names.

    Raises:
        ValidationError: one does.
    """
    with transaction.atomic():
        QuestionBank.objects.select_for_update(no_key=True).get(pk=media.bank_id)
        if media.versions.exists():
            raise ValidationError(_("A question uses it."))
        path = path_of(media)
        media.delete()
        transaction.on_commit(lambda: path.unlink(missing_ok=True))


def path_of(media: Media) -> Path:
    return Path(settings.MEDIA_ROOT) / media.file_name


def shown(media: Iterable[Media]) -> dict[str, Shown]:
    """Return how each is written into a page, by its name."""
    return {
        one.name: Shown(one.get_absolute_url(), one.kind == "audio", one.width, one.height)
        for one in media
    }


def shown_of(bank: QuestionBank | None, names: Iterable[str]) -> dict[str, Shown]:
    """Return those of the names that the bank has; no query where nothing is named."""
    wanted = set(names)
    return shown(bank.media.filter(name__in=wanted)) if bank and wanted else {}


def _write(path: Path, content: bytes) -> None:
    """Write the file whole or not at all; it lasts before its row does."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    partial = path.with_suffix(".part")
    with partial.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    partial.replace(path)
