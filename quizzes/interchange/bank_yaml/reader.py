"""A bank's folder, or one file of questions, read into a Collection.

    bank.yaml  materials/<slug>.md  media/*  questions/*.yaml  notes/*.yaml
    decks.yaml  concordance.yaml  quizzes.yaml  not_asked.yaml

Nothing is taken silently: what cannot be read becomes a refused line that names file, line and
place, and what reading changed becomes a note.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any, TypeVar

from django.utils.translation import gettext as _

from quizzes.bank import schema
from quizzes.bank.drafts import (
    NotAskedDraft,
    OptionDraft,
    QuestionDraft,
)
from quizzes.bank.media.processing import UPLOAD_LIMIT
from quizzes.interchange.bank_yaml import entries, quizzes
from quizzes.interchange.bank_yaml.fields import Fields, Notes
from quizzes.interchange.bank_yaml.parts import ANCHOR, anchor_of, slug_of, waivers
from quizzes.interchange.bank_yaml.tree import Items, Node, Table, Text, YamlError, read
from quizzes.interchange.collection import (
    BankDraft,
    Collection,
    Item,
    Line,
    MediaDraft,
    TopicDraft,
)
from quizzes.material import documents

T = TypeVar("T")

FILES_LIMIT = 500
_BANK = "slug title description owners licence use topics"
_TOPIC = "slug title parent children"
_QUESTION = " ".join(one.file_name or one.name for one in schema.FIELDS)
_NOT_ASKED = "material passage reason"
_OPTION = "text fraction rationale anchor pin"


def read_path(path: Path) -> Collection:
    """Return all that stands in a folder, or the questions of one file."""
    return _Reading(path).collection()


class _Reading:
    def __init__(self, path: Path) -> None:
        self.path = path
        self.refused: list[Line] = []

    def collection(self) -> Collection:
        if self.path.is_file():
            questions = tuple(self._unique(self._questions(self.path), "question"))
            return Collection(questions=questions, refused=tuple(self.refused))
        bank = self._bank()
        texts = self._unique(self._documents(), "material")
        asked = self._unique(
            (item for path in self._files("questions", "*.yaml") for item in self._questions(path)),
            "question",
        )
        notes = self._unique(
            (
                item
                for path in self._files("notes", "*.yaml")
                for item in self._items(path, "note", entries.note)
            ),
            "note",
        )
        decks = self._unique(self._list_in("decks.yaml", "deck", entries.deck), "deck")
        links = self._unique(
            self._list_in("concordance.yaml", "concordance", entries.link), "concordance"
        )
        tests = self._unique(self._list_in("quizzes.yaml", "quiz", quizzes.quiz), "quiz")
        not_asked = self._unique(
            self._list_in("not_asked.yaml", "not_asked", _not_asked), "not_asked"
        )
        return Collection(
            bank=bank,
            documents=tuple(texts),
            media=tuple(self._unique(self._media(), "media")),
            questions=tuple(asked),
            notes=tuple(notes),
            decks=tuple(decks),
            concordance=tuple(links),
            quizzes=tuple(tests),
            not_asked=tuple(not_asked),
            refused=tuple(self.refused),
        )

    def _files(self, folder: str, pattern: str) -> list[Path]:
        found = sorted(path for path in (self.path / folder).glob(pattern) if path.is_file())
        if len(found) > FILES_LIMIT:
            message = _("More than %(n)d files.") % {"n": FILES_LIMIT}
            self.refused.append(Line("file", folder, "refused", message, folder))
        return found[:FILES_LIMIT]

    def _name(self, path: Path) -> str:
        return path.name if path == self.path else path.relative_to(self.path).as_posix()

    def _tree(self, path: Path) -> Node | None:
        """Return the tree of a file; None and a refused line where it cannot be read."""
        name = self._name(path)
        try:
            return read(path.read_bytes())
        except OSError as error:
            message = _("The file cannot be opened: %(why)s.") % {"why": error.strerror}
            self.refused.append(Line("file", name, "refused", message, name))
        except YamlError as error:
            self.refused.append(Line("file", name, "refused", error.message, name, error.line))
        return None

    def _items(self, path: Path, kind: str, make: Callable[[Node, Notes], T]) -> Iterator[Item[T]]:
        """Yield what `make` reads of each entry of a list; what has problems is refused."""
        name = self._name(path)
        tree = self._tree(path)
        if tree is None or (isinstance(tree, Text) and tree.is_null):
            return
        if not isinstance(tree, Items):
            self.refused.append(Line("file", name, "refused", _("This must be a list."), name, 1))
            return
        for node in tree:
            notes = Notes()
            value = make(node, notes)
            if notes.problems:
                title, type_ = _named(node)
                reason = " ".join(notes.problems)[:2000]
                self.refused.append(Line(kind, title, "refused", reason, name, node.line, type_))
            else:
                yield Item(value, name, node.line, tuple(notes.changes))

    def _unique(self, items: Iterator[Item[T]], kind: str) -> Iterator[Item[T]]:
        seen: dict[str, str] = {}
        for item in items:
            slug: str = item.value.slug  # type: ignore[attr-defined]
            if slug in seen:
                reason = _("“%(slug)s” is already in %(file)s.") % {
                    "slug": slug,
                    "file": seen[slug],
                }
                type_ = getattr(item.value, "type", "")
                line = Line(kind, slug, "refused", reason, item.file, item.line, type_)
                self.refused.append(line)
            else:
                seen[slug] = item.file
                yield item

    def _bank(self) -> BankDraft | None:
        path = self.path / "bank.yaml"
        tree = self._tree(path)
        if tree is None:
            return None
        notes = Notes()
        fields = Fields(tree, _BANK, notes)
        bank = BankDraft(
            slug=slug_of(fields, "slug"),
            title=fields.line("title", required=True)[:200],
            description=fields.text("description"),
            licence=fields.line("licence")[:100],
            use=fields.choice("use", ("practice", "exam", "both"), "both"),
            owners=fields.texts("owners"),
            topics=tuple(_topics(fields, "topics", "")),
        )
        if len({topic.slug for topic in bank.topics}) < len(bank.topics):
            fields.problem("topics", _("A slug occurs twice."))
        above = {""}
        for topic in bank.topics:
            if topic.parent not in above:
                message = _("There is no topic “%(topic)s” above “%(below)s”.")
                names = {"topic": topic.parent, "below": topic.slug}
                fields.problem("topics", message % names)
            above.add(topic.slug)
        if notes.problems:
            reason = " ".join(notes.problems)
            self.refused.append(Line("bank", bank.slug, "refused", reason, "bank.yaml", 1))
            return None
        return bank

    def _media(self) -> Iterator[Item[MediaDraft]]:
        for path in self._files("media", "*"):
            name = self._name(path)
            if path.stat().st_size > UPLOAD_LIMIT:
                message = _("The file has more than %(n)d MB.") % {"n": UPLOAD_LIMIT // 1_000_000}
                self.refused.append(Line("media", path.stem, "refused", message, name))
            else:
                draft = MediaDraft(path.stem, path.suffix.removeprefix("."), path.read_bytes())
                yield Item(draft, name)

    def _documents(self) -> Iterator[Item[documents.Document]]:
        for path in self._files("materials", "*.md"):
            name = self._name(path)
            try:
                yield Item(documents.parse(path.read_bytes(), slug=path.stem), name, 1)
            except documents.DocumentError as error:
                for defect in error.defects:
                    line = Line("material", path.stem, "refused", defect.message, name, defect.line)
                    self.refused.append(line)

    def _questions(self, path: Path) -> Iterator[Item[QuestionDraft]]:
        yield from self._items(path, "question", _question)

    def _list_in(self, name: str, kind: str, make: Callable[[Node, Notes], T]) -> Iterator[Item[T]]:
        """Yield what stands in a file that a folder may leave out."""
        path = self.path / name
        if path.is_file():
            yield from self._items(path, kind, make)


def _named(node: Node) -> tuple[str, str]:
    """Return the title and type of an entry that could not be read, as far as they can be told."""
    if not isinstance(node, Table):
        return "", ""
    values = [node.get(name) for name in ("id", "slug", "title", "stem", "passage", "type")]
    *titles, type_ = [str(value)[:80] if isinstance(value, Text) else "" for value in values]
    return next(filter(None, titles), ""), type_


def _topics(fields: Fields, name: str, parent: str) -> Iterator[TopicDraft]:
    for topic in fields.tables(name, _TOPIC):
        slug = slug_of(topic, "slug")
        title = topic.line("title", required=True)[:120]
        yield TopicDraft(slug, title, parent or topic.line("parent"))
        yield from _topics(topic, "children", slug)


def _question(node: Node, notes: Notes) -> QuestionDraft:
    fields = Fields(node, _QUESTION, notes)
    options = fields.tables("options", _OPTION)
    anchors = [anchor_of(anchor, None) for anchor in fields.tables("anchors", ANCHOR)]
    drafts: list[OptionDraft] = []
    fractions = [option.decimal("fraction", Decimal(0)) or Decimal(0) for option in options]
    for index, (option, fraction) in enumerate(zip(options, fractions, strict=True)):
        drafts.append(
            OptionDraft(
                text=option.text("text", required=True),
                fraction=fraction,
                rationale=option.text("rationale"),
                pinned=option.flag("pin", False),
            )
        )
        # Where no option has a fraction, as in an order, none is wrong.
        role = "refutes" if any(fractions) and fraction <= 0 else "supports"
        anchors += [anchor_of(a, index, role) for a in option.one_or_more("anchor", ANCHOR)]
    return QuestionDraft(
        type=fields.line("type", required=True),
        slug=slug_of(fields, "id"),
        topic=fields.line("topic"),
        tags=fields.texts("tags"),
        options=tuple(drafts),
        params=fields.json("params"),
        anchors=tuple(anchors),
        waivers=waivers(fields),
        **{one.name: _plain(fields, one) for one in schema.PLAIN},
    )


def _plain(fields: Fields, one: schema.Field) -> Any:
    if one.kind is schema.Kind.TEXT:
        return fields.text(one.name, required=one.required)
    if one.kind is schema.Kind.LIST:
        return fields.texts(one.name)
    if one.kind is schema.Kind.DECIMAL:
        return fields.decimal(one.name, one.default) or Decimal(0)
    return fields.line(one.name, one.default)


def _not_asked(node: Node, notes: Notes) -> NotAskedDraft:
    fields = Fields(node, _NOT_ASKED, notes)
    return NotAskedDraft(
        material=slug_of(fields, "material"),
        passage=slug_of(fields, "passage"),
        reason=fields.line("reason", required=True),
    )
