"""Notes: listed, written with their cards beside the form, retired and restored."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.html import escape, format_html, format_html_join
from django.utils.safestring import mark_safe
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from accounts.models import User
from accounts.queries import user_of
from quizzes.bank.admin import filters
from quizzes.bank.admin.anchor_formset import initial_rows
from quizzes.bank.admin.anchored import AnchoredAdmin, QuotesInline, quoted
from quizzes.bank.admin.banked import BankedForm, TopicChoice
from quizzes.bank.admin.forms import area
from quizzes.bank.validation import LINE_LIMIT, NAME_LENGTH, SLUG_LENGTH
from quizzes.cards import kinds, services
from quizzes.cards.cloze import Sides
from quizzes.cards.drafts import NoteDraft
from quizzes.cards.models import CardAnchor, Note
from quizzes.cards.stored_drafts import note_drafts
from quizzes.cards.validation import FIELD_LIMIT

SHOWN_TAGS = 200
EXCERPT = 110


def _side(label: Any, rows: int, help_text: Any) -> forms.CharField:
    return forms.CharField(
        label=label,
        required=False,
        strip=False,
        max_length=FIELD_LIMIT,
        widget=area(rows),
        help_text=help_text,
    )


class NoteForm(BankedForm):
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=kinds.choices)
    front = _side(
        gettext_lazy("Front"), 3, gettext_lazy("A cue that admits one answer, of one fact.")
    )
    back = _side(gettext_lazy("Back"), 3, gettext_lazy("The answer, in a few words."))
    text = _side(
        gettext_lazy("Text with gaps"),
        4,
        gettext_lazy(
            "One sentence. {{c1::word}} hides a key word, {{c1::word::hint}} shows a hint in "
            "its place; c1, c2, … make a card each."
        ),
    )
    extra = _side(gettext_lazy("Extra"), 2, gettext_lazy("Shown below the answer."))
    caution = forms.CharField(
        label=gettext_lazy("Read with care"),
        required=False,
        strip=False,
        max_length=LINE_LIMIT,
        widget=area(2),
        help_text=gettext_lazy(
            "Where the source claims more than is established, in one sentence."
        ),
    )
    topic = TopicChoice(label=gettext_lazy("Topic"), empty_label=gettext_lazy("No topic"))
    tags = forms.CharField(label=gettext_lazy("Tags"), required=False, max_length=1_300)
    slug = forms.SlugField(
        label=gettext_lazy("Name in addresses and files"),
        required=False,
        max_length=SLUG_LENGTH,
        help_text=gettext_lazy("Leave empty to make it from the first words."),
    )
    external_id = forms.CharField(
        label=gettext_lazy("Name in another system"),
        required=False,
        max_length=NAME_LENGTH,
        help_text=gettext_lazy("By which a system that it came from, or goes to, knows it."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].help_text = format_html_join(
            "", "<p><b>{}.</b> {}</p>", ((one.label, one.help) for one in kinds.KINDS.values())
        )
        known = self.in_bank.tags.order_by("name").values_list("name", flat=True)
        words = [_("Words to find the note by, separated by commas.")]
        if names := list(known[:SHOWN_TAGS]):
            words += [_("In this bank:"), ", ".join(map(escape, names))]
        self.fields["tags"].help_text = mark_safe(" ".join(words))

    def initial_of(self, instance: Note | None) -> dict[str, Any]:
        self.before = note_drafts([instance.pk])[instance.pk] if instance else None
        if instance is None or self.before is None:
            return {}
        tags = ", ".join(self.before.tags)
        return {**self.before.fields, "topic": instance.topic, "tags": tags}

    def place_of(self, place: str) -> str:
        head, _dot, rest = place.partition(".")
        return rest if head == "fields" else super().place_of(place)

    def clean_tags(self) -> tuple[str, ...]:
        names = (" ".join(name.split()) for name in self.cleaned_data["tags"].split(","))
        return tuple(sorted({name for name in names if name}))

    def draft(self, quotes: Sequence[forms.ModelForm] = ()) -> NoteDraft:
        """Return what the form says; fields of other kinds are left out. Call after is_valid."""
        values = self.cleaned_data
        kind = kinds.KINDS.get(values.get("kind", ""))
        topic = values.get("topic")
        return NoteDraft(
            kind=values.get("kind", ""),
            fields={name: values[name] for name in kind.fields if values.get(name)} if kind else {},
            anchors=tuple(quoted(row.cleaned_data) for row in quotes),
            slug=values.get("slug", ""),
            topic=topic.slug if topic else "",
            tags=values.get("tags", ()),
            caution=values.get("caution", ""),
            waivers=self.before.waivers if self.before else (),
            guid=self.before.guid if self.before else "",
            external_id=values.get("external_id", ""),
        )

    def cards(self) -> list[Sides]:
        """Return both sides of what the form would make, as far as it can be told."""
        draft = self.draft() if self.is_bound else self.before
        try:
            found = kinds.cards_of(draft.kind, draft.fields) if draft else {}
        except (ValidationError, KeyError):
            return []
        return [found[ordinal] for ordinal in sorted(found)]


class AnchorInline(QuotesInline):
    model = CardAnchor
    verbose_name_plural = gettext_lazy("anchors in the text")
    intro = gettext_lazy(
        "The sentence this fact was drawn from. The first one decides which text’s deck the note "
        "belongs to."
    )

    def rows_of(self, obj: Note) -> list[dict[str, str]]:
        return initial_rows(note_drafts([obj.pk])[obj.pk].anchors)


@admin.register(Note)
class NoteAdmin(AnchoredAdmin):
    form = NoteForm
    fieldsets = (
        (None, {"fields": ("bank", "kind", "front", "back", "text", "extra", "caution")}),
        (
            gettext_lazy("To find it again"),
            {"fields": ("topic", "tags", "slug", "external_id")},
        ),
    )
    inlines = (AnchorInline,)
    add_title = gettext_lazy("Write a note")
    saved_words = gettext_lazy("Note saved, with its cards.")
    list_display = ("excerpt", "kind", "topic", "cards", "shown_state")
    list_display_links = ("excerpt",)
    list_filter = (filters.BankFilter, filters.TopicFilter)
    list_select_related = ("bank", "topic")
    ordering = ("-pk",)
    search_fields = ("slug", "cards__plain")
    actions = None

    def get_queryset(self, request: HttpRequest) -> QuerySet[Note]:
        return super().get_queryset(request).prefetch_related("cards")

    @admin.display(description=gettext_lazy("note"), ordering="slug")
    def excerpt(self, note: Note) -> str:
        first = next(iter(note.cards.all()), None)
        text = Truncator(first.plain if first else "").chars(EXCERPT)
        return format_html('{}<span class="sub">{} · {}</span>', text, note.bank.title, note.slug)

    @admin.display(description=gettext_lazy("cards"))
    def cards(self, note: Note) -> int:
        return sum(card.retired_at is None for card in note.cards.all())

    @admin.display(description=gettext_lazy("state"))
    def shown_state(self, note: Note) -> str:
        kind, text = "on", _("in use")
        if note.retired_at is not None:
            kind, text = "off", _("retired")
        elif note.paused_at is not None:
            kind, text = "wip", _("paused: its text changed")
        return format_html('<span class="state" data-state="{}">{}</span>', kind, text)

    def get_urls(self) -> list[Any]:
        def retire(request: HttpRequest, pk: int) -> HttpResponse:
            return self._retire(request, pk)

        return [self.route("<int:pk>/retire/", require_POST(retire), "retire"), *super().get_urls()]

    def write(
        self, *, by: User, form: Any, formsets: list[Any], obj: Any, request: HttpRequest
    ) -> Note:
        draft, now = form.draft(formsets[0].filled()), timezone.now()
        if obj is None:
            return services.create_note(bank=form.in_bank, draft=draft, author=by, now=now)
        return services.change_note(note=obj, draft=draft, by=by, now=now)

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        own = {"cards": context["adminform"].form.cards()}
        return super().render_change_form(request, context | own, *args, **kwargs)

    def _retire(self, request: HttpRequest, pk: int) -> HttpResponse:
        user = user_of(request)
        note = get_object_or_404(Note.objects.editable_by(user), pk=pk)
        if "restore" in request.POST:
            services.restore_note(note=note, by=user)
            words = _("Note restored.")
        else:
            services.retire_note(note=note, by=user, now=timezone.now())
            words = _("Note retired, with its cards.")
        self.log_change(request, note, words)
        messages.success(request, words)
        return self.back_to(note)
