"""The lines of an import's report on things that were read."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from quizzes.interchange.collection import Item, Line, Status


def line_of(kind: str, item: Item[Any], status: Status, reason: str = "", **flags: bool) -> Line:
    """Return the report's line on something that was read."""
    type_ = getattr(item.value, "type", "")
    return Line(kind, item.value.slug, status, reason, item.file, item.line, type_, **flags)


def skipped(kind: str, item: Item[Any]) -> Line:
    """Return the line on something that was left as it is."""
    return line_of(kind, item, "unchanged", changed_here(), skipped=True)


def changed_here() -> str:
    return _("Changed on the site since it was loaded, or never came from here; left as it is.")


def sentences(error: ValidationError) -> str:
    """Return the messages of a ValidationError, each behind its place, on one line."""
    if hasattr(error, "error_dict"):
        places = error.message_dict.items()
        return " ".join(f"{place}: {' '.join(messages)}" for place, messages in places)
    return " ".join(error.messages)
