"""The second template language, for the fragments that a page shows many times over.

Everything else is Django's own; docs/decisions/0008-jinja-and-prepared-queries.md says why.
"""

from __future__ import annotations

from typing import Any

from django.utils.html import linebreaks
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext, ngettext
from jinja2 import Environment

from quizzes.question_types.rendering import fragment
from quizzes.templatetags.passage import points, safe_html


def paragraphs(text: str) -> SafeString:
    """Show plain text with its paragraphs and line breaks."""
    return mark_safe(linebreaks(text, autoescape=True))


class Quick(Environment):
    """Looks an item of a dict up as such, where Jinja would first wait for an attribute to fail."""

    def getattr(self, obj: Any, attribute: str) -> Any:
        if type(obj) is dict and attribute in obj:
            return obj[attribute]
        return super().getattr(obj, attribute)


def environment(**options: Any) -> Environment:
    """Return the environment: escaping on, words in the reader's language, the pages' filters."""
    made = Quick(  # Django hands in autoescape=True
        extensions=["jinja2.ext.i18n"], trim_blocks=True, lstrip_blocks=True, **options
    )
    made.install_gettext_callables(gettext, ngettext, newstyle=True)  # type: ignore[attr-defined]
    made.globals["fragment"] = fragment
    made.filters |= {"paragraphs": paragraphs, "points": points, "safe_html": safe_html}
    return made
