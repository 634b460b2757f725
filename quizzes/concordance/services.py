"""Writing concordance links.

`by` is None only where the operator loads a folder: then nobody's rights are asked.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from quizzes.bank import validation
from quizzes.bank.drafts import AnchorDraft
from quizzes.bank.field_errors import FieldErrors
from quizzes.bank.models import Question, QuestionBank, Topic
from quizzes.bank.validation import LINE_LIMIT, SLUG_LENGTH, Anchored
from quizzes.concordance.drafts import ClaimDraft, LinkDraft
from quizzes.concordance.models import Claim, ConcordanceLink, Relation
from quizzes.material import markup

if TYPE_CHECKING:
    from accounts.models import User

CLAIMS_LIMIT, QUESTIONS_LIMIT = 20, 60
SAYS_LENGTH = 400


@transaction.atomic
def create_link(
    *, bank: QuestionBank, draft: LinkDraft, by: User | None, now: datetime
) -> ConcordanceLink:
    """Write a new link with its claims, after those that are there.

    Raises:
        ValidationError: sentences by place, for instance "claims.1.quote".
        PermissionDenied: not a bank of theirs.
    """
    if by is not None and not QuestionBank.objects.editable_by(by).filter(pk=bank.pk).exists():
        raise PermissionDenied
    bank = QuestionBank.objects.select_for_update().get(pk=bank.pk)
    last = bank.concordance_links.aggregate(last=Max("position"))["last"] or 0
    link = ConcordanceLink(bank=bank, position=last + 1, created_at=now)
    _write(link, draft, by)
    return link


@transaction.atomic
def change_link(*, link: ConcordanceLink, draft: LinkDraft, by: User | None) -> ConcordanceLink:
    """Bring a link to what the draft says. Raises: ValidationError, PermissionDenied."""
    link = _locked(link, by)
    _write(link, draft, by)
    return link


@transaction.atomic
def delete_link(*, link: ConcordanceLink, by: User | None) -> None:
    """Delete a link with its claims. Raises PermissionDenied."""
    _locked(link, by).delete()


def check_link(draft: LinkDraft, *, user: User | None) -> tuple[LinkDraft, tuple[Anchored, ...]]:
    """Return the link as it would be stored, and where each of its quotes was found.

    Claims must stand in texts that `user` may read (in any text for None). One query.

    Raises: ValidationError, a dict of sentences by place.
    """
    errors = FieldErrors()
    if draft.relation not in Relation.values:
        relations = ", ".join(Relation.values)
        message = _("The relation is one of: %(relations)s.") % {"relations": relations}
        errors["relation"].append(message)
    claims = draft.claims if errors.at_most("claims", draft.claims, CLAIMS_LIMIT) else ()
    questions = (
        draft.questions if errors.at_most("questions", draft.questions, QUESTIONS_LIMIT) else ()
    )
    cleaned = replace(
        draft,
        slug=validation.slug(draft.slug, errors),
        title=errors.line("title", draft.title, 200),
        note=errors.text("note", draft.note, LINE_LIMIT),
        claims=tuple(_claim(i, one, errors) for i, one in enumerate(claims)),
        questions=tuple(
            sorted({errors.line(f"questions.{i}", q, SLUG_LENGTH) for i, q in enumerate(questions)})
        ),
    )
    if not cleaned.title:
        errors["title"].append(_("This is missing."))
    if len(claims) < 2:
        errors["claims"].append(_("A concordance has at least two claims."))
    return _placed(cleaned, user, errors)


def _claim(index: int, claim: ClaimDraft, errors: FieldErrors) -> ClaimDraft:
    place = f"claims.{index}"
    says = errors.line(f"{place}.says", claim.says, SAYS_LENGTH)
    if not says:
        errors[f"{place}.says"].append(_("This is missing."))
    return replace(claim, says=says)


def _placed(
    draft: LinkDraft, user: User | None, errors: FieldErrors
) -> tuple[LinkDraft, tuple[Anchored, ...]]:
    """Find the words of every claim, as those of an anchor are found."""
    found = FieldErrors()
    anchors = tuple(
        validation.anchor(
            index, AnchorDraft(one.material, one.passage, one.quote, prefix=one.prefix), (), found
        )
        for index, one in enumerate(draft.claims)
    )
    anchors, anchored = validation.place_anchors(anchors, user, found)
    for place, messages in found.items():
        errors[place.replace("anchors.", "claims.", 1)].extend(messages)
    errors.raise_if_any()
    claims = tuple(
        replace(claim, material=a.material, passage=a.passage, quote=a.quote, prefix=a.prefix)
        for claim, a in zip(draft.claims, anchors, strict=True)
    )
    return replace(draft, claims=claims), anchored


def _locked(link: ConcordanceLink, by: User | None) -> ConcordanceLink:
    links = ConcordanceLink.objects
    if by is not None and not links.editable_by(by).filter(pk=link.pk).exists():
        raise PermissionDenied
    return links.select_for_update(of=("self",)).select_related("bank").get(pk=link.pk)


def _write(link: ConcordanceLink, draft: LinkDraft, by: User | None) -> None:
    draft, anchored = check_link(draft, user=by)
    errors = FieldErrors()
    others = link.bank.concordance_links.exclude(pk=link.pk)
    if others.filter(slug=draft.slug).exists():
        errors["slug"].append(_("Another point in this bank has this slug."))
    link.topic = _topic(link.bank, draft.topic, errors)
    questions = _questions(link.bank, draft.questions, errors)
    errors.raise_if_any()
    link.slug, link.title, link.relation = draft.slug, draft.title, draft.relation
    link.note, link.note_html = draft.note, markup.render(draft.note)
    link.paused_at = None
    link.save()
    link.questions.set(questions)
    link.claims.all().delete()
    Claim.objects.bulk_create(
        Claim(
            link=link,
            position=position,
            says=claim.says,
            edition_id=found.edition_id,
            passage_id=found.passage_id,
            quote=found.span.quote,
            prefix=found.span.prefix,
            suffix=found.span.suffix,
            start=found.span.start,
        )
        for position, (claim, found) in enumerate(zip(draft.claims, anchored, strict=True), 1)
    )


def _topic(bank: QuestionBank, name: str, errors: FieldErrors) -> Topic | None:
    topic = bank.topics.filter(slug=name).first() if name else None
    if name and topic is None:
        message = _("The bank has no topic “%(topic)s”.") % {"topic": name[:SLUG_LENGTH]}
        errors["topic"].append(message)
    return topic


def _questions(bank: QuestionBank, slugs: Sequence[str], errors: FieldErrors) -> list[Question]:
    found = {question.slug: question for question in bank.questions.filter(slug__in=slugs)}
    for slug in slugs:
        if slug not in found:
            message = _("The bank has no question “%(question)s”.") % {"question": slug}
            errors["questions"].append(message)
    return list(found.values())
