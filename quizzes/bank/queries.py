"""Reading questions: as drafts again, and those that hang on a text."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.db.models import F, OuterRef, QuerySet, Subquery

from quizzes.bank.drafts import AnchorDraft, OptionDraft, QuestionDraft
from quizzes.bank.models import (
    Option,
    Question,
    QuestionAnchor,
    QuestionBank,
    QuestionVersion,
    VersionState,
)
from quizzes.material.anchoring import span_at, telling_prefix
from quizzes.material.models import Edition


@dataclass(frozen=True, slots=True)
class AnchoredQuestion:
    """A question that hangs on a passage, as a page may name it beside the text."""

    id: int
    version_id: int
    bank: str
    slug: str
    type: str
    level: str
    stem: str
    stem_html: str


def newest_versions(questions: QuerySet[Question] | Iterable[int]) -> QuerySet[QuestionVersion]:
    """Return the version with the highest number of each question, whatever its state."""
    newest = (
        QuestionVersion.objects.filter(question=OuterRef("question"))
        .order_by("-number")
        .values("pk")[:1]
    )
    return QuestionVersion.objects.filter(question__in=questions, pk=Subquery(newest))


def asked_versions() -> QuerySet[QuestionVersion]:
    """Return of each question in use the version that is asked: the newest that is ready."""
    newest = (
        QuestionVersion.objects.filter(question=OuterRef("question"), state=VersionState.READY)
        .order_by("-number")
        .values("pk")[:1]
    )
    return QuestionVersion.objects.filter(
        question__retired_at__isnull=True, state=VersionState.READY, pk=Subquery(newest)
    )


def drafts_of(version_ids: Iterable[int]) -> dict[int, QuestionDraft]:
    """Return each version as a draft in its one form, by id of the version; four queries."""
    ids = set(version_ids)
    options: dict[int, list[Option]] = defaultdict(list)
    for option in Option.objects.filter(version__in=ids).order_by("version", "position"):
        options[option.version_id].append(option)
    anchors = _anchor_drafts(ids, options)
    versions = QuestionVersion.objects.filter(pk__in=ids).select_related("question__topic")
    tags: dict[int, list[str]] = defaultdict(list)
    for question_id, name in Question.tags.through.objects.filter(
        question__versions__in=ids
    ).values_list("question_id", "tag__name"):
        tags[question_id].append(name)
    return {
        version.pk: QuestionDraft(
            type=version.question.type,
            stem=version.stem,
            options=tuple(
                OptionDraft(o.text, o.fraction, o.rationale, o.pinned) for o in options[version.pk]
            ),
            params=version.params,
            explanation=version.explanation,
            caution=version.caution,
            hints=tuple(version.hints),
            penalty=version.penalty,
            anchors=tuple(anchors[version.pk]),
            slug=version.question.slug,
            topic=version.question.topic.slug if version.question.topic else "",
            level=version.question.level,
            tags=tuple(sorted(set(tags[version.question_id]))),
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
        .order_by("version", "pk")
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
                prefix=telling_prefix(plain, span_at(plain, row.start, row.quote)),
            )
        )
    return found


def questions_on(
    edition: Edition | int,
    *,
    banks: QuerySet[QuestionBank] | Collection[int],
    also: QuerySet[Question] | Collection[int] = (),
    without: QuerySet[Question] | Collection[int] = (),
) -> dict[str, list[AnchoredQuestion]]:
    """Return by passage key the questions in use whose support stands there; one query.

    Of `banks` every question, of others only those in `also`; never one in `without`. Who may see
    which is decided above, where quizzes and attempts are known: assessments.queries.questions_on.
    """
    of_banks = asked_versions().filter(question__bank__in=banks)
    versions = of_banks | asked_versions().filter(question__in=also)
    rows = (
        QuestionAnchor.objects.filter(edition=edition, option=None, version__in=versions)
        .exclude(version__question__in=without)
        .order_by("passage__position", "version__question__slug")
        .values_list(
            "passage__key",
            "version__question_id",
            "version_id",
            "version__question__bank__slug",
            "version__question__slug",
            "version__question__type",
            "version__question__level",
            "version__stem",
            "version__stem_html",
        )
        .distinct()
    )
    found: dict[str, list[AnchoredQuestion]] = defaultdict(list)
    for key, *values in rows:
        found[key].append(AnchoredQuestion(*values))
    return dict(found)
