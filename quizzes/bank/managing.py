"""Managing a bank: who shares it, the tree of its topics, the names of its tags."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import ProtectedError
from django.utils.translation import gettext as _

from quizzes.bank.banks import TOPICS_LIMIT, TopicValues, change_topics
from quizzes.bank.errors import BankWithoutOwner
from quizzes.bank.field_errors import FieldErrors
from quizzes.bank.models import QuestionBank, Tag, Topic
from quizzes.bank.validation import TAG_LENGTH

if TYPE_CHECKING:
    from accounts.models import User


@transaction.atomic
def set_people(
    *, bank: QuestionBank, owners: Collection[User], editors: Collection[User], by: User
) -> None:
    """Say who owns a bank and who may write in it.

    Raises:
        PermissionDenied: the bank is not owned by them.
        BankWithoutOwner: nobody would be left to share it. ValidationError: not an educator.
    """
    if not QuestionBank.objects.owned_by(by).filter(pk=bank.pk).exists():
        raise PermissionDenied
    bank = QuestionBank.objects.select_for_update().get(pk=bank.pk)
    if not owners and not by.is_admin:
        raise BankWithoutOwner
    for user in (*owners, *editors):
        if not user.is_educator:
            raise ValidationError(
                {"people": [_("“%(user)s” is not an educator.") % {"user": user.login}]}
            )
    bank.owners.set(owners)
    bank.editors.set(set(editors) - set(owners))


@transaction.atomic
def arrange_topics(*, bank: QuestionBank, by: User, topics: Sequence[TopicValues]) -> None:
    """Bring the topics of a bank to those given, in this order; questions of others lose theirs.

    Raises:
        ValidationError: sentences by place, for instance "topics.2.title"; also where a quiz draws
            from a topic that would go. PermissionDenied: not a bank of theirs.
    """
    bank = _locked(bank, by)
    if len(topics) > TOPICS_LIMIT:
        raise ValidationError({"topics": [_("At most %(n)d.") % {"n": TOPICS_LIMIT}]})
    slugs = [values.slug for values in topics]
    for index, slug in enumerate(slugs):
        if slug in slugs[:index]:
            raise ValidationError({f"topics.{index}.slug": [_("This slug occurs twice.")]})
    for topic in bank.topics.exclude(slug__in=slugs):
        _remove(topic, keep=slugs)
    change_topics(bank=bank, topics=topics)
    places = {slug: place for place, slug in enumerate(slugs, 1)}
    rows = list(bank.topics.all())
    for topic in rows:
        topic.position = places[topic.slug]
    Topic.objects.bulk_update(rows, ["position"])


@transaction.atomic
def rename_tags(*, bank: QuestionBank, by: User, names: Mapping[int, str]) -> None:
    """Rename tags by id, "" removes one; a name that is taken joins the two.

    Raises: ValidationError, PermissionDenied.
    """
    bank = _locked(bank, by)
    errors = FieldErrors()
    for tag in bank.tags.filter(pk__in=names):
        name = errors.line(f"tags.{tag.pk}", names[tag.pk], TAG_LENGTH)
        errors.raise_if_any()
        other = bank.tags.filter(name=name).exclude(pk=tag.pk).first() if name else None
        if other is not None:
            _join(tag, other)
        if other is not None or not name:
            tag.delete()
        elif name != tag.name:
            Tag.objects.filter(pk=tag.pk).update(name=name)


def _join(tag: Tag, other: Tag) -> None:
    """Hang `other` on whatever carries `tag`: questions, and what subjects above may tag."""
    for relation in Tag._meta.related_objects:
        if relation.many_to_many:
            name = str(relation.get_accessor_name())
            getattr(other, name).add(*getattr(tag, name).all())


def _locked(bank: QuestionBank, by: User) -> QuestionBank:
    if not QuestionBank.objects.editable_by(by).filter(pk=bank.pk).exists():
        raise PermissionDenied
    return QuestionBank.objects.select_for_update().get(pk=bank.pk)


def _remove(topic: Topic, *, keep: Collection[str]) -> None:
    """Delete a topic; those below it that stay move up first."""
    topic.children.filter(slug__in=keep).update(parent=topic.parent_id)
    try:
        with transaction.atomic():
            topic.delete()
    except ProtectedError:
        message = _("A quiz or a deck draws from the topic “%(topic)s”, so it cannot be removed.")
        raise ValidationError({"topics": [message % {"topic": topic.title}]}) from None
