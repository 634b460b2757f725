"""The second template language, for the fragments that a page shows many times over.

Everything else is Django's own; docs/decisions/0008-jinja-and-prepared-queries.md says why.
"""

from __future__ import annotations

from typing import Any

from django.utils.html import linebreaks
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext, ngettext
from jinja2 import Environment
from markupsafe import Markup, escape

from config.template_layout import without_layout
from quizzes.bank.passage_quotes import in_passages
from quizzes.question_types.rendering import fragment
from quizzes.templatetags.passage import points, safe_html


def paragraphs(text: str) -> SafeString:
    """Show plain text with its paragraphs and line breaks."""
    return mark_safe(linebreaks(text, autoescape=True))


def translated(words: str, /, **values: Any) -> Markup:
    """Return `words` in the reader's language with `values`, escaped, in their places.

    This and `counted` do what Jinja's own extension does, at a third of its cost.
    """
    return _filled(gettext(words), values)


def counted(one: str, many: str, number: int, /, **values: Any) -> Markup:
    """Return the wording for so many, with the number as `num` and `values` in their places."""
    return _filled(ngettext(one, many, number), {"num": number} | values)


def _filled(words: str, values: dict[str, Any]) -> Markup:
    safe = {name: one if type(one) is int else escape(one) for name, one in values.items()}
    return Markup(words % safe)  # noqa: S704  the words are ours


class Quick(Environment):
    """Looks an item of a dict up as such, where Jinja would first wait for an attribute to fail."""

    def getattr(self, obj: Any, attribute: str) -> Any:
        if type(obj) is dict and attribute in obj:
            return obj[attribute]
        return super().getattr(obj, attribute)

    def preprocess(self, source: str, name: str | None = None, filename: str | None = None) -> str:
        """Return the source without its layout, as Django's templates are read."""
        return super().preprocess(without_layout(source), name, filename)


def environment(**options: Any) -> Environment:
    """Return the environment: escaping on, words in the reader's language, the pages' filters."""
    # Django hands in autoescape=True
    made = Quick(trim_blocks=True, lstrip_blocks=True, **options)
    made.globals |= {
        "_": translated,
        "ngettext": counted,
        "fragment": fragment,
        "in_passages": in_passages,
    }
    made.filters |= {"paragraphs": paragraphs, "points": points, "safe_html": safe_html}
    return made
