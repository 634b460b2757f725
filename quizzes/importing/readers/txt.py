"""Plain text: a line is a block. Also finds the encoding of every format that is text."""

from __future__ import annotations

import codecs
import re
import unicodedata

from quizzes.importing.blocks import Block, DocumentRefused, Place, Read

_MARKS = [
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
]
_NEWLINE = re.compile("\r\n|[\r\n\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")

# Signs that steer the line or are none at all; some of C1 may be part of what was read wrongly.
_STEERING = dict.fromkeys(
    code
    for code in (
        *(code for code in range(0x20) if code not in (0x09, 0x0A)),
        *(code for code in range(0x7F, 0xA0) if code not in (0x81, 0x8D, 0x8F, 0x90, 0x9D)),
        *range(0x202A, 0x202F),
        *range(0x2066, 0x206A),
        0xFEFF,
    )
)
_BROKEN = re.compile("[\x00\ud800-\udfff]")


def read(data: bytes) -> Read:
    found = Read()
    gap = False
    for number, line in enumerate(decoded(data, found).split("\n"), 1):
        if line.strip():
            found.add(Block(line.rstrip(), Place("line", number), kind="line", gap=gap))
        gap = not line.strip()
    return found


def decoded(data: bytes, found: Read, declared: str = "") -> str:
    """Return the text of bytes: by their mark, as UTF-8, as declared, or as Windows-1252."""
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            try:
                return clean(data.decode(encoding), found)
            except UnicodeDecodeError:
                raise DocumentRefused("bad_encoding") from None
    if data[:4].count(0) or data[:1000].count(0) > 20:
        raise DocumentRefused("not_text")
    try:
        return clean(data.decode(), found)
    except UnicodeDecodeError:
        pass
    found.lose("other_encoding")
    for encoding in (declared, "cp1252"):
        try:
            return clean(data.decode(encoding), found)
        except (LookupError, UnicodeDecodeError, ValueError):
            continue
    return clean(data.decode("latin-1"), found)


def clean(text: str, found: Read) -> str:
    """Return the text without signs that cannot be stored or would steer the line; counted.

    What stands for a sign (NUL, half of a pair) becomes U+FFFD, which is shown and proposed for
    removal; every kind of line break becomes one.
    """
    text = _NEWLINE.sub("\n", text)
    text = _BROKEN.sub("\ufffd", text)
    shown = text.translate(_STEERING)
    found.lose("steering_signs", len(text) - len(shown))
    return unicodedata.normalize("NFC", shown)
