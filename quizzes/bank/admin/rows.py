"""Inline rows of a page: drawn by one template, bounded, and open to who may open the page."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext as _

SLACK = 10  # rows drawn beyond the limit, so that what is too much is seen and refused


def name_by_row(form: Any, index: int | None) -> None:
    """Give each field of a row a name for who cannot see the head of its column."""
    values = {"n": "" if index is None else index + 1}
    for field in form.fields.values():
        if not field.widget.is_hidden:
            values["label"] = field.label
            field.widget.attrs["aria-label"] = (_("%(label)s, row %(n)s") % values).strip()


class RowsInline(admin.TabularInline):
    """Rows written together with the row above them. `limit` says how many there may be."""

    template = "admin/quizzes/rows.html"
    limit = 100
    extra = 2
    intro: Any = ""

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        bounds = {"max_num": self.limit, "absolute_max": self.limit + SLACK, "validate_max": True}
        return super().get_formset(request, obj, **{**kwargs, **bounds})

    # Its own model gives nobody a right: it is reached from the row above alone.

    def _above(self) -> admin.ModelAdmin:
        return self.admin_site.get_model_admin(self.parent_model)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._above().has_view_permission(request, obj)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.has_change_permission(request, obj)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._above().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.has_change_permission(request, obj)


def by_place(rows: list[Any]) -> list[Any]:
    """Return rows in the order of their numbers; a row that was moved goes before, or after, the
    row whose number it was given. New rows without a number come last."""

    def key(row: Any) -> tuple[float, int]:
        old, new = row.initial.get("position"), row.cleaned_data.get("position")
        if new is None:
            return (float("inf"), 0)
        if old is None or new < old:
            return (new, 0)
        return (new, 2 if new > old else 1)

    return sorted(rows, key=key)
