"""The site's addresses, and a view that does the least a durable answer needs: one insert."""

from django.db import connection, transaction
from django.http import HttpRequest, JsonResponse
from django.urls import include, path
from django.views.decorators.csrf import csrf_exempt


@csrf_exempt
def bare(request: HttpRequest) -> JsonResponse:
    """Store the body in one row, committed; behind the site's whole middleware, not signed in."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("INSERT INTO benchmark_bare (body) VALUES (%s)", [request.body.decode()])
    return JsonResponse({"ok": True})


urlpatterns = [path("bare/", bare), path("", include("config.urls"))]
