"""Signs that went wrong on the way: read in the wrong encoding, glued, invisible. Pure."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import replace

from quizzes.importing.segments import Segment

# The bytes of UTF-8 as Windows-1252 shows them. Only the first bytes that texts of Latin script
# really have are taken: a capital with an accent before a closing quote is no such pair.
_BYTES: dict[str, int] = {}
for _byte in range(0x80, 0x100):
    try:
        _BYTES[bytes([_byte]).decode("cp1252")] = _byte
    except UnicodeDecodeError:
        _BYTES[chr(_byte)] = _byte
    _BYTES.setdefault(chr(_byte), _byte)
_TAIL = "[" + "".join(re.escape(sign) for sign, byte in _BYTES.items() if byte < 0xC0) + "]"
_WRONG = re.compile(f"[ÂÃ]{_TAIL}|[âï]{_TAIL}{{2}}|ð{_TAIL}{{3}}")
_REMAINS = re.compile(f"ð{_TAIL}{{1,3}}|â€{_TAIL}?|\ufffd")

_PICTURES = "\U0001f000-\U0001faff\u2600-\u27bf\u2b00-\u2bff\u2190-\u21ff\u231a-\u23ff\u25a0-\u25ff"
_JOINERS = "\ufe0f\u200d\u20e3"
_ARROWS_OF_WORDS = "←↑→↓↔⇌⇄"  # as in "BDNF ↑": they say something
EMOJI = f"(?:(?![{_ARROWS_OF_WORDS}])[{_PICTURES}][{_JOINERS}]*)"
_LEADING = re.compile(f"^(?:{EMOJI}\\s*)+")
_TRAILING = re.compile(f"(?:\\s*{EMOJI})+$")
_LIGATURES = {ord(sign): unicodedata.normalize("NFKC", sign) for sign in "ﬀﬁﬂﬃﬄﬅﬆ"}


def repaired(text: str) -> tuple[str, tuple[str, ...]]:
    """Return the text with its signs repaired, on one line, with the reasons for each change."""
    reasons: list[str] = []
    mended = _WRONG.sub(_decoded, text)
    if mended != text:
        reasons.append("mojibake")
    whole = mended.translate(_LIGATURES)
    if whole != mended:
        reasons.append("ligature")
    shown = whole.replace("\u00ad", "").replace("\u200b", "").replace("\u2060", "")
    if shown != whole:
        reasons.append("invisible")
    left = _REMAINS.sub("", shown)
    if left != shown:
        reasons.append("unreadable")
    return unicodedata.normalize("NFC", " ".join(left.split())), tuple(reasons)


def _decoded(match: re.Match[str]) -> str:
    try:
        return bytes(_BYTES[sign] for sign in match[0]).decode()
    except UnicodeDecodeError:
        return match[0]


def clean_up(segments: list[Segment], *, markdown: bool) -> list[Segment]:
    """Repair every piece. Lines of Markdown stay lines, since tables are made of them."""
    found: list[Segment] = []
    for segment in segments:
        lines = [
            repaired(line) for line in (segment.text.split("\n") if markdown else [segment.text])
        ]
        reasons = [reason for _, reasons in lines for reason in reasons]
        text = "\n".join(line for line, _ in lines if line)
        found.append(segment.with_text(text, *reasons))
    return found


def drop_decoration(segments: list[Segment]) -> list[Segment]:
    """Take emoji off the ends of every piece; a piece of nothing else is removed."""
    found: list[Segment] = []
    for segment in segments:
        if not segment.kept:
            found.append(segment)
        elif not any(char.isalnum() for char in segment.text):
            found.append(segment.removed("signs_only"))
        else:
            text = _TRAILING.sub("", _LEADING.sub("", segment.text))
            found.append(segment if text == segment.text else segment.with_text(text, "emoji"))
    return found


_BULLET = re.compile(r"^(?:[•‣◦▪▸►●○■□–*·-])\s+(?=\S)")
_SIGN_BULLET = re.compile(f"^{EMOJI}\\s*(?=\\S)")


def find_items(segments: list[Segment]) -> list[Segment]:
    """Take lines that begin with a bullet for list items, an emoji where two such lines meet."""
    signed = [bool(p.kept and _SIGN_BULLET.match(p.text) and len(p.text) > 12) for p in segments]
    found: list[Segment] = []
    for index, segment in enumerate(segments):
        bullet = _BULLET.match(segment.text) if segment.kind == "passage" else None
        beside = any(signed[max(0, index - 1) : index]) or any(signed[index + 1 : index + 2])
        if bullet:
            text = segment.text[bullet.end() :]
            found.append(replace(segment.with_text(text, "bullet"), kind="item"))
        elif segment.kind == "passage" and signed[index] and beside:
            text = _SIGN_BULLET.sub("", segment.text)
            found.append(replace(segment.with_text(text, "bullet"), kind="item"))
        else:
            found.append(segment)
    return found
