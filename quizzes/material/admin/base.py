"""What the admin pages of texts, banks, questions and quizzes share: rights, lists, addresses.

Every row is fetched through `editable_by(user)`, so a foreign id and a missing one answer alike.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.options import IS_POPUP_VAR, TO_FIELD_VAR
from django.core.exceptions import BadRequest, PermissionDenied
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_protect

from accounts.queries import user_of

if TYPE_CHECKING:
    from django.urls import URLPattern

ID_DIGITS = 18


class OwnRowsAdmin(admin.ModelAdmin):
    """Lists, rights, history and addresses of rows that belong to their authors."""

    actions_selection_counter = True
    date_hierarchy = None
    list_per_page = 50
    list_max_show_all = 0
    show_facets = admin.ShowFacets.NEVER
    view_on_site = False

    # Rows and rights

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows = self.model._default_manager.editable_by(user_of(request))
        ordering = self.get_ordering(request)
        return rows.order_by(*ordering) if ordering else rows

    def object_or_404(self, request: HttpRequest, object_id: str) -> Any:
        found = self.get_object(request, object_id)
        if found is None:
            raise Http404
        return found

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """What was shown to students is put away, not deleted."""
        return False

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        """Allow the filters of the list alone: a free lookup could spell out what is hidden."""
        return lookup in {one.parameter_name for one in self.get_list_filter(request)}  # type: ignore[union-attr]

    def _get_obj_does_not_exist_redirect(
        self, request: HttpRequest, opts: Any, object_id: str
    ) -> HttpResponse:
        raise Http404

    # Pages

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        refuse_popup(request)
        for one in request.POST.getlist(ACTION_CHECKBOX_NAME):
            if not (one.isascii() and one.isdigit() and len(one) <= ID_DIGITS):
                raise BadRequest
        title = {"title": capfirst(self.opts.verbose_name_plural)}
        return super().changelist_view(request, {**title, **(extra_context or {})})

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Ask for the right first: Django looks the object up first, which tells what exists."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        return super().history_view(request, object_id, extra_context)

    def page(
        self, request: HttpRequest, template: str, *, title: Any, obj: Any = None, **context: Any
    ) -> TemplateResponse:
        """Return a page of the admin, rendered at once, in the time zone of the reader."""
        response = TemplateResponse(
            request,
            f"admin/quizzes/{template}",
            {
                **self.admin_site.each_context(request),
                "title": title,
                "opts": self.opts,
                "original": obj,
                "has_view_permission": True,
                "has_change_permission": self.has_change_permission(request),
                "has_add_permission": self.has_add_permission(request),
                **context,
            },
        )
        with timezone.override(user_of(request).time_zone):
            response.render()
        return response

    def route(self, address: str, view: Callable[..., HttpResponse], name: str) -> URLPattern:
        """Return an address of ours below the model's own, for staff with the right to change."""

        def guarded(request: HttpRequest, **kwargs: Any) -> HttpResponse:
            if not self.has_change_permission(request):
                raise PermissionDenied
            return view(request, **kwargs)

        return path(address, self.admin_site.admin_view(guarded), name=self.name_of(name))

    def name_of(self, name: str) -> str:
        return f"{self.opts.app_label}_{self.opts.model_name}_{name}"

    def link(self, name: str, *args: Any) -> str:
        return reverse(f"admin:{self.name_of(name)}", args=args)

    def back_to(self, obj: Model) -> HttpResponse:
        return redirect(self.link("change", obj.pk))


class AuthoringAdmin(OwnRowsAdmin):
    """A page of its own in place of Django's form. Subclasses answer `edit`."""

    def edit(self, request: HttpRequest, obj: Any) -> HttpResponse:
        """Show and take the form of an object that the user may change, or of a new one (None)."""
        raise NotImplementedError

    @method_decorator(csrf_protect)
    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        refuse_popup(request)
        if object_id is None:
            if not self.has_add_permission(request):
                raise PermissionDenied
            return self.edit(request, None)
        if not self.has_change_permission(request):
            raise PermissionDenied
        return self.edit(request, self.object_or_404(request, object_id))

    def saved(self, request: HttpRequest, obj: Model, words: str, *, is_new: bool) -> HttpResponse:
        """Note in the history what was done, say so in `words`, and go on with the object."""
        if is_new:
            self.log_addition(request, obj, [{"added": {}}])
        else:
            self.log_change(request, obj, _("Changed."))
        messages.success(request, words)
        return self.back_to(obj)


def refuse_popup(request: HttpRequest) -> None:
    """Nothing here opens in a pop-up, and its parameters can ask for columns of other rows."""
    if IS_POPUP_VAR in request.GET or TO_FIELD_VAR in request.GET:
        raise Http404
    if IS_POPUP_VAR in request.POST or TO_FIELD_VAR in request.POST:
        raise Http404
