"""Reading questions: which wording is asked, and versions as drafts again."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery
from django.utils.text import Truncator

from quizzes.bank import schema
from quizzes.bank.content_cache import contents_of
from quizzes.bank.corrections.keys import keys_of
from quizzes.bank.corrections.state import Key
from quizzes.bank.drafts import AnchorDraft, OptionDraft, QuestionDraft, Waiver
from quizzes.bank.models import (
    Option,
    Question,
    QuestionAnchor,
    QuestionBank,
    QuestionVersion,
    Topic,
    VersionState,
    in_use,
)
from quizzes.material import markup
from quizzes.material.anchoring import distinguishing_prefix, span_at
from quizzes.question_types import registry
from quizzes.question_types.base import Content

TITLE_WORDS = 12

if TYPE_CHECKING:
    from accounts.models import User


def title_of(title: str, stem: str) -> str:
    """Return the title of a question as lists show it: its own, else the stem's first words."""
    return title or Truncator(markup.plain(stem)).words(TITLE_WORDS)


def slugs_within(slugs: Collection[str]) -> set[str]:
    """Return the slugs of topics and of all within them, in whichever bank open for practice a
    topic has one of these slugs; no query where there is none."""
    if not slugs:
        return set()
    banks = QuestionBank.objects.open_for_practice().values("pk")
    named = Topic.objects.filter(slug__in=slugs, bank__in=banks)
    return {*slugs, *Topic.objects.within(*named).values_list("slug", flat=True)}


def newest_versions(questions: QuerySet[Any, Any] | Iterable[int]) -> QuerySet[QuestionVersion]:
    """Return the version with the highest number of each question, whatever its state."""
    newest = (
        QuestionVersion.objects.filter(question=OuterRef("question"))
        .order_by("-number")
        .values("pk")[:1]
    )
    return QuestionVersion.objects.filter(question__in=questions, pk=Subquery(newest))


def asked_versions(*, paused: bool = False) -> QuerySet[QuestionVersion]:
    """Return of each question in use the version that is asked: the newest that is ready.

    A paused question is not asked; with `paused` its version is returned all the same.
    """
    # “None is newer” and not “it is the newest”: of an equality PostgreSQL expects one row in two
    # hundred, and then walks all questions anew for every anchor.
    newer = QuestionVersion.objects.filter(
        question=OuterRef("question"), number__gt=OuterRef("number"), state=VersionState.READY
    )
    asked = Q(question__retired_at=None) if paused else in_use("question")
    return QuestionVersion.objects.filter(~Exists(newer), asked, state=VersionState.READY)


def open_drafts(user: User) -> QuerySet[QuestionVersion]:
    """Return what the user's banks still hold unfinished, newest first: versions not yet ready."""
    unfinished = [VersionState.DRAFT, VersionState.IN_REVIEW]
    questions = Question.objects.editable_by(user).kept()
    return (
        newest_versions(questions.values("pk"))
        .filter(state__in=unfinished)
        .select_related("question__bank", "author")
        .order_by("-created_at", "-pk")
    )


def stored_drafts_of(version_ids: Iterable[int]) -> dict[int, QuestionDraft]:
    """Return each version as it was written, whatever has been corrected in it since."""
    return {pk: draft for pk, (draft, _corrected) in _drafts(version_ids).items()}


def drafts_of(version_ids: Iterable[int]) -> dict[int, QuestionDraft]:
    """Return each version as a draft in its one form, with the key in force, by id of the version;
    four queries, and one more where a key was corrected."""
    found = _drafts(version_ids)
    corrected = {pk: one for pk, (_draft, one) in found.items() if one is not None}
    keys = keys_of(corrected) if corrected else {}
    stored = contents_of(corrected) if corrected else {}
    drafts = {pk: draft for pk, (draft, _corrected) in found.items()}
    return drafts | {pk: _with_key(drafts[pk], stored[pk], key) for pk, key in keys.items()}


def _with_key(draft: QuestionDraft, stored: Content, key: Key) -> QuestionDraft:
    """Return a draft as its author would write it with the key corrected."""
    content = registry.get(draft.type).as_authored(key.content)
    places = {option.id: place for place, option in enumerate(stored.options)}
    options = []
    moved: dict[int | None, int | None] = {None: None}
    for option in content.options:
        place = places.get(option.id) if option.id is not None else None
        if place is None:
            options.append(OptionDraft(option.text, option.fraction))
        else:
            moved[place] = len(options)
            options.append(replace(draft.options[place], fraction=option.fraction))
    return replace(
        draft,
        options=tuple(options),
        params=content.params,
        anchors=tuple(replace(one, option=moved[one.option]) for one in draft.anchors),
    )


def _drafts(version_ids: Iterable[int]) -> dict[int, tuple[QuestionDraft, int | None]]:
    """Return each version as it is stored, with the newest correction of its key."""
    ids = set(version_ids)
    options: dict[int, list[Option]] = defaultdict(list)
    for option in Option.objects.filter(version__in=ids).order_by("version_id", "position"):
        options[option.version_id].append(option)
    anchors = _anchor_drafts(ids, options)
    versions = QuestionVersion.objects.filter(pk__in=ids).select_related("question__topic")
    tags: dict[int, list[str]] = defaultdict(list)
    for question_id, name in Question.tags.through.objects.filter(
        question__versions__in=ids
    ).values_list("question_id", "tag__name"):
        tags[question_id].append(name)
    return {
        version.pk: (
            QuestionDraft(
                type=version.question.type,
                **schema.values_of(version, schema.WORDING),
                **schema.values_of(version.question, schema.DETAILS),
                options=tuple(
                    OptionDraft(o.text, o.fraction, o.rationale, o.pinned)
                    for o in options[version.pk]
                ),
                params=version.params,
                anchors=tuple(anchors[version.pk]),
                slug=version.question.slug,
                topic=version.question.topic.slug if version.question.topic else "",
                tags=tuple(sorted(set(tags[version.question_id]))),
                waivers=tuple(
                    Waiver(one["finding"], one["reason"]) for one in version.question.waivers
                ),
            ),
            version.correction_id,
        )
        for version in versions
    }


def _anchor_drafts(
    version_ids: Collection[int], options: dict[int, list[Option]]
) -> dict[int, list[AnchorDraft]]:
    places = {option.pk: i for rows in options.values() for i, option in enumerate(rows)}
    found: dict[int, list[AnchorDraft]] = defaultdict(list)
    rows = (
        QuestionAnchor.objects.filter(version__in=version_ids)
        .select_related("passage")
        .annotate(material=F("edition__source__slug"))
        .order_by("version_id", "pk")
    )
    for row in rows:
        plain = row.passage.plain
        found[row.version_id].append(
            AnchorDraft(
                material=row.material,
                passage=row.passage.key,
                quote=row.quote,
                role=row.role,
                option=None if row.option_id is None else places[row.option_id],
                prefix=distinguishing_prefix(plain, span_at(plain, row.start, row.quote)),
            )
        )
    return found
