"""What versions say, as frozen values: read once, kept in the process, shared by all pages.

A version that was ever ready never changes, so its content may be kept as long as there is room.
Drafts are read anew each time.
"""

from __future__ import annotations

from collections import OrderedDict, defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from threading import Lock
from typing import Any

from quizzes.bank import schema
from quizzes.bank.models import READ_ONLY_STATES, Option, QuestionAnchor, QuestionVersion
from quizzes.db.compiled_queries import compiled_query
from quizzes.material.markup import sanitise
from quizzes.material.queries import passage_url
from quizzes.question_types.base import Content, OptionContent

CACHE_SIZE = 2_000  # versions; about 5 kB each

_kept: OrderedDict[int, Content] = OrderedDict()
_lock = Lock()


def contents_of(version_ids: Iterable[int]) -> dict[int, Content]:
    """Return the content of each version that exists, options in the authored order.

    Two queries for all that are not kept already, none otherwise. The HTML in it is sanitised.
    """
    wanted = set(version_ids)
    with _lock:
        found = {pk: _kept[pk] for pk in wanted & _kept.keys()}
        for pk in found:
            _kept.move_to_end(pk)
    missing = wanted - found.keys()
    if missing:
        read, lasting = _read(missing)
        found |= read
        with _lock:
            _kept.update((pk, read[pk]) for pk in lasting)
            while len(_kept) > CACHE_SIZE:
                _kept.popitem(last=False)
    return found


def forget() -> None:
    """Empty the process's memory: for tests, whose databases number their versions anew."""
    with _lock:
        _kept.clear()


def _read(version_ids: Collection[int]) -> tuple[dict[int, Content], list[int]]:
    """Return contents from the database, and the ids among them that never change."""
    options: dict[int, list[OptionContent]] = defaultdict(list)
    rows = Option.objects.filter(version__in=version_ids).order_by("version_id", "position")
    for row in rows:
        options[row.version_id].append(
            OptionContent(
                id=row.pk,
                text=row.text,
                html=sanitise(row.text_html),
                fraction=row.fraction,
                rationale=row.rationale,
                rationale_html=sanitise(row.rationale_html),
                pinned=row.pinned,
            )
        )
    read: dict[int, Content] = {}
    lasting: list[int] = []
    for version in QuestionVersion.objects.filter(pk__in=version_ids):
        names = [f"{one.name}_html" for one in schema.MARKDOWN]
        html: dict[str, Any] = {name: sanitise(getattr(version, name)) for name in names}
        read[version.pk] = Content(
            stem=version.stem,
            options=tuple(options[version.pk]),
            params=version.params,
            hints=tuple(version.hints),
            penalty=version.penalty,
            **html,
        )
        if version.state in READ_ONLY_STATES:
            lasting.append(version.pk)
    return read, lasting


@dataclass(frozen=True, slots=True)
class PassageQuote:
    """The words that settle a question, in their place. All of it is plain text."""

    material: str
    title: str
    passage: str
    position: int
    quote: str
    before: str
    after: str
    url: str
    role: str
    option_id: int | None
    anchor_id: int

    @property
    def marked_url(self) -> str:
        """The address at which the reader marks these very words, for who may see them."""
        return f"{self.marked_address}#{self.passage}"

    @property
    def marked_address(self) -> str:
        """The same without the passage it stands in, for who has more to ask of the page."""
        return f"{self.url.partition('#')[0]}?mark={self.anchor_id}"


_anchors = compiled_query(
    lambda *version_ids: (
        QuestionAnchor.objects.filter(version__in=version_ids)
        .order_by("version_id", "pk")
        .values_list(
            "pk",
            "version_id",
            "option_id",
            "role",
            "quote",
            "start",
            "passage__key",
            "passage__position",
            "passage__plain",
            "edition__source__slug",
            "edition__source__title",
        )
    )
)


def anchors_of(version_ids: Iterable[int]) -> dict[int, list[PassageQuote]]:
    """Return the quotes each version hangs on, in authored order; one query.

    `before` and `after` are the rest of the passage. Anchors tell the key: show them only where the
    review options allow the right answer.
    """
    found: dict[int, list[PassageQuote]] = defaultdict(list)
    wanted = set(version_ids)
    rows = _anchors(*wanted) if wanted else []
    for pk, version_id, option_id, role, quote, start, key, position, plain, slug, title in rows:
        found[version_id].append(
            PassageQuote(
                material=slug,
                title=title,
                passage=key,
                position=position,
                quote=quote,
                before=plain[:start],
                after=plain[start + len(quote) :],
                url=passage_url(slug, key),
                role=role,
                option_id=option_id,
                anchor_id=pk,
            )
        )
    return dict(found)
