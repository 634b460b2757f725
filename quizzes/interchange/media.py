"""Pictures and sounds of a folder, loaded before the questions that name them."""

from __future__ import annotations

import hashlib
from datetime import datetime

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from quizzes.bank.media.models import Media
from quizzes.bank.media.processing import process
from quizzes.bank.media.services import add_media, path_of
from quizzes.bank.models import QuestionBank
from quizzes.interchange.collection import Item, Line, MediaDraft
from quizzes.interchange.report_lines import line_of, sentences


class MediaLoad:
    """One load's media. Rows can be rolled back, files cannot: `tidy` removes those left alone."""

    def __init__(self, bank: QuestionBank, now: datetime) -> None:
        self.bank = bank
        self.now = now
        self.stored = {one.name: one for one in bank.media.all()}
        self.added: list[Media] = []

    def load(self, item: Item[MediaDraft]) -> Line:
        draft = item.value
        try:
            here = self.stored.get(draft.name)
            if here is None:
                name, content = draft.name, draft.content
                made = add_media(bank=self.bank, name=name, content=content, by=None, now=self.now)
                self.added.append(made)
                return line_of("media", item, "imported")
            # An export holds what was stored; a folder written by hand what was uploaded.
            if here.sha256 in (_hash(draft.content), _hash(process(draft.content).content)):
                return line_of("media", item, "unchanged")
        except ValidationError as error:
            return line_of("media", item, "refused", sentences(error))
        reason = _("The bank has another file of this name. A new file needs a new name.")
        return line_of("media", item, "refused", reason)

    def tidy(self) -> None:
        """Remove the files of rows that were not kept; call it after the transaction."""
        kept = set(
            Media.objects.filter(pk__in=[one.pk for one in self.added]).values_list("pk", flat=True)
        )
        for one in self.added:
            if one.pk not in kept:
                path_of(one).unlink(missing_ok=True)


def drafts_of_media(bank: QuestionBank) -> list[MediaDraft]:
    """Return what versions of questions in use name, as stored."""
    used = bank.media.filter(versions__question__retired_at=None).distinct().order_by("name")
    return [MediaDraft(one.name, one.suffix, path_of(one).read_bytes()) for one in used]


def _hash(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
