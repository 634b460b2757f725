"""Makers: plain functions that give tests the rows they are about, with overrides by name."""

from __future__ import annotations

import io
import itertools
import wave
from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from django.utils import timezone
from PIL import Image

from accounts.models import User
from quizzes.assessments import review_options
from quizzes.assessments.models import Quiz, QuizRevision, QuizState, Slot
from quizzes.assessments.review_options import ReviewOptions
from quizzes.attempts import services
from quizzes.attempts.disclosure import AttemptReview, visible_review
from quizzes.attempts.models import Attempt, AttemptQuestion
from quizzes.attempts.question_reports.models import Report
from quizzes.attempts.taking.saving import Change
from quizzes.bank.content_cache import contents_of
from quizzes.bank.drafts import AnchorDraft, OptionDraft, QuestionDraft
from quizzes.bank.media.models import Media
from quizzes.bank.media.services import add_media
from quizzes.bank.models import Question, QuestionBank, Topic, VersionState
from quizzes.bank.services import create_question
from quizzes.cards.decks import create_deck
from quizzes.cards.drafts import DeckDraft, NoteDraft
from quizzes.cards.models import Deck, Note
from quizzes.cards.services import create_note
from quizzes.concordance.drafts import ClaimDraft, LinkDraft
from quizzes.concordance.models import ConcordanceLink
from quizzes.concordance.services import create_link
from quizzes.importing import readers
from quizzes.importing.propose import propose
from quizzes.importing.services import store_proposal
from quizzes.material.models import Audience, Edition, Passage, Section, Source
from quizzes.question_types import examples, registry
from tests import by_example

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
_count = itertools.count(1)

PASSAGES = (
    ("first-act", "Ketamine blocks the NMDA receptor. Glutamate activity then rises."),
    ("fading", "For many people the benefit fades after a few weeks."),
    ("nothing-asked", "Nobody has asked anything about this sentence."),
)

# What types ask where tests name the words.
DRAFTS: dict[str, dict[str, Any]] = {
    "single_choice": {
        "options": (
            OptionDraft("Dopamine reuptake", Decimal(0), "That is another drug."),
            OptionDraft("NMDA receptor", Decimal(1), "It is the target."),
            OptionDraft("Serotonin reuptake", Decimal(0), "That is how an SSRI acts."),
        )
    },
    "multiple_choice": {
        "options": (
            OptionDraft("Dizziness", Decimal(1), "Named as common."),
            OptionDraft("Hair loss", Decimal(0), "Not named."),
            OptionDraft("Nausea", Decimal(1), "Named as common."),
            OptionDraft("Deafness", Decimal(0), "Not named."),
        ),
        "params": {"grading": "scaled_net"},
    },
    "true_false": {
        "options": (
            OptionDraft("True", Decimal(1), "It says so."),
            OptionDraft("False", Decimal(0), "It says so."),
        )
    },
    "short_answer": {
        "options": (
            OptionDraft("neuroplasticity", Decimal(1), "The term."),
            OptionDraft("neurogenesis", Decimal(0), "New neurons."),
        )
    },
    "numeric": {"params": {"value": 30, "tolerance": 0, "units": ["%", "percent"]}},
    "essay": {"params": {"rubric": "One mark for each point.", "max_words": 100}},
    "cloze": {
        "stem": "Ketamine blocks the [[1]] receptor, and relief may come within [[2]].",
        "params": {
            "blanks": {
                "1": {"accept": ["NMDA", "N-methyl-D-aspartate"]},
                "2": {"accept": ["hours"], "choices": ["hours", "months"]},
            },
            "rationales": {"1": "A receptor for glutamate."},
        },
    },
    "matching": {
        "params": {
            "pairs": [["Ketamine", "NMDA receptor"], ["SSRI", "Serotonin reuptake"]],
            "extra": ["Dopamine reuptake"],
            "rationales": {"SSRI": "The name says so."},
        }
    },
    "ordering": {
        "options": (
            OptionDraft("Infusion", rationale="It begins with it."),
            OptionDraft("Glutamate rises"),
            OptionDraft("Mood lifts"),
        )
    },
    "hottext": {
        "params": {
            "text": "[[Relief comes soon.]] [[It often fades.]]\n\n[[Trials go on.]]",
            "key": ["It often fades."],
            "max_choices": 1,
            "rationales": {"Trials go on.": "That limits nothing."},
        }
    },
}

