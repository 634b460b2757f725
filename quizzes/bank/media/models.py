"""A picture or a sound of a bank. Its bytes never change: another file is another row."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from quizzes.bank.models import QuestionBank, QuestionVersion

if TYPE_CHECKING:
    from accounts.models import User


class MediaKind(models.TextChoices):
    IMAGE = "image", _("picture")
    AUDIO = "audio", _("sound")


class MediaQuerySet(models.QuerySet["Media"]):
    def editable_by(self, user: User) -> MediaQuerySet:
        """Media of the banks whose questions the user may change."""
        return self.filter(bank__in=QuestionBank.objects.editable_by(user).values("pk"))


class Media(models.Model):
    """`name` is how questions call it, `token` how browsers do: nobody guesses it.

    The file stands in MEDIA_ROOT under its token and suffix.
    """

    bank = models.ForeignKey(QuestionBank, on_delete=models.PROTECT, related_name="media")
    name = models.SlugField(_("name"), max_length=80)
    token = models.CharField(max_length=32, unique=True, editable=False)
    kind = models.CharField(_("kind"), max_length=8, choices=MediaKind)
    suffix = models.CharField(max_length=4, editable=False)
    size = models.PositiveIntegerField(_("bytes"))
    width = models.PositiveIntegerField(_("width"), null=True)
    height = models.PositiveIntegerField(_("height"), null=True)
    seconds = models.PositiveIntegerField(_("seconds"), null=True)
    sha256 = models.CharField(max_length=64, editable=False)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField(_("uploaded"))
    versions = models.ManyToManyField(QuestionVersion, related_name="media", blank=True)

    objects = MediaQuerySet.as_manager()

    class Meta:
        verbose_name = _("picture or sound")
        verbose_name_plural = _("pictures and sounds")
        ordering = ["bank", "name"]
        constraints = [
            models.UniqueConstraint(fields=["bank", "name"], name="media_name_once_a_bank")
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("quizzes:media", args=[self.file_name])

    @property
    def file_name(self) -> str:
        return f"{self.token}.{self.suffix}"
