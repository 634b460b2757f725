"""Authors' Markdown: cleaned, rendered, made safe, and as plain text. No models, no request.

HTML is sanitised when it is rendered and once more before it is shown (`sanitise`), since a row may
have been written by an older sanitiser or by hand. Nothing here lets a page fetch anything from
elsewhere: images and sounds are the site's own, there are no styles or frames, and links go to
http, https, mailto or this site alone.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from html import escape
from html.parser import HTMLParser
from itertools import chain
from typing import TYPE_CHECKING, Any

import latex2mathml.converter
import nh3
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from markdown_it import MarkdownIt
from mdit_py_plugins.dollarmath import dollarmath_plugin

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from markdown_it.renderer import RendererHTML
    from markdown_it.token import Token
    from markdown_it.utils import OptionsDict

_TEXT_TAGS = {
    "a",
    "blockquote",
    "br",
    "code",
    "del",
    "em",
    "hr",
    "li",
    "mark",
    "ol",
    "p",
    "pre",
    "s",
    "strong",
    "sub",
    "sup",
    "table",
    "tbody",
    "td",
    "th",
    "thead",
    "tr",
    "ul",
}
_MATH_TAGS = {
    "math",
    "mfrac",
    "mi",
    "mmultiscripts",
    "mn",
    "mo",
    "mover",
    "mpadded",
    "mphantom",
    "mprescripts",
    "mroot",
    "mrow",
    "mspace",
    "msqrt",
    "mstyle",
    "msub",
    "msubsup",
    "msup",
    "mtable",
    "mtd",
    "mtext",
    "mtr",
    "munder",
    "munderover",
    "none",
}
_ATTRIBUTES = {
    "a": {"href", "title"},
    "audio": {"controls", "preload", "src", "aria-label"},
    "img": {"alt", "height", "loading", "src", "width"},
    "ol": {"start"},
    "math": {"display", "xmlns"},
    "mo": {"stretchy", "fence", "form", "separator", "lspace", "rspace", "minsize", "maxsize"},
    "mi": {"mathvariant"},
    "mfrac": {"linethickness"},
    "mover": {"accent"},
    "munder": {"accentunder"},
    "mspace": {"width"},
    "mstyle": {"displaystyle", "scriptlevel"},
    "mtable": {"columnalign", "rowspacing", "columnspacing"},
}
_MEDIA_TAGS = {"audio", "img"}
_MEDIA_URL = re.compile(r"/media/[0-9a-f]{32}\.(png|jpg|webp|wav)")
# What is left of one whose source was not ours.
_SOURCELESS = re.compile(r'<(?:img|audio)(?: (?!src=)[a-z-]+="[^"]*")*>(?:</audio>)?')
TAGS = _TEXT_TAGS | _MATH_TAGS | _MEDIA_TAGS


def _kept(tag: str, attribute: str, value: str) -> str | None:
    """Return an attribute's value if it may stand: a source is a file of ours."""
    if attribute == "src" and not _MEDIA_URL.fullmatch(value):
        return None
    return value


_CLEANER = nh3.Cleaner(
    tags=TAGS,
    attributes=_ATTRIBUTES,
    attribute_filter=_kept,
    clean_content_tags={
        "script",
        "style",
        "title",
        "textarea",
        "noscript",
        "iframe",
        "object",
        "template",
        "svg",
        "select",
    },
    url_schemes={"http", "https", "mailto"},
    link_rel="noopener",
    strip_comments=True,
)

MATH_LIMIT = 2_000
MEDIA_SCHEME = "media:"
NO_MEDIA: Mapping[str, Shown] = {}
# Control characters, and signs that reverse the direction of writing: they change what a reader
# sees, and no author means them. Line breaks and tabs stay.
_STEERING = dict.fromkeys(
    chain(
        (*range(0x09), 0x0B, 0x0C, *range(0x0E, 0x20), *range(0x7F, 0xA0)),
        (*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0xFEFF),
    )
)


def clean(text: str) -> str:
    """Return the text as it is stored: NFC, "\\n" for every newline, no invisible steering signs.

    Steering signs are dropped. NUL and lone surrogates cannot be stored by every database, and only
    broken programs send them: ValidationError.
    """
    if "\0" in text or any("\ud800" <= char <= "\udfff" for char in text):
        raise ValidationError(
            _("This text contains characters that cannot be stored."), code="unclean"
        )
    text = re.sub("\r\n|[\r\u2028\u2029\x85]", "\n", text)
    return unicodedata.normalize("NFC", text.translate(_STEERING))


