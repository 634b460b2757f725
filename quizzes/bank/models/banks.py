"""Banks, and what sorts the questions and notes in them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import connections, models
from django.db.models.expressions import RawSQL
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User


class Use(models.TextChoices):
    PRACTICE = "practice", _("practice")
    EXAM = "exam", _("exams only")
    BOTH = "both", _("practice and exams")


class BankKind(models.TextChoices):
    COURSE = "course", _("course")
    PERSONAL = "personal", _("personal")


class QuestionBankQuerySet(models.QuerySet["QuestionBank"]):
    def editable_by(self, user: User) -> QuestionBankQuerySet:
        """Banks whose questions the user may change: own and shared ones, or all for an admin."""
        if not user.is_authenticated or not user.is_educator:
            return self.none()
        if user.is_admin:
            return self
        owned = QuestionBank.owners.through.objects.filter(user=user).values("questionbank")
        shared = QuestionBank.editors.through.objects.filter(user=user).values("questionbank")
        return self.filter(models.Q(pk__in=owned) | models.Q(pk__in=shared))

    def owned_by(self, user: User) -> QuestionBankQuerySet:
        """Banks the user may share, rename or delete."""
        if not user.is_authenticated or not user.is_educator:
            return self.none()
        if user.is_admin:
            return self
        owned = QuestionBank.owners.through.objects.filter(user=user).values("questionbank")
        return self.filter(pk__in=owned)

    visible_to = editable_by

    def open_for_practice(self) -> QuestionBankQuerySet:
        """Banks whose questions may be shown beside the text: never those kept for exams."""
        return self.exclude(use=Use.EXAM)


class CourseBanks(models.Manager.from_queryset(QuestionBankQuerySet)):  # type: ignore[misc]
    """The banks that anybody but a single learner may see: personal ones are in no query."""

    def get_queryset(self) -> QuestionBankQuerySet:
        return QuestionBankQuerySet(self.model, using=self._db).filter(kind=BankKind.COURSE)

    def owned_personally(self, user: User | AnonymousUser) -> QuestionBankQuerySet:
        """Return the personal banks of this user, whatever the role: the only way to them."""
        personal = QuestionBankQuerySet(self.model, using=self._db).filter(kind=BankKind.PERSONAL)
        return personal.filter(owner=user.pk) if user.is_authenticated else personal.none()


class QuestionBank(models.Model):
    """A collection of questions and notes: of a course, shared by educators, or one learner's own.

    A personal bank has an `owner` and nobody else ever sees it; a course's has `owners`.
    """

    slug = models.SlugField(_("slug"), max_length=80, unique=True)
    title = models.CharField(_("title"), max_length=200)
    description = models.TextField(_("description"), blank=True)
    licence = models.CharField(_("licence"), max_length=100, blank=True)
    use = models.CharField(
        _("use"),
        max_length=10,
        choices=Use,
        default=Use.BOTH,
        help_text=_(
            "Questions kept for exams appear nowhere until the last quiz using them has closed."
        ),
    )
    kind = models.CharField(
        _("kind"), max_length=10, choices=BankKind, default=BankKind.COURSE, editable=False
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("owner of a personal bank"),
        null=True,
        blank=True,
        editable=False,
        on_delete=models.CASCADE,
        related_name="personal_banks",
    )
    owners = models.ManyToManyField(
        settings.AUTH_USER_MODEL, verbose_name=_("owners"), related_name="owned_banks", blank=True
    )
    editors = models.ManyToManyField(
        settings.AUTH_USER_MODEL,
        verbose_name=_("editors"),
        related_name="edited_banks",
        blank=True,
        help_text=_("May write and change questions, but not share or delete the bank."),
    )
    created_at = models.DateTimeField(_("created"), default=timezone.now, editable=False)
    # Counts every change of what its questions ask, so that what was counted of them is known to be
    # out of date; see locks.py:note_change.
    changes = models.BigIntegerField(default=0, editable=False)

    objects = CourseBanks()

    class Meta:
        verbose_name = _("question bank")
        verbose_name_plural = _("question banks")
        ordering = ["title"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kind=BankKind.COURSE, owner__isnull=True)
                | models.Q(kind=BankKind.PERSONAL, owner__isnull=False),
                name="bank_personal_has_an_owner",
            )
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_personal(self) -> bool:
        return self.kind == BankKind.PERSONAL


# Pairs of a topic and each topic below it, itself included. UNION drops what was already found, so
# that a circle of topics, should there ever be one, ends.
_WITHIN = """
    WITH RECURSIVE within(root, id) AS (
        SELECT id, id FROM quizzes_topic WHERE id IN ({roots})
        UNION
        SELECT within.root, quizzes_topic.id
        FROM quizzes_topic JOIN within ON quizzes_topic.parent_id = within.id
    )
    SELECT {columns} FROM within
"""


class TopicQuerySet(models.QuerySet["Topic"]):
    def within(self, *topics: Topic | int) -> TopicQuerySet:
        """Topics at or below any of these, at any depth."""
        if not topics:
            return self.none()
        return self.filter(pk__in=RawSQL(*_within("id", topics)))  # noqa: S611


class Topics(models.Manager.from_queryset(TopicQuerySet)):  # type: ignore[misc]
    def members(self, topics: Iterable[Topic | int]) -> dict[int, frozenset[int]]:
        """Return by each of these topics the topics within it, by id; one query."""
        found: dict[int, set[int]] = {_id(topic): set() for topic in topics}
        if not found:
            return {}
        with connections[self.db].cursor() as cursor:
            cursor.execute(*_within("root, id", found))
            for root, topic in cursor.fetchall():
                found[root].add(topic)
        return {root: frozenset(members) for root, members in found.items()}


def _within(columns: str, topics: Iterable[Topic | int]) -> tuple[str, list[int]]:
    ids = sorted({_id(topic) for topic in topics})
    return _WITHIN.format(roots=", ".join(["%s"] * len(ids)), columns=columns), ids


def _id(topic: Topic | int) -> int:
    return topic if isinstance(topic, int) else topic.pk


class Topic(models.Model):
    """A subject within a bank; topics form a tree of any depth.

    What narrows by a topic takes everything within it: `Topic.objects.within(topic)`.
    """

    bank = models.ForeignKey(QuestionBank, on_delete=models.CASCADE, related_name="topics")
    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.CASCADE, related_name="children"
    )
    slug = models.SlugField(_("slug"), max_length=80)
    title = models.CharField(_("title"), max_length=120)
    position = models.PositiveIntegerField(_("position"), default=0)

    objects = Topics()

    class Meta:
        verbose_name = _("topic")
        verbose_name_plural = _("topics")
        ordering = ["bank", "position", "title"]
        constraints = [
            models.UniqueConstraint(fields=["bank", "slug"], name="topic_slug_once_a_bank")
        ]

    def __str__(self) -> str:
        return self.title


class Tag(models.Model):
    """A free word an educator hangs on questions to find them again."""

    bank = models.ForeignKey(QuestionBank, on_delete=models.CASCADE, related_name="tags")
    name = models.CharField(_("name"), max_length=60)

    class Meta:
        verbose_name = _("tag")
        verbose_name_plural = _("tags")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["bank", "name"], name="tag_name_once_a_bank")
        ]

    def __str__(self) -> str:
        return self.name
