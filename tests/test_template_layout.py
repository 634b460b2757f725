"""Templates are written in lines that their pages do not have."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from config.template_layout import without_layout

ROOT = Path(__file__).resolve().parent.parent


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("<p>\n  Two\n  words\n</p>\n", "<p>Two words</p>"),
        ("<b>a</b>\n<b>b</b> <b>c</b>", "<b>a</b><b>b</b> <b>c</b>"),
        (
            '<input\n    name="a"\n    {% if x %} checked{% endif %}\n>',
            '<input name="a"{% if x %} checked{% endif %}>',
        ),
        (
            "{% if a and\n    b %}\n  {{ a }}\n  {{ b }}\n{% endif %}",
            "{% if a and b %}{{ a }} {{ b }}{% endif %}",
        ),
        (
            "<textarea\n  name=a>\n{{ x }}\n y</textarea>\n",
            "<textarea name=a>\n{{ x }}\n y</textarea>",
        ),
        ("<pre>a\n b</pre>", "<pre>a\n b</pre>"),
        (
            "<p>\n  {% blocktranslate trimmed %}\n    a\n    b\n  {% endblocktranslate %}\n</p>",
            "<p>{% blocktranslate trimmed %}\n    a\n    b\n  {% endblocktranslate %}</p>",
        ),
    ],
)
def test_it_leaves_out_what_is_layout_only(written: str, read: str) -> None:
    assert without_layout(written) == read


def test_it_finds_every_template_in_the_format() -> None:
    done = subprocess.run(
        [sys.executable, "scripts/format_templates.py", "--check"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
