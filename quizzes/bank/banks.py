"""Making and changing banks and their topics."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from quizzes.bank.field_errors import FieldErrors
from quizzes.bank.models import QuestionBank, Topic

if TYPE_CHECKING:
    from accounts.models import User

DESCRIPTION_LIMIT = 5_000
TOPICS_LIMIT = 200


@dataclass(frozen=True, slots=True)
class TopicValues:
    """A topic by its slug; `parent` is the slug of the topic above it, "" for none."""

    slug: str
    title: str
    parent: str = ""


@transaction.atomic
def create_bank(
    *,
    owner: User,
    slug: str,
    title: str,
    now: datetime,
    description: str = "",
    licence: str = "",
    use: str = "both",
    topics: Sequence[TopicValues] = (),
) -> QuestionBank:
    """Add a bank of the owner's. Raises ValidationError, PermissionDenied."""
    if not owner.is_educator:
        raise PermissionDenied
    bank = QuestionBank(slug=slug, created_at=now)
    _write(bank, {"title": title, "description": description, "licence": licence, "use": use})
    bank.owners.add(owner)
    change_topics(bank=bank, topics=topics)
    return bank


@transaction.atomic
def change_bank(
    *, bank: QuestionBank, by: User, topics: Sequence[TopicValues] = (), **values: str
) -> QuestionBank:
    """Change title, description, licence or use, and add or change topics.

    Raises: ValidationError; PermissionDenied unless the bank is owned by them.
    """
    if not QuestionBank.objects.owned_by(by).filter(pk=bank.pk).exists():
        raise PermissionDenied
    bank = QuestionBank.objects.select_for_update().get(pk=bank.pk)
    _write(bank, values)
    change_topics(bank=bank, topics=topics)
    return bank


def _write(bank: QuestionBank, values: dict[str, Any]) -> None:
    errors = FieldErrors()
    for name, value in values.items():
        if name == "description":
            value = errors.text(name, value, DESCRIPTION_LIMIT)
        elif name in ("title", "licence"):
            value = errors.line(name, value, 200)
        elif name != "use":
            raise ValueError(name)
        setattr(bank, name, value)
    errors.raise_if_any()
    bank.full_clean()
    bank.save()


def change_topics(*, bank: QuestionBank, topics: Sequence[TopicValues]) -> None:
    """Add or change topics in the order given; a parent stands before its children.

    The caller has locked the bank and asked for the right. Raises ValidationError.
    """
    errors = FieldErrors()
    known = {topic.slug: topic for topic in bank.topics.select_related("parent")}
    above = {slug: topic.parent.slug if topic.parent else "" for slug, topic in known.items()}
    last = max((topic.position for topic in known.values()), default=0)
    for index, values in enumerate(topics):
        place = f"topics.{index}"
        topic = known.get(values.slug)
        if topic is None:
            last += 1
            topic = Topic(bank=bank, slug=values.slug, position=last)
        topic.title = errors.line(f"{place}.title", values.title, 120)
        topic.parent = known.get(values.parent) if values.parent else None
        if values.parent and topic.parent is None:
            errors[f"{place}.parent"].append(_("There is no such topic before this one."))
        above[values.slug] = values.parent
        if _is_in_circle(values.slug, above):
            errors[f"{place}.parent"].append(_("Topics are nested in a circle."))
        errors.raise_if_any()
        try:
            topic.full_clean()
        except ValidationError as error:
            raise ValidationError(
                {f"{place}.{name}": found for name, found in error.message_dict.items()}
            ) from error
        topic.save()
        known[topic.slug] = topic


def _is_in_circle(slug: str, above: Mapping[str, str]) -> bool:
    """Whether a topic comes again among those above it; `above` names the parent of each."""
    seen = {slug}
    while slug := above.get(slug, ""):
        if slug in seen:
            return True
        seen.add(slug)
    return False
