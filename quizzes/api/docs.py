"""The OpenAPI document, and a page that shows it without asking any other host."""

from __future__ import annotations

from functools import cache

from csp.decorators import csp_update
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_safe
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.renderers import OpenApiJsonRenderer
from drf_spectacular.views import SpectacularSwaggerSplitView

from quizzes.api import (
    openapi,  # noqa: F401  says what the authenticators are
    throttling,
)

TYPE = "application/vnd.oai.openapi+json"


@require_safe
def schema(request: HttpRequest) -> HttpResponse:
    """The API described: the same for everyone, and written once a process."""
    wait = throttling.wait_of_address(request)
    if wait:
        return JsonResponse(
            {"detail": "Too many requests."}, status=429, headers={"Retry-After": str(wait)}
        )
    return HttpResponse(_document(), content_type=TYPE)


@cache
def _document() -> bytes:
    described = SchemaGenerator().get_schema(request=None, public=True)
    written: bytes = OpenApiJsonRenderer().render(described)
    return written


# Swagger UI draws its icons from data: addresses in its own style sheet.
@method_decorator(csp_update({"img-src": ["data:"]}), name="dispatch")
class Docs(SpectacularSwaggerSplitView):
    url_name = "api:schema"
    template_name = "api/docs.html"
