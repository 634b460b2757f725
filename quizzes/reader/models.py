"""What a reader keeps of a text: the reader's own highlights and notes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from quizzes.material.models import Edition, Source

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User


class AnnotationKind(models.TextChoices):
    """Told apart by the pattern under the words, by its name, and by colour last."""

    HIGHLIGHT = "highlight", _("Highlight")
    IMPORTANT = "important", _("Important")
    UNCLEAR = "unclear", _("Not clear to me")


class AnnotationQuerySet(models.QuerySet["Annotation"]):
    def visible_to(self, user: User | AnonymousUser) -> AnnotationQuerySet:
        """One's own; nobody else ever reads them, staff included."""
        return self.filter(user=user) if user.is_authenticated else self.none()


class Annotation(models.Model):
    """A reader's own highlight or note on words of a passage, or on all of it.

    It belongs to the passage's key, which lasts across editions; the words are found again by the
    quote with what stood round it. An empty quote means the whole passage.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="annotations"
    )
    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="annotations")
    edition = models.ForeignKey(
        Edition, null=True, on_delete=models.SET_NULL, related_name="annotations"
    )
    passage_key = models.SlugField(_("passage"), max_length=80)
    quote = models.TextField(_("quote"), blank=True)
    prefix = models.CharField(_("prefix"), max_length=64, blank=True)
    suffix = models.CharField(_("suffix"), max_length=64, blank=True)
    start = models.PositiveIntegerField(_("start"), default=0)
    kind = models.CharField(
        _("kind"), max_length=10, choices=AnnotationKind, default=AnnotationKind.HIGHLIGHT
    )
    note = models.TextField(_("note"), blank=True)
    created_at = models.DateTimeField(_("created"))
    changed_at = models.DateTimeField(_("changed"))

    objects = AnnotationQuerySet.as_manager()

    class Meta:
        verbose_name = _("note of a reader")
        verbose_name_plural = _("notes of readers")
        ordering = ["source", "passage_key", "start", "pk"]
        indexes = [models.Index(fields=["user", "source"], name="annotation_of_a_reader")]

    def __str__(self) -> str:
        return f"{self.passage_key}: {(self.note or self.quote)[:60]}"
