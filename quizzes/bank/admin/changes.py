"""What one version of a question changed in another, place by place and word by word."""

from __future__ import annotations

import json
from decimal import Decimal

from django.utils.translation import gettext as _

from quizzes.bank.drafts import AnchorDraft, QuestionDraft
from quizzes.material.differences import Difference, differences


def changes(old: QuestionDraft, new: QuestionDraft) -> list[Difference]:
    """Return the places in which two wordings differ, named as an author knows them."""
    return differences(_texts(old), _texts(new))


def _texts(draft: QuestionDraft) -> dict[str, str]:
    texts = {_("Question"): draft.stem}
    for place, option in enumerate(draft.options, start=1):
        name = _("Option %(n)d") % {"n": place}
        texts[name] = f"{option.text} ({_worth(option.fraction)})"
        if option.pinned:
            texts[name] += " · " + _("keeps its place")
        texts[_("%(option)s, why") % {"option": name}] = option.rationale
    for name, value in sorted(draft.params.items()):
        texts[_("Setting “%(name)s”") % {"name": name}] = _plain(value)
    texts[_("Explanation")] = draft.explanation
    texts[_("Caution")] = draft.caution
    for place, hint in enumerate(draft.hints, start=1):
        texts[_("Hint %(n)d") % {"n": place}] = hint
    texts[_("Penalty for each wrong try")] = _number(draft.penalty)
    for place, anchor in enumerate(draft.anchors, start=1):
        texts[_("Passage %(n)d") % {"n": place}] = _quoted(anchor)
    return {place: text for place, text in texts.items() if text}


def _worth(fraction: Decimal) -> str:
    if fraction == 1:
        return _("right")
    return _("wrong") if fraction == 0 else _number(fraction)


def _number(value: Decimal) -> str:
    return f"{value.normalize():f}"


def _plain(value: object) -> str:
    if isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False, default=str)


def _quoted(anchor: AnchorDraft) -> str:
    role = _("supports") if anchor.role == "supports" else _("refutes")
    return f"{anchor.material} #{anchor.passage} {role}: “{anchor.quote}”"
