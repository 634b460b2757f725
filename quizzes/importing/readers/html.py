"""HTML, by lxml's parser of real-world pages. Also reads the chapters of EPUB."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree, html

from quizzes.importing.blocks import Block, DocumentRefused, Place, Read
from quizzes.importing.emphasis import BOLD, ITALIC, Mark, address, ink, tidied
from quizzes.importing.readers.txt import clean, decoded

_CHARSET = re.compile(rb"""charset\s*=\s*["']?\s*([A-Za-z0-9_.:-]{1,40})""", re.IGNORECASE)
_SILENT = {"script", "style", "template", "head", "svg", "math", "object", "iframe", "canvas"}
_INLINE = {
    "a", "abbr", "acronym", "b", "bdi", "bdo", "big", "cite", "code", "data", "del", "dfn", "em",
    "font", "i", "ins", "kbd", "label", "mark", "q", "rp", "rt", "ruby", "s", "samp", "small",
    "span", "strike", "strong", "sub", "sup", "time", "tt", "u", "var", "wbr", "nobr",
}  # fmt: skip
_ASIDE = {
    "nav": "navigation",
    "footer": "page_part",
    "aside": "page_part",
    "form": "form",
    "button": "form",
    "select": "form",
    "textarea": "form",
    "noscript": "page_part",
    "figcaption": "picture",
}
_NAMED = re.compile(
    r"(?:^|[\s_-])(?P<sharing>share|sharing|social)|(?P<comments>comments?(?:-area|-list|-form|-respond)?"
    r"|respond|disqus)(?:$|[\s_-])|(?P<cookies>cookie)|(?P<subscribe>newsletter|subscribe)"
    r"|(?P<navigation>breadcrumb|related-posts|pagination|navbar|menu(?:$|[\s_-]))"
    r"|(?P<advert>advert|sponsor|(?:^|\s)ads?(?:$|\s)|promo(?:$|[\s_-]))|(?P<byline>byline|post-meta)",
    re.IGNORECASE,
)
_SET = {"b": BOLD, "strong": BOLD, "i": ITALIC, "em": ITALIC, "cite": ITALIC}
_REASONS = {"comments": "below_comments"}
_HEADING = re.compile("h[1-6]")
_SUPER = str.maketrans("0123456789+-−=()nia", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁼⁽⁾ⁿⁱᵃ")
_SUB = str.maketrans("0123456789+-−=()", "₀₁₂₃₄₅₆₇₈₉₊₋₋₌₍₎")


def read(data: bytes) -> Read:
    found = Read()
    declared = _CHARSET.search(data[:4096])
    text = decoded(data, found, declared[1].decode() if declared else "")
    read_into(found, text, unit="line")
    return found


def read_into(found: Read, text: str, *, unit: str, part: int = 0) -> None:
    """Add the blocks of a page of HTML to what is found."""
    parser = html.HTMLParser(
        encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True, huge_tree=False
    )
    try:
        root = etree.fromstring(text.encode(), parser)
    except etree.ParserError:
        root = None
    except etree.XMLSyntaxError:
        raise DocumentRefused("damaged") from None
    if any("depth" in (error.message or "").lower() for error in parser.error_log):
        raise DocumentRefused("too_deep")
    if root is None:
        return
    _front(root, found)
    _Walk(found, root, part if unit == "part" else 0).run()


def _front(root: etree._Element, found: Read) -> None:
    found.language = found.language or (root.get("lang") or root.get(_XML_LANG) or "").strip()
    for meta in root.iter("meta"):
        name = (meta.get("name") or meta.get("property") or "").lower()
        content = " ".join((meta.get("content") or "").split())
        if name == "author" and not found.authors:
            found.authors = content
        elif name == "og:title" and not found.title:
            found.title = content
    title = root.find(".//title")
    if not found.title and title is not None:
        found.title = " ".join((title.text or "").split())


_XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"


def raised(text: str, where: str) -> str:
    """Return text set above or below the line in signs of its own, where there are such: 10⁻³."""
    signs = _SUPER if where == "sup" else _SUB
    return text.translate(signs) if all(ord(char) in signs for char in text) else text


class _Walk:
    """Goes through a page in reading order; a block ends wherever an element of a block begins."""

    def __init__(self, found: Read, root: etree._Element, part: int) -> None:
        self.found, self.root, self.part = found, root, part
        self.words: list[str] = []
        self.ink = 0  # signs in `words` that are not white space
        self.marks: list[Mark] = []
        self.line = 0
        self.count = 0
        self.path: list[tuple[str, str]] = []  # (tag, why it is no part of the text)
        self.begun: list[tuple[int, str]] = []  # for each of the path, the mark that it begins
        has_main = root.find(".//main") is not None or root.find(".//article") is not None
        self.outside = "page_part" if has_main else ""

    def run(self) -> None:
        for event, element in _events(self.root):
            if event == "open":
                self._open(element)
            elif event == "text":
                self._say(element)
            else:
                self._close(element)
        self._flush()

    def _say(self, text: object) -> None:
        words = clean(str(text), self.found)
        nearest = next((tag for tag, _ in reversed(self.path) if tag in {"sup", "sub"}), "")
        self._take(raised(words, nearest) if nearest else words)

    def _take(self, words: str) -> None:
        self.words.append(words)
        self.ink += ink(words)

    def _open(self, element: etree._Element) -> None:
        tag = str(element.tag).lower()
        if tag == "br":
            # One break is a space; two part paragraphs, as on old pages.
            if self.words and self.words[-1] == "\n":
                self._flush()
            else:
                self.words.append("\n")
        elif tag == "img":
            self.found.lose("images")
            if (element.get("alt") or "").strip():
                self._flush()
                self._add(element.get("alt") or "", "paragraph", 0, "picture")
        elif tag in {"td", "th"} and self.words:
            self._take(" | ")
        elif tag not in _INLINE:
            self._flush()
        if tag == "table":
            self.found.lose("tables")
        self.line = element.sourceline or self.line
        self.begun.append((self.ink, self._mark(tag, element)))
        self.path.append((tag, self._why(tag, element)))

    def _mark(self, tag: str, element: etree._Element) -> str:
        """What the element makes of its words: bold, italics or a link; "" for none."""
        if tag == "a" and element.get("href"):
            link = address(element.get("href") or "")
            if not link or any(_HEADING.fullmatch(above) for above, _ in self.path):
                self.found.lose("links")
            return link
        # Pages copied from Google Docs stand in a <b> that is none.
        if "normal" in (element.get("style") or ""):
            return ""
        return _SET.get(tag, "")

    def _why(self, tag: str, element: etree._Element) -> str:
        if tag in _ASIDE:
            return _ASIDE[tag]
        if element.get("hidden") is not None or element.get("aria-hidden") == "true":
            return "hidden"
        if tag in {"body", "html", "main", "article"}:
            return ""
        named = _NAMED.search(f"{element.get('class') or ''} {element.get('id') or ''}"[:300])
        return _REASONS.get(named.lastgroup or "", named.lastgroup or "") if named else ""

    def _close(self, element: etree._Element) -> None:
        tag = str(element.tag).lower()
        if tag not in _INLINE and tag not in {"br", "img", "td", "th"}:
            self._flush()
        self.path.pop()
        start, mark = self.begun.pop()
        if mark:
            self.marks.append((start, self.ink, mark))

    def _flush(self) -> None:
        text = " ".join("".join(self.words).split())
        marks = self.marks + [(start, self.ink, mark) for start, mark in self.begun if mark]
        whole = self.ink
        self.words, self.marks, self.ink = [], [], 0
        # Bold that goes on in the next block begins there again.
        self.begun = [(0, mark) for _, mark in self.begun]
        if not text:
            return
        tags = [tag for tag, _ in self.path]
        reasons = [why for _, why in self.path if why]
        inside = "main" in tags or "article" in tags
        hint = reasons[0] if reasons else ("" if inside else self.outside)
        level = next((int(tag[1]) for tag in tags if _HEADING.fullmatch(tag)), 0)
        kind = "heading" if level else "item" if "li" in tags else "paragraph"
        self._add(text, kind, level, hint, (whole, tidied(marks)))

    def _add(
        self,
        text: str,
        kind: str,
        level: int,
        hint: str,
        marked: tuple[int, tuple[Mark, ...]] = (0, ()),
    ) -> None:
        self.count += 1
        place = Place("part", self.part, self.count) if self.part else Place("line", self.line)
        # Entities are signs by now: those that steer the line go here.
        text = " ".join(clean(text, self.found).split())
        whole, marks = marked
        if marks and ink(text) != whole:  # accents put together: the marks would slip
            self.found.lose("emphasis")
            marks = ()
        self.found.add(Block(text, place, kind, level, hint, marks=marks))  # type: ignore[arg-type]


def _events(root: etree._Element) -> Iterator[tuple[str, object]]:
    """Yield elements as they open and close, and the text between, without recursion."""
    silent = 0
    for event, element in etree.iterwalk(root, events=("start", "end")):
        tag = str(element.tag).lower()
        if event == "start":
            if tag in _SILENT or silent:
                silent += 1
                continue
            yield "open", element
            if element.text:
                yield "text", element.text
        elif silent:
            silent -= 1
            if not silent and element.tail:
                yield "text", element.tail
        else:
            yield "close", element
            if element.tail and element is not root:
                yield "text", element.tail
