"""What one version of a question changed in another, place by place and word by word."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from quizzes.bank import schema
from quizzes.bank.drafts import AnchorDraft, OptionDraft, QuestionDraft
from quizzes.material.differences import Difference, differences


def changes(old: QuestionDraft, new: QuestionDraft) -> list[Difference]:
    """Return the places in which two wordings differ, named as an author knows them."""
    return differences(_texts(old), _texts(new))


def _texts(draft: QuestionDraft) -> dict[str, str]:
    texts: dict[str, str] = {}
    for one in schema.FIELDS:
        value = getattr(draft, one.name)
        if one.name in PARTS:
            texts |= PARTS[one.name](value)
        elif one.kind is schema.Kind.LIST:
            texts |= {f"{one.label} {n}": text for n, text in enumerate(value, start=1)}
        elif one in schema.WORDING:
            texts[str(one.label)] = _number(value) if isinstance(value, Decimal) else value
    return {place: text for place, text in texts.items() if text}


def _options(options: Iterable[OptionDraft]) -> dict[str, str]:
    texts = {}
    for place, option in enumerate(options, start=1):
        name = _("Option %(n)d") % {"n": place}
        texts[name] = f"{option.text} ({_worth(option.fraction)})"
        if option.pinned:
            texts[name] += " · " + _("keeps its place")
        texts[_("%(option)s, reason") % {"option": name}] = option.rationale
    return texts


def _params(params: Mapping[str, Any]) -> dict[str, str]:
    return {
        _("Setting “%(name)s”") % {"name": name}: _plain(value)
        for name, value in sorted(params.items())
    }


def _anchors(anchors: Iterable[AnchorDraft]) -> dict[str, str]:
    return {
        _("Passage %(n)d") % {"n": place}: _quoted(anchor)
        for place, anchor in enumerate(anchors, start=1)
    }


PARTS: dict[str, Callable[[Any], dict[str, str]]] = {
    "options": _options,
    "params": _params,
    "anchors": _anchors,
}


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
