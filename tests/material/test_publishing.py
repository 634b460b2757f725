"""A new text is held while people decide about its quotes, and published when they have."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from accounts.models import User
from quizzes.bank.content_cache import anchors_of
from quizzes.bank.drafts import AnchorDraft
from quizzes.bank.models import Question, QuestionAnchor, VersionState
from quizzes.bank.queries import asked_versions, drafts_of
from quizzes.bank.services import add_version, retire_question
from quizzes.material import documents
from quizzes.material.models import AnchorReview, Decision, Edition, Source, StatementChange
from quizzes.material.publishing import (
    UnresolvedAnchors,
    decide,
    discard_edition,
    publish_edition,
    refresh_reviews,
)
from quizzes.material.services import Loaded, load_source
from tests import make

TEXT = """\
---
title: How ketamine acts
---
## First

Ketamine blocks the NMDA receptor within minutes. It is given as an infusion. {#act}

The effect lasted 7 days in one trial. Later trials repeated the infusion. {#lasts}
"""
NEW = TEXT.replace("7 days", "9 days")
pytestmark = pytest.mark.django_db


def load(text: str, owner: User) -> Loaded:
    document = documents.parse(text, slug="acting")
    return load_source(document=document, owner=owner, now=make.NOON, hold=True)


@pytest.fixture
def source(cora: User) -> Source:
    return load(TEXT, cora).source


def ask(
    cora: User, quotes: Iterable[tuple[str, str]] = (("lasts", "lasted 7 days in one trial"),)
) -> Question:
    anchors = tuple(AnchorDraft("acting", passage, quote) for passage, quote in quotes)
    return make.question(make.bank(cora), anchors=anchors)


def held(cora: User, text: str = NEW) -> Edition:
    loaded = load(text, cora)
    assert (loaded.status, loaded.edition is not None) == ("held", True)
    assert loaded.edition is not None
    return loaded.edition


def anchor_of(question: Question) -> QuestionAnchor:
    return QuestionAnchor.objects.get(version__question=question)


def resolve(edition: Edition, decision: str, by: User, **picked: str) -> AnchorReview:
    return decide(review=edition.reviews.get(), decision=decision, by=by, now=make.NOON, **picked)


def test_it_holds_a_text_in_which_a_quoted_number_changed(cora: User, source: Source) -> None:
    question = ask(cora)
    edition = held(cora)
    source.refresh_from_db()
    assert (source.edition.number, edition.number, edition.state) == (1, 2, "draft")
    assert anchor_of(question).edition == source.edition
    review = edition.reviews.get()
    assert (review.outcome, review.words) == ("changed", "lasted 9 days in one trial")
    assert "number" in review.reasons
    with pytest.raises(UnresolvedAnchors):
        publish_edition(edition=edition, by=cora, now=make.NOON)


def test_it_publishes_at_once_what_leaves_every_quote_in_place(cora: User, source: Source) -> None:
    question = ask(cora)
    loaded = load(TEXT.replace("It is given", "Mostly it is given"), cora)
    assert (loaded.status, loaded.counts["kept"]) == ("changed", 1)
    assert anchor_of(question).edition == loaded.edition


def test_it_moves_the_quote_to_the_words_a_person_accepted(cora: User, source: Source) -> None:
    question = ask(cora)
    edition = held(cora)
    resolve(edition, Decision.ACCEPTED, cora)
    counts = publish_edition(edition=edition, by=cora, now=make.NOON)
    assert counts == {"kept": 0, "moved": 0, "changed": 1, "lost": 0}
    anchor = anchor_of(question)
    source.refresh_from_db()
    assert source.edition == anchor.edition == edition
    assert anchor.quote == "lasted 9 days in one trial"
    assert anchor.passage.plain[anchor.start :].startswith(anchor.quote)
    assert Question.objects.ready().filter(pk=question.pk).exists()
    assert not StatementChange.objects.exists()


def test_it_takes_other_words_of_the_new_text_and_no_others(cora: User, source: Source) -> None:
    question = ask(cora)
    edition = held(cora)
    with pytest.raises(ValidationError):
        resolve(edition, Decision.PICKED, cora, passage="lasts", quote="lasted 7 days")
    with pytest.raises(ValidationError):
        resolve(edition, Decision.PICKED, cora, passage="none", quote="lasted 9 days")
    resolve(edition, Decision.PICKED, cora, passage="lasts", quote="Later trials")
    publish_edition(edition=edition, by=cora, now=make.NOON)
    assert anchor_of(question).quote == "Later trials"


def test_it_takes_a_quote_from_its_question(cora: User, source: Source) -> None:
    question = ask(cora, [("lasts", "lasted 7 days"), ("act", "blocks the NMDA receptor")])
    edition = held(cora)
    resolve(edition, Decision.DROPPED, cora)
    publish_edition(edition=edition, by=cora, now=make.NOON)
    assert anchor_of(question).quote == "blocks the NMDA receptor"


def test_it_pauses_what_rests_on_a_changed_statement_until_it_is_written_anew(
    cora: User, ada: User, source: Source
) -> None:
    question, other = ask(cora), make.question(make.bank(cora))
    quiz = make.quiz(cora, [question, other])
    begun = make.attempt(ada, quiz)
    edition = held(cora)
    resolve(edition, Decision.CHANGED, cora)
    publish_edition(edition=edition, by=cora, now=make.NOON)
    question.refresh_from_db()
    assert question.paused_at == make.NOON
    assert not Question.objects.ready().filter(pk=question.pk).exists()
    assert not asked_versions().filter(question=question).exists()
    change = StatementChange.objects.get()
    assert (change.before, change.after, change.item) == (
        "lasted 7 days in one trial",
        "lasted 9 days in one trial",
        question.pk,
    )
    # The open attempt keeps it, explained on the text it was written for; a new one leaves it out.
    assert begun.questions.count() == 2
    version = question.versions.get()
    assert anchors_of([version.pk])[version.pk][0].quote == "lasted 7 days in one trial"
    assert make.attempt(User.objects.get(pk=cora.pk), quiz).questions.count() == 1
    draft = drafts_of([version.pk])[version.pk]
    with pytest.raises(ValidationError):
        add_version(question=question, draft=draft, by=cora, now=make.NOON)
    anchors = (AnchorDraft("acting", "lasts", "lasted 9 days in one trial"),)
    mended = replace(draft, anchors=anchors)
    add_version(question=question, draft=mended, by=cora, now=make.NOON, state=VersionState.READY)
    question.refresh_from_db()
    assert question.paused_at is None
    assert asked_versions().get(question=question).number == 2


def test_it_keeps_decisions_for_a_newer_draft(cora: User, source: Source) -> None:
    ask(cora)
    resolve(held(cora), Decision.ACCEPTED, cora)
    again = held(cora, NEW.replace("an infusion", "a slow infusion"))
    assert Edition.objects.count() == 2
    assert again.reviews.get().decision == Decision.ACCEPTED
    otherwise = held(cora, TEXT.replace("7 days", "8 days"))
    assert otherwise.reviews.get().decision == ""


def test_it_forgets_quotes_that_are_no_longer_in_use_and_takes_decisions_back(
    cora: User, source: Source
) -> None:
    question = ask(cora)
    edition = held(cora)
    resolve(edition, Decision.DROPPED, cora)
    assert resolve(edition, "", cora).decided_by is None
    assert refresh_reviews(edition=edition, by=cora) == 1
    retire_question(question=question, by=cora, now=make.NOON)
    assert refresh_reviews(edition=edition, by=cora) == 0
    publish_edition(edition=edition, by=cora, now=make.NOON)
    assert anchor_of(question).edition.number == 1


def test_it_lets_nobody_else_decide_publish_or_discard(
    cora: User, dana: User, source: Source
) -> None:
    ask(cora)
    edition = held(cora)
    with pytest.raises(PermissionDenied):
        resolve(edition, Decision.DROPPED, dana)
    for verb in (refresh_reviews, discard_edition):
        with pytest.raises(PermissionDenied):
            verb(edition=edition, by=dana)
    with pytest.raises(PermissionDenied):
        publish_edition(edition=edition, by=dana, now=make.NOON)
    discard_edition(edition=edition, by=cora)
    assert Edition.objects.count() == 1


def test_it_loads_a_text_past_a_waiting_draft(cora: User, source: Source) -> None:
    ask(cora)
    edition = held(cora)
    document = documents.parse(TEXT.replace("an infusion", "a slow infusion"), slug="acting")
    loaded = load_source(document=document, owner=None, now=make.NOON)
    assert (loaded.status, loaded.source.edition.number) == ("changed", 3)
    refresh_reviews(edition=edition, by=cora)
    resolve(edition, Decision.ACCEPTED, cora)
    publish_edition(edition=edition, by=cora, now=make.NOON)
    edition.refresh_from_db()
    assert (edition.number, edition.state) == (4, "published")
