"""The fields of a question, each described once.

QuestionDraft is a question before it is a row: what the admin, the API and every importer pass to
the services. What is said here of a field is all that the reader and writer of files, the
serializers, the form of the editor, the comparison of versions, the linter and the hash know of
it: a new field is a line here and a column of the same name in the model.

Pure: no tables, no request. A draft in its one form (validation.check) has the same `fingerprint`
whether it was read from a file, posted, or read back from the database.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from enum import Enum
from typing import Any

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from quizzes.bank.draft_parts import AnchorDraft, OptionDraft, Waiver
from quizzes.material.fingerprints import fingerprint

DEFAULT_PENALTY = Decimal("0.3333333")
TEXT_LIMIT, LINE_LIMIT = 10_000, 2_000
HINTS_LIMIT, TAGS_LIMIT = 10, 20
TAG_LENGTH, SLUG_LENGTH = 60, 80
TITLE_LENGTH, NAME_LENGTH = 200, 255


class Level(TextChoices):
    RECALL = "recall", _("recall")
    UNDERSTANDING = "understanding", _("understanding")
    APPLICATION = "application", _("application")


class Kind(Enum):
    TEXT = "text"  # of several lines
    LINE = "line"
    CHOICE = "choice"
    LIST = "list"  # of texts
    DECIMAL = "decimal"  # from 0 to 1
    LINKED = "linked"  # a name that stands for a row, or must be free: services look it up
    PARTS = "parts"  # options, anchors and other structures, which have code of their own


class Place(Enum):
    WORDING = "wording"  # of a version: a change is a new version
    DETAIL = "detail"  # of the question: a change is made in its place


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """What there is to know of one field."""

    name: str = ""
    kind: Kind
    place: Place = Place.WORDING
    label: Any = ""
    help: Any = ""
    default: Any = ""
    limit: int = 0  # characters of a text, or of each text of a list
    most: int = 0  # texts in a list
    rows: int = 2  # of the text area in the form
    choices: type[TextChoices] | None = None
    section: str = ""  # of the editor's page
    file_name: str = ""  # in files, where it has another name there
    required: bool = False
    # Markdown is shown as HTML, which is kept in the column <name>_html.
    markdown: bool = False
    # A field that came after hashes were stored counts only where it holds something.
    always_hashed: bool = True

    @property
    def is_column(self) -> bool:
        """Whether its table has a column of the same name that holds it as it is."""
        return self.kind not in (Kind.PARTS, Kind.LINKED)


def _described(**values: Any) -> Any:
    """Return a field of the draft, with what there is to know of it."""
    one = Field(**values)
    if one.required:
        return field(metadata={"field": one})
    return field(default=one.default, metadata={"field": one})


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionDraft:
    """One wording of a question, with the details of the question it belongs to.

    The order is that of files. `topic` is the slug of a topic of the bank, "" for none. An empty
    `slug` is made of the stem.
    """

    slug: str = _described(
        kind=Kind.LINKED,
        place=Place.DETAIL,
        file_name="id",
        limit=SLUG_LENGTH,
        label=_("Name in addresses and files"),
    )
    title: str = _described(
        kind=Kind.LINE,
        place=Place.DETAIL,
        limit=TITLE_LENGTH,
        always_hashed=False,
        label=_("Title"),
        help=_("For lists of authors. Left empty, the question's first words are shown."),
    )
    external_id: str = _described(
        kind=Kind.LINE,
        place=Place.DETAIL,
        limit=NAME_LENGTH,
        always_hashed=False,
        label=_("Name in another system"),
        help=_("By which a system that it came from, or goes to, knows it."),
    )
    type: str = _described(kind=Kind.LINKED, required=True, limit=40)
    topic: str = _described(
        kind=Kind.LINKED, place=Place.DETAIL, limit=SLUG_LENGTH, label=_("Topic")
    )
    level: str = _described(
        kind=Kind.CHOICE,
        place=Place.DETAIL,
        choices=Level,
        default=Level.RECALL.value,
        label=_("Level"),
    )
    tags: tuple[str, ...] = _described(
        kind=Kind.LINKED,
        place=Place.DETAIL,
        default=(),
        limit=TAG_LENGTH,
        most=TAGS_LIMIT,
        label=_("Tags"),
    )
    learning_objective: str = _described(
        kind=Kind.TEXT,
        limit=LINE_LIMIT,
        section="question",
        always_hashed=False,
        label=_("Learning objective"),
        help=_(
            "What somebody who answers it right can do, in one sentence that begins with a verb: "
            "“Name the receptor that …”. Students do not see it."
        ),
    )
    stem: str = _described(
        kind=Kind.TEXT,
        required=True,
        limit=TEXT_LIMIT,
        markdown=True,
        section="question",
        rows=5,
        label=_("Question"),
        help=_(
            "One idea, from one passage. Put the whole problem here and end with a question: with "
            "the options covered, a prepared reader can still answer. Where a source is contested, "
            "name it (“According to …”). Markdown works; maths stands between dollar signs."
        ),
    )
    options: tuple[OptionDraft, ...] = _described(kind=Kind.PARTS, default=())
    params: Mapping[str, Any] = field(
        default_factory=dict, metadata={"field": Field(kind=Kind.PARTS)}
    )
    explanation: str = _described(
        kind=Kind.TEXT,
        limit=TEXT_LIMIT,
        markdown=True,
        section="after",
        rows=4,
        label=_("Explanation"),
        help=_("Shown after answering: why the right answer is right, in a few sentences."),
    )
    anchors: tuple[AnchorDraft, ...] = _described(kind=Kind.PARTS, default=())
    caution: str = _described(
        kind=Kind.TEXT,
        limit=LINE_LIMIT,
        markdown=True,
        section="after",
        label=_("Read with care"),
        help=_(
            "Where the source claims more than is established, hedges, or is disputed: what a "
            "careful reader should know, in one sentence. Otherwise leave it empty."
        ),
    )
    hints: tuple[str, ...] = _described(
        kind=Kind.LIST, default=(), limit=LINE_LIMIT, most=HINTS_LIMIT, label=_("Hint")
    )
    penalty: Decimal = _described(  # noqa: RUF009
        kind=Kind.DECIMAL,
        default=DEFAULT_PENALTY,
        section="tries",
        label=_("Taken off for each wrong try"),
        help=_("Counts only in quizzes that allow several tries."),
    )
    waivers: tuple[Waiver, ...] = _described(
        kind=Kind.PARTS, place=Place.DETAIL, default=(), file_name="waive", always_hashed=False
    )

    def wording(self) -> dict[str, Any]:
        """What a version holds, as JSON: two drafts ask the same if their wordings are equal."""
        return self._hashed(Place.WORDING)

    def details(self) -> dict[str, Any]:
        """What the question holds next to its versions, as JSON."""
        return self._hashed(Place.DETAIL)

    def fingerprint(self) -> str:
        """A hash of everything in the draft."""
        return fingerprint({"wording": self.wording(), "details": self.details()})

    def _hashed(self, place: Place) -> dict[str, Any]:
        return {
            one.name: _as_json(one, value)
            for one in FIELDS
            if one.place is place
            and ((value := getattr(self, one.name)) != one.default or one.always_hashed)
        }


def _named(one: dataclasses.Field[Any]) -> Field:
    return replace(one.metadata["field"], name=one.name)


FIELDS: tuple[Field, ...] = tuple(_named(one) for one in dataclasses.fields(QuestionDraft))
BY_NAME: dict[str, Field] = {one.name: one for one in FIELDS}
# What validation, files and the API treat alike, whichever it is.
PLAIN = tuple(one for one in FIELDS if one.is_column)
WORDING = tuple(one for one in PLAIN if one.place is Place.WORDING)
DETAILS = tuple(one for one in PLAIN if one.place is Place.DETAIL)
MARKDOWN = tuple(one for one in WORDING if one.markdown)
PROSE = tuple(one for one in WORDING if one.kind is Kind.TEXT)


def values_of(row: object, fields: Iterable[Field]) -> dict[str, Any]:
    """Return what a draft, or a row with columns of these names, holds in the fields."""
    return {
        one.name: tuple(value) if one.kind is Kind.LIST else value
        for one in fields
        for value in (getattr(row, one.name),)
    }


def columns_of(draft: QuestionDraft, fields: Iterable[Field]) -> dict[str, Any]:
    """Return what the columns of these fields hold of a draft."""
    return {
        one.name: list(value) if one.kind is Kind.LIST else value
        for one in fields
        for value in (getattr(draft, one.name),)
    }


def texts_of(draft: QuestionDraft, fields: Iterable[Field]) -> list[tuple[str, str]]:
    """Return texts by their places."""
    return [(one.name, getattr(draft, one.name)) for one in fields]


def _as_json(one: Field, value: Any) -> Any:
    match one.name:
        case "options":
            return [[o.text, exact(o.fraction), o.rationale, o.pinned] for o in value]
        case "anchors":
            return [[a.option, a.role, a.material, a.passage, a.prefix, a.quote] for a in value]
        case "waivers":
            return sorted([waiver.finding, waiver.reason] for waiver in value)
        case "params":
            return dict(value)
        case "tags":
            return sorted(value)
    if isinstance(value, Decimal):
        return exact(value)
    return list(value) if isinstance(value, tuple) else value


def exact(number: Decimal) -> str:
    """A decimal in its one spelling: 1 and 1.0000000 are the same worth."""
    return format(number.normalize(), "f") if number else "0"
