"""What the list of quizzes is narrowed by."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy

from quizzes.assessments.models import Mode, QuizState
from quizzes.bank.admin.filters import OwnFilter


class ModeFilter(OwnFilter):
    title, parameter_name, field = gettext_lazy("kind"), "mode", "mode"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[Any, Any]]:
        return list(Mode.choices)


class StateFilter(OwnFilter):
    title, parameter_name, field = gettext_lazy("state"), "state", "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[Any, Any]]:
        return list(QuizState.choices)
