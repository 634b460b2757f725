"""What several texts say about one thing, and how their claims relate to each other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from quizzes.bank.models import Question, QuestionBank, Topic
from quizzes.material.models import Edition, Passage

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User


class Relation(models.TextChoices):
    AGREE = "agree", _("agree")
    SCOPE = "scope", _("differ in scope")
    CONTRADICT = "contradict", _("contradict")


class ConcordanceLinkQuerySet(models.QuerySet["ConcordanceLink"]):
    def editable_by(self, user: User) -> ConcordanceLinkQuerySet:
        return self.filter(bank__in=QuestionBank.objects.editable_by(user).values("pk"))

    def visible_to(self, user: User | AnonymousUser) -> ConcordanceLinkQuerySet:
        """Links of banks open for practice; authors also meet those of their own banks."""
        if not user.is_authenticated:
            return self.none()
        banks = models.Q(bank__in=QuestionBank.objects.open_for_practice().values("pk"))
        if user.is_staff:
            banks |= models.Q(bank__in=QuestionBank.objects.editable_by(user).values("pk"))
        return self.filter(banks, paused_at__isnull=True)


class ConcordanceLink(models.Model):
    """Claims of several texts on one point. `note` says what a careful reader makes of them."""

    bank = models.ForeignKey(
        QuestionBank,
        verbose_name=_("bank"),
        on_delete=models.PROTECT,
        related_name="concordance_links",
    )
    slug = models.SlugField(_("slug"), max_length=80)
    title = models.CharField(_("title"), max_length=200)
    topic = models.ForeignKey(
        Topic,
        verbose_name=_("topic"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="concordance_links",
    )
    relation = models.CharField(_("the texts"), max_length=10, choices=Relation)
    note = models.TextField(_("note"), blank=True)
    note_html = models.TextField(editable=False, blank=True)
    position = models.PositiveIntegerField(_("position"), default=0)
    questions = models.ManyToManyField(
        Question, verbose_name=_("questions about it"), blank=True, related_name="concordance_links"
    )
    created_at = models.DateTimeField(_("created"), default=timezone.now, editable=False)
    # A text changed what it claims: the link is not shown until its author has written it again.
    paused_at = models.DateTimeField(_("paused"), null=True, blank=True, editable=False)

    objects = ConcordanceLinkQuerySet.as_manager()

    class Meta:
        verbose_name = _("concordance")
        verbose_name_plural = _("concordance")
        ordering = ["bank", "position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["bank", "slug"], name="concordance_link_slug_once_a_bank"
            )
        ]

    def __str__(self) -> str:
        return self.title


class Claim(models.Model):
    """What one text says on the point of a link, in our words, with the words it says it in.

    `start` counts characters of the passage's plain text.
    """

    link = models.ForeignKey(ConcordanceLink, on_delete=models.CASCADE, related_name="claims")
    position = models.PositiveSmallIntegerField(_("position"))
    says = models.CharField(_("says"), max_length=400)
    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="claims")
    passage = models.ForeignKey(Passage, on_delete=models.PROTECT, related_name="claims")
    quote = models.TextField(_("quote"))
    prefix = models.CharField(_("prefix"), max_length=64, blank=True)
    suffix = models.CharField(_("suffix"), max_length=64, blank=True)
    start = models.PositiveIntegerField(_("start"))

    class Meta:
        verbose_name = _("claim")
        verbose_name_plural = _("claims")
        ordering = ["link", "position"]
        constraints = [
            models.UniqueConstraint(fields=["link", "position"], name="claim_position_once_a_link")
        ]

    def __str__(self) -> str:
        return self.says
