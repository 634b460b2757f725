"""Documents: a source, its fixed texts, and the passages that questions hang on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

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


class EditionState(models.TextChoices):
    DRAFT = "draft", _("draft")
    PUBLISHED = "published", _("published")


class Edition(models.Model):
    """One fixed text of a source; a new text is a new edition, never an edit.

    A draft waits for people to decide about quotes that it no longer says as they were.
    """

    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="editions")
    number = models.PositiveIntegerField(_("number"))
    state = models.CharField(
        _("state"), max_length=10, choices=EditionState, default=EditionState.PUBLISHED
    )
    checksum = models.CharField(_("checksum of the text"), max_length=64)
    created_at = models.DateTimeField(_("created"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("edition")
        verbose_name_plural = _("editions")
        ordering = ["source", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["source", "number"], name="edition_number_once_a_source"
            ),
            models.UniqueConstraint(
                fields=["source"],
                condition=models.Q(state=EditionState.DRAFT),
                name="one_draft_edition_a_source",
            ),
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


class Decision(models.TextChoices):
    ACCEPTED = "accepted", _("the proposed words")
    PICKED = "picked", _("other words")
    DROPPED = "dropped", _("no longer quoted")
    CHANGED = "changed", _("the statement changed")


class AnchorReview(models.Model):
    """A quote in use that cannot be moved to a draft edition unseen; a person decides.

    `holder`, `anchor` and `item` name the row of another subject (see hooks.Holder). `passage`,
    `start` and `words` are the place proposed or picked in the new text, none where it is lost.
    """

    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="reviews")
    anchor_owner = models.CharField(max_length=20)
    anchor = models.PositiveBigIntegerField()
    item = models.PositiveBigIntegerField()
    name = models.CharField(max_length=200)
    old_passage = models.ForeignKey(Passage, on_delete=models.CASCADE, related_name="+")
    old_start = models.PositiveIntegerField()
    old_words = models.TextField()
    outcome = models.CharField(max_length=10)
    reasons = models.JSONField(default=list)
    passage = models.ForeignKey(Passage, null=True, on_delete=models.CASCADE, related_name="+")
    start = models.PositiveIntegerField(null=True)
    words = models.TextField(blank=True)
    decision = models.CharField(_("decision"), max_length=10, choices=Decision, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    decided_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("quote to decide about")
        verbose_name_plural = _("quotes to decide about")
        ordering = ["edition", "old_passage__position", "old_start", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["edition", "anchor_owner", "anchor"], name="one_review_an_anchor"
            )
        ]

    def __str__(self) -> str:
        return f"{self.name}: {self.old_words[:60]}"

    SAME = ("old_passage_id", "old_start", "old_words", "passage_id", "start", "words")

    @property
    def sameness(self) -> dict[str, Any]:
        """What two quotes share that can be decided about as one: their words, and what is
        proposed for them.
        """
        return {name: getattr(self, name) for name in self.SAME}


class StatementChange(models.Model):
    """A statement that a published edition says otherwise, told to those who learned the old one.

    `passage_key` is where it stood, `after` what is said there now, empty where nothing is.
    """

    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="changes")
    passage_key = models.SlugField(max_length=80)
    before = models.TextField()
    after = models.TextField(blank=True)
    anchor_owner = models.CharField(max_length=20)
    item = models.PositiveBigIntegerField()
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    seen_by = models.ManyToManyField(settings.AUTH_USER_MODEL, related_name="+", blank=True)

    class Meta:
        verbose_name = _("changed statement")
        verbose_name_plural = _("changed statements")
        ordering = ["edition", "pk"]
        indexes = [models.Index(fields=["anchor_owner", "item"], name="changes_of_an_item")]

    def __str__(self) -> str:
        return self.before[:60]
