"""How an author writes a text whose selectable sentences or phrases stand in double brackets."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

TEXT_LIMIT, SPANS_LIMIT = 10_000, 60
_MARKED = re.compile(r"\[\[(.+?)\]\]", re.DOTALL)
_BREAK = re.compile(r"\n[ \t]*\n")


def cut(text: str) -> list[tuple[str, bool]]:
    """The text in its pieces, each with whether it may be selected."""
    layout: list[tuple[str, bool]] = []
    for index, item in enumerate(_MARKED.split(text)):
        if item:
            layout.append((item, index % 2 == 1))
    return layout


def words(text: str) -> str:
    """A stretch of text as it is compared: on one line."""
    return " ".join(text.split())


class MarkedTextField(forms.CharField):
    """The text as it is written; at least two stretches of it can be told apart and selected."""

    widget = forms.Textarea(attrs={"rows": 9})

    def clean(self, value: Any) -> Any:
        if not isinstance(value, str) or not value.strip():
            raise ValidationError(_("Write the text to choose from."))
        if len(value) > TEXT_LIMIT:
            raise ValidationError(_("At most %(n)d characters.") % {"n": TEXT_LIMIT})
        value = value.replace("\r\n", "\n").strip("\n").rstrip()
        layout = cut(value)
        marked = [words(item) for item, is_marked in layout if is_marked]
        if any("[[" in item or "]]" in item for item, _marked in layout):
            raise ValidationError(_("A double bracket is unpaired: write [[ before and ]] after."))
        if any(_BREAK.search(item) for item, is_marked in layout if is_marked):
            raise ValidationError(_("What can be selected must not run over two paragraphs."))
        if not 2 <= len(marked) <= SPANS_LIMIT or not all(marked):
            raise ValidationError(
                _("Put from 2 to %(n)d sentences or phrases in [[double brackets]].")
                % {"n": SPANS_LIMIT}
            )
        twice = next((text for text in marked if marked.count(text) > 1), None)
        if twice is not None:
            raise ValidationError(
                _("“%(text)s” can be selected in two places.") % {"text": twice[:80]}
            )
        return value
