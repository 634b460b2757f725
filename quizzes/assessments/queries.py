"""Reading quizzes: a quiz as a draft again, and which questions may be shown next to the text."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from quizzes.assessments.drafts import OWN_SETTINGS, QuizDraft, SlotDraft
from quizzes.assessments.draws import draw_of, drawn_by
from quizzes.assessments.models import Quiz, QuizState, Slot
from quizzes.assessments.presets import PRESETS
from quizzes.assessments.results import are_due
from quizzes.bank.models import Question, QuestionBank, Use


def released_exam_questions(now: datetime) -> QuerySet[Question]:
    """Return the questions of exam-only banks that no quiz embargoes any more.

    At least one quiz used them, the results of every quiz using them are due, and no attempt at
    one is open. Four queries.
    """
    uses_them = Q(revisions__slots__question__bank__use=Use.EXAM) | Q(
        revisions__slots__draw_bank__use=Use.EXAM
    )
    closed_by_now = (
        Quiz.objects.filter(uses_them, closes_at__lte=now).exclude(state=QuizState.DRAFT).distinct()
    )
    over = [quiz.pk for quiz in closed_by_now if are_due(quiz, now)]
    if not over:
        return Question.objects.none()
    # A slot (of any revision, since each may have attempts) uses a question by name or by a draw
    # that could have chosen it.
    named = Slot.objects.filter(question=OuterRef("pk"))
    drawing = Slot.objects.filter(draw_bank__use=Use.EXAM)
    still_asking = {
        "revision__quiz__attempts__finished_at": None,
        "revision__quiz__attempts__preview": False,
    }
    every = {draw_of(slot) for slot in drawing}
    asking = Exists(Slot.objects.filter(pk=OuterRef("pk"), **still_asking))
    secret = {draw_of(slot) for slot in drawing.filter(~Q(revision__quiz__in=over) | asking)}
    return Question.objects.filter(
        Exists(named) | drawn_by(every),
        ~Exists(named.exclude(revision__quiz__in=over)),
        ~Exists(named.filter(**still_asking)),
        ~drawn_by(secret),
        bank__use=Use.EXAM,
    )


def draft_of(quiz: Quiz, *, bank: QuestionBank) -> QuizDraft:
    """Return a quiz as the draft it could have been made from; `bank` is its bank. One query."""
    slots = quiz.slots.order_by("position").annotate(
        question_slug=F("question__slug"),
        number=F("version__number"),
        topic=F("draw_topic__slug"),
        question_bank=F("question__bank__slug"),
        drawn_bank=F("draw_bank__slug"),
    )
    return QuizDraft(
        slug=quiz.slug,
        title=quiz.title,
        description=quiz.description,
        preset=_preset_of(quiz),
        time_limit_s=quiz.time_limit_s,
        attempts_allowed=quiz.attempts_allowed,
        pass_mark=quiz.pass_mark,
        grading_method=quiz.grading_method,
        shuffle_questions=quiz.shuffle_questions,
        shuffle_options=quiz.shuffle_options,
        audience=quiz.audience,
        state=quiz.state,
        opens_at=quiz.opens_at,
        closes_at=quiz.closes_at,
        slots=tuple(_slot_draft(slot, bank) for slot in slots),
    )


def _slot_draft(slot: Slot, home: QuestionBank) -> SlotDraft:
    bank = slot.question_bank or slot.drawn_bank  # type: ignore[attr-defined]
    return SlotDraft(
        question=slot.question_slug or "",  # type: ignore[attr-defined]
        version=slot.number,  # type: ignore[attr-defined]
        topic=slot.topic or "",  # type: ignore[attr-defined]
        level=slot.draw_level,
        bank="" if bank == home.slug else bank,
        max_mark=slot.max_mark,
    )


def _preset_of(quiz: Quiz) -> str:
    for name, preset in PRESETS.items():
        settings = preset.settings(closes=quiz.closes_at is not None)
        if all(getattr(quiz, field) == value for field, value in settings.items()):
            return name
    return OWN_SETTINGS
