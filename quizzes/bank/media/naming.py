"""Which media the texts of a question name, and whether its bank has them."""

from __future__ import annotations

from collections.abc import Iterator

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from quizzes.bank import schema
from quizzes.bank.drafts import QuestionDraft
from quizzes.bank.media.models import Media
from quizzes.bank.models import QuestionBank
from quizzes.material import markup


def media_of(bank: QuestionBank, draft: QuestionDraft) -> list[Media]:
    """Return the media of the bank that a draft names; no query where it names none.

    Raises:
        ValidationError: by place: a name that the bank does not have, or one without words, which
            whoever cannot see or hear it would need.
    """
    named = list(_named(draft))
    if not named:
        return []
    found = {one.name: one for one in bank.media.filter(name__in={name for _p, name, _w in named})}
    errors: dict[str, list[str]] = {}
    for place, name, words in named:
        if name not in found:
            message = _("This bank has no picture or sound called “%(name)s”.")
            errors.setdefault(place, []).append(message % {"name": name[:80]})
        elif not words:
            message = _("Say in words what “%(name)s” shows: ![what it shows](media:%(name)s)")
            errors.setdefault(place, []).append(message % {"name": name})
    if errors:
        raise ValidationError(errors)
    return list(found.values())


def names_in(draft: QuestionDraft) -> set[str]:
    return {name for _place, name, _words in _named(draft)}


def _named(draft: QuestionDraft) -> Iterator[tuple[str, str, str]]:
    texts = [(one.name, getattr(draft, one.name)) for one in schema.MARKDOWN]
    for number, option in enumerate(draft.options):
        texts.append((f"options.{number}.text", option.text))
        texts.append((f"options.{number}.rationale", option.rationale))
    for place, text in texts:
        for name, words in markup.media_named(text):
            yield place, name, words