@dataclass(frozen=True, slots=True)
class Shown:
    """A picture or a sound of ours, as a page shows it: `![what it shows](media:name)`."""

    url: str
    is_sound: bool = False
    width: int | None = None
    height: int | None = None


def render(markdown: str, media: Mapping[str, Shown] = NO_MEDIA) -> str:
    """Return sanitised HTML of Markdown paragraphs, lists, tables, math and the media given."""
    return sanitise(_markdown().render(markdown, {"media": media})).strip()


def render_inline(markdown: str, media: Mapping[str, Shown] = NO_MEDIA) -> str:
    """Return sanitised HTML of one run of Markdown text, without a paragraph round it."""
    return sanitise(_markdown().renderInline(markdown, {"media": media})).strip()


def media_named(markdown: str) -> list[tuple[str, str]]:
    """Return name and words of every picture or sound that the Markdown names, in order."""
    if MEDIA_SCHEME not in markdown:
        return []
    found = []
    for block in _markdown().parse(markdown):
        for token in block.children or []:
            address = str(token.attrs.get("src", "")) if token.type == "image" else ""
            if address.startswith(MEDIA_SCHEME):
                found.append((address.removeprefix(MEDIA_SCHEME), token.content.strip()))
    return found


@lru_cache(maxsize=4096)
def sanitise(html: str) -> str:
    """Return stored HTML as it may be shown. What render() wrote comes back unchanged."""
    # Entities are characters by now, so this is the place where none of them slips through.
    return _SOURCELESS.sub("", _CLEANER.clean(html)).translate(_STEERING)


def plain(markdown: str) -> str:
    """Return what a reader sees of the Markdown, on one line. Quotes and positions refer to it."""
    return text_of(render(markdown))


def text_of(html: str) -> str:
    """Return the text of HTML with every run of white space as one space."""
    reader = _TextReader()
    reader.feed(html)
    reader.close()
    return unicodedata.normalize("NFC", " ".join("".join(reader.pieces).split()))


class _TextReader(HTMLParser):
    _BREAKS = frozenset(
        ["p", "li", "br", "tr", "td", "th", "blockquote", "pre", "hr", "ul", "ol", "table"]
    )

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in self._BREAKS:
            self.pieces.append(" ")

    def handle_endtag(self, tag: str) -> None:
        if tag in self._BREAKS:
            self.pieces.append(" ")

    def handle_data(self, data: str) -> None:
        self.pieces.append(data)


@lru_cache(maxsize=1)
def _markdown() -> MarkdownIt:
    """The parser: CommonMark with tables and math; raw HTML and headings are shown as typed.

    Headings belong to the page: a stem that made one would break its outline.
    """
    parser = MarkdownIt("commonmark", {"html": False, "maxNesting": 20})
    parser.enable("table").disable(["heading", "lheading", "html_block", "html_inline"])
    parser.use(
        dollarmath_plugin, allow_space=False, allow_digits=False, double_inline=True, renderer=_math
    )
    parser.add_render_rule("image", _image)
    for rule in ("td_open", "th_open"):
        parser.add_render_rule(rule, _cell_open)
    return parser


def _math(latex: str, options: dict[str, Any]) -> str:
    """MathML of LaTeX, or the LaTeX itself as code where it cannot be read."""
    if len(latex) <= MATH_LIMIT:
        display = "block" if options["display_mode"] else "inline"
        try:
            return latex2mathml.converter.convert(latex, display=display)
        except Exception:  # noqa: BLE001, S110  it raises whatever its parser stumbles on
            pass
    return f"<code>{escape(latex)}</code>"


def _image(
    renderer: RendererHTML, tokens: Sequence[Token], index: int, options: OptionsDict, env: Any
) -> str:
    """A picture or sound of ours; for any other its words, since it would come from elsewhere."""
    words = escape(renderer.renderInlineAsText(tokens[index].children or [], options, env))
    address = str(tokens[index].attrs.get("src", ""))
    shown = env.get("media", {}).get(address.removeprefix(MEDIA_SCHEME))
    if shown is None or not address.startswith(MEDIA_SCHEME):
        return words
    if shown.is_sound:
        return f'<audio controls preload="none" src="{shown.url}" aria-label="{words}"></audio>'
    size = f' width="{shown.width}" height="{shown.height}"' if shown.width else ""
    return f'<img src="{shown.url}" alt="{words}"{size} loading="lazy">'


def _cell_open(
    renderer: RendererHTML, tokens: Sequence[Token], index: int, options: OptionsDict, env: Any
) -> str:
    """A cell without its alignment, which would be an inline style."""
    return f"<{tokens[index].tag}>"
