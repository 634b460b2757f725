"""What every format reads into and writes from: a bank with its texts, questions and quizzes.

Neutral and pure: a reader fills it, services load it, a writer puts it into files.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any, Generic, Literal, TypeVar

from quizzes.assessments.drafts import QuizDraft
from quizzes.bank.drafts import NotAskedDraft, QuestionDraft
from quizzes.cards.drafts import DeckDraft, NoteDraft
from quizzes.concordance.drafts import LinkDraft
from quizzes.material.documents import Document
from quizzes.material.fingerprints import fingerprint

T = TypeVar("T")
Status = Literal["imported", "unchanged", "refused"]


@dataclass(frozen=True, slots=True)
class TopicDraft:
    """A topic; `parent` is a slug, "" at the top."""

    slug: str
    title: str
    parent: str = ""

    def fingerprint(self) -> str:
        return fingerprint(asdict(self))


@dataclass(frozen=True, slots=True)
class BankDraft:
    """A bank without its questions. `owners` are e-mail addresses."""

    slug: str
    title: str
    description: str = ""
    licence: str = ""
    use: str = "both"
    owners: tuple[str, ...] = ()
    topics: tuple[TopicDraft, ...] = ()

    def fingerprint(self) -> str:
        """A hash of what the bank's own row holds."""
        return fingerprint([self.title, self.description, self.licence, self.use])


@dataclass(frozen=True, slots=True)
class MediaDraft:
    """A picture or a sound before it is stored, named as questions call it."""

    name: str
    suffix: str
    content: bytes

    @property
    def slug(self) -> str:
        return self.name


@dataclass(frozen=True, slots=True)
class Item(Generic[T]):
    """Something read, with the place it stands in and what reading changed in it."""

    value: T
    file: str = ""
    line: int = 0
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a report: what became of one thing. `type` is a question's type."""

    kind: str
    title: str
    status: Status
    reason: str = ""
    file: str = ""
    line: int = 0
    type: str = ""
    changed: bool = False
    skipped: bool = False


@dataclass(frozen=True, slots=True)
class Collection:
    """All that was read. `bank` is None where a file holds questions only."""

    bank: BankDraft | None = None
    documents: tuple[Item[Document], ...] = ()
    media: tuple[Item[MediaDraft], ...] = ()
    questions: tuple[Item[QuestionDraft], ...] = ()
    notes: tuple[Item[NoteDraft], ...] = ()
    decks: tuple[Item[DeckDraft], ...] = ()
    concordance: tuple[Item[LinkDraft], ...] = ()
    quizzes: tuple[Item[QuizDraft], ...] = ()
    not_asked: tuple[Item[NotAskedDraft], ...] = ()
    refused: tuple[Line, ...] = ()


@dataclass(slots=True)
class Report:
    """What an import did. Questions are counted; whatever else was loaded is listed next to them.

    `read` = imported + unchanged + refused. `changed` ones were imported with a note; `skipped`
    ones are unchanged because someone changed them on the site.
    """

    dry_run: bool = False
    lines: list[Line] = field(default_factory=list)

    def counts(self) -> dict[str, int]:
        questions = [line for line in self.lines if line.kind == "question"]
        return {
            "read": len(questions),
            "imported": sum(line.status == "imported" for line in questions),
            "changed": sum(line.changed for line in questions),
            "unchanged": sum(line.status == "unchanged" for line in questions),
            "refused": sum(line.status == "refused" for line in questions),
            "skipped": sum(line.skipped for line in questions),
        }

    def refused(self) -> list[Line]:
        return [line for line in self.lines if line.status == "refused"]

    def as_json(self) -> dict[str, Any]:
        others = [line for line in self.lines if line.kind != "question"]
        return {
            **self.counts(),
            "dry_run": self.dry_run,
            "questions": [
                {**_shown(line), "type": line.type or None}
                for line in self.lines
                if line.kind == "question"
            ],
            "others": [{"kind": line.kind, **_shown(line)} for line in others],
        }


def _shown(line: Line) -> dict[str, Any]:
    return {
        "file": line.file,
        "line": line.line,
        "title": line.title,
        "status": "changed" if line.changed else line.status,
        "reason": line.reason,
    }
