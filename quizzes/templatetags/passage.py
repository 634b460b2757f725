"""Filters every page may use."""

from __future__ import annotations

from decimal import Decimal

from django import template
from django.utils.formats import number_format
from django.utils.safestring import SafeString, mark_safe

from quizzes.material.markup import plain, sanitise

register = template.Library()


@register.filter
def safe_html(html: str | None) -> SafeString:
    """Show stored HTML: the only way in which a template marks it safe.

    It is sanitised again, since its row may be older than today's rules.
    """
    return mark_safe(sanitise(html or ""))


@register.filter
def as_read(markdown: str | None) -> str:
    """An author's Markdown in one line, as it reads: “first”, not “**first**”."""
    return plain(markdown or "")


@register.filter
def points(value: Decimal | None) -> str:
    """Marks with at most two decimals, none when they are zero: 5, 4.50, 1.67."""
    if value is None:
        return ""
    rounded = round(value, 2)
    return number_format(rounded, 0 if rounded == rounded.to_integral_value() else 2)
