"""Notes, the cards made of them, the decks they stand in, and what anchors them to the text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from quizzes.bank.models import AnchorRole, Question, QuestionBank, Tag, Topic
from quizzes.cards import kinds
from quizzes.material.models import Edition, Passage, Source

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User


def studied_banks(user: User | AnonymousUser) -> models.Q:
    """Return the banks whose cards the user may study; authors also meet their own."""
    if not user.is_authenticated:
        return models.Q(pk__in=[])
    banks = models.Q(pk__in=QuestionBank.objects.open_for_practice().values("pk"))
    if user.is_staff:
        banks |= models.Q(pk__in=QuestionBank.objects.editable_by(user).values("pk"))
    return banks


class NoteQuerySet(models.QuerySet["Note"]):
    def editable_by(self, user: User) -> NoteQuerySet:
        """Notes the user may change: those of banks they own or share."""
        return self.filter(bank__in=QuestionBank.objects.editable_by(user).values("pk"))

    def in_use(self) -> NoteQuerySet:
        return self.filter(retired_at__isnull=True, paused_at__isnull=True)

    def visible_to(self, user: User | AnonymousUser) -> NoteQuerySet:
        """Notes in use that the user may study: never those of banks kept for exams."""
        banks = QuestionBank.objects.filter(studied_banks(user)).values("pk")
        texts = Source.objects.visible_to(user).published().values("pk")
        return self.in_use().filter(
            models.Q(source__isnull=True) | models.Q(source__in=texts), bank__in=banks
        )


class Note(models.Model):
    """One fact as it was written; its cards ask for it.

    `slug` is its name in addresses and our files, `guid` the one it keeps for good, in any system:
    whatever text it came with, else the first slug. `source` is the text of its first anchor.
    """

    bank = models.ForeignKey(
        QuestionBank, verbose_name=_("bank"), on_delete=models.PROTECT, related_name="notes"
    )
    slug = models.SlugField(_("slug"), max_length=80)
    guid = models.CharField(_("lasting name"), max_length=255)
    external_id = models.CharField(_("name in another system"), max_length=255, blank=True)
    # What an import could not represent, word for word, so that an export can give it back.
    source_blob = models.JSONField(null=True, blank=True, editable=False)
    kind = models.CharField(_("kind"), max_length=20, choices=kinds.choices)
    fields = models.JSONField(_("fields"), default=dict)
    topic = models.ForeignKey(
        Topic,
        verbose_name=_("topic"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="notes",
    )
    tags = models.ManyToManyField(Tag, verbose_name=_("tags"), blank=True, related_name="notes")
    source = models.ForeignKey(
        Source,
        verbose_name=_("text"),
        null=True,
        blank=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="notes",
    )
    extra_html = models.TextField(editable=False, blank=True)
    caution = models.TextField(
        _("caution"),
        blank=True,
        help_text=_("Where the source goes beyond what is established, in one sentence."),
    )
    caution_html = models.TextField(editable=False, blank=True)
    waivers = models.JSONField(_("waivers"), default=list, blank=True)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("author"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="authored_notes",
    )
    created_at = models.DateTimeField(_("created"), default=timezone.now, editable=False)
    changed_at = models.DateTimeField(_("changed"), default=timezone.now, editable=False)
    # The text changed under it: its cards are not asked until its author has written it anew.
    paused_at = models.DateTimeField(_("paused"), null=True, blank=True, editable=False)
    retired_at = models.DateTimeField(_("retired"), null=True, blank=True, editable=False)

    objects = NoteQuerySet.as_manager()

    class Meta:
        verbose_name = _("note")
        verbose_name_plural = _("notes")
        ordering = ["bank", "slug"]
        constraints = [
            models.UniqueConstraint(fields=["bank", "slug"], name="note_slug_once_a_bank"),
            models.UniqueConstraint(fields=["bank", "guid"], name="note_guid_once_a_bank"),
        ]

    def __str__(self) -> str:
        return self.slug


class CardQuerySet(models.QuerySet["Card"]):
    def visible_to(self, user: User | AnonymousUser) -> CardQuerySet:
        """Cards in use of notes that the user may study."""
        return self.filter(
            retired_at__isnull=True, note__in=Note.objects.visible_to(user).values("pk")
        )


class Card(models.Model):
    """What is asked of a note, from one side, or a question that is studied as a card.

    A card that its note no longer makes is retired, not deleted: should the note make it again, it
    is the same card, with all that was learned of it. `plain` is what a search looks through. The
    sides of a question's card are those of the version that is asked, so they are not stored here.

    `home_deck` is where its settings come from, whatever other decks it is in: see home_decks.py.
    """

    note = models.ForeignKey(
        Note, null=True, blank=True, on_delete=models.CASCADE, related_name="cards"
    )
    question = models.OneToOneField(
        Question, null=True, blank=True, on_delete=models.CASCADE, related_name="card"
    )
    home_deck = models.ForeignKey("Deck", on_delete=models.PROTECT, related_name="home_cards")
    ordinal = models.PositiveSmallIntegerField(_("number in the note"), default=0)
    front_html = models.TextField(editable=False, blank=True)
    back_html = models.TextField(editable=False, blank=True)
    plain = models.TextField(editable=False, blank=True)
    retired_at = models.DateTimeField(_("retired"), null=True, blank=True, editable=False)

    objects = CardQuerySet.as_manager()

    class Meta:
        verbose_name = _("card")
        verbose_name_plural = _("cards")
        ordering = ["note", "ordinal"]
        constraints = [
            models.UniqueConstraint(fields=["note", "ordinal"], name="card_ordinal_once_a_note"),
            models.CheckConstraint(
                condition=models.Q(note__isnull=False, question__isnull=True)
                | models.Q(note__isnull=True, question__isnull=False, ordinal=0),
                name="card_of_a_note_or_of_a_question",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.note or self.question}, {self.ordinal + 1}"


class CardAnchor(models.Model):
    """What ties a note to the words it was drawn from. `start` counts characters of the plain text.

    Stands on one edition of the text, and is moved along when a new one is published.
    """

    note = models.ForeignKey(Note, on_delete=models.CASCADE, related_name="anchors")
    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="card_anchors")
    passage = models.ForeignKey(Passage, on_delete=models.PROTECT, related_name="card_anchors")
    quote = models.TextField(_("quote"))
    prefix = models.CharField(_("prefix"), max_length=64, blank=True)
    suffix = models.CharField(_("suffix"), max_length=64, blank=True)
    start = models.PositiveIntegerField(_("start"))
    role = models.CharField(
        _("role"), max_length=10, choices=AnchorRole, default=AnchorRole.SUPPORTS
    )

    class Meta:
        verbose_name = _("anchor of a note")
        verbose_name_plural = _("anchors of notes")
        ordering = ["note", "pk"]

    def __str__(self) -> str:
        return f"{self.role}: {self.quote[:60]}"


class DeckQuerySet(models.QuerySet["Deck"]):
    def editable_by(self, user: User) -> DeckQuerySet:
        return self.authored().filter(bank__in=QuestionBank.objects.editable_by(user).values("pk"))

    def visible_to(self, user: User | AnonymousUser) -> DeckQuerySet:
        """Written decks of banks the user may study, never of those kept for exams."""
        banks = QuestionBank.objects.filter(studied_banks(user)).values("pk")
        texts = Source.objects.visible_to(user).published().values("pk")
        return self.authored().filter(
            models.Q(source__isnull=True) | models.Q(source__in=texts), bank__in=banks
        )

    def authored(self) -> DeckQuerySet:
        """Decks that somebody wrote; those made as homes of cards are in no list and no file."""
        return self.filter(automatic=False)


class Deck(models.Model):
    """Cards that are studied together: those of a text, those of a topic, or of chosen notes.

    A deck of a text or a topic is a rule, so that it is never behind what the bank holds. An
    automatic one was made as the home of cards that no written deck takes: those of a text, or the
    bank's "Other".
    """

    bank = models.ForeignKey(
        QuestionBank, verbose_name=_("bank"), on_delete=models.PROTECT, related_name="decks"
    )
    slug = models.SlugField(_("slug"), max_length=80, unique=True)
    title = models.CharField(_("title"), max_length=200)
    description = models.TextField(_("description"), blank=True)
    source = models.ForeignKey(
        Source,
        verbose_name=_("every note of this text"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="decks",
    )
    topic = models.ForeignKey(
        Topic,
        verbose_name=_("every note of this topic"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="decks",
    )
    automatic = models.BooleanField(_("made by itself"), default=False, editable=False)
    created_at = models.DateTimeField(_("created"), default=timezone.now, editable=False)

    objects = DeckQuerySet.as_manager()

    class Meta:
        verbose_name = _("deck")
        verbose_name_plural = _("decks")
        ordering = ["title", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(source__isnull=True) | models.Q(topic__isnull=True),
                name="deck_of_a_text_or_a_topic",
            ),
            models.CheckConstraint(
                condition=models.Q(automatic=False) | models.Q(topic__isnull=True),
                name="deck_made_by_itself_is_of_no_topic",
            ),
            models.UniqueConstraint(
                fields=["bank", "source"],
                condition=models.Q(automatic=True, source__isnull=False),
                name="deck_made_by_itself_once_a_text",
            ),
            models.UniqueConstraint(
                fields=["bank"],
                condition=models.Q(automatic=True, source__isnull=True),
                name="deck_of_other_cards_once_a_bank",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("quizzes:deck", args=[self.slug])

    def notes(self) -> NoteQuerySet:
        """Return the notes in this deck, whoever asks; narrow them with visible_to()."""
        notes = Note.objects.filter(bank=self.bank_id)
        if self.source_id is not None:
            return notes.filter(source=self.source_id)
        if self.topic_id is not None:
            return notes.filter(topic__in=Topic.objects.within(self.topic_id).values("pk"))
        if self.automatic:
            return notes.filter(pk__in=self.home_cards.values("note"))
        return notes.filter(pk__in=self.chosen.values("note"))


class DeckNote(models.Model):
    """A note chosen for a deck, in its place."""

    deck = models.ForeignKey(Deck, on_delete=models.CASCADE, related_name="chosen")
    note = models.ForeignKey(Note, on_delete=models.CASCADE, related_name="chosen_by")
    position = models.PositiveIntegerField(_("position"))

    class Meta:
        verbose_name = _("chosen note")
        verbose_name_plural = _("chosen notes")
        ordering = ["deck", "position"]
        constraints = [
            models.UniqueConstraint(fields=["deck", "note"], name="note_once_a_deck"),
        ]

    def __str__(self) -> str:
        return f"{self.deck}: {self.note}"
