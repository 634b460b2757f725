"""Importing a document: upload, look at every line of what is proposed, accept."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import BadRequest, PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from accounts.queries import user_of
from quizzes.importing import preview as importing_preview
from quizzes.importing import reasons, services
from quizzes.importing.forms import FrontForm, UploadForm
from quizzes.importing.models import ImportProposal
from quizzes.importing.propose import proposal_of
from quizzes.material import markup
from quizzes.material.admin.base import AuthoringAdmin

LINES = 150  # a page of the proposal; each is a field of the form


@admin.register(ImportProposal)
class ImportProposalAdmin(AuthoringAdmin):
    list_display = ("opened", "format", "created_at", "expires_at")
    list_filter = ()
    search_fields = ()
    ordering = ("-created_at",)
    actions = None

    def has_module_permission(self, request: HttpRequest) -> bool:
        """No section of its own: it begins among the texts."""
        return False

    def get_queryset(self, request: HttpRequest) -> QuerySet[ImportProposal]:
        rows = ImportProposal.objects.editable_by(user_of(request)).open_at(timezone.now())
        match = request.resolver_match
        if match and match.url_name == self.name_of("changelist"):
            rows = rows.filter(source=None).defer("proposal")
        return rows.select_related("edition_of", "source").order_by("-created_at", "-pk")

    def get_list_display_links(self, request: HttpRequest, list_display: Any) -> Any:
        return None

    @admin.display(description=gettext_lazy("document"))
    def opened(self, row: ImportProposal) -> str:
        return format_html(
            '<a href="{}">{}</a><span class="sub">{}</span>',
            self.link("change", row.pk),
            row.front.get("title") or row.file_name,
            row.file_name,
        )

    def get_urls(self) -> list[Any]:
        def discard(request: HttpRequest, pk: int) -> HttpResponse:
            row = self.object_or_404(request, str(pk))
            services.discard(row=row)
            messages.success(request, _("Document discarded."))
            return redirect(self.link("changelist"))

        def preview(request: HttpRequest, pk: int) -> HttpResponse:
            return self._preview(request, self.object_or_404(request, str(pk)))

        return [
            self.route("<int:pk>/discard/", require_POST(discard), "discard"),
            self.route("<int:pk>/preview/", require_GET(preview), "preview"),
            *super().get_urls(),
        ]

    def edit(self, request: HttpRequest, obj: ImportProposal | None) -> HttpResponse:
        return self._upload(request) if obj is None else self._decide(request, obj)

    def _upload(self, request: HttpRequest) -> HttpResponse:
        user = user_of(request)
        posted = request.method == "POST"
        form = UploadForm(
            request.POST if posted else None, request.FILES if posted else None, user=user
        )
        if posted and form.is_valid() and form.proposal is not None:
            try:
                row = services.store_proposal(
                    proposal=form.proposal,
                    owner=user,
                    file_name=form.cleaned_data["file"].name,
                    file_format=form.cleaned_data["format"],
                    edition_of=form.cleaned_data["edition_of"],
                    now=timezone.now(),
                )
            except ValidationError as error:
                form.add_error(None, error)
            else:
                return redirect(self.link("change", row.pk))
        waiting = self.get_queryset(request).filter(source=None).defer("proposal")
        return self.page(
            request,
            "import/upload.html",
            title=_("Import a document"),
            form=form,
            waiting=list(waiting[: services.OPEN_LIMIT]),
        )

    def _decide(self, request: HttpRequest, row: ImportProposal) -> HttpResponse:
        if row.source is not None:
            return redirect("admin:quizzes_source_change", row.source.pk)
        show = request.GET.get("show", "")
        show = show if show in importing_preview.SHOWN else ""
        posted = request.method == "POST"
        form = FrontForm(request.POST if posted else None, initial=row.front)
        wants_front = row.edition_of is None
        if posted and (not wants_front or form.is_valid()):
            front = form.cleaned_data if wants_front else None
            services.decide(row=row, choices=_choices(request), front=front)
            return self._go_on(request, row, show)
        proposal = proposal_of(row.proposal)
        lines = importing_preview.lines(proposal, show)
        page = Paginator(lines, LINES).get_page(request.GET.get("page"))
        return self.page(
            request,
            "import/proposal.html",
            title=row.front.get("title") or row.file_name,
            obj=row,
            form=form if wants_front else None,
            page=page,
            first=page.start_index(),
            show=show,
            filters=importing_preview.filters(proposal),
            sections=importing_preview.outline(proposal, LINES),
            notes=reasons.notes(proposal),
            choices=importing_preview.CHOICE_LABELS,
        )

    def _go_on(self, request: HttpRequest, row: ImportProposal, show: str) -> HttpResponse:
        """After choices are kept: import, preview, or another page of lines."""
        if "_import" in request.POST:
            return self._accept(request, row)
        if "_look" in request.POST:
            return redirect(self.link("preview", row.pk))
        target = request.POST.get("_page", "") or request.GET.get("page", "")
        number = target if target.isascii() and target.isdigit() and len(target) < 6 else "1"
        messages.success(request, _("Choices saved."))
        return redirect(f"{self.link('change', row.pk)}?page={number}&show={show}")

    def _accept(self, request: HttpRequest, row: ImportProposal) -> HttpResponse:
        try:
            loaded = services.accept(row=row, now=timezone.now())
        except ValidationError as error:
            for message in error.messages:
                messages.error(request, message)
            return redirect(self.link("change", row.pk))
        except PermissionDenied:
            messages.error(request, _("The text is no longer you may change it."))
            return redirect(self.link("change", row.pk))
        messages.success(request, importing_preview.told(loaded))
        return redirect("admin:quizzes_source_change", loaded.source.pk)

    def _preview(self, request: HttpRequest, row: ImportProposal) -> HttpResponse:
        document, problem = None, ""
        try:
            document = services.document_of(
                proposal_of(row.proposal), front=row.front, edition_of=row.edition_of
            )
        except ValidationError as error:
            problem = " ".join(error.messages)
        sections = [
            (one.level, one.title, [(p, markup.render(p.text)) for p in one.passages])
            for one in (document.sections if document else ())
        ]
        title = _("Preview: %(title)s") % {"title": document.title if document else row.file_name}
        return self.page(
            request, "import/preview.html", title=title, obj=row, sections=sections, problem=problem
        )


def _choices(request: HttpRequest) -> dict[int, str]:
    """Return what was chosen for the lines of the page. Raises: BadRequest."""
    found: dict[int, str] = {}
    for name, value in request.POST.items():
        number = name.removeprefix("line-")
        if number == name:
            continue
        if not (number.isascii() and number.isdigit() and len(number) <= 6):
            raise BadRequest
        if value not in services.CHOICES:
            raise BadRequest
        found[int(number)] = str(value)
    return found
