"""Static files are named by their content, so that a browser may keep them for ever."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import PurePath
from typing import IO, Any

from django.contrib.staticfiles.apps import StaticFilesConfig
from django.core.files.base import ContentFile
from whitenoise.storage import CompressedManifestStaticFilesStorage

# Other versions and extensions of htmx, which come with the one that is used.
OTHER_HTMX = ("htmax-*.js", "htmx-4*.js", "htmx-2.js", "django_htmx/ext/*")
OURS = ("quizzes/", "accounts/")
# Only comments that have lines to themselves: what follows code could be inside a string.
_COMMENT_LINES = {
    ".js": re.compile(r"^[ \t]*(?://[^\n]*|/\*.*?\*/[ \t]*)\n", re.MULTILINE | re.DOTALL),
    ".css": re.compile(r"^[ \t]*/\*.*?\*/[ \t]*\n", re.MULTILINE | re.DOTALL),
}


class StaticFiles(StaticFilesConfig):
    # Redoc calls other hosts and is not offered; compressing it would take seconds of every start.
    ignore_patterns = [*StaticFilesConfig.ignore_patterns, "redoc", *OTHER_HTMX]


class HashedFiles(CompressedManifestStaticFilesStorage):
    # Without it a module imports its neighbours by their plain names and meets yesterday's copy.
    support_js_module_import_aggregation = True

    def save(self, name: str | None, content: IO[Any], max_length: int | None = None) -> str:
        """Keep a collected file; our own scripts and styles leave their comments at home."""
        if name and name.startswith(OURS) and name.endswith(tuple(_COMMENT_LINES)):
            content = ContentFile(without_comments(name, content.read().decode()).encode())
        return super().save(name, content, max_length=max_length)

    def post_process(
        self, paths: dict[str, tuple[Any, str]], *args: Any, **options: Any
    ) -> Iterator[tuple[str, str | None, bool | Exception]]:
        """Name files by what was kept of them, which is not what they were collected from."""
        kept = {path: (self, path) if path.startswith(OURS) else paths[path] for path in paths}
        return super().post_process(kept, *args, **options)


def without_comments(name: str, text: str) -> str:
    """Return a script or style without the comments that have lines to themselves."""
    found = _COMMENT_LINES.get(PurePath(name).suffix)
    return found.sub("", text) if found else text
