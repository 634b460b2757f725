"""The page for what should not have happened: it names the line in the log and nothing else."""

from __future__ import annotations

import sys

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

RETRY_AFTER_S = 5


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer without a database, a session or a context processor: one of them may be the cause.

    A database that is away, full or busy is no fault of the code: 503, and when to ask again.
    """
    error_id = getattr(request, "error_id", "")
    away = isinstance(sys.exc_info()[1], (OperationalError, InterfaceError))
    status = 503 if away else 500
    headers = {"Retry-After": str(RETRY_AFTER_S)} if away else {}
    if request.path.startswith("/api/"):
        return JsonResponse(
            {"detail": _("Something went wrong on our side."), "error_id": error_id},
            status=status,
            headers=headers,
        )
    page = render_to_string("500.html", {"error_id": error_id, "status": status})
    return HttpResponse(page, status=status, headers=headers)
