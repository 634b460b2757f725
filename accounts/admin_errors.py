"""What is wrong with a form of the admin site, for the list above it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any


def problems(form: Any, formsets: Iterable[Any]) -> Iterator[tuple[str, str, str]]:
    """Yield what is wrong with a form and its rows as (id of the field, its label, sentence)."""
    rows = [row for formset in formsets for row in formset.forms]
    for one in (form, *rows):
        yield from (("", "", str(said)) for said in one.non_field_errors())
        for field in one:
            yield from (
                (field.id_for_label or field.auto_id, str(field.label), str(said))
                for said in field.errors
            )
    for formset in formsets:
        place = f"{formset.prefix}-group"
        yield from ((place, "", str(said)) for said in formset.non_form_errors())
