"""What was loaded from a folder, so that loading again never overwrites what was changed here."""

from __future__ import annotations

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class LoadedItem(models.Model):
    """The state in which a folder last left one object.

    An object that no longer hashes to `content_hash` was changed on the site.
    """

    collection = models.CharField(_("collection"), max_length=80)
    kind = models.CharField(_("kind"), max_length=20)
    key = models.CharField(_("key"), max_length=200)
    content_hash = models.CharField(_("hash of the content"), max_length=64)
    loaded_at = models.DateTimeField(_("loaded"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("loaded item")
        verbose_name_plural = _("loaded items")
        ordering = ["collection", "kind", "key"]
        constraints = [
            models.UniqueConstraint(
                fields=["collection", "kind", "key"], name="loaded_item_once_a_collection"
            )
        ]

    def __str__(self) -> str:
        return f"{self.collection}: {self.kind} {self.key}"
