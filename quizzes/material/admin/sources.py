"""Study texts: listed, written as one Markdown document, published as editions."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from accounts.queries import user_of
from quizzes.material.admin import editions
from quizzes.material.admin.base import AuthoringAdmin
from quizzes.material.admin.people import PeopleField, suggest
from quizzes.material.documents import SIZE_LIMIT, Document, parse, write
from quizzes.material.editors import set_editors
from quizzes.material.front_matter import DocumentError
from quizzes.material.models import EditionState, Source
from quizzes.material.queries import document_of
from quizzes.material.reanchoring import review_queue
from quizzes.material.reanchoring.reanchor import in_words
from quizzes.material.services import Loaded, load_source

STARTER = """\
---
title: The title of the text
authors: unknown
licence: unknown
language: en
audience: signed_in
summary: One sentence that says what it is about.
---
## The first heading

A paragraph ends with its key, which lasts from one edition to the next. {#first-idea}

- An item of a list is a passage, too. {#first-item from="page 3"}
"""


class SourceForm(forms.Form):
    use_required_attribute = False
    slug = forms.SlugField(
        label=gettext_lazy("Name in addresses"),
        max_length=80,
        help_text=gettext_lazy("Lower-case words joined by hyphens. It cannot be changed later."),
    )
    document = forms.CharField(
        label=gettext_lazy("Text"),
        required=False,
        strip=False,
        max_length=SIZE_LIMIT,
        widget=forms.Textarea(attrs={"rows": 28, "class": "document", "spellcheck": "true"}),
    )
    file = forms.FileField(
        label=gettext_lazy("or a file with the text"),
        required=False,
        widget=forms.FileInput(attrs={"accept": ".md,.txt,text/markdown,text/plain"}),
        help_text=gettext_lazy("Replaces the text above. UTF-8, at most 1 MB."),
    )
    editors = PeopleField(label=gettext_lazy("Editors"), suggest_at="admin:quizzes_source_people")

    def __init__(self, *args: Any, source: Source | None, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})
        self.source = source
        if source is not None:
            del self.fields["slug"]
        self.parsed: Document | None = None
        self.defects: list[Any] = []

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        slug = self.source.slug if self.source else values.get("slug")
        if slug is None:
            return values
        if self.source is None and Source.objects.filter(slug=slug).exists():
            self.add_error("slug", _("This name is taken."))
        upload = values.get("file")
        if upload is not None and upload.size > SIZE_LIMIT:
            self.add_error("file", _("The file is larger than 1 MB."))
            return values
        try:
            self.parsed = parse(upload.read() if upload else values.get("document", ""), slug=slug)
        except DocumentError as error:
            self.defects = error.defects
            for defect in error.defects[:50]:
                self.add_error("file" if upload else "document", str(defect))
        return values


@admin.register(Source)
class SourceAdmin(AuthoringAdmin):
    list_display = ("name", "shown_audience", "owner", "editions", "passages", "mine")
    list_display_links = ("name",)
    list_select_related = ("owner", "edition")
    list_filter = ()
    search_fields = ("title", "slug", "summary")
    ordering = ("title",)
    actions = None

    def get_queryset(self, request: HttpRequest) -> QuerySet[Source]:
        """Texts one may read are listed; those of others open in the reader."""
        user = user_of(request)
        if request.resolver_match and request.resolver_match.url_name == self.name_of("changelist"):
            rows = Source.objects.visible_to(user).annotate(
                editable=Count(
                    "pk", filter=Q(pk__in=Source.objects.editable_by(user).values("pk"))
                ),
                edition_count=Count("editions", distinct=True),
                passage_count=Count("edition__passages", distinct=True),
            )
            return rows.order_by("title", "pk")
        return super().get_queryset(request)

    @admin.display(description=gettext_lazy("text"), ordering="title")
    def name(self, source: Source) -> str:
        return format_html('{}<span class="sub">{}</span>', source.title, source.summary)

    @admin.display(description=gettext_lazy("who may read it"))
    def shown_audience(self, source: Source) -> str:
        return source.get_audience_display()

    @admin.display(description=gettext_lazy("editions"))
    def editions(self, source: Any) -> int:
        return source.edition_count

    @admin.display(description=gettext_lazy("passages"))
    def passages(self, source: Any) -> int:
        return source.passage_count

    @admin.display(description=gettext_lazy("you may change it"), boolean=True)
    def mine(self, source: Any) -> bool:
        return bool(source.editable)

    def get_list_display_links(self, request: HttpRequest, list_display: Any) -> Any:
        return None

    def get_list_display(self, request: HttpRequest) -> Any:
        return ("opened", *self.list_display[1:])

    @admin.display(description=gettext_lazy("text"), ordering="title")
    def opened(self, source: Any) -> str:
        """Lead to the form, or to the reader where the text is somebody else's."""
        address = self.link("change", source.pk) if source.editable else source.get_absolute_url()
        return format_html(
            '<a href="{}">{}</a><span class="sub">{}</span>', address, source.title, source.summary
        )

    def get_urls(self) -> list[Any]:
        def people(request: HttpRequest) -> JsonResponse:
            return suggest(request)

        def edition(request: HttpRequest, pk: int, number: int) -> HttpResponse:
            return editions.edition(self, request, pk, number)

        return [
            self.route("people/", require_GET(people), "people"),
            self.route("<int:pk>/editions/<int:number>/", edition, "edition"),
            *super().get_urls(),
        ]

    def edit(self, request: HttpRequest, obj: Source | None) -> HttpResponse:
        start: dict[str, Any] = {"document": STARTER}
        if obj is not None:
            draft = obj.editions.filter(state=EditionState.DRAFT).first()
            document = document_of(obj, draft) if draft or obj.edition_id else None
            start = {
                "document": write(document) if document else STARTER,
                "editors": list(obj.editors.order_by("login")),
            }
        posted = request.method == "POST"
        form = SourceForm(
            request.POST if posted else None,
            request.FILES if posted else None,
            initial=start,
            source=obj,
        )
        may_share = obj is None or self._may_share(request, obj)
        if not may_share:
            form.fields["editors"].disabled = True
        if posted and form.is_valid():
            try:
                loaded = self._save(request, form, obj, may_share)
            except PermissionDenied:
                form.add_error("slug", _("This name is taken."))
            except ValidationError as error:
                form.add_error(None, error)
            else:
                if loaded.status == "held" and loaded.edition:
                    return redirect(self.link("edition", loaded.source.pk, loaded.edition.number))
                return self.back_to(loaded.source)
        return self.page(
            request,
            "source/form.html",
            title=obj.title if obj else _("Add a text"),
            obj=obj,
            form=form,
            draft=review_queue.drafts_of(user_of(request)).filter(source=obj).first(),
            editions=obj.editions.order_by("-number") if obj else [],
        )

    def _may_share(self, request: HttpRequest, source: Source) -> bool:
        user = user_of(request)
        return user.is_admin or source.owner_id == user.pk

    def _save(
        self, request: HttpRequest, form: SourceForm, obj: Source | None, may_share: bool
    ) -> Loaded:
        user = user_of(request)
        if form.parsed is None:
            raise ValidationError(_("There is no text."))
        with transaction.atomic():
            loaded = load_source(document=form.parsed, owner=user, now=timezone.now(), hold=True)
            source = loaded.source
            if may_share:
                set_editors(source=source, editors=form.cleaned_data["editors"], by=user)
        if obj is None:
            self.log_addition(request, source, [{"added": {}}])
            messages.success(request, _("Text published."))
        elif loaded.status == "unchanged":
            self.log_change(request, source, [])
            messages.success(request, _("The text is unchanged."))
        elif loaded.status == "held" and loaded.edition:
            words = _("Edition %(number)d is a draft. Readers see it once its quotes are decided.")
            words = words % {"number": loaded.edition.number}
            self.log_change(request, source, words)
            messages.warning(request, words)
        else:
            number = source.edition.number if source.edition else 1
            words = _("Saved. Readers see edition %(number)d.") % {"number": number}
            words = f"{words} {in_words(loaded.counts)}".strip()
            self.log_change(request, source, words)
            messages.success(request, words)
        return loaded
