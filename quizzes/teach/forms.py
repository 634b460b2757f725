"""What a marker types."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy


class MarkForm(forms.Form):
    """A mark in points, words for the student, and why, when an earlier mark is superseded."""

    mark = forms.DecimalField(
        label=gettext_lazy("Mark"), min_value=Decimal(0), max_digits=15, decimal_places=5
    )
    feedback = forms.CharField(
        label=gettext_lazy("Feedback for the student"),
        required=False,
        max_length=10_000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=gettext_lazy("Markdown. The student reads it with the result."),
    )
    reason = forms.CharField(
        label=gettext_lazy("Why the mark changes"),
        max_length=200,
        help_text=gettext_lazy("Kept with both marks; the student does not see it."),
    )
    seen = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=32_767)

    def __init__(
        self, *args: Any, max_mark: Decimal, newest: int, is_marked: bool, **kwargs: Any
    ) -> None:
        """
        Args:
            newest: the number of the newest grade stored.
            is_marked: whether it gave a mark, so that a new one needs a reason.
        """
        super().__init__(*args, **kwargs)
        self.max_mark = max_mark
        self.newest = newest
        mark = self.fields["mark"]
        mark.help_text = _("0 to %(most)s") % {"most": _plain(max_mark)}
        mark.widget.attrs.update({"max": _plain(max_mark), "step": "any", "inputmode": "decimal"})
        self.fields["seen"].initial = newest
        if not is_marked:
            del self.fields["reason"]

    def clean_mark(self) -> Decimal:
        mark: Decimal = self.cleaned_data["mark"]
        if mark > self.max_mark:
            raise forms.ValidationError(
                _("At most %(most)s.") % {"most": _plain(self.max_mark)}, code="too_much"
            )
        return mark

    def clean(self) -> dict[str, Any]:
        """Refuse to pile a mark on one the marker has not seen."""
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("seen") != self.newest:
            raise forms.ValidationError(
                _("Someone else has marked this answer in the meantime. Look at their mark first."),
                code="stale",
            )
        return cleaned

    @property
    def fraction(self) -> Decimal:
        """The mark as a share of the full marks; a question worth nothing is worth nothing."""
        return self.cleaned_data["mark"] / self.max_mark if self.max_mark else Decimal(0)


def _plain(number: Decimal) -> str:
    """The number without trailing zeros, as a browser's field reads it."""
    return f"{number.normalize():f}"
