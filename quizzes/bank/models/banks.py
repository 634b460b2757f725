"""Banks, and what sorts the questions and notes in them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from accounts.models import User


class Use(models.TextChoices):
    PRACTICE = "practice", _("practice")
    EXAM = "exam", _("exams only")
    BOTH = "both", _("practice and exams")


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


class QuestionBank(models.Model):
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
    # out of date; see home.py:note_change.
    changes = models.BigIntegerField(default=0, editable=False)

    objects = QuestionBankQuerySet.as_manager()

    class Meta:
        verbose_name = _("question bank")
        verbose_name_plural = _("question banks")
        ordering = ["title"]

    def __str__(self) -> str:
        return self.title


class Topic(models.Model):
    """A subject within a bank; topics form a tree."""

    bank = models.ForeignKey(QuestionBank, on_delete=models.CASCADE, related_name="topics")
    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.CASCADE, related_name="children"
    )
    slug = models.SlugField(_("slug"), max_length=80)
    title = models.CharField(_("title"), max_length=120)
    position = models.PositiveIntegerField(_("position"), default=0)

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
