"""Lists come in pages of 50, or as many as asked for, up to 100."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.utils.translation import gettext as _
from rest_framework.exceptions import ValidationError
from rest_framework.pagination import PageNumberPagination
from rest_framework.request import Request


class Pages(PageNumberPagination):
    page_size = 50
    max_page_size = 100
    page_size_query_param = "page_size"

    def get_page_size(self, request: Request) -> int:
        return self._number(request, "page_size", self.page_size, self.max_page_size)

    def get_page_number(self, request: Request, paginator: Paginator[Any]) -> int:
        return self._number(request, "page", 1, 10**9)

    def _number(self, request: Request, name: str, default: int, highest: int) -> int:
        raw = request.query_params.get(name)
        if raw is None:
            return default
        if not (raw.isascii() and raw.isdigit() and len(raw) < 11 and 1 <= int(raw) <= highest):
            message = _("This must be a whole number from 1 to %(n)d.") % {"n": highest}
            raise ValidationError({name: [message]})
        return int(raw)
