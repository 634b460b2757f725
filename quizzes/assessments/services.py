"""Writing quizzes. Running attempts are not touched: each froze its paper when it started.

`owner` and `by` are None only where the operator loads a folder: then nobody's rights are asked.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts import hooks
from quizzes.assessments import draws, review_options, revisions
from quizzes.assessments.drafts import OWN_SETTINGS, QuizDraft, SlotDraft
from quizzes.assessments.models import Behaviour, Quiz, QuizState, Slot
from quizzes.assessments.presets import PRESETS
from quizzes.assessments.results import refuse_later_results
from quizzes.bank.field_errors import FieldErrors
from quizzes.bank.models import Level, Question, QuestionBank, QuestionVersion, Topic
from quizzes.material import markup

if TYPE_CHECKING:
    from accounts.models import User

SLOTS_LIMIT = 500
DESCRIPTION_LIMIT = 5_000
ATTEMPTS_LIMIT = 1_000
TERMS = ("opens_at", "closes_at", "time_limit_s")  # what attempts store of a quiz


@transaction.atomic
def create_quiz(
    *, draft: QuizDraft, bank: QuestionBank | None, owner: User | None, now: datetime
) -> Quiz:
    """Write a quiz with its slots. `bank` is where slots look that name no bank; a draft may yet
    have no slots.

    Raises:
        ValidationError: sentences by place, for instance "slots.3.question"; a bank that is not
            the owner's to use is refused like one that is not there.
    """
    quiz = Quiz(owner=owner, created_at=now)
    return _write(quiz, draft, bank, owner, now=now)


@transaction.atomic
def change_quiz(
    *,
    quiz: Quiz,
    draft: QuizDraft,
    bank: QuestionBank | None,
    by: User | None,
    now: datetime,
    new_revision: bool = False,
) -> Quiz:
    """Bring a quiz and its slots to what the draft says; the preset OWN_SETTINGS leaves behaviour
    and review options as they are. Open attempts follow its dates where they lose no time by it.

    Args:
        new_revision: whether changed slots may make a new revision, where attempts sat this one.

    Raises: Frozen where they may not; ValidationError, also for a close moved later after results
        were shown; PermissionDenied when the quiz is not theirs.
    """
    quiz = _locked(quiz, by)
    refuse_later_results(quiz, draft, now=now)
    before = [getattr(quiz, name) for name in TERMS]
    quiz = _write(quiz, draft, bank, by, now=now, new_revision=new_revision)
    if before != [getattr(quiz, name) for name in TERMS]:
        hooks.terms_changed(quizzes=[quiz.pk])
    return quiz


@transaction.atomic
def set_review(
    *,
    quiz: Quiz,
    by: User,
    mode: str,
    behaviour: str,
    review: Mapping[str, list[str]],
    ask_confidence: bool,
) -> Quiz:
    """Say when grading happens and what is told when; the settings of a preset where they are its.

    Raises: ValidationError, PermissionDenied.
    """
    quiz = _locked(quiz, by)
    errors = FieldErrors()
    errors["review"] += review_options.problems(review)
    if behaviour not in Behaviour.values:
        errors["behaviour"].append(_("There is no such behaviour."))
    if mode not in PRESETS:
        errors["mode"].append(_("There is no such preset."))
    if any(errors.values()):
        raise ValidationError({place: found for place, found in errors.items() if found})
    values: dict[str, Any] = {
        "mode": mode,
        "behaviour": behaviour,
        "ask_confidence": ask_confidence,
        "review": {moment: list(items) for moment, items in review.items()},
    }
    # An exam's matrix depends on whether it closes; either of the two means the preset.
    meant = [PRESETS[mode].settings(closes=closes) for closes in (True, False)]
    if any(_comparable(values) == _comparable(one) for one in meant):
        values = PRESETS[mode].settings(closes=quiz.closes_at is not None)
    for name, value in values.items():
        setattr(quiz, name, value)
    quiz.save(update_fields=list(values))
    return quiz


@transaction.atomic
def publish_quiz(*, quiz: Quiz, by: User) -> Quiz:
    """Let students see a quiz. Raises: Unfillable, PermissionDenied."""
    quiz = _locked(quiz, by)
    reasons = draws.problems(quiz)
    if reasons:
        raise draws.Unfillable(reasons)
    quiz.state = QuizState.PUBLISHED
    quiz.save(update_fields=["state"])
    return quiz


@transaction.atomic
def unpublish_quiz(*, quiz: Quiz, by: User) -> Quiz:
    """Take a quiz back to a draft that only its educators see. Raises PermissionDenied."""
    quiz = _locked(quiz, by)
    quiz.state = QuizState.DRAFT
    quiz.save(update_fields=["state"])
    return quiz


@transaction.atomic
def set_editors(*, quiz: Quiz, editors: Collection[User], by: User) -> None:
    """Share a quiz with these educators alone.

    Raises: PermissionDenied unless it is theirs; ValidationError for who is no educator.
    """
    if not (by.is_admin or quiz.owner_id == by.pk):
        raise PermissionDenied
    quiz = _locked(quiz, by)
    for user in editors:
        if not user.is_educator:
            message = _("“%(user)s” is not an educator.") % {"user": user.login}
            raise ValidationError({"editors": [message]})
    quiz.editors.set(user for user in editors if user.pk != quiz.owner_id)


def _comparable(settings: Mapping[str, Any]) -> dict[str, Any]:
    review = {moment: set(items) for moment, items in settings["review"].items()}
    return {**settings, "review": review}


def _locked(quiz: Quiz, by: User | None) -> Quiz:
    if by is not None and not Quiz.objects.editable_by(by).filter(pk=quiz.pk).exists():
        raise PermissionDenied
    return Quiz.objects.select_for_update().get(pk=quiz.pk)


@transaction.atomic
def archive_quiz(*, quiz: Quiz, by: User | None) -> Quiz:
    """Take a quiz out of use; its attempts stay. Raises PermissionDenied."""
    if by is not None and not Quiz.objects.editable_by(by).filter(pk=quiz.pk).exists():
        raise PermissionDenied
    quiz.state = QuizState.ARCHIVED
    quiz.save(update_fields=["state"])
    return quiz


def _write(
    quiz: Quiz,
    draft: QuizDraft,
    bank: QuestionBank | None,
    by: User | None,
    *,
    now: datetime,
    new_revision: bool = False,
) -> Quiz:
    errors = FieldErrors()
    keeps_own_settings = draft.preset == OWN_SETTINGS and quiz.pk is not None
    if draft.preset not in PRESETS and not keeps_own_settings:
        names = ", ".join(PRESETS)
        errors["preset"].append(_("The preset is one of: %(names)s.") % {"names": names})
        errors.raise_if_any()
    for name, value in _fields(draft, errors).items():
        setattr(quiz, name, value)
    try:
        quiz.full_clean(exclude=["owner"], validate_constraints=False)
    except ValidationError as error:
        for place, messages in error.message_dict.items():
            errors[place].extend(messages)
    slots = _slots(draft, bank, by, errors)
    errors.raise_if_any()
    quiz.save()
    revisions.set_slots(quiz, slots, now=now, new_revision=new_revision)
    return quiz


def _fields(draft: QuizDraft, errors: FieldErrors) -> dict[str, Any]:
    description = errors.text("description", draft.description, DESCRIPTION_LIMIT)
    settings: dict[str, Any] = {}
    if draft.preset != OWN_SETTINGS:
        settings = PRESETS[draft.preset].settings(closes=draft.closes_at is not None)
    if not 0 <= draft.attempts_allowed <= ATTEMPTS_LIMIT:
        message = _("From 0 (no limit) to %(n)d.") % {"n": ATTEMPTS_LIMIT}
        errors["attempts_allowed"].append(message)
    if draft.opens_at and draft.closes_at and draft.opens_at >= draft.closes_at:
        errors["closes_at"].append(_("A quiz must close after it opens."))
    return {
        "slug": draft.slug,
        "title": errors.line("title", draft.title, 200),
        "description": description,
        "description_html": markup.render(description),
        "time_limit_s": draft.time_limit_s,
        "attempts_allowed": draft.attempts_allowed,
        "pass_mark": draft.pass_mark,
        "grading_method": draft.grading_method,
        "shuffle_questions": draft.shuffle_questions,
        "shuffle_options": draft.shuffle_options,
        "audience": draft.audience,
        "state": draft.state,
        "opens_at": draft.opens_at,
        "closes_at": draft.closes_at,
        **settings,
    }


def _slots(
    quiz: QuizDraft, home: QuestionBank | None, by: User | None, errors: FieldErrors
) -> list[Slot]:
    """Return the slots, not yet of a quiz, with every name looked up; four queries at most."""
    drafts = quiz.slots
    home_name = home.slug if home else ""
    if not drafts and quiz.state == QuizState.DRAFT:
        return []
    if not drafts or len(drafts) > SLOTS_LIMIT:
        errors["slots"].append(_("A quiz has 1 to %(n)d places.") % {"n": SLOTS_LIMIT})
        return []
    names = {draft.bank or home_name for draft in drafts}
    # A bank of others is as if it were not there: nobody may learn here which banks there are.
    theirs = QuestionBank.objects.all() if by is None else QuestionBank.objects.editable_by(by)
    banks = {bank.slug: bank for bank in theirs.filter(slug__in=names)}
    found = _Found(drafts, banks)
    slots = []
    for index, draft in enumerate(drafts):
        bank = banks.get(draft.bank or home_name)
        if bank is None:
            errors[f"slots.{index}.bank"].append(_("You have no such bank."))
            continue
        slots.append(found.slot(index, draft, bank, errors))
    return slots


class _Found:
    """What the slots of a paper name, read at once."""

    def __init__(self, drafts: tuple[SlotDraft, ...], banks: dict[str, QuestionBank]) -> None:
        ids = [bank.pk for bank in banks.values()]
        slugs = {draft.question for draft in drafts}
        topics = {draft.topic for draft in drafts}
        self.questions = {
            (question.bank_id, question.slug): question
            for question in Question.objects.filter(bank__in=ids, slug__in=slugs)
        }
        self.topics = {
            (topic.bank_id, topic.slug): topic
            for topic in Topic.objects.filter(bank__in=ids, slug__in=topics)
        }
        self.versions: dict[tuple[int, int], QuestionVersion] = {}
        if any(draft.version for draft in drafts):
            rows = QuestionVersion.objects.filter(question__in=self.questions.values())
            self.versions = {(version.question_id, version.number): version for version in rows}

    def slot(self, index: int, draft: SlotDraft, bank: QuestionBank, errors: FieldErrors) -> Slot:
        slot = Slot(position=index + 1, max_mark=_mark(index, draft.max_mark, errors))
        if draft.is_draw:
            self._draw(slot, index, draft, bank, errors)
            return slot
        question = self.questions.get((bank.pk, draft.question))
        if question is None:
            message = _("The bank has no question “%(slug)s”.") % {"slug": draft.question[:80]}
            errors[f"slots.{index}.question"].append(message)
            return slot
        slot.question = question
        if draft.version is not None:
            slot.version = self.versions.get((question.pk, draft.version))
            if slot.version is None:
                errors[f"slots.{index}.version"].append(_("There is no such version."))
        return slot

    def _draw(
        self, slot: Slot, index: int, draft: SlotDraft, bank: QuestionBank, errors: FieldErrors
    ) -> None:
        slot.draw_bank = bank
        slot.draw_level = draft.level
        if draft.level and draft.level not in Level.values:
            errors[f"slots.{index}.level"].append(_("There is no such level."))
        if draft.topic:
            slot.draw_topic = self.topics.get((bank.pk, draft.topic))
            if slot.draw_topic is None:
                message = _("The bank has no topic “%(topic)s”.") % {"topic": draft.topic[:80]}
                errors[f"slots.{index}.topic"].append(message)


def _mark(index: int, value: Decimal, errors: FieldErrors) -> Decimal:
    if value.is_finite() and 0 <= value <= 1000:
        return value.quantize(Decimal("0.00001"))
    errors[f"slots.{index}.max_mark"].append(_("Marks must be between 0 and 1000."))
    return Decimal(0)
