"""The site's addresses, and two bare views to compare with: the least that the work needs."""

from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template import Context, Template
from django.urls import include, path
from django.views.decorators.csrf import csrf_exempt

from quizzes.material.models import Passage


@csrf_exempt
def bare(request: HttpRequest) -> JsonResponse:
    """Store the body in one row, committed; behind the site's whole middleware, not signed in."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("INSERT INTO benchmark_bare (body) VALUES (%s)", [request.body.decode()])
    return JsonResponse({"ok": True})


def bare_text(request: HttpRequest, slug: str) -> HttpResponse:
    """Show a text as plain paragraphs, knowing nothing of who reads it."""
    passages = Passage.objects.filter(edition__source__slug=slug).order_by("position")
    return HttpResponse(_PARAGRAPHS.render(Context({"passages": passages})))


_PARAGRAPHS = Template("{% for one in passages %}<p>{{ one.plain }}</p>\n{% endfor %}")

urlpatterns = [
    path("bare/", bare),
    path("bare/<slug:slug>/", bare_text),
    path("", include("config.urls")),
]
