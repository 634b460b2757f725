"""Writing questions. Every change of wording is a new version; nothing that was ready changes.

A draft is checked once a save: whoever has checked it already passes on what `check` returned.

`by` and `author` are None only where the operator loads a folder: then nobody's rights are asked.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import F, ProtectedError
from django.utils.translation import gettext as _

from quizzes.bank import schema, validation
from quizzes.bank.drafts import QuestionDraft, Waiver
from quizzes.bank.errors import ForbiddenState, ReadOnlyVersion
from quizzes.bank.field_errors import FieldErrors
from quizzes.bank.locks import locked_bank, locked_question, new_slug, note_change, topic_of
from quizzes.bank.models import (
    Question,
    QuestionBank,
    QuestionVersion,
    Tag,
    VersionState,
)
from quizzes.bank.queries import drafts_of
from quizzes.bank.validation import Checked, check
from quizzes.bank.writing import write_version
from quizzes.material import markup

if TYPE_CHECKING:
    from accounts.models import User

# Ready is a door that opens one way; what went through it can only be put away and fetched again.
_STEPS = {
    VersionState.DRAFT: {VersionState.IN_REVIEW, VersionState.READY, VersionState.RETIRED},
    VersionState.IN_REVIEW: {VersionState.DRAFT, VersionState.READY, VersionState.RETIRED},
    VersionState.READY: {VersionState.RETIRED},
    VersionState.RETIRED: {VersionState.READY},
}
_DETAILS = {one.name: one for one in schema.DETAILS}


@transaction.atomic
def create_question(
    *,
    bank: QuestionBank,
    draft: QuestionDraft | Checked,
    author: User | None,
    now: datetime,
    state: str = VersionState.DRAFT,
) -> Question:
    """Write a new question with its first version.

    Raises:
        ValidationError: sentences by place, for instance "options.2.rationale".
        PermissionDenied: the author may not write in this bank.
    """
    bank = locked_bank(bank, author)
    note_change(QuestionBank.objects.filter(pk=bank.pk))
    checked = check(draft, user=author)
    errors = FieldErrors()
    topic = topic_of(bank, checked.draft.topic, errors)
    if checked.draft.slug and bank.questions.filter(slug=checked.draft.slug).exists():
        errors["slug"].append(_("Another question in this bank has this slug."))
    errors.raise_if_any()
    question = Question.objects.create(
        bank=bank,
        type=checked.draft.type,
        slug=new_slug(
            bank,
            bank.questions.all(),
            checked.draft.slug,
            markup.plain(checked.draft.stem),
            "question",
        ),
        topic=topic,
        **schema.columns_of(checked.draft, schema.DETAILS),
        waivers=[one.as_json() for one in checked.draft.waivers],
        author=author,
        created_at=now,
    )
    if checked.draft.tags:
        _set_tags(question, checked.draft.tags)
    version = QuestionVersion(
        question=question, number=1, state=state, author=author, created_at=now
    )
    write_version(version, checked)
    return question


@transaction.atomic
def add_version(
    *,
    question: Question,
    draft: QuestionDraft | Checked,
    by: User | None,
    now: datetime,
    note: str = "",
    state: str = VersionState.DRAFT,
    new_fact: bool = False,
) -> QuestionVersion:
    """Write a new wording; the newest version itself when it says the same already.

    Topic, level, tags, waivers and slug of the draft are not looked at: change_details sets those.

    Raises:
        ValidationError: sentences by place. PermissionDenied: not a bank of theirs.
    """
    question = locked_question(question, by)
    checked = _check_wording(question, draft, by)
    newest = question.versions.order_by("-number").first()
    if newest and drafts_of([newest.pk])[newest.pk].wording() == checked.draft.wording():
        return newest
    version = QuestionVersion(
        question=question,
        number=newest.number + 1 if newest else 1,
        state=state,
        author=by,
        created_at=now,
        change_note=_note(note),
        new_fact=new_fact,
    )
    write_version(version, checked)
    _resume(question, version)
    return version


@transaction.atomic
def change_draft_version(
    *, version: QuestionVersion, draft: QuestionDraft | Checked, by: User | None, now: datetime
) -> QuestionVersion:
    """Change the wording of a version that was never ready, in its place.

    Raises:
        ReadOnlyVersion: it was ready, or has been answered. ValidationError, PermissionDenied.
    """
    question = locked_question(version.question, by)
    version = QuestionVersion.objects.select_for_update().get(pk=version.pk)
    if version.is_read_only:
        raise ReadOnlyVersion
    checked = _check_wording(question, draft, by)
    version.anchors.all().delete()
    try:
        with transaction.atomic():
            version.options.all().delete()
    except ProtectedError:
        raise ReadOnlyVersion from None
    version.question, version.author, version.created_at = question, by, now
    write_version(version, checked)
    return version


@transaction.atomic
def change_details(
    *,
    question: Question,
    by: User | None,
    slug: str | None = None,
    topic: str | None = None,
    tags: Collection[str] | None = None,
    waivers: Collection[Waiver] | None = None,
    **plain: Any,
) -> Question:
    """Change what a question carries beside its wording; None leaves as it is, "" is no topic.

    `plain` are the plain fields that the schema says are details.

    Raises: ValidationError, PermissionDenied.
    """
    question = locked_question(question, by)
    errors = FieldErrors()
    _change_slug(question, slug, errors)
    if topic is not None:
        question.topic = topic_of(question.bank, topic, errors)
    for name, value in plain.items():
        setattr(question, name, validation.field(_DETAILS[name], value, errors))
    names = None if tags is None else validation.tags(tags, errors)
    if waivers is not None:
        question.waivers = [one.as_json() for one in validation.waivers(waivers, errors)]
    errors.raise_if_any()
    question.save(update_fields=["slug", "topic", "waivers", *_DETAILS])
    if names is not None:
        _set_tags(question, names)
    return question


@transaction.atomic
def set_state(*, version: QuestionVersion, state: str, by: User | None) -> QuestionVersion:
    """Take a version a step: draft ↔ in review → ready ↔ retired.

    Raises: ForbiddenState, PermissionDenied.
    """
    question = locked_question(version.question, by)
    version = QuestionVersion.objects.select_for_update().get(pk=version.pk)
    if state == version.state:
        return version
    if state not in _STEPS[VersionState(version.state)]:
        raise ForbiddenState(version.state, state)
    version.state = state
    version.save(update_fields=["state"])
    _resume(question, version)
    return version


@transaction.atomic
def retire_question(*, question: Question, by: User | None, now: datetime) -> Question:
    """Take a question out of use; attempts that hold it keep it. Raises PermissionDenied."""
    question = locked_question(question, by)
    if question.retired_at is None:
        question.retired_at = now
        question.save(update_fields=["retired_at"])
    return question


@transaction.atomic
def restore_question(*, question: Question, by: User | None) -> Question:
    """Bring a retired question back. Raises PermissionDenied."""
    question = locked_question(question, by)
    question.retired_at = None
    question.save(update_fields=["retired_at"])
    return question


def _resume(question: Question, version: QuestionVersion) -> None:
    """Ask a paused question again once a version is ready that quotes the text as it is now."""
    if question.paused_at is None or version.state != VersionState.READY:
        return
    if not version.anchors.exclude(edition=F("edition__source__edition")).exists():
        question.paused_at = None
        question.save(update_fields=["paused_at"])


def _check_wording(question: Question, draft: QuestionDraft | Checked, by: User | None) -> Checked:
    checked = check(draft, user=by)
    if checked.draft.type != question.type:
        errors = FieldErrors()
        errors["type"].append(_("The type of a question cannot change. Write a new question."))
        errors.raise_if_any()
    return checked


def _change_slug(question: Question, name: str | None, errors: FieldErrors) -> None:
    if name is None or name == question.slug:
        return
    question.slug = validation.slug(name, errors)
    others = Question.objects.filter(bank=question.bank_id).exclude(pk=question.pk)
    if others.filter(slug=question.slug).exists():
        errors["slug"].append(_("Another question in this bank has this slug."))


def _set_tags(question: Question, names: Collection[str]) -> None:
    question.tags.set([Tag.objects.get_or_create(bank=question.bank, name=n)[0] for n in names])


def _note(text: str) -> str:
    errors = FieldErrors()
    note = errors.line("change_note", text, 200)
    errors.raise_if_any()
    return note