# Any other type asks what its first example asks.
DRAFTS |= {
    one.slug: by_example.draft_of(examples.load(one)[0])
    for one in registry.all_types()
    if one.slug not in DRAFTS
}


def source(*, owner: User | None = None, published: bool = True, **fields: Any) -> Source:
    """A source with one edition of three passages under one heading."""
    number = next(_count)
    values = {"slug": f"text-{number}", "title": f"Text {number}", "audience": Audience.PUBLIC}
    one = Source.objects.create(owner=owner, **(values | fields))
    edition = Edition.objects.create(source=one, number=1, checksum=f"{number:064d}")
    section = Section.objects.create(
        edition=edition, position=1, title="How it acts", slug="how-it-acts"
    )
    Passage.objects.bulk_create(
        Passage(
            edition=edition,
            section=section,
            key=key,
            position=position,
            text=text,
            plain=text,
            html=f"<p>{text}</p>",
        )
        for position, (key, text) in enumerate(PASSAGES, start=1)
    )
    if published:
        one.edition = edition
        one.save(update_fields=["edition"])
    return one


def bank(owner: User, **fields: Any) -> QuestionBank:
    number = next(_count)
    one = QuestionBank.objects.create(
        **({"slug": f"bank-{number}", "title": f"Bank {number}"} | fields)
    )
    one.owners.add(owner)
    Topic.objects.create(bank=one, slug="mechanism", title="How ketamine acts", position=1)
    Topic.objects.create(bank=one, slug="safety", title="Safety", position=2)
    return one


def question(
    bank: QuestionBank,
    *,
    type: str = "single_choice",  # noqa: A002  the draft's own word
    state: str = VersionState.READY,
    anchored_in: Source | None = None,
    **fields: Any,
) -> Question:
    number = next(_count)
    anchors = (
        (AnchorDraft(anchored_in.slug, "first-act", "blocks the NMDA receptor"),)
        if anchored_in
        else ()
    )
    draft = QuestionDraft(
        **(
            {
                "type": type,
                "slug": f"question-{number}",
                "stem": f"What is asked in question {number}?",
                "explanation": "The receptor is blocked first.",
                "topic": "mechanism",
                "anchors": anchors,
            }
            | DRAFTS[type]
            | fields
        )
    )
    return create_question(bank=bank, draft=draft, author=None, now=NOON, state=state)


def note(bank: QuestionBank, *, anchored_in: Source | None = None, **fields: Any) -> Note:
    """A note of one card; anchored as questions are."""
    number = next(_count)
    anchors = (
        (AnchorDraft(anchored_in.slug, "first-act", "blocks the NMDA receptor"),)
        if anchored_in
        else ()
    )
    values = {
        "kind": "basic",
        "slug": f"note-{number}",
        "fields": {"front": f"What is cue {number}?", "back": f"Answer {number}"},
        "topic": "mechanism",
        "anchors": anchors,
    }
    draft = NoteDraft(**(values | fields))
    return create_note(bank=bank, draft=draft, author=None, now=NOON)


def deck(bank: QuestionBank, **fields: Any) -> Deck:
    """A deck of the bank's topic “mechanism”, unless another rule is named."""
    number = next(_count)
    values = {"slug": f"deck-{number}", "title": f"Deck {number}"}
    rule = {} if {"material", "notes"} & fields.keys() else {"topic": "mechanism"}
    draft = DeckDraft(**(values | rule | fields))
    return create_deck(bank=bank, draft=draft, by=None, now=NOON)


def link(bank: QuestionBank, first: Source, second: Source, **fields: Any) -> ConcordanceLink:
    """A contradiction between the same sentence of two texts."""
    number = next(_count)
    claims = tuple(
        ClaimDraft(one.slug, "first-act", "blocks the NMDA receptor", f"{one.title} says so.")
        for one in (first, second)
    )
    values = {
        "slug": f"link-{number}",
        "title": f"Point {number}",
        "relation": "contradict",
        "topic": "mechanism",
        "note": "Look twice.",
        "claims": claims,
    }
    return create_link(bank=bank, draft=LinkDraft(**(values | fields)), by=None, now=NOON)


