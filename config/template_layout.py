"""What the layout of a template means: line breaks and indentation are not part of the page.

Templates are written one element a line (`make format`), and pages are sent without that layout.
The rule is JSX's: a line break with its indentation is nothing next to a tag, and one space between
two words. A space that is wanted next to a tag is written as a space on the same line.
"""

from __future__ import annotations

import re
from typing import Any

from django.template import Origin
from django.template.loaders import filesystem

# Left as they are: what a browser shows with its line breaks, and what gettext knows by its text
LAYOUT = re.compile(
    r">[^<]*</(?:textarea|pre)>"
    r"|\{%-? *blocktranslate\b.*?\{% *endblocktranslate *%\}"
    r"|(?P<layout>[ \t]*\n[ \t\n]*)",
    re.DOTALL,
)
TAG_ENDS = (">", "%}", "#}")
TAG_BEGINS = ("<", ">", "{%", "{#")


def without_layout(source: str) -> str:
    """Return the source of a template as it reads without its layout."""

    def kept(found: re.Match[str]) -> str:
        if found["layout"] is None:
            return found[0]
        before, after = source[max(found.start() - 2, 0) : found.start()], source[found.end() :][:2]
        at_tag = before.endswith(TAG_ENDS) or after.startswith(TAG_BEGINS)
        return "" if at_tag or not before or not after else " "

    return LAYOUT.sub(kept, source)


class Loader(filesystem.Loader):
    """Django's loader of the project's templates, which leaves their layout out."""

    def get_contents(self, origin: Origin) -> Any:
        """Return the source without its layout."""
        return without_layout(super().get_contents(origin))
