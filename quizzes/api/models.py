"""What the API itself must remember."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class IdempotencyKey(models.Model):
    """The reply to a call that a client may repeat, because it did not hear the answer.

    The row and what the call changed are written in one transaction, so that one cannot be there
    without the other. `status` is null only while that transaction runs.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="idempotency_keys"
    )
    key = models.CharField(_("key"), max_length=255)
    digest = models.CharField(_("hash of method, path and body"), max_length=64)
    status = models.PositiveSmallIntegerField(_("status"), null=True)
    reply = models.TextField(_("reply"), blank=True)
    created_at = models.DateTimeField(_("created"), db_index=True)

    objects: models.Manager[IdempotencyKey] = models.Manager()

    class Meta:
        verbose_name = _("idempotency key")
        verbose_name_plural = _("idempotency keys")
        constraints = [
            models.UniqueConstraint(fields=["user", "key"], name="idempotency_key_once_a_user")
        ]

    def __str__(self) -> str:
        return self.key
