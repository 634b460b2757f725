"""What is next to one passage, a question answered there, the list of the reader's notes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from accounts.models import User
from quizzes.assessments.models import Quiz
from quizzes.attempts.question_review import ReviewedSlot
from quizzes.bank.models import QuestionAnchor
from quizzes.cards.queries import cards_on
from quizzes.concordance.queries import links_on
from quizzes.material.anchoring import sentences
from quizzes.material.models import Passage, Source
from quizzes.reader import answering
from quizzes.reader.annotating import placed
from quizzes.reader.answer_form import Given
from quizzes.reader.answering import Asking
from quizzes.reader.models import Annotation, AnnotationKind
from quizzes.reader.page import ReaderPassage, ReaderQuery, reader_passages
from quizzes.reader.questions import ReaderQuestion, quizzes_asking, reader_questions


@dataclass(frozen=True, slots=True)
class PanelQuestion:
    """A question in the panel: its stem, the reader's result, and where it can be answered."""

    question: ReaderQuestion
    here: bool
    quizzes: Sequence[Quiz]


def panel_page(
    source: Source, user: User, one: ReaderPassage, asked: ReaderQuery, *, now: datetime
) -> dict[str, Any]:
    """Return a passage with its questions and notes, in a number of queries that does not grow."""
    keys = [one.passage.key]
    edition = [source.edition_id] if source.edition_id else []
    questions = reader_questions(edition, user, now=now, keys=keys)
    in_quizzes = quizzes_asking(questions, user, now=now)
    return {
        "source": source,
        "one": one,
        "passages": [one],
        "now": now,
        "view": asked.view,
        "asked": [
            PanelQuestion(question, question.is_answerable, in_quizzes.get(question.id, ()))
            for question in questions
        ],
        "cards": cards_on([one.passage.id], user).get(one.passage.id, ()),
        "links": links_on([one.passage.id], user).get(one.passage.id, ()),
        "sentences": sentences(one.passage.plain),
        "kinds": AnnotationKind.choices,
    }


def question_page(
    source: Source,
    user: User,
    one: Asking,
    *,
    now: datetime,
    told: ReviewedSlot | None = None,
    attempt_id: int | None = None,
    form: Given | None = None,
) -> dict[str, Any]:
    """Return a question to be answered next to the text, or what came of an answer.

    Args:
        told: what the answer of `attempt_id` came to; the passages then have its words marked.
        form: what was sent and not taken; it is shown again.
    """
    page: dict[str, Any] = {"source": source, "pk": one.question_id, "now": now, "r": told}
    if told is None:
        nonce = form.nonce if form else answering.new_nonce()
        q = answering.shown(one, user, nonce)
        if form:
            q |= {"answer": form.answer, "confidence": form.confidence}
        return page | {
            "q": q,
            "nonce": nonce,
            "version_id": one.version_id,
            "passages": reader_passages(source, user, one.passages[:1], now=now),
        }
    marks = QuestionAnchor.objects.filter(
        version=one.version_id, edition=source.edition_id, option=None
    ).values_list("pk", flat=True)
    return page | {
        "attempt_id": attempt_id,
        "passages": reader_passages(
            source, user, one.passages, ReaderQuery(marks=set(marks)), now=now
        ),
    }


def notes_page(source: Source, user: User, *, now: datetime) -> dict[str, Any]:
    """Return the user's own notes on a text, in the order of the text; two queries."""
    passages = {
        key: (position, plain)
        for key, position, plain in Passage.objects.filter(edition=source.edition_id).values_list(
            "key", "position", "plain"
        )
    }
    annotations = Annotation.objects.visible_to(user).filter(source=source)
    return {
        "source": source,
        "now": now,
        "notes": placed(annotations, passages),
        "kinds": AnnotationKind.choices,
    }
