"""The library's page: texts and quizzes searched, narrowed by topic and sorted."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _

from quizzes.bank.queries import slugs_within
from quizzes.material.queries import find_passages
from quizzes.study.quiz_list import QuizEntry, quiz_list
from quizzes.study.scores import scores_of
from quizzes.study.source_list import SourceEntry, source_list

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User

SORTS = {
    "title": _("title"),
    "weakest": _("weakest first"),
    "due": _("closing date"),
    "newest": _("newest"),
}
HITS = 20
EXCERPT = 240
WORDS = 8
NEVER = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage found; `excerpt` has the words marked."""

    title: str
    section: str
    position: int
    url: str
    excerpt: SafeString


def library_page(
    user: User | AnonymousUser,
    *,
    now: datetime,
    q: str = "",
    topics: Collection[str] = (),
    sort: str = "title",
) -> dict[str, Any]:
    """Return what the library shows, in a number of queries that does not grow."""
    all_texts, _weak = source_list(user, now=now)
    all_papers = (
        quiz_list(user, scores_of(user, now=now).standings, now=now)
        if user.is_authenticated
        else []
    )
    chips = _chips(all_texts, all_papers, topics)
    wanted = slugs_within({chip["slug"] for chip in chips if chip["on"]})
    needle = " ".join(q.split()).casefold()
    return {
        "now": now,
        "q": q,
        "sort": sort,
        "sorts": SORTS.items(),
        "chips": chips,
        "narrowed": bool(needle or wanted),
        "sources": sorted(
            (
                text
                for text in all_texts
                if _matches(needle, text.source.title, text.source.summary)
                and _has(wanted, text.topics)
            ),
            key=_text_order(sort),
        ),
        "quizzes": sorted(
            (
                quiz_entry
                for quiz_entry in all_papers
                if _matches(needle, quiz_entry.quiz.title, quiz_entry.quiz.description)
                and _has(wanted, quiz_entry.topics)
            ),
            key=_paper_order(sort),
        ),
        "hits": hits(q, user) if needle else [],
    }


def hits(q: str, user: User | AnonymousUser) -> list[Hit]:
    """Return the passages that hold every word of `q`, with the words marked; one query."""
    return [
        Hit(
            title=found.title,
            section=found.section,
            position=found.position,
            url=found.url,
            excerpt=excerpt(found.plain, q.split()),
        )
        for found in find_passages(q, user, HITS)
    ]


def excerpt(plain: str, words: Sequence[str]) -> SafeString:
    """Return the stretch of a passage round the first word found, escaped, with words marked."""
    pattern = re.compile("|".join(map(re.escape, words[:WORDS])) or r"(?!)", re.IGNORECASE)
    first = pattern.search(plain)
    start, end = _stretch(plain, first.start() if first else 0)
    # Splitting at a pattern in brackets gives plain text and words in turns.
    pieces = re.split(f"({pattern.pattern})", plain[start:end], flags=re.IGNORECASE)
    marked = "".join(
        f"<mark>{escape(piece)}</mark>" if index % 2 else escape(piece)
        for index, piece in enumerate(pieces)
    )
    lead, tail = "… " if start else "", " …" if end < len(plain) else ""
    return mark_safe(lead + marked + tail)


def _stretch(plain: str, at: int) -> tuple[int, int]:
    """Return where the words round `at` begin and end."""
    start = at - EXCERPT // 3
    start = plain.find(" ", start) + 1 if start > 0 else 0
    end = start + EXCERPT
    return start, len(plain) if end >= len(plain) else max(plain.rfind(" ", at, end), at + 1)


def _chips(
    source_list: Sequence[SourceEntry], quiz_list: Sequence[QuizEntry], chosen: Collection[str]
) -> list[dict[str, Any]]:
    counts: dict[str, int] = defaultdict(int)
    titles: dict[str, str] = {}
    for topics in [text.topics for text in source_list] + [
        quiz_entry.topics for quiz_entry in quiz_list
    ]:
        for slug, title in topics:
            counts[slug] += 1
            titles[slug] = title
    return [
        {"slug": slug, "title": titles[slug], "count": counts[slug], "on": slug in chosen}
        for slug in sorted(titles, key=titles.__getitem__)
    ]


def _matches(needle: str, *source_list: str) -> bool:
    held = " ".join(source_list).casefold()
    return all(word in held for word in needle.split())


def _has(wanted: Collection[str], topics: Sequence[tuple[str, str]]) -> bool:
    return not wanted or any(slug in wanted for slug, _ in topics)


def _text_order(sort: str) -> Callable[[SourceEntry], Any]:
    if sort == "weakest":
        return lambda text: (text.weakness, text.source.title)
    if sort == "newest":
        return lambda text: (-text.source.created_at.timestamp(), text.source.title)
    return lambda text: text.source.title


def _paper_order(sort: str) -> Callable[[QuizEntry], Any]:
    if sort == "weakest":
        return lambda quiz_entry: (_best(quiz_entry), quiz_entry.quiz.title)
    if sort == "newest":
        return lambda quiz_entry: (-quiz_entry.quiz.created_at.timestamp(), quiz_entry.quiz.title)
    if sort == "due":
        return lambda quiz_entry: (quiz_entry.terms.closes_at or NEVER, quiz_entry.quiz.title)
    return lambda quiz_entry: quiz_entry.quiz.title


def _best(quiz_entry: QuizEntry) -> Decimal:
    """The best score shown; quizzes without one come last."""
    best = quiz_entry.standing.best if quiz_entry.standing else None
    return Decimal(101) if best is None else best
