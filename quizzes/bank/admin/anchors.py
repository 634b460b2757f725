"""Choosing from the text what settles a question: the search, and the passages of a form's rows."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from django import forms
from django.db.models import F

from quizzes.bank.validation import ANCHORS_LIMIT, SLUG_LENGTH
from quizzes.material.anchoring import Span, distinguishing_prefix, locate, sentences
from quizzes.material.models import Passage, Source
from quizzes.material.queries import FoundPassage, find_passages, passage_url, passages_of

if TYPE_CHECKING:
    from django.http import QueryDict

    from accounts.models import User

FOUND_LIMIT = 8


class Quote(NamedTuple):
    material: str
    passage: str
    quote: str
    before: str


@dataclass(frozen=True, slots=True)
class PlacedAnchor:
    """A quote in its passage, as a page shows it; `found` is false where the passage lacks it."""

    title: str
    position: int
    before: str
    quote: str
    after: str
    url: str
    found: bool


@dataclass(frozen=True, slots=True)
class Choice:
    """A passage found by search, cut into the sentences one may choose."""

    passage: FoundPassage
    sentences: list[Span]

    def as_json(self) -> dict[str, Any]:
        found = self.passage
        return {
            "material": found.material,
            "title": found.title,
            "passage": found.passage,
            "position": found.position,
            "section": found.section,
            "text": found.plain,
            "url": found.url,
            "sentences": [[one.start, one.end] for one in self.sentences],
        }


def search(user: User, text: str) -> list[Choice]:
    """Return passages of texts the user may read that hold the words; one query."""
    found = find_passages(text[:200], user, FOUND_LIMIT)
    return [Choice(one, sentences(one.plain)) for one in found]


def shown_quotes(rows: Sequence[forms.Form]) -> list[Quote]:
    """Return what the rows of a form quote at the moment, bound or not."""
    return [Quote(*(str(row[name].value() or "") for name in Quote._fields)) for row in rows]


def placed(user: User, quotes: Collection[Quote]) -> dict[Quote, PlacedAnchor]:
    """Return the quotes in their passages, as far as the user may read those; two queries."""
    wanted = {
        (one.material, one.passage)
        for one in quotes
        if 0 < len(one.material) <= SLUG_LENGTH and len(one.passage) <= SLUG_LENGTH
    }
    passages = passages_of(Source.objects.visible_to(user), _storable(wanted))
    titles = dict(
        Passage.objects.filter(pk__in=[one.pk for one in passages.values()]).values_list(
            "pk", F("edition__source__title")
        )
    )
    found: dict[Quote, PlacedAnchor] = {}
    for one in quotes:
        passage = passages.get((one.material, one.passage))
        if passage is not None:
            found[one] = _placed(one, passage, titles[passage.pk])
    return found


def _placed(one: Quote, passage: Passage, title: str) -> PlacedAnchor:
    plain = passage.plain
    span = locate(plain, one.quote, one.before) or locate(plain, one.quote)
    start, quote = (span.start, span.quote) if span else (len(plain), "")
    return PlacedAnchor(
        title=title,
        position=passage.position,
        before=plain[:start],
        quote=quote,
        after=plain[start + len(quote) :],
        url=passage_url(one.material, one.passage),
        found=span is not None,
    )


def _storable(wanted: Collection[tuple[str, str]]) -> list[tuple[str, str]]:
    return [pair for pair in wanted if not any("\0" in name for name in pair)]


def add_row(data: QueryDict, chosen: str, user: User) -> None:
    """Add to the posted form the anchor that a button of the search names; see `chosen_row`."""
    row = chosen_row(chosen, user)
    total = _count(data)
    if row is None or total >= ANCHORS_LIMIT:
        return
    row |= {"settles": data.get("find-settles", ""), "role": data.get("find-role", "")}
    for name, value in row.items():
        data[f"anchors-{total}-{name}"] = value
    data["anchors-TOTAL_FORMS"] = str(total + 1)


def chosen_row(chosen: str, user: User) -> dict[str, str] | None:
    """Return the fields of an anchor on words of a text; None where the user may not read them.

    `chosen` is “material passage start end”: characters of the passage as the reader sees it.
    """
    parts = chosen.split(" ")
    if len(parts) != 4 or not all(_is_number(one) for one in parts[2:]):
        return None
    material, key = parts[:2]
    if max(len(material), len(key)) > SLUG_LENGTH:
        return None
    passage = passages_of(Source.objects.visible_to(user), _storable([(material, key)])).get(
        (material, key)
    )
    if passage is None:
        return None
    start, end = int(parts[2]), int(parts[3])
    quote = passage.plain[start:end].strip()
    span = next((one for one in sentences(passage.plain) if one.start == start), None)
    before = distinguishing_prefix(passage.plain, span) if span and span.quote == quote else ""
    return {"material": material, "passage": key, "quote": quote, "before": before}


def chosen_place(chosen: str, user: User) -> PlacedAnchor | None:
    """Return the words that `chosen_row` would quote, in their passage; three queries."""
    row = chosen_row(chosen, user)
    if row is None or not row["quote"]:
        return None
    one = Quote(**row)
    return placed(user, [one]).get(one)


def _is_number(raw: str) -> bool:
    return raw.isascii() and raw.isdigit() and len(raw) < 7


def keep_telling(data: QueryDict, user: User) -> None:
    """Drop the words before a quote where the author changed the quote and they fit no more."""
    count = _count(data)
    quotes = {
        index: Quote(*(data.get(f"anchors-{index}-{name}", "") for name in Quote._fields))
        for index in range(count)
        if data.get(f"anchors-{index}-before")
    }
    places = placed(user, list(quotes.values())) if quotes else {}
    for index, one in quotes.items():
        place = places.get(one)
        text = place.before.rstrip() if place else ""
        if place and place.found and not text.endswith(" ".join(one.before.split())):
            data[f"anchors-{index}-before"] = ""


def _count(data: QueryDict) -> int:
    total = data.get("anchors-TOTAL_FORMS", "0")
    return int(total) if total.isascii() and total.isdigit() and len(total) < 4 else 0
