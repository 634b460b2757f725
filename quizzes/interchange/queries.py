"""A bank read from the database into a Collection, for every writer."""

from __future__ import annotations

from django.db.models import Prefetch, Q
from django.utils.translation import gettext as _

from quizzes.assessments.drafts import OWN_SETTINGS, QuizDraft
from quizzes.assessments.models import Quiz
from quizzes.assessments.queries import draft_of
from quizzes.bank.drafts import QuestionDraft
from quizzes.bank.models import QuestionBank, QuestionVersion
from quizzes.bank.not_asked.queries import not_asked_in
from quizzes.bank.queries import asked_versions, drafts_of
from quizzes.interchange.collection import BankDraft, Collection, Item, Line, TopicDraft
from quizzes.material.models import Source
from quizzes.material.queries import document_of


def collection_of(bank: QuestionBank) -> Collection:
    """Return a bank with the texts its questions quote and the quizzes that ask them.

    Of each question in use the wording that is asked. What is left out (drafts, retired questions,
    quizzes with settings of their own) is listed as refused.
    """
    refused: list[Line] = []
    questions = _questions(bank, refused)
    materials = {anchor.material for question in questions for anchor in question.anchors}
    sources = Source.objects.filter(slug__in=materials).order_by("slug")
    return Collection(
        bank=_bank(bank),
        documents=tuple(Item(document_of(source)) for source in sources),
        questions=tuple(Item(question) for question in questions),
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


def _quizzes(bank: QuestionBank, refused: list[Line]) -> list[QuizDraft]:
    uses = Q(slots__question__bank=bank) | Q(slots__draw_bank=bank)
    found: list[QuizDraft] = []
    for quiz in Quiz.objects.filter(uses).distinct().order_by("pk"):
        draft = draft_of(quiz, bank=bank)
        if draft.preset == OWN_SETTINGS:
            reason = _("Its behaviour and review options are those of no preset.")
            refused.append(Line("quiz", quiz.slug, "refused", reason))
        else:
            found.append(draft)
    return found
