"""Notes: listed, written with their cards beside the form, retired and restored."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.html import format_html
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from accounts.models import User
from accounts.queries import user_of
from quizzes.bank.admin import filters
from quizzes.bank.admin.anchor_formset import (
    SAVE,
    AnchoredForm,
    anchor_of,
    choose_bank,
    chosen_bank,
    initial_rows,
    posted,
    search_of,
)
from quizzes.bank.admin.forms import AnchorRows, DetailsForm, Rows, area
from quizzes.bank.models import QuestionBank
from quizzes.bank.validation import LINE_LIMIT, NAME_LENGTH
from quizzes.cards import kinds, services
from quizzes.cards.cloze import Sides
from quizzes.cards.drafts import NoteDraft
from quizzes.cards.models import Note
from quizzes.cards.stored_drafts import note_drafts
from quizzes.cards.validation import FIELD_LIMIT
from quizzes.material.admin.base import AuthoringAdmin

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


class NoteForm(DetailsForm):
    field_order = (
        "kind",
        "front",
        "back",
        "text",
        "extra",
        "caution",
        "topic",
        "tags",
        "slug",
        "external_id",
    )
    # A card asks for recall alone.
    level = None  # type: ignore[assignment]
    external_id = forms.CharField(
        label=gettext_lazy("Name in another system"),
        required=False,
        max_length=NAME_LENGTH,
        help_text=gettext_lazy("By which a system that it came from, or goes to, knows it."),
    )
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), required=False, choices=kinds.choices)
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


class NoteEditor(AnchoredForm):
    """The form of one note in a bank."""

    def __init__(
        self, *, bank: QuestionBank, user: User, data: Any = None, draft: NoteDraft | None = None
    ) -> None:
        self.before = draft
        start: dict[str, Any] = {}
        if draft is not None:
            start = {
                **draft.fields,
                "kind": draft.kind,
                "caution": draft.caution,
                "topic": draft.topic,
                "tags": ", ".join(draft.tags),
                "slug": draft.slug,
                "external_id": draft.external_id,
            }
        rows = AnchorRows(
            data, prefix="anchors", initial=initial_rows(draft.anchors if draft else ())
        )
        super().__init__(
            form=NoteForm(data, initial=start, bank=bank), rows=cast(Rows, rows), user=user
        )

    def draft(self) -> NoteDraft:
        """Return what the form says; fields of other kinds are left out. Call after is_valid."""
        values = self.form.cleaned_data
        kind = kinds.KINDS.get(values.get("kind", ""))
        names = kind.fields if kind else ()
        return NoteDraft(
            kind=values.get("kind", ""),
            fields={name: values[name] for name in names if values.get(name)},
            anchors=tuple(anchor_of(row) for row in self.filled()),
            slug=values.get("slug", ""),
            topic=values.get("topic", ""),
            tags=values.get("tags", ()),
            caution=values.get("caution", ""),
            waivers=self.before.waivers if self.before else (),
            guid=self.before.guid if self.before else "",
            external_id=values.get("external_id", ""),
        )

    def cards(self) -> list[Sides]:
        """Return both sides of what the form would make, as far as it can be told."""
        if self.form.is_bound:
            draft = self.draft()
        elif self.before is not None:
            draft = self.before
        else:
            return []
        try:
            found = kinds.cards_of(draft.kind, draft.fields)
        except (ValidationError, KeyError):
            return []
        return [found[ordinal] for ordinal in sorted(found)]


@admin.register(Note)
class NoteAdmin(AuthoringAdmin):
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

    def edit(self, request: HttpRequest, obj: Note | None) -> HttpResponse:
        user = user_of(request)
        bank = obj.bank if obj else chosen_bank(request)
        if bank is None:
            return choose_bank(self, request, _("Write a note"))
        draft = note_drafts([obj.pk])[obj.pk] if obj else None
        data = posted(request, user)
        editor = NoteEditor(bank=bank, user=user, data=data, draft=draft)
        if data is not None and SAVE not in data:
            editor.clear_errors()
        elif data is not None and editor.is_valid():
            try:
                note = self._save(editor, bank, obj, user)
            except ValidationError as error:
                editor.refuse(error)
            else:
                return self.saved(
                    request,
                    note,
                    _("Note saved, with its cards."),
                    is_new=obj is None,
                )
        return self.page(
            request,
            "note/form.html",
            title=obj.slug if obj else _("Write a note"),
            obj=obj,
            bank=bank,
            editor=editor,
            problems=editor.problems(),
            kinds=kinds.KINDS.values(),
            cards=editor.cards(),
            **search_of(request, user),
        )

    def _save(self, editor: NoteEditor, bank: QuestionBank, obj: Note | None, user: User) -> Note:
        now = timezone.now()
        if obj is None:
            return services.create_note(bank=bank, draft=editor.draft(), author=user, now=now)
        return services.change_note(note=obj, draft=editor.draft(), by=user, now=now)

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
