"""The questions in the admin site: Django's list, and the pages of this package below it."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET, require_POST

from quizzes.authoring import advice
from quizzes.authoring.compare import QuestionVersions
from quizzes.authoring.editor import QuestionEditor, passages
from quizzes.authoring.preview import QuestionPreview
from quizzes.bank.admin.questions import QuestionList
from quizzes.bank.models import Question


@admin.register(Question)
class QuestionAdmin(QuestionList):
    def edit(self, request: HttpRequest, obj: Question | None) -> HttpResponse:
        return QuestionEditor(self, request, obj).answer()

    def get_urls(self) -> list[Any]:
        one, version = "<int:pk>/", "<int:pk>/versions/<int:number>/"
        own = [
            ("passages/", require_GET, passages, "passages"),
            ("preview/", require_POST, QuestionPreview.view, "preview"),
            ("advice/", require_POST, advice.view, "advice"),
            (f"{one}versions/", require_GET, below("listing"), "versions"),
            (version, require_GET, below("show"), "version"),
            (f"{version}restore/", require_POST, below("restore"), "version_restore"),
            (f"{one}duplicate/", require_POST, below("duplicate"), "duplicate"),
            (f"{one}retire/", require_POST, below("retire"), "retire"),
        ]
        return [self._own(*each) for each in own] + super().get_urls()

    def _own(self, address: str, method: Any, view: Any, name: str) -> Any:
        def bound(request: HttpRequest, **kwargs: Any) -> HttpResponse:
            return view(self, request, **kwargs)

        return self.route(address, method(bound), name)


def below(page: str) -> Any:
    """Return the view of a page below one question."""

    def view(model_admin: QuestionList, request: HttpRequest, pk: int, **kwargs: Any) -> Any:
        return getattr(QuestionVersions(model_admin, request, pk), page)(**kwargs)

    return view
