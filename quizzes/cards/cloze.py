"""Cloze notation: {{c1::telling words::optional hint}}. Pure: no models.

Every number of a text is one card, which hides all the words of that number at once.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from quizzes.material import markup

LARGEST_NUMBER = 50
_OPENING = re.compile(r"\{\{c([0-9]{1,4})::")
_CLOSING = "}}"
# Signs of the private use area stand for hidden words while the rest is rendered.
_LEFT, _RIGHT = "\ue000", "\ue001"
_TOKEN = re.compile(f"{_LEFT}([0-9]+){_RIGHT}")
_FORMULA = re.compile(r"<math\b.*?</math>", re.DOTALL)
_GAP = "…"


@dataclass(frozen=True, slots=True)
class Cloze:
    """Words that card `number` hides; they are in the text from `start` to `end`."""

    number: int
    words: str
    hint: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Sides:
    """The two sides of a card as sanitised HTML."""

    front: str
    back: str


def parse(text: str) -> list[Cloze]:
    """Return the hidden words of a text in reading order.

    Raises:
        ValidationError: nothing is hidden, or the notation is broken, with the place named.
    """
    found: list[Cloze] = []
    position = 0
    while opening := _OPENING.search(text, position):
        _refuse_stray(text[position : opening.start()])
        end = text.find(_CLOSING, opening.end())
        if end < 0:
            raise ValidationError(
                _("“%(part)s” is never closed with }}.")
                % {"part": _excerpt(text[opening.start() :])}
            )
        found.append(_cloze(opening, text[opening.end() : end], end + len(_CLOSING)))
        position = end + len(_CLOSING)
    _refuse_stray(text[position:])
    if not found:
        raise ValidationError(_("Hide at least one word: {{c1::word}}."))
    return found


def numbers(text: str) -> list[int]:
    """Return the numbers of a text's cards, ascending. Raises as parse() does."""
    return sorted({one.number for one in parse(text)})


def sides(text: str, number: int) -> Sides:
    """Return the card that hides the words of `number`; the words of other numbers are shown.

    Raises:
        ValidationError: as parse() does, and where the words are a part of a formula or a link.
    """
    clozes = parse(text)
    hidden = [one for one in clozes if one.number == number]
    tokens = {one.start: f"{_LEFT}{index}{_RIGHT}" for index, one in enumerate(hidden)}
    html = markup.render(_with(text, clozes, tokens))
    outside = _FORMULA.sub("", html)
    for index, one in enumerate(hidden):
        if f"{_LEFT}{index}{_RIGHT}" not in outside:
            message = _("Hide a whole formula or link, not a part of it: “%(part)s”.")
            raise ValidationError(message % {"part": _excerpt(one.words)})
    gaps = [escape(f"[{one.hint or _GAP}]") for one in hidden]
    words = [markup.render_inline(one.words) for one in hidden]
    return Sides(front=_filled(html, gaps), back=_filled(html, words))


def shown(text: str) -> str:
    """Return a text with nothing hidden."""
    return _with(text, parse(text), {})


def _cloze(opening: re.Match[str], inner: str, end: int) -> Cloze:
    number = int(opening[1])
    if not 1 <= number <= LARGEST_NUMBER:
        message = _("Cards are numbered from c1 to c%(last)d.") % {"last": LARGEST_NUMBER}
        raise ValidationError(message)
    if "{{" in inner:
        message = _("Hidden words cannot hold others: close “%(part)s” with }} first.")
        raise ValidationError(message % {"part": _excerpt(opening[0] + inner)})
    words, _colons, hint = inner.partition("::")
    if not words.strip():
        raise ValidationError(_("“%(part)s” hides nothing.") % {"part": _excerpt(opening[0])})
    return Cloze(number, words.strip(), " ".join(hint.split()), opening.start(), end)


def _refuse_stray(text: str) -> None:
    """Refuse what was meant as notation: whoever wrote {{c1:word}} wants it hidden."""
    if "{{" in text:
        message = _("“%(part)s” hides nothing: write {{c1::word}} or {{c1::word::hint}}.")
        raise ValidationError(message % {"part": _excerpt(text[text.index("{{") :])})
    if _LEFT in text or _RIGHT in text:
        raise ValidationError(_("This text contains characters that cannot be stored."))


def _with(text: str, clozes: list[Cloze], tokens: Mapping[int, str]) -> str:
    """Return the text with each cloze as its token, by where it starts, or as its words."""
    pieces: list[str] = []
    position = 0
    for one in clozes:
        pieces += [text[position : one.start], tokens.get(one.start, one.words)]
        position = one.end
    return "".join([*pieces, text[position:]])


def _filled(html: str, pieces: list[str]) -> str:
    return _TOKEN.sub(lambda token: f"<mark>{pieces[int(token[1])]}</mark>", html)


def _excerpt(text: str) -> str:
    return text if len(text) <= 40 else f"{text[:40]}…"
