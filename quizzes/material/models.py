"""Documents: a source, its fixed texts, and the passages that questions hang on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User


class Audience(models.TextChoices):
    PUBLIC = "public", _("everyone, signed in or not")
    SIGNED_IN = "signed_in", _("everyone signed in")


class SourceQuerySet(models.QuerySet["Source"]):
    def published(self) -> SourceQuerySet:
        return self.filter(edition__isnull=False)

    def editable_by(self, user: User) -> SourceQuerySet:
        """Sources the user may change: their own and shared ones, or all for an admin."""
        if not user.is_authenticated or not user.is_educator:
            return self.none()
        if user.is_admin:
            return self
        mine = models.Q(owner=user) | models.Q(
            pk__in=Source.editors.through.objects.filter(user=user).values("source")
        )
        return self.filter(mine)

    def visible_to(self, user: User | AnonymousUser) -> SourceQuerySet:
        """Published sources for their audience; what is not published only for its editors."""
        if not user.is_authenticated:
            return self.published().filter(audience=Audience.PUBLIC)
        if not user.is_staff:
            return self.published()
        return self.filter(
            models.Q(edition__isnull=False)
            | models.Q(pk__in=Source.objects.editable_by(user).values("pk"))
        )


class Source(models.Model):
    """A document. Its text stands in editions; `edition` is the one that readers see."""

    slug = models.SlugField(_("slug"), max_length=80, unique=True)
    title = models.CharField(_("title"), max_length=200)
    summary = models.CharField(_("summary"), max_length=400, blank=True)
    authors = models.CharField(_("authors"), max_length=300, blank=True)
    publisher = models.CharField(_("publisher"), max_length=200, blank=True)
    date = models.CharField(_("date"), max_length=40, blank=True)
    url = models.CharField(_("address"), max_length=500, blank=True)
    licence = models.CharField(_("licence"), max_length=100, blank=True)
    language = models.CharField(_("language"), max_length=12, default="en")
    drawn_from = models.TextField(
        _("drawn from"), blank=True, help_text=_("The document this study text was drawn from.")
    )
    audience = models.CharField(
        _("audience"), max_length=12, choices=Audience, default=Audience.SIGNED_IN
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("owner"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="owned_sources",
    )
    editors = models.ManyToManyField(
        settings.AUTH_USER_MODEL,
        verbose_name=_("editors"),
        blank=True,
        related_name="edited_sources",
    )
    edition = models.ForeignKey(
        "Edition",
        verbose_name=_("published edition"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    created_at = models.DateTimeField(_("created"), default=timezone.now, editable=False)

    objects = SourceQuerySet.as_manager()

    class Meta:
        verbose_name = _("source")
        verbose_name_plural = _("sources")
        ordering = ["title"]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("quizzes:read", args=[self.slug])


class Edition(models.Model):
    """One fixed text of a source; a new text is a new edition, never an edit."""

    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="editions")
    number = models.PositiveIntegerField(_("number"))
    checksum = models.CharField(_("checksum of the text"), max_length=64)
    created_at = models.DateTimeField(_("created"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("edition")
        verbose_name_plural = _("editions")
        ordering = ["source", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["source", "number"], name="edition_number_once_a_source"
            )
        ]

    def __str__(self) -> str:
        return f"{self.source}, {self.number}"


class Section(models.Model):
    """A heading with what stands below it; headings form a tree."""

    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="sections")
    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.CASCADE, related_name="children"
    )
    position = models.PositiveIntegerField(_("position"))
    level = models.PositiveSmallIntegerField(_("level"), default=2)
    title = models.CharField(_("title"), max_length=200)
    slug = models.SlugField(_("slug"), max_length=80)

    class Meta:
        verbose_name = _("section")
        verbose_name_plural = _("sections")
        ordering = ["edition", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["edition", "position"], name="section_position_once_an_edition"
            )
        ]

    def __str__(self) -> str:
        return self.title


class Passage(models.Model):
    """The smallest addressable stretch of a text: a paragraph or a list item.

    `key` lasts across editions; `text` is Markdown, `plain` what a reader sees of it, which is what
    quotes and positions of anchors refer to, and `html` the sanitised rendering of `text`.
    """

    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="passages")
    section = models.ForeignKey(
        Section, null=True, blank=True, on_delete=models.CASCADE, related_name="passages"
    )
    key = models.SlugField(_("key"), max_length=80)
    position = models.PositiveIntegerField(_("position"))
    text = models.TextField(_("text"))
    plain = models.TextField(_("plain text"))
    html = models.TextField(_("rendered text"))
    drawn_from = models.CharField(_("drawn from"), max_length=300, blank=True)
    is_list_item = models.BooleanField(_("list item"), default=False)

    class Meta:
        verbose_name = _("passage")
        verbose_name_plural = _("passages")
        ordering = ["edition", "position"]
        constraints = [
            models.UniqueConstraint(fields=["edition", "key"], name="passage_key_once_an_edition"),
            models.UniqueConstraint(
                fields=["edition", "position"], name="passage_position_once_an_edition"
            ),
        ]

    def __str__(self) -> str:
        return f"¶{self.position} {self.plain[:60]}"
