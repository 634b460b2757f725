"""What the list of quizzes is narrowed by."""

from __future__ import annotations

from django.utils.translation import gettext_lazy

from quizzes.assessments.models import Mode, QuizState
from quizzes.bank.admin.filters import ChoiceFilter


class ModeFilter(ChoiceFilter):
    title, parameter_name, field, options = gettext_lazy("kind"), "mode", "mode", Mode


class StateFilter(ChoiceFilter):
    title, parameter_name, field, options = gettext_lazy("state"), "state", "state", QuizState
