"""Writing questions. Every change of wording is a new version; nothing that was ready changes.

`by` and `author` are None only where the operator loads a folder: then nobody's rights are asked.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import F, ProtectedError
from django.utils.text import slugify
from django.utils.translation import gettext as _

from quizzes.bank import validation
from quizzes.bank.drafts import QuestionDraft, Waiver
from quizzes.bank.errors import ForbiddenState, ReadOnlyVersion
from quizzes.bank.media.naming import media_of
from quizzes.bank.models import (
    Level,
    Question,
    QuestionBank,
    QuestionVersion,
    Tag,
    Topic,
    VersionState,
)
from quizzes.bank.queries import drafts_of
from quizzes.bank.validation import SLUG_LENGTH, Checked, Errors, check
from quizzes.bank.writing import wording_fields, write_options, write_version
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


@transaction.atomic
def create_question(
    *,
    bank: QuestionBank,
    draft: QuestionDraft,
    author: User | None,
    now: datetime,
    state: str = VersionState.DRAFT,
) -> Question:
    """Write a new question with its first version.

    Raises:
        ValidationError: sentences by place, for instance "options.2.rationale".
        PermissionDenied: the author may not write in this bank.
    """
    bank = _locked_bank(bank, author)
    checked = check(draft, user=author)
    errors = Errors()
    topic = _topic(bank, checked.draft.topic, errors)
    if checked.draft.slug and bank.questions.filter(slug=checked.draft.slug).exists():
        errors["slug"].append(_("Another question of this bank has this slug."))
    errors.refuse()
    question = Question.objects.create(
        bank=bank,
        type=checked.draft.type,
        slug=checked.draft.slug or _free_slug(bank, markup.plain(checked.draft.stem)),
        topic=topic,
        level=checked.draft.level,
        waivers=_stored(checked.draft.waivers),
        author=author,
        created_at=now,
    )
    _set_tags(question, checked.draft.tags)
    write_version(question, checked, number=1, state=state, by=author, now=now)
    return question


@transaction.atomic
def add_version(
    *,
    question: Question,
    draft: QuestionDraft,
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
    question = _locked(question, by)
    checked = _check_wording(question, draft, by)
    newest = question.versions.order_by("-number").first()
    if newest and drafts_of([newest.pk])[newest.pk].wording() == checked.draft.wording():
        return newest
    version = write_version(
        question,
        checked,
        number=newest.number + 1 if newest else 1,
        state=state,
        by=by,
        now=now,
        note=_note(note),
        new_fact=new_fact,
    )
    _resume(question, version)
    return version


@transaction.atomic
def change_draft_version(
    *, version: QuestionVersion, draft: QuestionDraft, by: User | None, now: datetime
) -> QuestionVersion:
    """Change the wording of a version that was never ready, in its place.

    Raises:
        ReadOnlyVersion: it was ready, or has been answered. ValidationError, PermissionDenied.
    """
    question = _locked(version.question, by)
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
    media = media_of(question.bank, checked.draft)
    fields = wording_fields(checked.draft, media)
    for name, value in fields.items():
        setattr(version, name, value)
    version.author, version.created_at = by, now
    version.save(update_fields=[*fields, "author", "created_at"])
    write_options(version, checked, media)
    version.media.set(media)
    return version


@transaction.atomic
def change_details(
    *,
    question: Question,
    by: User | None,
    slug: str | None = None,
    topic: str | None = None,
    level: str | None = None,
    tags: Collection[str] | None = None,
    waivers: Collection[Waiver] | None = None,
) -> Question:
    """Change what a question carries beside its wording; None leaves as it is, "" is no topic.

    Raises: ValidationError, PermissionDenied.
    """
    question = _locked(question, by)
    errors = Errors()
    _change_slug(question, slug, errors)
    if topic is not None:
        question.topic = _topic(question.bank, topic, errors)
    if level is not None:
        question.level = level
        if level not in Level.values:
            errors["level"].append(_("There is no such level."))
    names = None if tags is None else validation.tags(tags, errors)
    if waivers is not None:
        question.waivers = _stored(validation.waivers(waivers, errors))
    errors.refuse()
    question.save(update_fields=["slug", "topic", "level", "waivers"])
    if names is not None:
        _set_tags(question, names)
    return question


@transaction.atomic
def set_state(*, version: QuestionVersion, state: str, by: User | None) -> QuestionVersion:
    """Take a version a step: draft ↔ in review → ready ↔ retired.

    Raises: ForbiddenState, PermissionDenied.
    """
    question = _locked(version.question, by)
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
    question = _locked(question, by)
    if question.retired_at is None:
        question.retired_at = now
        question.save(update_fields=["retired_at"])
    return question


@transaction.atomic
def restore_question(*, question: Question, by: User | None) -> Question:
    """Bring a retired question back. Raises PermissionDenied."""
    question = _locked(question, by)
    question.retired_at = None
    question.save(update_fields=["retired_at"])
    return question


@transaction.atomic
def duplicate_question(
    *, question: Question, bank: QuestionBank, by: User, now: datetime
) -> Question:
    """Copy the newest wording to a new draft question in `bank`, under a free slug.

    Raises: PermissionDenied unless both banks are theirs; ValidationError.
    """
    source = _locked(question, by)
    bank = _locked_bank(bank, by)
    newest = source.versions.order_by("-number").values_list("pk", flat=True)[0]
    draft = drafts_of([newest])[newest]
    has_topic = bank.topics.filter(slug=draft.topic).exists()
    draft = replace(
        draft,
        slug=_free_slug(bank, f"{draft.slug[: SLUG_LENGTH - 10]} copy"),
        topic=draft.topic if has_topic else "",
    )
    return create_question(bank=bank, draft=draft, author=by, now=now)


@transaction.atomic
def restore_version(*, version: QuestionVersion, by: User | None, now: datetime) -> QuestionVersion:
    """Make an old wording the newest again: a draft version of its own.

    Raises: PermissionDenied; ValidationError where the text no longer says what it quotes.
    """
    draft = drafts_of([version.pk])[version.pk]
    note = _("Version %(number)d restored") % {"number": version.number}
    return add_version(question=version.question, draft=draft, by=by, now=now, note=note)


def _resume(question: Question, version: QuestionVersion) -> None:
    """Ask a paused question again once a version is ready that quotes the text as it is now."""
    if question.paused_at is None or version.state != VersionState.READY:
        return
    if not version.anchors.exclude(edition=F("edition__source__edition")).exists():
        question.paused_at = None
        question.save(update_fields=["paused_at"])


def _locked_bank(bank: QuestionBank, by: User | None) -> QuestionBank:
    if by is not None and not QuestionBank.objects.editable_by(by).filter(pk=bank.pk).exists():
        raise PermissionDenied
    return QuestionBank.objects.select_for_update().get(pk=bank.pk)


def _locked(question: Question, by: User | None) -> Question:
    if by is not None and not Question.objects.editable_by(by).filter(pk=question.pk).exists():
        raise PermissionDenied
    # The bank and topic are read in the same query; only the question's own row is locked.
    return (
        Question.objects.select_for_update(of=("self",)).select_related("bank").get(pk=question.pk)
    )


def _check_wording(question: Question, draft: QuestionDraft, by: User | None) -> Checked:
    checked = check(draft, user=by)
    if checked.draft.type != question.type:
        errors = Errors()
        errors["type"].append(_("A question keeps its type; write a new question."))
        errors.refuse()
    return checked


def _topic(bank: QuestionBank, name: str, errors: Errors) -> Topic | None:
    if not name:
        return None
    name = errors.line("topic", name, SLUG_LENGTH)
    topic = bank.topics.filter(slug=name).first()
    if topic is None:
        errors["topic"].append(_("The bank has no topic “%(topic)s”.") % {"topic": name})
    return topic


def _change_slug(question: Question, name: str | None, errors: Errors) -> None:
    if name is None or name == question.slug:
        return
    question.slug = validation.slug(name, errors)
    others = Question.objects.filter(bank=question.bank_id).exclude(pk=question.pk)
    if others.filter(slug=question.slug).exists():
        errors["slug"].append(_("Another question of this bank has this slug."))


def _stored(waivers: Iterable[Waiver]) -> list[dict[str, str]]:
    return [{"finding": one.finding, "reason": one.reason} for one in waivers]


def _set_tags(question: Question, names: Collection[str]) -> None:
    question.tags.set([Tag.objects.get_or_create(bank=question.bank, name=n)[0] for n in names])


def _free_slug(bank: QuestionBank, text: str) -> str:
    """Return a slug of the first words of a text that no question of the bank has."""
    base = slugify(" ".join(text.split()[:7]))[: SLUG_LENGTH - 10].strip("-") or "question"
    taken = set(bank.questions.filter(slug__startswith=base).values_list("slug", flat=True))
    name, number = base, 2
    while name in taken:
        name, number = f"{base}-{number}", number + 1
    return name


def _note(text: str) -> str:
    errors = Errors()
    note = errors.line("change_note", text, 200)
    errors.refuse()
    return note
