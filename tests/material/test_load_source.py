"""Loading a study text: a source, its editions, and what becomes of the anchors on it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.core.exceptions import PermissionDenied
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from quizzes.bank.content_cache import anchors_of
from quizzes.bank.models import QuestionAnchor
from quizzes.bank.services import retire_question
from quizzes.material import documents
from quizzes.material.documents import Document
from quizzes.material.models import Edition, Source
from quizzes.material.queries import document_of, find_passages, text_of
from quizzes.material.services import LostQuotes, load_source
from tests import make

FILE = """\
---
title: How ketamine acts
audience: public
---
## First

Ketamine blocks the NMDA receptor. {#first-act}

### Then

- Glutamate rises. {#rise from="Effects"}
- It **fades** again. {#fall}
"""
pytestmark = pytest.mark.django_db


def parse(text: str = FILE) -> Document:
    return documents.parse(text, slug="acting")


def load(text: str = FILE, owner: User | None = None) -> Source:
    return load_source(document=parse(text), owner=owner, now=make.NOON).source


def asked(cora: User, source: Source, **fields: object) -> int:
    bank = make.bank(cora)
    question = make.question(bank, anchored_in=source, **fields)
    return question.versions.get().pk


def test_it_publishes_sections_and_passages(cora: User) -> None:
    source = load(owner=cora)
    assert (source.owner, source.edition.number, source.audience) == (cora, 1, "public")
    first, then = text_of(source.edition)
    assert (first.title, first.level, then.slug, then.level) == ("First", 2, "then", 3)
    assert [(p.position, p.key, p.is_list_item) for p in then.passages] == [
        (2, "rise", True),
        (3, "fall", True),
    ]
    assert then.passages[1].html == "<p>It <strong>fades</strong> again.</p>"
    assert then.passages[1].plain == "It fades again."
    assert source.edition.sections.get(slug="then").parent.slug == "first"


def test_it_reads_a_text_in_two_queries(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    source = load()
    with django_assert_num_queries(2):
        text_of(source.edition)


def test_it_gives_the_document_back_equal() -> None:
    assert document_of(load()) == parse()


def test_it_writes_nothing_for_the_same_text() -> None:
    source = load()
    again = load_source(document=parse(), owner=None, now=make.NOON)
    assert (again.source, again.status) == (source, "unchanged")
    assert Edition.objects.count() == 1


def test_it_makes_no_edition_for_new_front_matter() -> None:
    load()
    changed = load_source(
        document=replace(parse(), title="Another title"), owner=None, now=make.NOON
    )
    assert (changed.status, changed.source.title) == ("changed", "Another title")
    assert Edition.objects.count() == 1


def test_it_keeps_the_old_edition_and_moves_anchors_to_the_new(cora: User) -> None:
    source = load()
    version = asked(cora, source)
    load(FILE.replace("Ketamine blocks", "In short, ketamine blocks"))
    source.refresh_from_db()
    assert source.edition.number == 2
    assert Edition.objects.count() == 2
    anchor = QuestionAnchor.objects.get(version=version)
    assert anchor.edition == source.edition
    assert anchor.passage.edition == source.edition
    assert anchors_of([version])[version][0].before == "In short, ketamine "


def test_it_refuses_a_text_that_loses_a_quote_in_use(cora: User) -> None:
    source = load()
    asked(cora, source)
    with pytest.raises(LostQuotes) as refusal:
        load(FILE.replace("the NMDA receptor", "a receptor"))
    assert refusal.value.lost[0].quote == "blocks the NMDA receptor"
    source.refresh_from_db()
    assert source.edition.number == 1
    assert Edition.objects.count() == 1


def test_it_refuses_a_text_that_says_a_quote_twice(cora: User) -> None:
    source = load()
    asked(cora, source)
    with pytest.raises(LostQuotes):
        load(FILE.replace("receptor.", "receptor, it blocks the NMDA receptor."))


def test_it_leaves_retired_questions_on_the_old_text(cora: User) -> None:
    source = load()
    version = asked(cora, source)
    question = QuestionAnchor.objects.get(version=version).version.question
    retire_question(question=question, by=cora, now=make.NOON)
    load(FILE.replace("the NMDA receptor", "a receptor"))
    assert QuestionAnchor.objects.get(version=version).edition.number == 1
    assert anchors_of([version])[version][0].quote == "blocks the NMDA receptor"


def test_it_may_lose_what_the_caller_replaces_and_tells_it(cora: User) -> None:
    source = load()
    version = asked(cora, source)
    question = QuestionAnchor.objects.get(version=version).version.question
    name = f"{question.bank.slug}/{question.slug}"
    text = FILE.replace("the NMDA receptor", "a receptor")
    loaded = load_source(document=parse(text), owner=None, now=make.NOON, replaced=[name])
    assert [lost.name for lost in loaded.lost] == [name]


def test_it_refuses_to_change_another_authors_text(cora: User, dana: User) -> None:
    load(owner=cora)
    with pytest.raises(PermissionDenied):
        load(FILE.replace("First", "Mine now"), owner=dana)
    assert Source.objects.get().edition.number == 1


def test_it_finds_passages_by_words_with_the_very_phrase_first() -> None:
    load(FILE.replace("Glutamate rises.", "The receptor that NMDA blocks."))
    found = find_passages("nmda RECEPTOR", make_reader())
    assert [passage.passage for passage in found] == ["first-act", "rise"]
    assert found[0].url == "/read/acting/#first-act"


def make_reader() -> User:
    return User.objects.create_user("reader", "reader@example.org", "a password for the tests")


@pytest.mark.parametrize("text", ["", "   ", "nothing like it", "\0", "\ud800", "%", "_"])
def test_it_finds_nothing_for_other_words(text: str) -> None:
    load()
    assert find_passages(text, make_reader()) == []


def test_it_finds_only_what_the_user_may_read(ada: User, cora: User) -> None:
    make.source(owner=cora, published=False)
    assert find_passages("receptor", ada) == []
    make.source(owner=cora)
    assert len(find_passages("receptor", ada)) == 1
