"""The admin site: where educators write and admins manage."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from quizzes.assessments.models import Quiz
from quizzes.bank.models import QuestionBank
from quizzes.bank.queries import open_drafts

RECENT = 8


class AuthoringSite(admin.AdminSite):
    site_title = site_header = _("Passage")
    index_title = _("Write and manage")
    index_template = "admin/quizzes/index.html"
    # The few sections are in the head of every page; forms and lists need the width.
    enable_nav_sidebar = False

    def get_urls(self) -> list[Any]:
        """Leave out the shortcut to an object's page: it asks nobody whose object it is."""
        return [url for url in super().get_urls() if getattr(url, "name", None) != "view_on_site"]

    def index(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> TemplateResponse:
        """Begin where one left off: drafts, then banks and quizzes."""
        user = request.user
        start: dict[str, Any] = {"title": _("Write and manage")}
        if isinstance(user, User) and user.is_educator:
            start |= {
                "banks": QuestionBank.objects.editable_by(user).order_by("title")[:RECENT],
                "drafts": open_drafts(user)[:RECENT],
                "quizzes": Quiz.objects.editable_by(user).order_by("-pk")[:RECENT],
            }
        return super().index(request, {**start, **(extra_context or {})})

    def password_change(  # type: ignore[override]
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """One door: passwords are changed where everybody changes theirs."""
        return redirect("account_change_password")