def quiz(owner: User, questions: Sequence[Question] = (), **fields: Any) -> Quiz:
    """A published quiz; `mode` also sets behaviour and review options as its preset does."""
    number = next(_count)
    mode = fields.get("mode", "practice")
    values = {
        "slug": f"quiz-{number}",
        "title": f"Quiz {number}",
        "state": QuizState.PUBLISHED,
        "owner": owner,
        "mode": mode,
        "behaviour": "immediate" if mode == "practice" else "deferred",
        "review": review_options.preset(mode),
    }
    one = Quiz.objects.create(**(values | fields))
    revision = QuizRevision.objects.create(quiz=one, number=1)
    Slot.objects.bulk_create(
        Slot(revision=revision, position=position, question=asked)
        for position, asked in enumerate(questions, start=1)
    )
    return one


def attempt(user: User, quiz: Quiz, *, now: datetime = NOON) -> Attempt:
    return services.start_attempt(user=user, quiz=quiz, now=now)[0]


def answer_to(question: AttemptQuestion, *, right: bool = True) -> dict[str, Any]:
    """A right or a wrong answer to a question as it is shown in its attempt."""
    question_type = registry.get(question.version.question.type)
    content = contents_of([question.version_id])[question.version_id].arranged(question.order)
    made = by_example.right_answer if right else by_example.wrong_answer
    answer: dict[str, Any] = made(question_type, content, examples.load(question_type)[0])
    return answer


def answers(
    attempt: Attempt, *, right: bool = True, slots: Sequence[int] = (), now: datetime = NOON
) -> None:
    """Save right or wrong answers in `slots`, or in all."""
    questions = attempt.questions.select_related("version__question").order_by("slot")
    changes = [
        Change(one.slot, answer_to(one, right=right), 2, one.flagged, one.sequence)
        for one in questions
        if not slots or one.slot in slots
    ]
    outcomes = services.save_answers(
        user_id=attempt.user_id, attempt_id=attempt.pk, changes=changes, now=now
    )
    assert outcomes is not None
    assert {one.status for one in outcomes} <= {"saved", "unchanged"}, outcomes


def finished(user: User, quiz: Quiz, *, right: bool = True, now: datetime = NOON) -> Attempt:
    """An attempt in which everything was answered and submitted."""
    one = attempt(user, quiz, now=now)
    answers(one, right=right, now=now)
    return services.finish(attempt_id=one.pk, now=now)


def shown(attempt: Attempt, *, now: datetime) -> ReviewOptions:
    """What its student may see of an attempt at `now`."""
    attempt = Attempt.objects.select_related("quiz", "user").get(pk=attempt.pk)
    return visible_review([attempt], attempt.user, now).options(attempt)


def review(options: ReviewOptions) -> AttemptReview:
    """A review in which `options` hold and nothing else does."""
    return AttemptReview(options, embargoed=frozenset(), authored=frozenset(), next=None)


def picture(width: int = 40, height: int = 30, kind: str = "PNG") -> bytes:
    """A small picture as a file."""
    buffer = io.BytesIO()
    Image.new("RGB", (width, height), (200, 30, 30)).save(buffer, kind)
    return buffer.getvalue()


def sound(seconds: int = 1, rate: int = 44_100) -> bytes:
    """A WAV file of silence."""
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as out:
        out.setnchannels(2)
        out.setsampwidth(2)
        out.setframerate(rate)
        out.writeframes(bytes(4 * rate * seconds))
    return buffer.getvalue()


def media(bank: QuestionBank, name: str = "brain", content: bytes | None = None) -> Media:
    """A picture or a sound stored in a bank."""
    return add_media(bank=bank, name=name, content=content or picture(), by=None, now=NOON)


def report(attempt: Attempt, *, now: datetime = NOON, **fields: Any) -> Report:
    """A learner's report on the first question of an attempt."""
    question = attempt.questions.get(slot=1)
    made: dict[str, Any] = {
        "question": question,
        "kind": "problem",
        "text": "Two options are right.",
        "answer": question.answer,
        "created_at": now,
    }
    return Report.objects.create(**{**made, **fields})


def import_proposal(
    owner: User, text: str = "How it acts\nIt blocks a receptor of the brain.\n"
) -> Any:
    """A document that was read and waits for its owner."""
    proposal = propose(readers.read(text.encode(), "txt"))
    return store_proposal(
        proposal=proposal,
        owner=owner,
        file_name="acts.txt",
        file_format="txt",
        now=timezone.now(),
    )
