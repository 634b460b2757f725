"""Questions: lasting identities, immutable versions, and what anchors them to the text."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from quizzes.bank.models.banks import QuestionBank, Tag, Topic
from quizzes.bank.schema import Level
from quizzes.material.models import Edition, Passage
from quizzes.question_types import registry

if TYPE_CHECKING:
    from accounts.models import User


def in_use(question: str = "") -> models.Q:
    """Return the condition that a question is neither retired nor paused; every list, count, draw
    and slot that asks questions has it from here.

    Args:
        question: the lookup that leads to the question, "" in a query of questions.
    """
    path = f"{question}__" if question else ""
    return models.Q(**{f"{path}retired_at": None, f"{path}paused_at": None})


class QuestionQuerySet(models.QuerySet["Question"]):
    def visible_to(self, user: User) -> QuestionQuerySet:
        """Questions the user may author. Students meet them only in attempts and the reader."""
        return self.filter(bank__in=QuestionBank.objects.editable_by(user))

    def editable_by(self, user: User) -> QuestionQuerySet:
        return self.visible_to(user)

    def ready(self) -> QuestionQuerySet:
        """Questions that may be asked: in use, with a version that is ready."""
        return self.filter(
            in_use(),
            pk__in=QuestionVersion.objects.filter(state=VersionState.READY).values("question"),
        )

    def kept(self) -> QuestionQuerySet:
        """Questions of the bank, those not retired."""
        return self.filter(retired_at=None)


class Question(models.Model):
    """Lasting identity of a question; what is asked stands in its versions."""

    bank = models.ForeignKey(QuestionBank, on_delete=models.PROTECT, related_name="questions")
    type = models.CharField(_("type"), max_length=40, choices=registry.choices)
    slug = models.SlugField(_("slug"), max_length=80)
    title = models.CharField(
        _("title"),
        max_length=200,
        blank=True,
        help_text=_("For lists of authors. Left empty, the first words of the question."),
    )
    external_id = models.CharField(
        _("name in another system"),
        max_length=255,
        blank=True,
        help_text=_("By which a system it came from, or goes to, knows the question."),
    )
    # What an import could not represent, word for word, so that an export can give it back.
    source_blob = models.JSONField(null=True, blank=True, editable=False)
    topic = models.ForeignKey(
        Topic,
        verbose_name=_("topic"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="questions",
    )
    level = models.CharField(_("level"), max_length=16, choices=Level, default=Level.RECALL)
    tags = models.ManyToManyField(Tag, verbose_name=_("tags"), blank=True, related_name="questions")
    waivers = models.JSONField(
        _("waivers"),
        default=list,
        blank=True,
        help_text=_("Findings of the linter that were reviewed and waived, with the reason."),
    )
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("author"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="authored_questions",
    )
    created_at = models.DateTimeField(_("created"), default=timezone.now, editable=False)
    retired_at = models.DateTimeField(_("retired"), null=True, blank=True, editable=False)
    # The statement it rests on has changed: not asked until a new version is ready.
    paused_at = models.DateTimeField(_("paused"), null=True, blank=True, editable=False)

    objects = QuestionQuerySet.as_manager()

    class Meta:
        verbose_name = _("question")
        verbose_name_plural = _("questions")
        ordering = ["bank", "slug"]
        constraints = [
            models.UniqueConstraint(fields=["bank", "slug"], name="question_slug_once_a_bank")
        ]

    def __str__(self) -> str:
        return self.slug


class VersionState(models.TextChoices):
    DRAFT = "draft", _("draft")
    IN_REVIEW = "in_review", _("in review")
    READY = "ready", _("ready")
    RETIRED = "retired", _("retired")


# Ready is the door: whoever has gone through it may have been answered and never changes again.
READ_ONLY_STATES = (VersionState.READY, VersionState.RETIRED)


class QuestionVersion(models.Model):
    """One wording. Once it was ready it is never changed: a change is a new version.

    Of the versions in state ready the one with the highest number is asked.
    """

    question = models.ForeignKey(Question, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField(_("number"))
    state = models.CharField(
        _("state"), max_length=10, choices=VersionState, default=VersionState.DRAFT
    )
    learning_objective = models.TextField(_("learning objective"), blank=True, default="")
    stem = models.TextField(_("stem"))
    stem_html = models.TextField(editable=False)
    params = models.JSONField(_("settings of the type"), default=dict, blank=True)
    explanation = models.TextField(_("explanation"), blank=True)
    explanation_html = models.TextField(editable=False, blank=True)
    caution = models.TextField(
        _("caution"),
        blank=True,
        help_text=_("Where the source goes beyond what is established, in one sentence."),
    )
    caution_html = models.TextField(editable=False, blank=True)
    hints = models.JSONField(_("hints"), default=list, blank=True)
    penalty = models.DecimalField(
        _("penalty for each wrong try"),
        max_digits=8,
        decimal_places=7,
        default=Decimal("0.3333333"),
        validators=[MinValueValidator(Decimal(0)), MaxValueValidator(Decimal(1))],
    )
    new_fact = models.BooleanField(
        _("the right answer changed"),
        default=False,
        help_text=_("Tick when the fact itself has changed, so that what was learned starts over."),
    )
    change_note = models.CharField(_("what changed"), max_length=200, blank=True)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("author"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    created_at = models.DateTimeField(_("created"), default=timezone.now, editable=False)
    # The newest correction of its key. Whoever grades reads it while sharing a lock on this row.
    correction = models.ForeignKey(
        "quizzes.KeyCorrection",
        null=True,
        blank=True,
        editable=False,
        on_delete=models.SET_NULL,
        related_name="+",
    )

    class Meta:
        verbose_name = _("question version")
        verbose_name_plural = _("question versions")
        ordering = ["question", "-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["question", "number"], name="version_number_once_a_question"
            ),
            models.CheckConstraint(
                condition=models.Q(penalty__gte=0) & models.Q(penalty__lte=1),
                name="version_penalty_from_0_to_1",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.question} v{self.number}"

    @property
    def is_read_only(self) -> bool:
        """Whether it was ever ready, so that it may have been asked."""
        return self.state in READ_ONLY_STATES


class Option(models.Model):
    """A choice, or an accepted text, with what it is worth and why."""

    version = models.ForeignKey(QuestionVersion, on_delete=models.CASCADE, related_name="options")
    position = models.PositiveSmallIntegerField(_("position"))
    text = models.TextField(_("text"))
    text_html = models.TextField(editable=False)
    fraction = models.DecimalField(
        _("fraction"),
        max_digits=8,
        decimal_places=7,
        default=Decimal(0),
        validators=[MinValueValidator(Decimal(-1)), MaxValueValidator(Decimal(1))],
        help_text=_("1 for a right answer, 0 for a wrong one."),
    )
    rationale = models.TextField(
        _("rationale"),
        blank=True,
        help_text=_("One sentence: why right, or which confusion it is."),
    )
    rationale_html = models.TextField(editable=False, blank=True)
    pinned = models.BooleanField(_("keeps its place when shuffled"), default=False)

    class Meta:
        verbose_name = _("option")
        verbose_name_plural = _("options")
        ordering = ["version", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["version", "position"], name="option_position_once_a_version"
            ),
            models.CheckConstraint(
                condition=models.Q(fraction__gte=-1) & models.Q(fraction__lte=1),
                name="option_fraction_from_minus_1_to_1",
            ),
        ]

    def __str__(self) -> str:
        return self.text[:60]


class AnchorRole(models.TextChoices):
    SUPPORTS = "supports", _("supports")
    REFUTES = "refutes", _("refutes")


class QuestionAnchor(models.Model):
    """What ties a version, or one of its options, to the words that settle it.

    Stands outside the version's immutable content, so that a new edition of the text can be
    anchored without making a new version. `start` counts characters of `Passage.plain`.
    """

    version = models.ForeignKey(QuestionVersion, on_delete=models.CASCADE, related_name="anchors")
    option = models.ForeignKey(
        Option, null=True, blank=True, on_delete=models.CASCADE, related_name="anchors"
    )
    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="anchors")
    passage = models.ForeignKey(Passage, on_delete=models.PROTECT, related_name="anchors")
    quote = models.TextField(_("quote"))
    prefix = models.CharField(_("prefix"), max_length=64, blank=True)
    suffix = models.CharField(_("suffix"), max_length=64, blank=True)
    start = models.PositiveIntegerField(_("start"))
    role = models.CharField(
        _("role"), max_length=10, choices=AnchorRole, default=AnchorRole.SUPPORTS
    )

    class Meta:
        verbose_name = _("anchor")
        verbose_name_plural = _("anchors")
        ordering = ["version", "pk"]

    def __str__(self) -> str:
        return f"{self.role}: {self.quote[:60]}"
