"""A document that is being imported: what was proposed, and what its owner chose so far."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from quizzes.material.models import Source

if TYPE_CHECKING:
    from accounts.models import User


class ImportProposalQuerySet(models.QuerySet["ImportProposal"]):
    def visible_to(self, user: User) -> ImportProposalQuerySet:
        """Those of the user alone: a file that is not yet imported is nobody else's business."""
        return self.filter(owner=user) if user.is_educator else self.none()

    def editable_by(self, user: User) -> ImportProposalQuerySet:
        return self.visible_to(user)

    def open_at(self, now: datetime) -> ImportProposalQuerySet:
        return self.filter(expires_at__gt=now)


class ImportProposal(models.Model):
    """A file as read, with what is proposed for each of its lines (`proposal`, see propose.py).

    `front` holds what the owner says of the document; `edition_of` is the source whose next edition
    it is to be, `source` the text it became.
    """

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("owner"),
        on_delete=models.CASCADE,
        related_name="import_proposals",
    )
    file_name = models.CharField(_("file"), max_length=200)
    format = models.CharField(_("format"), max_length=8)
    proposal = models.JSONField(_("proposal"))
    front = models.JSONField(_("about the document"), default=dict)
    edition_of = models.ForeignKey(
        Source,
        verbose_name=_("a new edition of"),
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="+",
    )
    source = models.ForeignKey(
        Source,
        verbose_name=_("source"),
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="+",
    )
    created_at = models.DateTimeField(_("created"))
    expires_at = models.DateTimeField(_("expires"))

    objects = ImportProposalQuerySet.as_manager()

    class Meta:
        verbose_name = _("document being imported")
        verbose_name_plural = _("documents being imported")
        ordering = ["-created_at", "-pk"]

    def __str__(self) -> str:
        return self.file_name
