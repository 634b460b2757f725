"""A bank read from the database into a Collection, for every writer."""

from __future__ import annotations

from collections.abc import Set as Names
from dataclasses import replace

from django.db.models import Prefetch, Q
from django.utils.translation import gettext as _

from quizzes.assessments.drafts import OWN_SETTINGS, QuizDraft
from quizzes.assessments.models import Quiz, Slot
from quizzes.assessments.queries import draft_of
from quizzes.bank.drafts import QuestionDraft
from quizzes.bank.models import QuestionBank, QuestionVersion
from quizzes.bank.not_asked.queries import not_asked_in
from quizzes.bank.queries import asked_versions, drafts_of
from quizzes.cards.drafts import DeckDraft, NoteDraft
from quizzes.cards.models import Deck
from quizzes.cards.stored_drafts import deck_draft, note_drafts
from quizzes.concordance.drafts import LinkDraft
from quizzes.concordance.stored_drafts import link_drafts
from quizzes.interchange.collection import BankDraft, Collection, Item, Line, TopicDraft
from quizzes.interchange.media import drafts_of_media
from quizzes.material.models import Source
from quizzes.material.queries import document_of


def collection_of(bank: QuestionBank) -> Collection:
    """Return a bank with the texts it quotes, its notes and decks, and the quizzes that ask.

    Of each question in use the wording that is asked. What is left out (drafts, what is retired,
    quizzes with settings of their own) is listed as refused.
    """
    refused: list[Line] = []
    questions = _questions(bank, refused)
    notes = _notes(bank, refused)
    decks = _decks(bank, {note.slug for note in notes}, refused)
    links = _links(bank, {question.slug for question in questions}, refused)
    materials = {
        *(anchor.material for question in questions for anchor in question.anchors),
        *(anchor.material for note in notes for anchor in note.anchors),
        *(claim.material for link in links for claim in link.claims),
        *(deck.material for deck in decks),
    }
    sources = Source.objects.filter(slug__in=materials).order_by("slug")
    return Collection(
        bank=_bank(bank),
        documents=tuple(Item(document_of(source)) for source in sources),
        media=tuple(map(Item, drafts_of_media(bank))),
        questions=tuple(Item(question) for question in questions),
        notes=tuple(map(Item, notes)),
        decks=tuple(map(Item, decks)),
        concordance=tuple(map(Item, links)),
        quizzes=tuple(Item(quiz) for quiz in _quizzes(bank, refused)),
        not_asked=tuple(Item(one) for one in not_asked_in(sources)),
        refused=tuple(refused),
    )


def _bank(bank: QuestionBank) -> BankDraft:
    topics = list(bank.topics.select_related("parent").order_by("position", "pk"))
    emails = bank.owners.order_by("email").values_list("email", flat=True)
    return BankDraft(
        slug=bank.slug,
        title=bank.title,
        description=bank.description,
        licence=bank.licence,
        use=bank.use,
        owners=tuple(email for email in emails if email),
        topics=tuple(
            TopicDraft(topic.slug, topic.title, topic.parent.slug if topic.parent else "")
            for topic in topics
        ),
    )


def _questions(bank: QuestionBank, refused: list[Line]) -> list[QuestionDraft]:
    asked = Prefetch("versions", asked_versions(), to_attr="asked")
    drafts: list[int] = []
    for question in bank.questions.prefetch_related(asked).order_by("pk"):
        versions: list[QuestionVersion] = question.asked
        if versions:
            drafts.append(versions[0].pk)
        else:
            reason = _("Not ready.")
            if question.retired_at or question.paused_at:
                reason = _("Retired.") if question.retired_at else _("Paused.")
            line = Line("question", question.slug, "refused", reason, type=question.type)
            refused.append(line)
    found = drafts_of(drafts)
    return [found[pk] for pk in drafts]


def _notes(bank: QuestionBank, refused: list[Line]) -> list[NoteDraft]:
    rows = list(bank.notes.order_by("pk"))
    for row in rows:
        if row.retired_at or row.paused_at:
            reason = _("Retired.") if row.retired_at else _("Paused: its text changed.")
            refused.append(Line("note", row.slug, "refused", reason))
    ids = [row.pk for row in rows if not (row.retired_at or row.paused_at)]
    found = note_drafts(ids)
    return [found[pk] for pk in ids]


def _decks(bank: QuestionBank, notes: Names[str], refused: list[Line]) -> list[DeckDraft]:
    """Return the decks; of chosen notes those that are written, too."""
    found: list[DeckDraft] = []
    decks = Deck.objects.authored().filter(bank=bank)
    for deck in decks.select_related("source", "topic").order_by("pk"):
        draft = deck_draft(deck)
        kept = tuple(slug for slug in draft.notes if slug in notes)
        if not (draft.material or draft.topic or kept):
            refused.append(Line("deck", draft.slug, "refused", _("None of its notes is in use.")))
        else:
            found.append(replace(draft, notes=kept))
    return found


def _links(bank: QuestionBank, questions: Names[str], refused: list[Line]) -> list[LinkDraft]:
    """Return the concordance; of the questions named those that are written, too."""
    rows = list(bank.concordance_links.order_by("position", "pk"))
    refused += [
        Line("concordance", row.slug, "refused", _("Paused: its text changed."))
        for row in rows
        if row.paused_at
    ]
    ids = [row.pk for row in rows if not row.paused_at]
    found = link_drafts(ids)
    return [
        replace(found[pk], questions=tuple(q for q in found[pk].questions if q in questions))
        for pk in ids
    ]


def _quizzes(bank: QuestionBank, refused: list[Line]) -> list[QuizDraft]:
    uses = Slot.objects.current().filter(Q(question__bank=bank) | Q(draw_bank=bank))
    found: list[QuizDraft] = []
    for quiz in Quiz.objects.filter(pk__in=uses.values("revision__quiz")).order_by("pk"):
        draft = draft_of(quiz, bank=bank)
        if draft.preset == OWN_SETTINGS:
            reason = _("Its behaviour and review options are those of no preset.")
            refused.append(Line("quiz", quiz.slug, "refused", reason))
        else:
            found.append(draft)
    return found
