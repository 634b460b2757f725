"""The page for what should not have happened: it names the line in the log and nothing else."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext as _


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer without a database, a session or a context processor: one of them may be the cause."""
    error_id = getattr(request, "error_id", "")
    if request.path.startswith("/api/"):
        return JsonResponse(
            {"detail": _("Something went wrong on our side."), "error_id": error_id}, status=500
        )
    return HttpResponse(render_to_string("500.html", {"error_id": error_id}), status=500)
