"""A quiz, its slots, and who may see it when."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from quizzes.assessments.review_options import default_review
from quizzes.bank.models import (
    Level,
    Question,
    QuestionBank,
    QuestionVersion,
    Topic,
    VersionState,
    in_use,
)
from quizzes.material.models import Source

if TYPE_CHECKING:
    from accounts.models import User


class Mode(models.TextChoices):
    PRACTICE = "practice", _("practice")
    HOMEWORK = "homework", _("homework")
    EXAM = "exam", _("exam")


class Behaviour(models.TextChoices):
    DEFERRED = "deferred", _("graded at the end")
    IMMEDIATE = "immediate", _("checked question by question")
    INTERACTIVE = "interactive", _("several tries with hints")


class GradingMethod(models.TextChoices):
    HIGHEST = "highest", _("best attempt")
    AVERAGE = "average", _("average of attempts")
    FIRST = "first", _("first attempt")
    LAST = "last", _("last attempt")


class QuizState(models.TextChoices):
    DRAFT = "draft", _("draft")
    PUBLISHED = "published", _("published")
    ARCHIVED = "archived", _("archived")


class QuizAudience(models.TextChoices):
    EVERYONE = "everyone", _("everyone signed in")
    ASSIGNED = "assigned", _("only those it is assigned to")


class QuizQuerySet(models.QuerySet["Quiz"]):
    def published(self) -> QuizQuerySet:
        return self.filter(state=QuizState.PUBLISHED)

    def editable_by(self, user: User) -> QuizQuerySet:
        """Quizzes that the user may change and whose attempts they may see."""
        if not user.is_authenticated or not user.is_educator:
            return self.none()
        if user.is_admin:
            return self.filter(reader_source=None)
        shared = Quiz.editors.through.objects.filter(user=user).values("quiz")
        return self.filter(models.Q(owner=user) | models.Q(pk__in=shared), reader_source=None)

    def visible_to(self, user: User) -> QuizQuerySet:
        """Published quizzes for everyone; drafts only for those who may change them."""
        if not user.is_authenticated:
            return self.none()
        open_to_all = models.Q(
            state=QuizState.PUBLISHED, audience=QuizAudience.EVERYONE, reader_source=None
        )
        if not user.is_staff:
            return self.filter(open_to_all)
        return self.filter(
            open_to_all | models.Q(pk__in=Quiz.objects.editable_by(user).values("pk"))
        )

    def open_at(self, now: datetime) -> QuizQuerySet:
        return self.published().filter(
            models.Q(opens_at__isnull=True) | models.Q(opens_at__lte=now),
            models.Q(closes_at__isnull=True) | models.Q(closes_at__gt=now),
        )


class Quiz(models.Model):
    """A quiz. One with `reader_source` holds the answers given in the reader next to that text: it
    has no slots, is in no list and cannot be started."""

    slug = models.SlugField(_("slug"), max_length=80, unique=True)
    title = models.CharField(_("title"), max_length=200)
    description = models.TextField(_("description"), blank=True)
    description_html = models.TextField(editable=False, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=QuizState, default=QuizState.DRAFT)
    audience = models.CharField(
        _("audience"), max_length=10, choices=QuizAudience, default=QuizAudience.EVERYONE
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("owner"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="owned_quizzes",
    )
    editors = models.ManyToManyField(
        settings.AUTH_USER_MODEL,
        verbose_name=_("editors"),
        blank=True,
        related_name="edited_quizzes",
    )
    mode = models.CharField(_("mode"), max_length=10, choices=Mode, default=Mode.PRACTICE)
    behaviour = models.CharField(
        _("behaviour"), max_length=12, choices=Behaviour, default=Behaviour.IMMEDIATE
    )
    review = models.JSONField(_("review options"), default=default_review)
    ask_confidence = models.BooleanField(_("ask how sure the student is"), default=True)
    opens_at = models.DateTimeField(_("opens"), null=True, blank=True)
    closes_at = models.DateTimeField(_("closes"), null=True, blank=True)
    time_limit_s = models.PositiveIntegerField(
        _("time limit in seconds"),
        null=True,
        blank=True,
        validators=[MinValueValidator(10), MaxValueValidator(7 * 24 * 3600)],
    )
    attempts_allowed = models.PositiveSmallIntegerField(
        _("attempts allowed"), default=0, help_text=_("0 for no limit.")
    )
    grading_method = models.CharField(
        _("what counts"), max_length=10, choices=GradingMethod, default=GradingMethod.HIGHEST
    )
    shuffle_questions = models.BooleanField(_("shuffle the questions"), default=False)
    shuffle_options = models.BooleanField(_("shuffle the options"), default=True)
    pass_mark = models.DecimalField(
        _("pass mark in percent"),
        max_digits=5,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(Decimal(0)), MaxValueValidator(Decimal(100))],
    )
    reader_source = models.OneToOneField(
        Source,
        verbose_name=_("text of the reader"),
        null=True,
        blank=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="reader_quiz",
    )
    created_at = models.DateTimeField(_("created"), default=timezone.now, editable=False)

    objects = QuizQuerySet.as_manager()

    class Meta:
        verbose_name = _("quiz")
        verbose_name_plural = _("quizzes")
        ordering = ["title"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(opens_at__isnull=True)
                | models.Q(closes_at__isnull=True)
                | models.Q(opens_at__lt=models.F("closes_at")),
                name="quiz_opens_before_it_closes",
            ),
            models.CheckConstraint(
                condition=models.Q(pass_mark__isnull=True)
                | (models.Q(pass_mark__gte=0) & models.Q(pass_mark__lte=100)),
                name="quiz_pass_mark_from_0_to_100",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        if self.reader_source is not None:
            return self.reader_source.get_absolute_url()
        return reverse("quizzes:quiz", args=[self.slug])

    @property
    def revision(self) -> QuizRevision | None:
        """The newest revision, which new attempts use."""
        return self.revisions.order_by("-number").first()

    @property
    def slots(self) -> SlotQuerySet:
        return Slot.objects.of_quiz(self.pk)


class QuizRevision(models.Model):
    """What a quiz asks. Its slots can change until the first attempt; then a new one is made."""

    quiz = models.ForeignKey(Quiz, on_delete=models.CASCADE, related_name="revisions")
    number = models.PositiveIntegerField(_("number"))
    frozen_at = models.DateTimeField(_("frozen"), null=True, blank=True)
    created_at = models.DateTimeField(_("created"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("revision of a quiz")
        verbose_name_plural = _("revisions of quizzes")
        ordering = ["quiz", "number"]
        constraints = [
            models.UniqueConstraint(fields=["quiz", "number"], name="revision_number_once_a_quiz")
        ]

    def __str__(self) -> str:
        return f"{self.quiz} {self.number}"


class SlotQuerySet(models.QuerySet["Slot"]):
    def current(self) -> SlotQuerySet:
        """Slots of the newest revision of each quiz."""
        newer = QuizRevision.objects.filter(
            quiz=models.OuterRef("revision__quiz"), number__gt=models.OuterRef("revision__number")
        )
        return self.filter(~models.Exists(newer))

    def of_quiz(self, quiz: int) -> SlotQuerySet:
        """Slots of the newest revision of this quiz."""
        return self.current().filter(revision__quiz=quiz)

    def asked(self) -> SlotQuerySet:
        """Slots that are filled: draws, and questions that may be asked (`Question.objects.ready`).
        One that is retired or paused leaves its slot empty, pinned to a version or not."""
        ready = QuestionVersion.objects.filter(
            question=models.OuterRef("question"), state=VersionState.READY
        )
        pinned_or_ready = models.Q(version__isnull=False) | models.Exists(ready)
        return self.filter(models.Q(question=None) | in_use("question") & pinned_or_ready)


class Slot(models.Model):
    """A slot of a quiz: a fixed question, or one drawn at random when an attempt starts."""

    revision = models.ForeignKey(QuizRevision, on_delete=models.CASCADE, related_name="slots")
    position = models.PositiveSmallIntegerField(_("position"))
    max_mark = models.DecimalField(
        _("marks"),
        max_digits=10,
        decimal_places=5,
        default=Decimal(1),
        validators=[MinValueValidator(Decimal(0)), MaxValueValidator(Decimal(1000))],
    )
    question = models.ForeignKey(
        Question,
        verbose_name=_("question"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="slots",
    )
    version = models.ForeignKey(
        QuestionVersion,
        verbose_name=_("version"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="slots",
        help_text=_("Leave empty to ask the newest version that is ready."),
    )
    draw_bank = models.ForeignKey(
        QuestionBank,
        verbose_name=_("draw from bank"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    draw_topic = models.ForeignKey(
        Topic,
        verbose_name=_("of topic"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    draw_level = models.CharField(_("at level"), max_length=16, choices=Level, blank=True)

    objects = SlotQuerySet.as_manager()

    class Meta:
        verbose_name = _("slot")
        verbose_name_plural = _("slots")
        ordering = ["revision", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["revision", "position"], name="slot_position_once_a_revision"
            ),
            models.CheckConstraint(
                condition=models.Q(question__isnull=False, draw_bank__isnull=True)
                | models.Q(question__isnull=True, draw_bank__isnull=False),
                name="slot_is_fixed_or_drawn",
            ),
            models.CheckConstraint(
                condition=models.Q(max_mark__gte=0), name="slot_max_mark_not_negative"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.revision} {self.position}"
