"""Rendering one fragment of a page: a question as asked, as explained, and what stands round it."""

from __future__ import annotations

from typing import Any

from django.template import engines
from django.utils.safestring import SafeString, mark_safe


def fragment(template_name: str, /, **context: Any) -> SafeString:
    """Return the HTML of a Jinja template, a path under templates/ or quizzes/."""
    return mark_safe(engines["jinja"].get_template(template_name).render(context))
