"""Filters every page may use."""

from __future__ import annotations

from django import template
from django.utils.safestring import SafeString, mark_safe

from quizzes.material.markup import sanitise

register = template.Library()


@register.filter
def safe_html(html: str | None) -> SafeString:
    """Show stored HTML: the only way in which a template marks it safe.

    It is sanitised again, since its row may be older than today's rules.
    """
    return mark_safe(sanitise(html or ""))
