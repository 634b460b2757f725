"""What an author does in one go: save a question as it now reads, put away what nobody met.

Steps of services.py, joined in one transaction each.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied
from django.db import DEFAULT_DB_ALIAS, transaction
from django.db.models import ProtectedError
from django.db.models.deletion import Collector
from django.utils.translation import gettext as _

from quizzes.bank import schema, services
from quizzes.bank.drafts import QuestionDraft
from quizzes.bank.errors import QuestionInUse
from quizzes.bank.field_errors import FieldErrors
from quizzes.bank.locks import free_slug, locked_bank, locked_question, note_change
from quizzes.bank.models import Question, QuestionBank, QuestionVersion, VersionState
from quizzes.bank.queries import drafts_of
from quizzes.bank.validation import SLUG_LENGTH, check

if TYPE_CHECKING:
    from accounts.models import User

NOTE_LENGTH = 200


@dataclass(frozen=True, slots=True)
class Saved:
    """What saving came to: the newest version, what it said before and says now."""

    question: Question
    version: QuestionVersion
    before: QuestionDraft | None
    after: QuestionDraft
    is_new_version: bool
    wording_changed: bool


@transaction.atomic
def save_question(
    *,
    question: Question | None,
    draft: QuestionDraft,
    by: User,
    now: datetime,
    state: str,
    bank: QuestionBank | None = None,
    note: str = "",
    new_fact: bool = False,
) -> Saved:
    """Bring a question to what the draft says, its newest version to `state`; None is a new one
    of `bank`.

    A version that was never ready is changed in its place; what students may have met stays, and a
    new version is written. The same words write nothing.

    Raises:
        ValidationError: sentences by place. PermissionDenied, ForbiddenState.
    """
    if question is None:
        assert bank is not None  # noqa: S101
        checked = check(draft, user=by)
        question = services.create_question(
            bank=bank, draft=checked, author=by, now=now, state=state
        )
        return Saved(question, question.versions.get(), None, checked.draft, True, True)
    if not Question.objects.editable_by(by).filter(pk=question.pk).exists():
        raise PermissionDenied
    Question.objects.select_for_update().get(pk=question.pk)
    newest = question.versions.order_by("-number")[0]
    before = drafts_of([newest.pk])[newest.pk]
    checked = check(draft, user=by)
    after = checked.draft
    if after.slug and before.details() != after.details():
        services.change_details(
            question=question,
            by=by,
            slug=after.slug,
            topic=after.topic,
            tags=after.tags,
            waivers=after.waivers,
            **schema.values_of(after, schema.DETAILS),
        )
    if before.wording() == after.wording():
        remark(version=newest, by=by, note=note, new_fact=new_fact)
        return Saved(question, _at_state(newest, state, by), before, after, False, False)
    if newest.is_read_only:
        version = services.add_version(
            question=question,
            draft=checked,
            by=by,
            now=now,
            note=note,
            state=state,
            new_fact=new_fact,
        )
        return Saved(question, version, before, after, True, True)
    version = services.change_draft_version(version=newest, draft=checked, by=by, now=now)
    return Saved(question, _at_state(version, state, by), before, after, False, True)


@transaction.atomic
def remark(
    *, version: QuestionVersion, by: User | None, note: str = "", new_fact: bool = False
) -> None:
    """Keep what is said of a change after its wording was written; what is left out stays.

    Raises: PermissionDenied, ValidationError.
    """
    locked_question(version.question, by)
    errors = FieldErrors()
    note = errors.line("change_note", note, NOTE_LENGTH)
    errors.raise_if_any()
    said = {"change_note": note} if note else {}
    values: dict[str, Any] = said | ({"new_fact": True} if new_fact else {})
    if values:
        QuestionVersion.objects.filter(pk=version.pk).update(**values)


def _at_state(version: QuestionVersion, state: str, by: User) -> QuestionVersion:
    """Take a version to the state asked for; what was ready stays ready when saved as a draft."""
    if version.is_read_only and state != VersionState.READY:
        return version
    return services.set_state(version=version, state=state, by=by)


@transaction.atomic
def delete_question(*, question: Question, by: User) -> None:
    """Delete a question that nobody ever met. Raises: QuestionInUse, PermissionDenied."""
    if not Question.objects.editable_by(by).filter(pk=question.pk).exists():
        raise PermissionDenied
    question = Question.objects.select_for_update().get(pk=question.pk)
    note_change(QuestionBank.objects.filter(pk=question.bank_id))
    try:
        with transaction.atomic():
            question.delete()
    except ProtectedError:
        raise QuestionInUse from None


def is_deletable(question: Question) -> bool:
    """Whether the question stands in no quiz and was never asked; nothing is written."""
    try:
        Collector(using=question._state.db or DEFAULT_DB_ALIAS).collect([question])
    except ProtectedError:
        return False
    return True


@transaction.atomic
def duplicate_question(
    *, question: Question, bank: QuestionBank, by: User, now: datetime
) -> Question:
    """Copy the newest wording to a new draft question in `bank`, under a free slug.

    Raises: PermissionDenied unless both banks are theirs; ValidationError.
    """
    source = locked_question(question, by)
    bank = locked_bank(bank, by)
    newest = source.versions.order_by("-number").values_list("pk", flat=True)[0]
    draft = drafts_of([newest])[newest]
    has_topic = bank.topics.filter(slug=draft.topic).exists()
    draft = replace(
        draft,
        slug=free_slug(bank.questions.all(), f"{draft.slug[: SLUG_LENGTH - 10]} copy", "question"),
        topic=draft.topic if has_topic else "",
        external_id="",
    )
    return services.create_question(bank=bank, draft=draft, author=by, now=now)


@transaction.atomic
def restore_version(*, version: QuestionVersion, by: User | None, now: datetime) -> QuestionVersion:
    """Make an old wording the newest again: a draft version of its own.

    Raises: PermissionDenied; ValidationError where the text no longer says what it quotes.
    """
    draft = drafts_of([version.pk])[version.pk]
    note = _("Version %(number)d restored") % {"number": version.number}
    return services.add_version(question=version.question, draft=draft, by=by, now=now, note=note)
