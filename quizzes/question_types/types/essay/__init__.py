"""A longer text that a person marks against a rubric."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from ...base import Content, Grade, QuestionType, State, answer_text, one_line, to_fraction


def _rubric_field() -> forms.Field:
    return forms.CharField(
        label=gettext_lazy("Rubric"),
        required=False,
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=gettext_lazy(
            "What earns which share of the mark. Markers see it, students once the right answer "
            "may be shown."
        ),
    )


def _max_words_field() -> forms.Field:
    return forms.IntegerField(
        label=gettext_lazy("Word limit"),
        required=False,
        min_value=1,
        max_value=3000,
        help_text=gettext_lazy("Shown to students; a longer text is kept in full."),
    )


class Essay(QuestionType):
    slug = "essay"
    label = gettext_lazy("Essay")
    summary = gettext_lazy("A longer text in the student’s own words.")
    graded_by = "person"
    params_fields = {"rubric": _rubric_field, "max_words": _max_words_field}

    def present(self, content: Content) -> dict[str, Any]:
        max_words = content.params.get("max_words")
        return {"options": [], "params": {"max_words": int(max_words) if max_words else None}}

    def read(self, content: Content, answer: Any) -> tuple[dict[str, Any] | None, State]:
        text = answer_text(answer, "text")
        return ({"text": text}, "complete") if text else (None, "todo")

    def grade(self, content: Content, answer: dict[str, Any] | None) -> Grade:
        return Grade(to_fraction(0)) if answer is None else Grade(None)

    def correct_answer(self, content: Content) -> dict[str, Any] | None:
        return None

    def summarise(self, content: Content, answer: dict[str, Any] | None) -> str:
        return one_line(answer["text"]) if answer else ""

    def random_guess_score(self, content: Content) -> Decimal | None:
        return None


question_type = Essay()
