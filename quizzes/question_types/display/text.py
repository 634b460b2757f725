"""How an answer to a question came out, in words: for pages of attempts and for previews."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

ICONS = {
    "right": "i-check",
    "part": "i-differ",
    "wrong": "i-cross",
    "unanswered": "i-minus",
    "waiting": "i-clock",
}
TONES = {"right": " good", "part": " part", "wrong": " bad", "unanswered": " bad"}


def sentence(verdict: str, right_keys: Sequence[str], correct_summary: str | None) -> str:
    """Return “Not quite. It is A.”; what may not be shown comes as no keys and None."""
    if verdict == "right":
        return _("Right.")
    if verdict == "waiting":
        return _("This will be marked by a person.")
    opening = {
        "part": _("Partly right."),
        "unanswered": _("Not answered."),
        "wrong": _("Not quite."),
    }[verdict]
    return f"{opening} {_key(right_keys, correct_summary)}".rstrip()


def _key(right_keys: Sequence[str], correct_summary: str | None) -> str:
    if len(right_keys) == 1:
        return _("It is %(key)s.") % {"key": right_keys[0].upper()}
    if right_keys:
        return _("The right answers are %(keys)s.") % {"keys": ", ".join(right_keys).upper()}
    if correct_summary:
        return _("It is %(answer)s.") % {"answer": correct_summary}
    return ""
