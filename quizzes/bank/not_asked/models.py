"""Passages that are deliberately not asked, each with the reason."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from quizzes.material.models import Source

if TYPE_CHECKING:
    from accounts.models import User

REASON_LENGTH = 400


class NotAskedQuerySet(models.QuerySet["NotAsked"]):
    def editable_by(self, user: User) -> NotAskedQuerySet:
        """Marks on the texts that the user may change."""
        return self.filter(source__in=Source.objects.editable_by(user).values("pk"))


class NotAsked(models.Model):
    """A mark on a passage, by its key: it lasts from one edition of the text to the next."""

    source = models.ForeignKey(
        Source, verbose_name=_("source"), on_delete=models.CASCADE, related_name="not_asked"
    )
    key = models.SlugField(_("passage"), max_length=80)
    reason = models.CharField(_("reason"), max_length=REASON_LENGTH)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("author"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    created_at = models.DateTimeField(_("created"), default=timezone.now, editable=False)

    objects = NotAskedQuerySet.as_manager()

    class Meta:
        verbose_name = _("passage not asked")
        verbose_name_plural = _("coverage")
        ordering = ["source", "key"]
        constraints = [
            models.UniqueConstraint(fields=["source", "key"], name="not_asked_once_a_passage")
        ]

    def __str__(self) -> str:
        return f"{self.key}: {self.reason[:60]}"
