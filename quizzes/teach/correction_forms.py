"""What an educator says of a key that was wrong."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from quizzes.assessments.models import Quiz
from quizzes.bank.corrections.models import IN_ONE_QUIZ, CorrectionKind
from quizzes.bank.corrections.services import WHY_LIMIT, Wanted
from quizzes.question_types.base import Content, QuestionType
from quizzes.question_types.choices import plain

WHAT = [
    ("wording", gettext_lazy("Only the wording: the right answer is what it always was")),
    ("fact", gettext_lazy("The fact changed: earlier answers were right when they were given")),
    ("wrong", gettext_lazy("The key was wrong: grade earlier answers again")),
]


class WhatForm(forms.Form):
    """What a change of the key was, asked once after it was saved."""

    what = forms.ChoiceField(
        label=gettext_lazy("Why is another answer right now?"),
        choices=WHAT,
        widget=forms.RadioSelect,
    )


class CorrectionForm(forms.Form):
    """The key as it should have been, or what holds for the marks in one quiz."""

    kind = forms.ChoiceField(
        label=gettext_lazy("What to do"),
        choices=[
            (CorrectionKind.CHANGE_KEY.value, gettext_lazy("Change the key: it was wrong")),
            (CorrectionKind.ACCEPT_ALSO.value, gettext_lazy("Accept another answer, too")),
            (CorrectionKind.FULL_MARKS.value, gettext_lazy("Full marks for everybody in a quiz")),
            (CorrectionKind.DROP.value, gettext_lazy("Drop the question from a quiz")),
            (CorrectionKind.WITHDRAW.value, gettext_lazy("Withdraw the last correction")),
        ],
        widget=forms.RadioSelect,
    )
    why = forms.CharField(
        label=gettext_lazy("Why"),
        max_length=WHY_LIMIT,
        help_text=gettext_lazy("One sentence. Students read it with their review."),
    )
    base = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=1)

    def __init__(
        self,
        *args: Any,
        question_type: QuestionType,
        content: Content,
        quizzes: QuerySet[Quiz],
        can_withdraw: bool,
        **kwargs: Any,
    ) -> None:
        """
        Args:
            content: the version with the key in force, or with the key to suggest.
            quizzes: those that have asked the question and the user may change.
        """
        super().__init__(*args, **kwargs)
        self.question_type = question_type
        self.content = content
        kind = self.fields["kind"]
        left_out = () if quizzes else IN_ONE_QUIZ
        kind.choices = [  # type: ignore[attr-defined]
            (value, label)
            for value, label in kind.choices  # type: ignore[attr-defined]
            if value not in left_out and (can_withdraw or value != CorrectionKind.WITHDRAW)
        ]
        key_fields = {**self._option_fields(), **self._params_fields(), **self._text_fields()}
        own = {name: self.fields.pop(name) for name in ("why", "base")}
        self.fields |= key_fields
        if quizzes:
            self.fields["quiz"] = forms.ModelChoiceField(
                quizzes,
                required=False,
                label=_("Quiz"),
                help_text=_("For full marks, and for dropping the question."),
            )
        self.fields |= own

    def key_fields(self) -> Iterator[forms.BoundField]:
        """Yield the fields that say what is right."""
        for name in self.fields:
            if name.startswith(("option-", "params-", "answers")):
                yield self[name]

    def other_fields(self) -> Iterator[forms.BoundField]:
        names = [name for name in ("quiz", "why") if name in self.fields]
        yield from (self[name] for name in names)

    def _option_fields(self) -> dict[str, forms.Field]:
        """A share for each option, or its place where options are put in an order."""
        found: dict[str, forms.Field] = {}
        authored = self.question_type.as_authored(self.content).options
        for number, option in enumerate(self.content.options):
            if self.question_type.options_have_fractions:
                worth = (100 * option.fraction).normalize()
                found[f"option-{number}"] = forms.DecimalField(
                    label=plain(option),
                    initial=f"{worth:f}",
                    min_value=Decimal(-100),
                    max_value=Decimal(100),
                    decimal_places=5,
                    help_text=_("Percent: 100 for right, 0 for wrong."),
                )
            else:
                places = [one.text for one in authored]
                found[f"option-{number}"] = forms.IntegerField(
                    label=plain(option),
                    initial=places.index(option.text) + 1,
                    min_value=1,
                    max_value=len(places),
                    help_text=_("Its place in the right order."),
                )
        return found

    def _params_fields(self) -> dict[str, forms.Field]:
        found: dict[str, forms.Field] = {}
        for name, make in self.question_type.params_fields.items():
            field = make()
            field.initial = self.content.params.get(name)
            field.required = False
            found[f"params-{name}"] = field
        return found

    def _text_fields(self) -> dict[str, forms.Field]:
        shown = self.question_type.present(self.content)["options"]
        if not self.content.options or shown:
            return {}
        return {
            "answers": forms.CharField(
                label=_("Further texts that are right"),
                required=False,
                widget=forms.Textarea(attrs={"rows": 3}),
                help_text=_("One a line."),
            )
        }

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("kind") in IN_ONE_QUIZ and cleaned.get("quiz") is None:
            self.add_error("quiz", _("Choose the quiz in which this holds."))
        return cleaned

    def wanted(self, stored: Content) -> Wanted:
        """Return the correction asked for, of a version that says `stored`.

        Raises:
            ValidationError: its options would have to be others.
        """
        values = self.cleaned_data
        kind, quiz, payload = values["kind"], None, {}
        if kind in IN_ONE_QUIZ:
            quiz = values["quiz"].pk
        elif kind == CorrectionKind.WITHDRAW:
            quiz = values["quiz"].pk if values.get("quiz") else None
        else:
            payload = self._payload(stored)
        return Wanted(kind, values["why"], payload, quiz, values.get("base"))

    def _payload(self, stored: Content) -> dict[str, Any]:
        new = self._new_content()
        payload = self.question_type.correction_towards(stored, new)
        if payload is None:
            raise ValidationError(_("Write this as a new version: its options are others."))
        return payload

    def _new_content(self) -> Content:
        """Return the content as its author would have written it with this key."""
        values, content = self.cleaned_data, self.content
        params = dict(content.params)
        for name in self.question_type.params_fields:
            given = values.get(f"params-{name}")
            if given not in (None, "", [], {}) or name in params:
                params[name] = given
        answers = [line.strip() for line in str(values.get("answers") or "").splitlines()]
        numbers = [values[f"option-{place}"] for place in range(len(content.options))]
        if self.question_type.options_have_fractions:
            options = tuple(
                replace(option, fraction=number / 100)
                for option, number in zip(content.options, numbers, strict=True)
            )
            content = replace(content, options=options, params=params)
            if filled := [line for line in answers if line]:
                content = self.question_type.with_answers(content, filled)
            return content
        by_place = sorted(range(len(numbers)), key=numbers.__getitem__)
        if sorted(numbers) != list(range(1, len(numbers) + 1)):
            raise ValidationError(_("Give each step a place of its own."))
        params.pop("order", None)
        return replace(
            content, options=tuple(content.options[place] for place in by_place), params=params
        )
