"""One load of a collection, object by object; services.import_bank wraps it in a transaction."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from quizzes.assessments.drafts import QuizDraft
from quizzes.assessments.models import Quiz, QuizRevision
from quizzes.assessments.queries import draft_of
from quizzes.assessments.services import change_quiz, create_quiz
from quizzes.bank import schema
from quizzes.bank.drafts import NotAskedDraft, QuestionDraft
from quizzes.bank.models import Question, QuestionBank, Topic, VersionState
from quizzes.bank.not_asked.queries import draft_at
from quizzes.bank.not_asked.services import mark_not_asked
from quizzes.bank.queries import drafts_of, newest_versions
from quizzes.bank.services import add_version, change_details, create_question
from quizzes.bank.validation import Checked, check
from quizzes.interchange.collection import (
    BankDraft,
    Collection,
    Item,
    Line,
    Report,
    Status,
    TopicDraft,
)
from quizzes.interchange.load_log import LoadLog
from quizzes.interchange.loading_notes import NotesLoad
from quizzes.interchange.media import MediaLoad
from quizzes.interchange.report_lines import changed_here, line_of, sentences, skipped
from quizzes.material.documents import Document
from quizzes.material.models import Source
from quizzes.material.queries import document_of
from quizzes.material.reanchoring.reanchor import in_words
from quizzes.material.services import LostQuotes, load_source

Progress = Callable[[int, int], None]


class TextBreaksQuestions(Exception):
    """A new text was taken, but a question that hung on the old one could not be loaded again."""

    def __init__(self, names: list[str]) -> None:
        super().__init__(", ".join(names))
        self.names = names


class Load:
    """One run of import_bank, inside its transaction."""

    def __init__(
        self,
        collection: Collection,
        slug: str,
        now: datetime,
        overwrite: bool,
        report: Report,
        progress: Progress | None,
    ) -> None:
        self.collection = collection
        self.slug = slug
        self.now = now
        self.report = report
        self.load_log = LoadLog(slug, overwrite=overwrite)
        self.progress = progress
        self.lost: set[str] = set()
        self.media: MediaLoad | None = None
        self.hashes: dict[str, str] = {}

    def run(self) -> None:
        self.bank = self._bank()
        for topic in self.collection.bank.topics if self.collection.bank else ():
            self._topic(topic)
        self.existing = {q.slug: q for q in self.bank.questions.all()}
        versions = newest_versions([question.pk for question in self.existing.values()])
        newest = dict(versions.values_list("question_id", "pk"))
        drafts = drafts_of(newest.values())
        self.stored = {q.slug: drafts[newest[q.pk]] for q in self.existing.values()}
        self.hashes = {name: draft.fingerprint() for name, draft in self.stored.items()}
        self.media = MediaLoad(self.bank, self.now)
        self.notes = NotesLoad(self.collection, self.bank, self.load_log, self.now)
        items: list[tuple[Callable[[Item[Any]], Line], Item[Any]]] = [
            *((self._document, item) for item in self.collection.documents),
            *((self.media.load, item) for item in self.collection.media),
            *((self._question, item) for item in self.collection.questions),
            *((self.notes.note, item) for item in self.collection.notes),
            *((self.notes.deck, item) for item in self.collection.decks),
            *((self.notes.link, item) for item in self.collection.concordance),
            *((self._quiz, item) for item in self.collection.quizzes),
            *((self._not_asked, item) for item in self.collection.not_asked),
        ]
        for done, (load, item) in enumerate(items, 1):
            self.report.lines.append(load(item))
            if self.progress is not None:
                self.progress(done, len(items))
        self._refuse_broken_texts()
        self.load_log.save(self.now)

    def _bank(self) -> QuestionBank:
        draft = self.collection.bank or BankDraft(self.slug, self.slug)
        bank = QuestionBank.objects.select_for_update().filter(slug=self.slug).first()
        fields = {
            "title": draft.title,
            "description": draft.description,
            "licence": draft.licence,
            "use": draft.use,
        }
        if bank is None:
            self.load_log.forget("bank", "topic", "question", "note", "concordance")
            bank = QuestionBank.objects.create(slug=self.slug, created_at=self.now, **fields)
            self._note("bank", self.slug, "imported")
            self.load_log.record("bank", self.slug, draft.fingerprint())
        elif self.collection.bank and self.collection.bank.slug == self.slug:
            here = BankDraft(
                bank.slug, bank.title, bank.description, bank.licence, bank.use
            ).fingerprint()
            decision = self.load_log.decide(
                "bank", self.slug, stored=here, read=draft.fingerprint()
            )
            if decision == "update":
                QuestionBank.objects.filter(pk=bank.pk).update(**fields)
            self._decided("bank", self.slug, decision, draft.fingerprint())
        return bank

    def _topic(self, draft: TopicDraft) -> None:
        topic = self.bank.topics.select_related("parent").filter(slug=draft.slug).first()
        here = None
        if topic is not None:
            parent = topic.parent.slug if topic.parent else ""
            here = TopicDraft(topic.slug, topic.title, parent).fingerprint()
        decision = self.load_log.decide("topic", draft.slug, stored=here, read=draft.fingerprint())
        if decision in {"create", "update"}:
            position = self.collection.bank.topics.index(draft) + 1  # type: ignore[union-attr]
            Topic.objects.update_or_create(
                bank=self.bank,
                slug=draft.slug,
                defaults={
                    "title": draft.title,
                    "parent": self.bank.topics.filter(slug=draft.parent).first(),
                    "position": position,
                },
            )
        self._decided("topic", draft.slug, decision, draft.fingerprint())

    def _document(self, item: Item[Document]) -> Line:
        document = item.value
        read = document.fingerprint()
        source = Source.objects.filter(slug=document.slug).select_related("edition").first()
        stored = document_of(source).fingerprint() if source else None
        decision = self.load_log.decide("material", document.slug, stored=stored, read=read)
        if decision == "skip":
            return skipped("material", item)
        if decision == "unchanged":
            self.load_log.record("material", document.slug, read)
            return line_of("material", item, "unchanged")
        replaced = {
            f"{self.slug}/{question.value.slug}"
            for question in self.collection.questions
            if self._is_ours(question.value.slug)
        } | set(self.notes.replaced())
        try:
            loaded = load_source(document=document, owner=None, now=self.now, replaced=replaced)
        except LostQuotes as error:
            quotes = "; ".join(f"{lost.name} “{lost.quote}”" for lost in error.lost)
            reason = _("These quotes need a decision: %(quotes)s") % {"quotes": quotes}
            return line_of("material", item, "refused", reason)
        self.lost |= {lost.name for lost in loaded.lost}
        self.notes.lost = self.lost
        self.load_log.record("material", document.slug, read)
        return line_of("material", item, "imported", in_words(loaded.counts))

    def _question(self, item: Item[QuestionDraft]) -> Line:
        try:
            checked = check(item.value, user=None)
            draft = checked.draft
            decision = self.load_log.decide(
                "question",
                draft.slug,
                stored=self.hashes.get(draft.slug),
                read=draft.fingerprint(),
            )
            question = self.existing.get(draft.slug)
            if decision == "skip" or (question and question.retired_at):
                return skipped("question", item)
            with transaction.atomic():
                reason = "" if decision == "unchanged" else self._write(checked, question)
        except ValidationError as error:
            return line_of("question", item, "refused", sentences(error))
        self.load_log.record("question", draft.slug, draft.fingerprint())
        if decision == "unchanged":
            return line_of("question", item, "unchanged")
        notes = [reason, *item.notes]
        if dict(item.value.params) != dict(draft.params):
            notes.append(_("params: brought to the form in which they are stored"))
        changed = len(notes) > 1
        return line_of(
            "question", item, "imported", "; ".join(filter(None, notes)), changed=changed
        )

    def _write(self, checked: Checked, question: Question | None) -> str:
        """Store a draft that differs from what is there; return a note for the report."""
        draft = checked.draft
        if question is None:
            create_question(
                bank=self.bank, draft=checked, author=None, now=self.now, state=VersionState.READY
            )
            return ""
        change_details(
            question=question,
            by=None,
            topic=draft.topic,
            tags=draft.tags,
            waivers=draft.waivers,
            **schema.values_of(draft, schema.DETAILS),
        )
        version = add_version(
            question=question,
            draft=checked,
            by=None,
            now=self.now,
            note=_("Loaded from files"),
            state=VersionState.READY,
        )
        return _("now version %(number)d") % {"number": version.number}

    def _quiz(self, item: Item[QuizDraft]) -> Line:
        draft, notes = item.value, list(item.notes)
        quiz = Quiz.objects.filter(slug=draft.slug).first()
        stored = draft_of(quiz, bank=self.bank).fingerprint() if quiz else None
        decision = self.load_log.decide("quiz", draft.slug, stored=stored, read=draft.fingerprint())
        if decision == "skip":
            return skipped("quiz", item)
        try:
            with transaction.atomic():
                if decision == "create":
                    create_quiz(draft=draft, bank=self.bank, owner=None, now=self.now)
                elif decision == "update" and quiz is not None:
                    before = quiz.revision
                    change_quiz(
                        quiz=quiz,
                        draft=draft,
                        bank=self.bank,
                        by=None,
                        now=self.now,
                        new_revision=True,
                    )
                    notes += _revised(before, quiz.revision)
        except ValidationError as error:
            return line_of("quiz", item, "refused", sentences(error))
        self.load_log.record("quiz", draft.slug, draft.fingerprint())
        if decision == "unchanged":
            return line_of("quiz", item, "unchanged")
        return line_of("quiz", item, "imported", "; ".join(notes), changed=bool(item.notes))

    def _not_asked(self, item: Item[NotAskedDraft]) -> Line:
        draft = item.value
        stored = draft_at(draft.material, draft.passage)
        decision = self.load_log.decide(
            "not_asked",
            draft.slug,
            stored=stored.fingerprint() if stored else None,
            read=draft.fingerprint(),
        )
        if decision == "skip":
            return skipped("not_asked", item)
        try:
            if decision != "unchanged":
                mark_not_asked(draft=draft, by=None, now=self.now)
        except ValidationError as error:
            return line_of("not_asked", item, "refused", sentences(error))
        self.load_log.record("not_asked", draft.slug, draft.fingerprint())
        return line_of("not_asked", item, "unchanged" if decision == "unchanged" else "imported")

    def _refuse_broken_texts(self) -> None:
        refused = {
            f"{self.slug}/{line.title}"
            if line.kind == "question"
            else self.notes.name_of(line.kind, line.title)
            for line in self.report.refused()
            if line.kind in {"question", "note", "concordance"}
        }
        broken = sorted(self.lost & refused)
        if broken:
            raise TextBreaksQuestions(broken)

    def _is_ours(self, slug: str) -> bool:
        stored = self.hashes.get(slug)
        return stored is not None and self.load_log.may_replace("question", slug, stored)

    def _decided(self, kind: str, key: str, decision: str, read: str) -> None:
        if decision == "skip":
            self._note(kind, key, "unchanged", changed_here(), skipped=True)
            return
        self.load_log.record(kind, key, read)
        self._note(kind, key, "unchanged" if decision == "unchanged" else "imported")

    def _note(
        self, kind: str, key: str, status: Status, reason: str = "", *, skipped: bool = False
    ) -> None:
        line = Line(kind, key, status, reason, "bank.yaml", skipped=skipped)
        self.report.lines.append(line)


def _revised(before: QuizRevision | None, after: QuizRevision | None) -> list[str]:
    """Say where attempts sat the slots a quiz had, and it now asks a new revision."""
    if before is None or after is None or before.number == after.number:
        return []
    return [_("now revision %(number)d, since attempts sat the last") % {"number": after.number}]
