"""Study texts: listed, written as one Markdown document, published as editions."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from accounts.models import User
from accounts.queries import user_of
from quizzes.material.admin import editions
from quizzes.material.admin.people import PeopleField, suggest
from quizzes.material.admin.service_admin import ServiceAdmin, ServiceForm
from quizzes.material.documents import SIZE_LIMIT, Document, parse, write
from quizzes.material.editors import set_editors
from quizzes.material.front_matter import DocumentError
from quizzes.material.models import EditionState, Source
from quizzes.material.queries import document_of
from quizzes.material.reanchoring import review_queue
from quizzes.material.reanchoring.reanchor import in_words
from quizzes.material.services import Loaded, load_source

DEFECTS_SHOWN = 50
SLUG_LABEL = gettext_lazy("Name in addresses")
TAKEN = gettext_lazy("This name is taken.")
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


class SourceForm(ServiceForm):
    """A text as one document, whose head says what is known of it."""

    slug = forms.SlugField(
        label=SLUG_LABEL,
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

    class Meta:
        labels: ClassVar = {"slug": SLUG_LABEL}  # where it is only shown

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["initial"] = _initial(kwargs.get("instance")) | kwargs.get("initial", {})
        super().__init__(*args, **kwargs)
        self.parsed: Document | None = None

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        slug = self.instance.slug or values.get("slug")
        if not slug:
            return values
        if self.instance.pk is None and Source.objects.filter(slug=slug).exists():
            self.add_error("slug", TAKEN)
        upload = values.get("file")
        if upload is not None and upload.size > SIZE_LIMIT:
            self.add_error("file", _("The file is larger than 1 MB."))
            return values
        try:
            self.parsed = parse(upload.read() if upload else values.get("document", ""), slug=slug)
        except DocumentError as error:
            for defect in error.defects[:DEFECTS_SHOWN]:
                self.add_error("file" if upload else "document", str(defect))
        return values


def _initial(source: Source | None) -> dict[str, Any]:
    if source is None or source.pk is None:
        return {"document": STARTER}
    draft = source.editions.filter(state=EditionState.DRAFT).first()
    document = document_of(source, draft) if draft or source.edition_id else None
    return {
        "document": write(document) if document else STARTER,
        "editors": list(source.editors.order_by("login")),
    }


@admin.register(Source)
class SourceAdmin(ServiceAdmin):
    form = SourceForm
    fieldsets = (
        (None, {"fields": ("slug", "document", "file")}),
        (gettext_lazy("Sharing"), {"fields": ("editors",)}),
    )
    add_title = gettext_lazy("Add a text")
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

    def get_readonly_fields(self, request: HttpRequest, obj: Source | None = None) -> Any:
        if obj is None:
            return ()
        user = user_of(request)
        may_share = user.is_admin or obj.owner_id == user.pk
        return ("slug",) if may_share else ("slug", "editors")

    def write(
        self, *, by: User, form: Any, formsets: list[Any], obj: Source | None, request: HttpRequest
    ) -> Source:
        try:
            loaded = load_source(document=form.parsed, owner=by, now=timezone.now(), hold=True)
        except PermissionDenied as error:
            raise ValidationError({"slug": [TAKEN]}) from error
        if "editors" in form.cleaned_data:
            set_editors(source=loaded.source, editors=form.cleaned_data["editors"], by=by)
        request.loaded = loaded  # type: ignore[attr-defined]
        return loaded.source

    def construct_change_message(
        self, request: HttpRequest, form: Any, formsets: Any, add: bool = False
    ) -> Any:
        """Say in the history what became of the text."""
        return [{"added": {}}] if add else _said(request.loaded)  # type: ignore[attr-defined]

    def response_add(self, request: HttpRequest, obj: Source, *args: Any) -> HttpResponse:
        messages.success(request, _("Text published."))
        return self.back_to(obj)

    def response_change(self, request: HttpRequest, obj: Source) -> HttpResponse:
        loaded: Loaded = request.loaded  # type: ignore[attr-defined]
        if loaded.status != "held" or loaded.edition is None:
            messages.success(request, _said(loaded))
            return self.back_to(obj)
        messages.warning(request, _said(loaded))
        return redirect(self.link("edition", obj.pk, loaded.edition.number))

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        source = context["original"]
        own = {
            "draft": review_queue.drafts_of(user_of(request)).filter(source=source).first(),
            "editions": source.editions.order_by("-number") if source else [],
        }
        return super().render_change_form(request, context | own, *args, **kwargs)


def _said(loaded: Loaded) -> str:
    """Return what became of a text that was saved."""
    if loaded.status == "unchanged":
        return _("The text is unchanged.")
    if loaded.status == "held" and loaded.edition:
        words = _("Edition %(number)d is a draft. Readers see it once its quotes are decided.")
        return words % {"number": loaded.edition.number}
    number = loaded.source.edition.number if loaded.source.edition else 1
    words = _("Saved. Readers see edition %(number)d.") % {"number": number}
    return f"{words} {in_words(loaded.counts)}".strip()
