"""What a student types about a question."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from quizzes.attempts.question_reports.models import ReportKind
from quizzes.attempts.question_reports.services import TEXT_LIMIT


class ReportForm(forms.Form):
    kind = forms.ChoiceField(
        label=_("What is it about?"), choices=ReportKind.choices, widget=forms.RadioSelect
    )
    text = forms.CharField(
        label=_("In your words"),
        max_length=TEXT_LIMIT,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_(
            "A word that is wrong, a question with two right answers, a passage that says "
            "otherwise: whatever helps its authors to fix it."
        ),
    )
    quote = forms.CharField(
        label=_("For an appeal: the words of the text that support your answer"),
        required=False,
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Copy them from the study text exactly."),
    )

    def __init__(self, *args: Any, appeals: bool, **kwargs: Any) -> None:
        """`appeals`: whether the student has been shown the result of the answer."""
        super().__init__(*args, **kwargs)
        self.fields["kind"].initial = ReportKind.PROBLEM
        if not appeals:
            del self.fields["kind"], self.fields["quote"]
