"""A collection as the linter reads it: stored in a bank or still in its folder, all alike."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from quizzes.bank.drafts import AnchorDraft
from quizzes.bank.linting import catalogue
from quizzes.bank.linting.findings import ORDER, Finding
from quizzes.bank.linting.linter import Subject, lint
from quizzes.bank.linting.notes import NoteText
from quizzes.bank.linting.questions import World
from quizzes.bank.linting.runs import SourceRuns
from quizzes.bank.linting.sets import LintedQuiz
from quizzes.cards.drafts import NoteDraft
from quizzes.insight.coverage import AskedQuestion, SectionCoverage, TextCoverage, totals
from quizzes.interchange.collection import Collection
from quizzes.material import markup
from quizzes.material.documents import Document, section_slugs

ABOVE_RECALL = ("understanding", "application")


@dataclass(frozen=True, slots=True)
class LintReport:
    """What the linter says of a bank, and what the bank asks of its texts."""

    bank: str
    findings: tuple[Finding, ...]
    coverage: tuple[TextCoverage, ...]
    questions: int
    above_recall: int
    notes: int

    def open(self, severity: str) -> list[Finding]:
        return [one for one in self.findings if one.severity == severity and not one.waived]

    def counts(self) -> dict[str, int]:
        return {severity: len(self.open(severity)) for severity in ORDER} | {
            "waived": sum(bool(one.waived) for one in self.findings)
        }

    def as_json(self) -> dict[str, Any]:
        return {
            "bank": self.bank,
            "questions": self.questions,
            "above_recall": self.above_recall,
            "notes": self.notes,
            "counts": self.counts(),
            "findings": [one.as_json() for one in self.findings],
            "coverage": {
                **totals(list(self.coverage)),
                "texts": [_text_as_json(text) for text in self.coverage],
            },
        }


def lint_collection(
    collection: Collection, *, runs: SourceRuns | None, coverage: Sequence[TextCoverage] = ()
) -> LintReport:
    """Lint all that a collection holds. Without `coverage` it is counted from the collection."""
    passages = {
        (item.value.slug, passage.key): markup.plain(passage.text)
        for item in collection.documents
        for passage in item.value.passages()
    }
    drafts = [item.value for item in collection.questions]
    papers = [
        LintedQuiz(
            quiz.slug, tuple(s.question for s in quiz.slots if s.question), quiz.shuffle_options
        )
        for quiz in (item.value for item in collection.quizzes)
    ]
    notes = [_note(item.value) for item in collection.notes]
    subject = Subject(drafts, papers, notes, tuple(_texts(collection)))
    coverage = tuple(coverage) or _coverage(collection, notes, passages)
    found = lint(subject, World(passages=passages, runs=runs))
    return LintReport(
        bank=collection.bank.slug if collection.bank else "",
        findings=(*found, *_of_coverage(coverage)),
        coverage=coverage,
        questions=len(drafts),
        above_recall=sum(draft.level in ABOVE_RECALL for draft in drafts),
        notes=len(subject.notes),
    )


def _texts(collection: Collection) -> Iterator[tuple[str, str, str, str]]:
    """Yield whatever else is published with the bank, since it must be our own words, too."""
    if collection.bank:
        yield "bank", collection.bank.slug, "description", collection.bank.description
    for document in (item.value for item in collection.documents):
        yield "passage", document.slug, "summary", document.summary
        for passage in document.passages():
            yield "passage", document.slug, passage.key, markup.plain(passage.text)
    for quiz in (item.value for item in collection.quizzes):
        yield "quiz", quiz.slug, "description", quiz.description
    for deck in (item.value for item in collection.decks):
        yield "deck", deck.slug, "description", deck.description
    for link in (item.value for item in collection.concordance):
        yield "concordance", link.slug, "note", link.note
        for place, claim in enumerate(link.claims):
            yield "concordance", link.slug, f"claims.{place}.says", claim.says


def _note(draft: NoteDraft) -> NoteText:
    return NoteText(
        slug=draft.slug,
        kind=draft.kind,
        fields=draft.fields,
        caution=draft.caution,
        anchors=draft.anchors,
        waivers=draft.waivers,
    )


def _coverage(
    collection: Collection, notes: Sequence[NoteText], passages: dict[tuple[str, str], str]
) -> tuple[TextCoverage, ...]:
    """Return what `insight.coverage` would of the same collection once it is loaded."""
    questions = Counter(
        place for item in collection.questions for place in _supported(item.value.anchors)
    )
    cards: Counter[tuple[str, str]] = Counter()
    for note in notes:
        cards.update({place: len(note.sides()) for place in _supported(note.anchors)})
    reasons = {(i.value.material, i.value.passage): i.value.reason for i in collection.not_asked}
    asked = AskedQuestion(questions=questions, cards=cards, reasons=reasons)
    documents = sorted((item.value for item in collection.documents), key=lambda one: one.title)
    return tuple(_text(document, asked, passages) for document in documents)


def _supported(anchors: Iterable[AnchorDraft]) -> set[tuple[str, str]]:
    return {(one.material, one.passage) for one in anchors if one.role == "supports"}


def _text(
    document: Document, asked: AskedQuestion, passages: dict[tuple[str, str], str]
) -> TextCoverage:
    sections: list[SectionCoverage] = []
    position = 0
    for section, slug in zip(document.sections, section_slugs(document), strict=True):
        found = SectionCoverage(section.level, section.title, slug)
        for passage in section.passages:
            position += 1
            plain = passages[document.slug, passage.key]
            found.passages.append(asked.at(document.slug, passage.key, position, plain))
        sections.append(found)
    return TextCoverage(document.slug, document.title, sections)


def _of_coverage(texts: Sequence[TextCoverage]) -> Iterator[Finding]:
    for text in texts:
        for passage in text.passages():
            if passage.state == "gap":
                yield Finding(
                    catalogue.GAP, passage.plain[:80], passage.key, "passage", text.material
                )
            elif passage.reason and passage.asked:
                yield Finding(
                    catalogue.ASKED_AFTER_ALL, passage.reason, passage.key, "passage", text.material
                )


def _text_as_json(text: TextCoverage) -> dict[str, Any]:
    return {
        "material": text.material,
        "title": text.title,
        "sections": [
            {
                "title": section.title,
                "passages": [
                    {
                        "key": passage.key,
                        "state": passage.state,
                        "questions": passage.questions,
                        "cards": passage.cards,
                        "reason": passage.reason,
                    }
                    for passage in section.passages
                ],
            }
            for section in text.sections
        ],
    }
